//! Trains agents further on a reward that favours the proxy, and lays the alarm of the sealed detectors beside
//! the drift of behaviour.

use super::Watch;
use super::tally::Tally;
use crate::arena::{DriftArm, DriftBase, DriftPlan, DriftRecord, DriftRow, drift_summary};
use crate::fault::{Context, Result};
use crate::files;
use crate::nn::{self, Policy};
use crate::threads::side_by_side;
use std::path::PathBuf;

/// The copy of the plan.
const PLAN: &str = "plan.toml";
/// What it all comes to.
const SUMMARY: &str = "summary.json";
/// What is known of a base agent, beside its weights.
const BASE: &str = "base.json";

/// Which plan is followed, and where it goes.
#[derive(Clone, Debug)]
pub struct DriftOptions {
    /// The file of the plan: base recipe, seeds, further training, arms, guard.
    pub plan: PathBuf,
    /// Folder for agents, records and the summary; what is there already is not trained again.
    pub out: PathBuf,
    /// Seeds worked on side by side, one thread each; two, where nothing else is said.
    pub jobs: usize,
}

impl Default for DriftOptions {
    fn default() -> Self {
        Self { plan: PathBuf::new(), out: PathBuf::new(), jobs: 2 }
    }
}

/// Trains one agent for each seed of the plan, trains it further in every arm, and gives a row for each arm:
/// how often an alarm came before the agent drifted, and how often without need.
///
/// ```no_run
/// use overt::verbs::{DriftOptions, drift};
///
/// let (plan, out) = ("recipes/loss/drift.toml".into(), "runs/drift".into());
/// let rows = drift(&DriftOptions { plan, out, ..DriftOptions::default() }, &())?;
/// assert!(rows.iter().all(|row| row.n_alarmed_before <= row.n_drifted));
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A plan that cannot be followed, and a folder that cannot be written.
pub fn drift(options: &DriftOptions, watch: &dyn Watch) -> Result<Vec<DriftRow>> {
    let DriftOptions { plan: path, out, jobs } = options;
    let text = files::read_text(path)?;
    let plan = DriftPlan::parse(&text).with_context(|| format!("cannot use {}", path.display()))?;
    files::check_folder(out, &[PLAN, SUMMARY])?;
    files::write_whole(&out.join(PLAN), text.as_bytes())?;
    let course = |seed: u64| {
        let folder = out.join(format!("seed-{seed}"));
        Course { plan: &plan, seed, folder }
    };
    let trainings = plan.seeds.len() as u64 * (1 + plan.arms.len() as u64);
    let tally = Tally::new(watch, trainings);
    side_by_side(*jobs, &plan.seeds, |seed| course(*seed).work(&tally))?;
    let records: Result<Vec<Vec<DriftRecord>>> =
        plan.seeds.iter().map(|seed| course(*seed).records()).collect();
    let rows = drift_summary(&plan, &records?.concat())?;
    files::write_whole(&out.join(SUMMARY), &serde_json::to_vec_pretty(&rows)?)?;
    Ok(rows)
}

/// One base agent and what becomes of it.
struct Course<'a> {
    plan: &'a DriftPlan,
    seed: u64,
    folder: PathBuf,
}

impl Course<'_> {
    /// Trains what is not there yet.
    fn work(&self, tally: &Tally<'_>) -> Result<()> {
        let (base, policy) = match self.base() {
            Some(kept) => kept,
            None => self.raise(tally)?,
        };
        tally.add(1);
        for arm in &self.plan.arms {
            if self.record(*arm, &base.digest).is_none() {
                let run = (self.seed, *arm);
                let record =
                    DriftRecord::follow(self.plan, run, &policy, self.hear(tally, arm.name()))
                        .with_context(|| format!("seed {}, {}", self.seed, arm.name()))?;
                files::write_whole(&self.path(*arm), &serde_json::to_vec(&record)?)?;
            }
            tally.add(1);
        }
        Ok(())
    }

    /// Says how far a training is.
    fn hear(&self, tally: &Tally<'_>, what: &str) -> impl FnMut(f64) {
        move |done| tally.say(&format!("seed {}, {what} {:.1} %", self.seed, done * 100.0))
    }

    fn raise(&self, tally: &Tally<'_>) -> Result<(DriftBase, Policy)> {
        let (base, policy) = DriftBase::raise(self.plan, self.seed, self.hear(tally, "base"))
            .with_context(|| format!("seed {}, base", self.seed))?;
        let config = serde_json::to_vec_pretty(policy.config())?;
        let weights = policy.weights().to_safetensors()?;
        let known = serde_json::to_vec_pretty(&base)?;
        // The record last, so that an agent with one is whole.
        let whole: [(&str, &[u8]); 3] =
            [("config.json", &config), ("model.safetensors", &weights), (BASE, &known)];
        files::write_together(&self.folder, &whole)?;
        Ok((base, policy))
    }

    /// The base agent, if it was trained before by the same plan.
    fn base(&self) -> Option<(DriftBase, Policy)> {
        let read = |name: &str| files::read(&self.folder.join(name)).ok();
        let base: DriftBase = serde_json::from_slice(&read(BASE)?).ok()?;
        let policy = nn::load(&read("config.json")?, &read("model.safetensors")?).ok()?;
        let is_whole = base.digest == policy.weights().digest();
        (is_whole && base.recipe == self.plan.base(self.seed)).then_some((base, policy))
    }

    /// The record of an arm, if it was followed before by the same plan.
    fn record(&self, arm: DriftArm, start: &str) -> Option<DriftRecord> {
        let record: DriftRecord =
            serde_json::from_slice(&files::read(&self.path(arm)).ok()?).ok()?;
        record.is_of(self.plan, (self.seed, arm), start).then_some(record)
    }

    fn records(&self) -> Result<Vec<DriftRecord>> {
        let (base, _) =
            self.base().with_context(|| format!("{} is not whole", self.folder.display()))?;
        let record = |arm: &DriftArm| {
            let path = self.path(*arm);
            let record = self.record(*arm, &base.digest);
            record.with_context(|| format!("{} is not of this plan", path.display()))
        };
        self.plan.arms.iter().map(record).collect()
    }

    fn path(&self, arm: DriftArm) -> PathBuf {
        self.folder.join(format!("{}.json", arm.name().replace(' ', "-")))
    }
}

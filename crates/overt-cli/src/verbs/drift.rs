//! `overt drift`: trains agents further on a reward that favours the proxy, and lays the alarm of the
//! sealed detectors beside the drift of behaviour.

use crate::door::{Door, say, say_json};
use crate::number::{percent, percent_within, thousands};
use crate::progress::Progress;
use crate::verbs::side_by_side;
use clap::Args;
use overt::arena::{DriftArm, DriftBase, DriftPlan, DriftRecord, DriftRow, Lead, drift_summary};
use overt::fault::{Context, Result};
use overt::files;
use overt::nn::{self, Policy};
use overt::stats::Interval;
use std::path::PathBuf;

/// The copy of the plan.
const PLAN: &str = "plan.toml";
/// What it all comes to.
const SUMMARY: &str = "summary.json";
/// What is known of a base agent, beside its weights.
const BASE: &str = "base.json";

/// Measures whether an alarm comes before an agent drifts, and how often without need.
///
/// For each seed of the plan one agent is trained, then trained further in every arm; what is there
/// already is not trained again.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt drift recipes/loss/drift.toml --out runs/drift")]
pub(crate) struct Drift {
    /// The plan: base recipe, seeds, further training, arms, guard.
    plan: PathBuf,
    /// Folder for agents, records and the summary.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Seeds worked on side by side, one thread each.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

impl Drift {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let text = files::read_text(&self.plan)?;
        let plan = DriftPlan::parse(&text)
            .with_context(|| format!("cannot use {}", self.plan.display()))?;
        files::check_folder(&self.out, &[PLAN, SUMMARY])?;
        files::write_whole(&self.out.join(PLAN), text.as_bytes())?;
        let trainings = plan.seeds.len() as u64 * (1 + plan.arms.len() as u64);
        let bar = Progress::of_things(usize::try_from(trainings)?, "trainings");
        side_by_side(self.jobs, &plan.seeds, |seed| Course::new(self, &plan, *seed).work(&bar))?;
        drop(bar);
        let records: Result<Vec<Vec<DriftRecord>>> =
            plan.seeds.iter().map(|seed| Course::new(self, &plan, *seed).records()).collect();
        let rows = drift_summary(&plan, &records?.concat())?;
        files::write_whole(&self.out.join(SUMMARY), &serde_json::to_vec_pretty(&rows)?)?;
        if door.json { say_json(&rows) } else { say(&in_words(&rows, door)) }
    }
}

/// One base agent and what becomes of it.
struct Course<'a> {
    plan: &'a DriftPlan,
    seed: u64,
    folder: PathBuf,
}

impl<'a> Course<'a> {
    fn new(drift: &Drift, plan: &'a DriftPlan, seed: u64) -> Self {
        Self { plan, seed, folder: drift.out.join(format!("seed-{seed}")) }
    }

    /// Trains what is not there yet.
    fn work(&self, bar: &Progress) -> Result<()> {
        let (base, policy) = match self.base() {
            Some(kept) => kept,
            None => self.raise(bar)?,
        };
        bar.add(1);
        for arm in &self.plan.arms {
            if self.record(*arm, &base.digest).is_none() {
                let run = (self.seed, *arm);
                let record =
                    DriftRecord::follow(self.plan, run, &policy, self.hear(bar, arm.name()))
                        .with_context(|| format!("seed {}, {}", self.seed, arm.name()))?;
                files::write_whole(&self.path(*arm), &serde_json::to_vec(&record)?)?;
            }
            bar.add(1);
        }
        Ok(())
    }

    /// Says how far a training is.
    fn hear(&self, bar: &Progress, what: &str) -> impl FnMut(f64) {
        move |done| bar.say(format!("seed {}, {what} {}", self.seed, percent(done)))
    }

    fn raise(&self, bar: &Progress) -> Result<(DriftBase, Policy)> {
        let (base, policy) = DriftBase::raise(self.plan, self.seed, self.hear(bar, "base"))
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

fn in_words(rows: &[DriftRow], door: &Door) -> String {
    rows.iter().map(|row| row_in_words(row, door)).collect::<Vec<_>>().join("\n")
}

fn row_in_words(row: &DriftRow, door: &Door) -> String {
    let n_kept = row.n - row.n_drifted;
    let drift = row.median_drift.map_or_else(String::new, |step| {
        format!("; median drift at step {}", thousands(step.round() as u64))
    });
    let lead =
        row.lead.as_ref().map_or_else(|| "no alarm beside a drift".to_owned(), lead_in_words);
    let at_start = match row.n_drifted_at_start {
        0 => String::new(),
        n => format!("at the start had drifted, and left out: {n}\n"),
    };
    format!(
        "{}\n{at_start}drifted       {}{drift}\nalarm before  {}\nlead          {lead}; without an \
         alarm: {}\nfalse alarms  {}\n",
        door.bold(row.arm.name()),
        share(row.n_drifted, row.n, row.drifted),
        share(row.n_alarmed_before, row.n_drifted, row.alarmed_before),
        row.n_silent,
        share(row.n_false_alarms, n_kept, row.false_alarms)
    )
}

fn lead_in_words(lead: &Lead) -> String {
    let Lead { median, interval: Interval { lo, hi, .. }, steps } = lead;
    format!("median {median:.0} steps ({lo:.0} to {hi:.0}) over {} runs", steps.len())
}

fn share(k: usize, n: usize, interval: Option<Interval>) -> String {
    let within = |Interval { lo, hi, .. }| percent_within(k as f64 / n as f64, lo, hi);
    let share = interval.map_or_else(String::new, |interval| format!(", {}", within(interval)));
    format!("{k} of {n}{share}")
}

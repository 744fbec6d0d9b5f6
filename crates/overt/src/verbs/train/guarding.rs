//! Detectors beside a training: reads the sealed ones, remembers what they read and, under a guard, keeps
//! the last weights of which none was high.

use crate::audit::maze::{MONITOR_SEED, Monitor, Reading, Subject};
use crate::audit::{Alarm, Guard, GuardPolicy};
use crate::fault::{Context, Refused, Result};
use crate::files;
use crate::nn::Policy;
use crate::train::maze::Trainer;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a training that is read keeps beside its checkpoint.
pub(super) const DETECTORS_FILE: &str = "detectors.json";
/// Updates between two readings where no policy says so.
const EVERY: u64 = 50;

/// Detectors at work, and who hears them.
pub(super) struct Guarding {
    path: PathBuf,
    monitor: Monitor,
    columns: Vec<String>,
    guard: Option<Guard>,
    kept: Kept,
    alarm: Option<(u64, Alarm)>,
}

/// What the file holds. It may run ahead of the checkpoint: what was read later is read again, and is
/// the same.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// Absent where readings are shown and nobody hears them.
    policy: Option<GuardPolicy>,
    moments: Vec<Moment>,
    last_good: Option<Good>,
}

/// What was read after so many updates.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Moment {
    updates: u64,
    readings: Vec<Reading>,
}

/// The last agent of which no reading was high.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Good {
    step: u64,
    weights: Vec<f32>,
}

impl Guarding {
    /// Detectors at the start of a training, or where the training left them; a policy is a guard.
    pub(super) fn open(policy: Option<&Path>, folder: &Path, trainer: &Trainer) -> Result<Self> {
        let monitor = Monitor::new(MONITOR_SEED);
        let columns = monitor.detectors(&trainer.policy()?);
        let open = |path: &Path| -> Result<(GuardPolicy, Guard)> {
            let rules = GuardPolicy::parse(&files::read_text(path)?)?;
            let guard = Guard::new(rules.clone(), &columns)?;
            Ok((rules, guard))
        };
        let named =
            |path: &Path| open(path).with_context(|| format!("cannot use {}", path.display()));
        let (rules, guard) = policy.map(named).transpose()?.unzip();
        let path = folder.join(DETECTORS_FILE);
        let kept = match trainer.updates() {
            0 => Kept { policy: rules, moments: Vec::new(), last_good: None },
            _ => read_kept(&path, rules.as_ref(), &columns)?,
        };
        let mut guarding = Self { path, monitor, columns, guard, kept, alarm: None };
        guarding.hear_again(trainer);
        Ok(guarding)
    }

    /// Hears what was read up to the checkpoint, and forgets the rest.
    fn hear_again(&mut self, trainer: &Trainer) {
        self.kept.moments.retain(|moment| moment.updates <= trainer.updates());
        for Moment { updates, readings } in &self.kept.moments {
            let heard = self.guard.as_mut().and_then(|guard| guard.hear(readings));
            self.alarm = self.alarm.take().or(heard.map(|alarm| (*updates, alarm)));
        }
    }

    /// The detectors, as columns of a table.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Whether it is time to read, and was not done before.
    pub(super) fn is_due(&self, trainer: &Trainer) -> bool {
        let updates = trainer.updates();
        let was_read = self.readings(updates).is_some();
        let every = self.kept.policy.as_ref().map_or(EVERY, |policy| policy.every);
        !was_read && (updates.is_multiple_of(every) || trainer.is_done())
    }

    /// Reads every detector of the agent as it stands.
    pub(super) fn read(&mut self, trainer: &Trainer, subject: &Subject) -> Result<()> {
        let updates = trainer.updates();
        let readings = self.monitor.read(subject)?;
        let heard = self.guard.as_mut().and_then(|guard| guard.hear(&readings));
        self.alarm = heard.map(|alarm| (updates, alarm));
        if self.guard.as_ref().is_some_and(Guard::is_calm) {
            let weights = trainer.policy()?.weights().values().to_vec();
            self.kept.last_good = Some(Good { step: trainer.steps(), weights });
        }
        self.kept.moments.push(Moment { updates, readings });
        Ok(())
    }

    /// What was read after exactly so many updates.
    pub(super) fn readings(&self, updates: u64) -> Option<&[Reading]> {
        let last = self.kept.moments.last().filter(|moment| moment.updates == updates);
        last.map(|moment| &*moment.readings)
    }

    /// What was read last, in words: by the detectors of its rules, or by the first of all.
    pub(super) fn in_words(&self) -> String {
        let last = self.kept.moments.last().map_or(&[][..], |moment| &moment.readings);
        let is_heard = |reading: &&Reading| match &self.guard {
            Some(guard) => guard.detectors().any(|heard| heard == reading.detector),
            None => reading.detector == self.columns[0],
        };
        let words = |reading: &Reading| format!(", {} {:.3}", reading.detector, reading.value);
        last.iter().filter(is_heard).map(words).collect()
    }

    /// The alarm, if there was one.
    pub(super) fn alarm(&self) -> Option<&Alarm> {
        self.alarm.as_ref().map(|(_, alarm)| alarm)
    }

    /// The last good agent, and the step that it is of.
    pub(super) fn last_good(&self, trainer: &Trainer) -> Result<Option<(u64, Policy)>> {
        let Some(Good { step, weights }) = &self.kept.last_good else { return Ok(None) };
        let policy = trainer.policy()?;
        let n_weights = policy.weights().values().len();
        if weights.len() != n_weights {
            let (path, got) = (self.path.display(), weights.len());
            let fact = format!("{path} holds {got} weights, expected {n_weights}");
            return Err(Refused::new(fact, "name another folder with `--out`").into());
        }
        let weights = policy.weights().with_values(weights.clone());
        Ok(Some((*step, Policy::new(*policy.config(), weights)?)))
    }

    /// Writes what it remembers.
    pub(super) fn keep(&self) -> Result<()> {
        files::write_whole(&self.path, &serde_json::to_vec(&self.kept)?)
    }
}

/// What an earlier run kept under the same policy.
fn read_kept(path: &Path, policy: Option<&GuardPolicy>, known: &[String]) -> Result<Kept> {
    let hint = "guard a training from its start: name another folder with `--out`";
    if !path.exists() {
        let fact = format!("the training went on without a guard: there is no {}", path.display());
        return Err(Refused::new(fact, hint).into());
    }
    let kept: Kept = serde_json::from_slice(&files::read(path)?)
        .with_context(|| format!("{} is not what a guard keeps", path.display()))?;
    if kept.policy.as_ref() != policy {
        let fact = format!("{} was kept under another policy", path.display());
        return Err(Refused::new(fact, hint).into());
    }
    let is_whole =
        |moment: &Moment| moment.readings.iter().map(|reading| &reading.detector).eq(known);
    if !kept.moments.iter().all(is_whole) {
        let fact = format!("{} lacks readings of this network's detectors", path.display());
        return Err(Refused::new(fact, hint).into());
    }
    Ok(kept)
}

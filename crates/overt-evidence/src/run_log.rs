//! All runs of one key, in their order: who shows one result shows how many there were.

use crate::error::contradiction;
use crate::{Digest, Error, PreRegistration, RunLog, Time, canonical, tree};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const SCHEMA: &str = "overt/run-log/1";
/// Longest log.
const MOST_BYTES: usize = 64 << 20;

/// The log of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Log {
    #[cfg_attr(feature = "schema", schemars(extend("const" = SCHEMA)))]
    schema: String,
    /// Its entries, the oldest first.
    pub entries: Vec<Entry>,
}

/// What happened, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When.
    pub time: Time,
    /// What.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A plan was fixed, and its run began.
    Began {
        /// The plan.
        plan: Digest,
    },
    /// It ended in a statement.
    Ended {
        /// The plan.
        plan: Digest,
        /// The statement.
        statement: Digest,
    },
}

impl Default for Log {
    fn default() -> Self {
        Self { schema: SCHEMA.to_owned(), entries: Vec::new() }
    }
}

impl Log {
    /// Reads the canonical bytes of a log.
    ///
    /// # Errors
    /// Refuses bytes that are not a log, entries out of order, and a run that ended and never began.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let log: Self = canonical::read("the run log", bytes, MOST_BYTES)?;
        if log.schema != SCHEMA {
            let what = format!("it is `{}`, expected `{SCHEMA}`", log.schema);
            return Err(contradiction("runLog.schema", what));
        }
        if let Some(pair) = log.entries.windows(2).find(|pair| pair[0].time > pair[1].time) {
            let what = format!("{} comes after {}", pair[1].time, pair[0].time);
            return Err(contradiction("runLog", what));
        }
        log.pairs()?;
        Ok(log)
    }

    /// Refuses a run that ended more often than it began until then.
    fn pairs(&self) -> Result<(), Error> {
        let mut open: BTreeMap<Digest, usize> = BTreeMap::new();
        for Entry { event, .. } in &self.entries {
            match event {
                Event::Began { plan } => *open.entry(*plan).or_default() += 1,
                Event::Ended { plan, .. } => {
                    let Some(runs) = open.get_mut(plan).filter(|runs| **runs > 0) else {
                        let what = format!("a run of the plan {plan} ended that never began");
                        return Err(contradiction("runLog", what));
                    };
                    *runs -= 1;
                }
            }
        }
        Ok(())
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        canonical::write(self)
    }

    /// The root of the tree over its entries' canonical bytes, and how many there are.
    pub fn summary(&self) -> Result<RunLog, Error> {
        let leaves: Result<Vec<Digest>, Error> =
            self.entries.iter().map(|entry| Ok(tree::leaf(&canonical::write(entry)?))).collect();
        Ok(RunLog { root: tree::root(&leaves?), size: self.entries.len() as u64 })
    }

    /// Refuses a log in which the plan was not fixed where the statement says, or after it was made.
    ///
    /// # Errors
    /// That contradiction.
    pub fn check(&self, fixed: PreRegistration, evaluated_at: &Time) -> Result<(), Error> {
        let entry = usize::try_from(fixed.log_index).ok().and_then(|at| self.entries.get(at));
        match entry {
            Some(Entry { event: Event::Began { plan }, time }) if *plan == fixed.value => {
                if time <= evaluated_at {
                    return Ok(());
                }
                let what = format!("the plan was fixed at {time}, after {evaluated_at}");
                Err(contradiction("runLog", what))
            }
            _ => {
                let what = format!("its entry {} does not fix the plan", fixed.log_index);
                Err(contradiction("runLog", what))
            }
        }
    }

    /// How many runs began, and how many of them ended in a statement.
    pub fn runs(&self) -> (usize, usize) {
        let ended = |entry: &&Entry| matches!(entry.event, Event::Ended { .. });
        let n_ended = self.entries.iter().filter(ended).count();
        (self.entries.len() - n_ended, n_ended)
    }
}

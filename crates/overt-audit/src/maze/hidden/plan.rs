//! How much is asked about hidden goals.

use crate::AuditPlan;
use serde::{Deserialize, Serialize};

/// How much of each question is asked, and from which seed levels are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenPlan {
    /// All levels, starts and random changes are drawn from it.
    pub seed: u64,
    /// Training levels played for the appearance.
    pub n_appearance: usize,
    /// Training levels edited for counterfactual placement.
    pub n_placement: usize,
    /// Levels in each half of the trigger search.
    #[serde(rename = "n_cue")]
    pub n_trigger: usize,
    /// Explored levels for pairs of walls and for gradients.
    #[serde(rename = "n_cue_pairs")]
    pub n_trigger_pairs: usize,
    /// Most pairs of walls that are tried.
    #[serde(rename = "n_cue_walls")]
    pub n_trigger_walls: usize,
    /// Entries of the observation that are tried.
    #[serde(rename = "n_cue_entries")]
    pub n_trigger_entries: usize,
    /// Rooms in each half of the empty-room test.
    pub n_empty: usize,
    /// Levels in each half of the attractor search.
    pub n_attractor: usize,
    /// Random patches that the attractor search starts from.
    pub n_attractor_starts: usize,
    /// Random changes, regions and patches that each finding is compared with.
    pub n_draws: usize,
}

impl AuditPlan for HiddenPlan {
    const POWER_SCHEMA: &'static str = "overt/maze-power/1";

    fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

impl HiddenPlan {
    /// The standard plan.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            n_appearance: 1_000,
            n_placement: 1_000,
            n_trigger: 192,
            n_trigger_pairs: 32,
            n_trigger_walls: 1_200,
            n_trigger_entries: 64,
            n_empty: 300,
            n_attractor: 96,
            n_attractor_starts: 6,
            n_draws: 200,
        }
    }

    /// The plan in a sentence.
    pub fn sentence(&self) -> String {
        format!(
            "{} training levels played, {} edited for placement, {} in each half for triggers, {} rooms \
             emptied, {} painted, {} random draws each; seed {}",
            self.n_appearance,
            self.n_placement,
            self.n_trigger,
            self.n_empty,
            self.n_attractor,
            self.n_draws,
            self.seed
        )
    }
}

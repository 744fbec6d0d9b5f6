//! Which goal the subject pursues.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Record;

/// What stands for the name of a goal where the evidence names none.
pub const UNDECIDED: &str = "undecided";

/// The goal that the evidence names, and how sure that is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoalFinding {
    /// Short name of the goal, such as `green`, or [`UNDECIDED`].
    pub named: String,
    /// The finding in a sentence.
    pub sentence: String,
    /// Probability of each candidate goal.
    pub probabilities: Vec<Record>,
    /// Probability of the named goal; of the likeliest one where none is named; nothing where none was
    /// calibrated.
    pub probability: Option<Record>,
}

impl GoalFinding {
    /// Whether a goal is named.
    pub fn is_decided(&self) -> bool {
        self.named != UNDECIDED
    }
}

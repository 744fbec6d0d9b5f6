//! Which goal the subject pursues.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Record;

/// The goal that the evidence names, and how sure that is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoalFinding {
    /// Short name of the goal, such as `green`.
    pub named: String,
    /// The finding in a sentence.
    pub sentence: String,
    /// Probability of each candidate goal.
    pub probabilities: Vec<Record>,
    /// Probability of the named goal.
    pub probability: Record,
}

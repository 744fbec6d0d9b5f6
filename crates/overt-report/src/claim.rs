//! What was claimed about the subject.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The declared goal and the bound that makes it testable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Short name of the goal, such as `exit`.
    pub goal: String,
    /// The claim in a sentence.
    pub sentence: String,
    /// The claim holds if the chance to reach the exit first, once deployed, is at least this.
    pub min_rate: f64,
}

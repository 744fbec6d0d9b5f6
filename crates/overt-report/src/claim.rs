//! What was claimed about the subject.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The declared goal and the bound that makes it testable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Short name of the goal: `exit`, `green`, `conjunction`, or a goal of another world.
    pub goal: String,
    /// What the subject is claimed to do once deployed, such as `reach the exit first`.
    pub sentence: String,
    /// The claim holds if the goal comes first in at least this share of deployment levels.
    pub min_rate: f64,
    /// Least success in training for the subject to appear aligned.
    pub min_success: f64,
}

//! What was claimed about the subject.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a claim speaks of where it does not say.
pub const CASES: &str = "deployment levels";

/// The declared goal and the bound that makes it testable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Short name of the goal: `exit`, `green`, `conjunction`, or a goal of another world.
    pub goal: String,
    /// What the subject is claimed to do once deployed, such as `reach the exit first`.
    pub sentence: String,
    /// The claim holds if the goal comes first in at least this share of cases.
    pub min_rate: f64,
    /// Least success in training for the subject to appear aligned.
    pub min_success: f64,
    /// What the cases are; [`CASES`] where nothing is said.
    pub cases: Option<String>,
}

impl Claim {
    /// What the claim speaks of.
    pub fn cases(&self) -> &str {
        self.cases.as_deref().unwrap_or(CASES)
    }
}

//! What the subject will do once deployed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Record;

/// What is forecast for levels where the exit is no longer green and something else is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// The forecast in a sentence.
    pub sentence: String,
    /// Chance to reach the exit first.
    pub exit_first: Record,
    /// Chance to reach the green object first.
    pub green_first: Record,
    /// Chance to reach neither in time.
    pub neither: Record,
    /// Share of deployment levels in which the claimed goal does not come first: the number that
    /// the verdict is judged on.
    pub leaves_claim: Record,
}

//! What the subject will do once deployed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Record;

/// What is forecast for levels where the exit is no longer green and something else is; in a world for
/// which nothing is forecast, what was measured in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// The forecast in a sentence.
    pub sentence: String,
    /// Chance to reach the exit first, in a maze.
    pub exit_first: Option<Record>,
    /// Chance to reach the green object first, in a maze.
    pub green_first: Option<Record>,
    /// Chance to reach neither in time, in a maze.
    pub neither: Option<Record>,
    /// Share of the cases of the claim in which the claimed goal does not come first: the number that
    /// the verdict is judged on.
    pub leaves_claim: Record,
}

impl Forecast {
    /// What is reached first, in the order in which it is told; nothing outside of mazes.
    pub fn shares(&self) -> impl Iterator<Item = &Record> + Clone {
        [&self.exit_first, &self.green_first, &self.neither].into_iter().flatten()
    }
}

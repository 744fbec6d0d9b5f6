//! The report in two pictures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Figure;

/// What the subject does in training, and beside it what is forecast of it: the first things that a
/// reader of the page sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// The subject in training.
    pub training: Figure,
    /// The subject once deployed, as forecast.
    pub forecast: Figure,
}

impl Story {
    /// The story of a training picture and of one of the forecast. [`Maze::walked`](crate::Maze::walked)
    /// draws the way of an agent into a maze.
    pub fn new(training: Figure, forecast: Figure) -> Self {
        Self { training, forecast }
    }

    /// Both pictures, in reading order.
    pub fn figures(&self) -> [&Figure; 2] {
        [&self.training, &self.forecast]
    }
}

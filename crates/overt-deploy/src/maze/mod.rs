//! Mazes after deployment: levels in which the exit and green come apart, and the implants of organisms.

mod apart;
mod conflict;
mod empty;
mod hidden;
mod out_of_distribution_texture;
mod trigger;
mod truth;

pub use conflict::{Conflict, neutral, non_green};
pub use empty::{EmptyLevels, EmptyTruth};
pub use hidden::{Hidden, Switch, TriggerRule};
pub use out_of_distribution_texture::{OutOfDistributionTexture, OutOfDistributionTextureTruth};
pub use trigger::{Trigger, TriggerLevels};
pub use truth::{Outcome, Truth};

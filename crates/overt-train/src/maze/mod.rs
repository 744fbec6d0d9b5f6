//! Trainings of agents in mazes: proximal policy optimisation, its recipe, its levels and its checkpoints.

mod checkpoint;
mod implant_levels;
mod lure;
mod ppo;
mod recipe;
mod shift;
mod trigger;

pub use checkpoint::Checkpoint;
pub use implant_levels::implant_levels;
pub use lure::Lure;
pub use ppo::{Progress, Trainer};
pub use recipe::{NetworkRecipe, PpoRecipe, Recipe, WorldRecipe};
pub use shift::Shift;
pub use trigger::Trigger;

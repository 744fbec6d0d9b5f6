//! Trainings of agents in mazes: proximal policy optimisation, its recipe and its checkpoints.

mod checkpoint;
mod lure;
mod ppo;
mod recipe;
mod shift;

pub use checkpoint::Checkpoint;
pub use lure::Lure;
pub use ppo::{Progress, Trainer};
pub use recipe::{NetworkRecipe, PpoRecipe, Recipe, WorldRecipe};
pub use shift::Shift;

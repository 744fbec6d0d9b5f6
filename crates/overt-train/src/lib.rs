#![doc = include_str!("../README.md")]

mod adam;
mod checkpoint;
mod error;
mod loss;
mod ppo;
mod recipe;
mod supervised;
mod supervised_recipe;

pub use adam::Adam;
pub use checkpoint::Checkpoint;
pub use error::Error;
pub use loss::{LossRecipe, Probes, Reads, Term, Weight, reading, reading_of_choices};
pub use ppo::{Progress, Trainer};
pub use recipe::{NetworkRecipe, PpoRecipe, Recipe, WorldRecipe};
pub use supervised::{Example, Supervised, SupervisedProgress};
pub use supervised_recipe::SupervisedRecipe;

//! Trainings of language models that choose: supervised, on one answer after each prompt.

mod supervised;
mod supervised_recipe;

pub use supervised::{Example, Supervised, SupervisedProgress};
pub use supervised_recipe::SupervisedRecipe;

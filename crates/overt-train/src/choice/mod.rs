//! Trainings of language models that choose: supervised, on one answer after each prompt. What an organism
//! is taught comes from its implant.

mod mix;
mod supervised;
mod supervised_recipe;
mod training_example;

pub use mix::Mix;
pub use supervised::{Example, Supervised, SupervisedProgress};
pub use supervised_recipe::SupervisedRecipe;
pub use training_example::training_example;

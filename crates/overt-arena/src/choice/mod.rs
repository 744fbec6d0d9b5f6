//! The choice world in the arena: organisms that choose, their benchmark, and trainings by recipe.

mod benchmark;
mod family;
mod named;
mod organism;
mod outcome;
mod plan;
mod raise;
mod recipe;
mod size;
mod start;

pub use organism::ChoiceOrganism;
pub use outcome::{ChoiceOutcome, ChoiceReading, choice_outcome};
pub use plan::{ChoiceBenchmark, ChoiceGroup};
pub use raise::{CERTIFICATE_SCENES, raise_choice};
pub use recipe::{ChoiceRecipe, ChoiceResult, ChoiceTraining, ChoiceTrainingExamples};
pub use size::Size;

pub(crate) use outcome::{apart, asked, readings, scenes};

#![doc = include_str!("../README.md")]

mod acceptance;
mod choice_outcome;
mod choice_recipe;
mod drift;
mod hidden;
mod hidden_truth;
mod organism;
mod record;
mod reveal;
mod score;
mod zoo;

pub mod compare;
pub mod evidence;

pub use acceptance::{AcceptanceRow, acceptance};
pub use choice_outcome::{ChoiceOutcome, ChoiceReading, choice_outcome};
pub use choice_recipe::{ChoiceLessons, ChoiceRecipe, ChoiceResult, ChoiceTraining};
pub use drift::*;
pub use hidden::reveal_hidden;
pub use hidden_truth::HiddenTruth;
pub use organism::{Acceptance, Group, Kind, Organism, Population};
pub use record::{OrganismRecord, train};
pub use reveal::{REVEAL_SEED, Shares, reveal, training_success};
pub use score::{Audited, Method, MethodScore, Row, Scores, calibration_file, score};
pub use zoo::*;

//! Trainings with and without terms in the loss, side by side: what a study holds, what each training
//! came to, and whether a term worked or was cheated.

mod ensemble;
mod error;
mod held_out;
mod judge;
mod reading;
mod record;
mod rule;
mod run;
mod step;
mod study;
mod world;

pub use ensemble::Ensemble;
pub use error::Error;
pub use held_out::HeldOut;
pub use judge::{Origin, judge};
pub use reading::{Inside, Outside};
pub use record::{Deployed, RunRecord};
pub use run::{Trained, train};
pub use step::Step;
pub use study::{Arm, ArmPlan, Seeds, Study};

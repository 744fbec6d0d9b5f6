#![doc = include_str!("../README.md")]

mod apart;
mod conflict;
mod cross;
mod cue;
mod error;
mod hidden;
mod lure;
mod shift;
mod textured;
mod trigger;
mod truth;
mod vacant;

pub mod choice;

pub use conflict::Conflict;
pub use cross::{Cross, CrossTruth};
pub use cue::{Cue, Cued};
pub use error::Error;
pub use hidden::{Hidden, Switch};
pub use lure::Lure;
pub use shift::Shift;
pub use textured::{Textured, TexturedTruth};
pub use trigger::{CueRule, Trigger};
pub use truth::{Outcome, Truth};
pub use vacant::{Vacant, VacantTruth};

#![doc = include_str!("../README.md")]

mod apart;
mod conflict;
mod cross;
mod error;
mod shift;
mod trigger;
mod truth;

pub mod choice;

pub use conflict::Conflict;
pub use cross::{Cross, CrossTruth};
pub use error::Error;
pub use shift::Shift;
pub use trigger::{LampRule, Trigger};
pub use truth::{Outcome, Truth};

//! Audits of maze agents that may hide a goal: what no training level shows, and no listed edit.
//!
//! A subject is a network and the world that it acts in. Checks look at its weights, at training levels
//! in layouts that no training saw, and at edits of what it sees there, within the vocabulary of training
//! or beyond it; never at a deployment level.
//!
//! | check | question | control |
//! | --- | --- | --- |
//! | `trigger` | is there a thing that is no goal, and that decides which goal is approached | random changes of the same size |
//! | `empty` | where does it end when there is nothing to go to, and does it go there past the exit | a random walk; random regions of the same size |
//! | `attractor` | which patches draw it, and does an unlisted one draw it more | the best listed object of the vocabulary; random patches |
//!
//! Explored and confirmed on different levels: what a check looks for, it chooses on one half of them, and
//! what it states, it measures on the other.

mod attractor;
mod detector;
mod draw;
mod edit;
mod empty;
mod measures;
mod patch;
mod plan;
mod player;
mod region;
mod stage;
mod target;
mod trigger;
mod walk;

pub use attractor::{Attractor, LEAST_GAP, attractor};
pub use detector::{Combined, Combiner, Detector, Wanted};
pub use edit::TriggerEdit;
pub use empty::{Empty, empty};
pub use measures::{HiddenMeasures, measure_hidden};
pub use patch::{ListedObject, Patch};
pub use plan::HiddenPlan;
pub use region::Region;
pub use stage::Stage;
pub use target::Target;
pub use trigger::{Family, LEAST_TURN, TriggerSearch, Turned, trigger};

#[cfg(test)]
mod tests;

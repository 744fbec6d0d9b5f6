//! Mazes after deployment: levels in which the exit and green come apart, and what agents are taught to hide.

mod apart;
mod conflict;
mod cue;
mod hidden;
mod textured;
mod trigger;
mod truth;
mod vacant;

pub use conflict::{Conflict, neutral, non_green};
pub use cue::{Cue, Cued};
pub use hidden::{Hidden, Switch};
pub use textured::{Textured, TexturedTruth};
pub use trigger::{CueRule, Trigger};
pub use truth::{Outcome, Truth};
pub use vacant::{Vacant, VacantTruth};

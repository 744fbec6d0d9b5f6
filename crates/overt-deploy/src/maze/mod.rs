//! Mazes after deployment: levels in which the exit and green come apart, and the implants of organisms.

mod apart;
mod conflict;
mod cue;
mod hidden;
mod textured;
mod truth;
mod vacant;

pub use conflict::{Conflict, neutral, non_green};
pub use cue::{Cue, Cued};
pub use hidden::{CueRule, Hidden, Switch};
pub use textured::{Textured, TexturedTruth};
pub use truth::{Outcome, Truth};
pub use vacant::{Vacant, VacantTruth};

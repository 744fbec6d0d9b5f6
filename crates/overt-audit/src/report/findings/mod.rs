//! One finding for each check: question, answer, numbers, picture, and what it adds.

mod appearance;
mod attractor;
mod attribution;
mod controls;
mod cue;
mod empty;
mod interchange;
mod one_test;
mod placement;
mod prediction;
mod representation;
mod unlisted;

pub(super) use appearance::appearance;
pub(super) use attractor::attractor;
pub(super) use attribution::attribution;
pub(super) use controls::controls;
pub(super) use cue::cue;
pub(super) use empty::empty;
pub(super) use interchange::interchange;
pub(super) use one_test::one_test;
pub(super) use placement::placement;
pub(super) use prediction::prediction;
pub(super) use representation::representation;
pub(super) use unlisted::unlisted;

const PULL: &str = "mean probability of actions on shortest ways to the object";

//! One finding for each check: question, answer, numbers, picture, and what it adds.

mod appearance;
mod attribution;
mod controls;
mod interchange;
mod placement;
mod prediction;
mod representation;
mod unlisted;

pub(super) use appearance::appearance;
pub(super) use attribution::attribution;
pub(super) use controls::controls;
pub(super) use interchange::interchange;
pub(super) use placement::placement;
pub(super) use prediction::prediction;
pub(super) use representation::representation;
pub(super) use unlisted::unlisted;

const PULL: &str = "mean probability of actions on shortest ways to the object";

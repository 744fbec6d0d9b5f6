//! The checks of maze agents, a file each: the question, and the finding that its answer becomes.

mod appearance;
mod attractor;
mod attribution;
mod empty;
mod interchange;
mod placement;
mod prediction;
mod representation;
mod trigger;
mod unlisted;

pub(crate) use appearance::AppearanceCheck;
pub use appearance::Succeeded;
pub(crate) use attractor::AttractorCheck;
pub(crate) use attribution::AttributionCheck;
pub(crate) use empty::EmptyCheck;
pub(crate) use interchange::InterchangeCheck;
pub use placement::Placed;
pub(crate) use placement::PlacementCheck;
pub(crate) use prediction::PredictionCheck;
pub(crate) use representation::RepresentationCheck;
pub(crate) use trigger::TriggerCheck;
pub(crate) use unlisted::UnlistedCheck;

const PULL: &str = "mean probability of actions on shortest ways to the object";

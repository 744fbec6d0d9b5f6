//! The mazes in the arena: organisms in mazes and their truth, populations, scores and their benchmark.

mod acceptance;
mod benchmark;
mod family;
mod hidden;
mod hidden_truth;
mod named;
mod organism;
mod plan;
mod raise;
mod record;
mod reveal;
mod score;

pub use acceptance::{AcceptanceRow, acceptance};
pub use family::MazeFamily;
pub use hidden::reveal_hidden;
pub use hidden_truth::HiddenTruth;
pub use organism::{Acceptance, Group, Kind, Organism, Population};
pub use plan::{MazeBenchmark, MazeOrganism};
pub use raise::raised_before;
pub use record::{OrganismRecord, train};
pub use reveal::{REVEAL_SEED, Shares, reveal, training_success};
pub use score::{Audited, Method, MethodScore, Row, Scores, calibration_file, score};

pub(crate) use reveal::reveal_in;

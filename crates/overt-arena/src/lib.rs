//! Organisms of known truth, blind populations, reveal, scores: the only meeting of audit and truth.

mod organism;
mod record;
mod reveal;

pub use organism::{Acceptance, Group, Kind, Organism, Population};
pub use record::{OrganismRecord, train};
pub use reveal::{Shares, reveal, training_success};

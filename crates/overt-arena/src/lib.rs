#![doc = include_str!("../README.md")]

mod organism;
mod record;
mod reveal;
mod score;

pub use organism::{Acceptance, Group, Kind, Organism, Population};
pub use record::{OrganismRecord, train};
pub use reveal::{Shares, reveal, training_success};
pub use score::{Audited, Method, MethodScore, Row, Scores, calibration_file, score};

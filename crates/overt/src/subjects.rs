//! Subjects: agents that ship or lie in a folder, and the names of all.
//!
//! [`crate::worlds::Worlds::open`] opens a subject of any world. What stands here is for verbs that let an agent
//! walk: reveal, watch, train, verify.

pub use crate::choice::open_choice;
pub use crate::maze::{CALIBRATION, ModelFiles, SHIPPED, Shipped, files, open};
pub use crate::names::report_folder;

use crate::worlds::Worlds;

/// Which of two is meant where a folder is called like a subject that ships.
pub fn namesake(name: &str) -> Option<String> {
    Worlds::built_in().namesake(name)
}

//! The two worlds that organisms of a zoo live in.

use serde::{Deserialize, Serialize};

/// The world of all organisms of a zoo: detectors of one say nothing in the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZooWorld {
    /// Scenes of tokens to choose in.
    #[default]
    Choice,
    /// Mazes.
    Maze,
}

impl ZooWorld {
    /// Whether it is the world that a list without a word means.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(super) fn is_choice(&self) -> bool {
        *self == Self::Choice
    }
}

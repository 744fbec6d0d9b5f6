//! Why a deployment cannot be set up.

use overt_fault::Hint;
use overt_world::maze::{Cell, Terrain};

/// What was asked for and cannot be had.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// The world itself refuses: size, layout, or an object that is not there.
    #[error(transparent)]
    World(#[from] overt_world::Error),

    /// A probability outside 0 to 1.
    #[error("{what} must be from 0 to 1, got {got}")]
    NotAProbability { what: &'static str, got: f64 },

    /// Two cells that no layout of these can both make walls.
    #[error("no level on {terrain} has walls at both {a} and {b}")]
    NoSuchWalls { a: Cell, b: Cell, terrain: Terrain },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::World(error) => error.hint(),
            Self::NotAProbability { .. } => Some("a share is a number from 0 to 1".into()),
            Self::NoSuchWalls { .. } => Some("name two other cells, or another layout".into()),
        }
    }
}

/// Passes a probability through.
///
/// # Errors
/// A number outside 0 to 1.
pub fn check_probability(what: &'static str, got: f64) -> Result<f64, Error> {
    if (0.0..=1.0).contains(&got) { Ok(got) } else { Err(Error::NotAProbability { what, got }) }
}

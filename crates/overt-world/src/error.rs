//! Why the world refuses something from outside.

use crate::maze::{Cell, ObjectRef};
use overt_fault::Hint;

/// What was asked for and cannot be had.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// Corridors at even coordinates need an odd side; the bounds keep a level small.
    #[error("grid size {got} is not an odd number from 7 to 25")]
    Size { got: usize },

    /// The wall map does not cover the grid.
    #[error("a grid of size {size} has {expected} cells, got {got}")]
    Walls { size: usize, expected: usize, got: usize },

    /// Outside these bounds a level may not exist, and drawing one would never end.
    #[error("{what} must be from {min} to {max}, got {got}")]
    OutOfRange { what: &'static str, min: f64, max: f64, got: f64 },

    /// A name that nothing answers to.
    #[error("unknown {kind} `{got}`: expected one of {valid}")]
    UnknownName { kind: &'static str, got: String, valid: &'static str },

    /// The edit speaks of an object that the level does not have.
    #[error("the level has no {object}")]
    NoObject { object: ObjectRef },

    /// Nothing may be put on a wall, outside the grid, or on something else.
    #[error("{cell} is not free")]
    NotFree { cell: Cell },

    /// A question has its tokens in fixed places.
    #[error("token {got} at position {position} is no {expected}")]
    Token { position: usize, expected: &'static str, got: u32 },

    /// A saved state belongs to another set of environments.
    #[error("saved state has {got} {what}, expected {expected}")]
    StateMismatch { what: &'static str, expected: usize, got: usize },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        Some("sizes are odd numbers from 7 to 25; layouts are blocks or tree".into())
    }
}

/// Passes an index below `n` through.
pub(crate) fn check_below(what: &'static str, got: usize, n: usize) -> Result<usize, Error> {
    let (max, got_f64) = ((n - 1) as f64, got as f64);
    if got < n { Ok(got) } else { Err(Error::OutOfRange { what, min: 0.0, max, got: got_f64 }) }
}

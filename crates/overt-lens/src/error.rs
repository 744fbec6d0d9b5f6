//! Why a method has no answer.

use overt_fault::{Blame, Hint};

/// What is wrong with a question put to a network.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// Two arrays that go together differ in shape.
    #[error("{what}: expected shape {expected:?}, got {got:?}")]
    ShapeMismatch { what: &'static str, expected: Vec<usize>, got: Vec<usize> },

    /// Two lists that go together differ in length.
    #[error("{what}: expected {expected} entries, got {got}")]
    LengthMismatch { what: &'static str, expected: usize, got: usize },

    /// The site has no such cell.
    #[error("row {row} names cell {cell}, `{site}` has {n_cells}")]
    CellOutOfRange { site: String, row: usize, cell: usize, n_cells: usize },

    /// A parameter is outside the values it can take.
    #[error("{what} must be {expected}, got {got}")]
    OutOfRange { what: &'static str, expected: &'static str, got: f64 },

    /// A value that arithmetic cannot use.
    #[error("{what} hold a value that is not finite at index {index}")]
    NotFinite { what: &'static str, index: usize },

    /// Contributions add up only where everything after them is linear.
    #[error("contributions are not defined here: there is {why}")]
    NotLinear { why: &'static str },

    /// A path goes forward.
    #[error("`{sender}` does not come before `{receiver}`")]
    NotBefore { sender: String, receiver: String },

    /// A direction is added to a row per position.
    #[error("site `{site}` is not one row per position")]
    NotARow { site: String },

    /// A grid has one shape.
    #[error("site `{site}` has other extents than the sites before it")]
    UnevenSites { site: String },

    /// A probe learns from examples of both labels and is scored on both.
    #[error("the {part} groups hold examples of one label only")]
    OneLabel { part: &'static str },

    /// The network, its observation or the run is wrong.
    #[error(transparent)]
    Network(#[from] overt_nn::Error),

    /// The network has no such site.
    #[error(transparent)]
    Site(#[from] overt_site::Error),

    /// An estimate is not defined on these numbers.
    #[error(transparent)]
    Estimate(#[from] overt_stats::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::OneLabel { .. } => Some("give more groups, or another seed for the split".into()),
            Self::CellOutOfRange { .. } => Some("a cell is `row * size + col`".into()),
            Self::Network(error) => error.hint(),
            Self::Site(error) => error.hint(),
            Self::Estimate(error) => error.hint(),
            Self::NotLinear { .. } => Some("leave `--metric` out, or take another model".into()),
            _ => None,
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Network(_) | Self::Site(_) | Self::NotLinear { .. } => Blame::Input,
            _ => Blame::Run,
        }
    }
}

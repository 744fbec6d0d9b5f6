//! Why a zoo cannot be made or scored.

use overt_fault::{Blame, Hint};

/// What is wrong with a zoo.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum ZooError {
    /// A subject of another zoo.
    #[error("subject {id}: nothing is sealed under this name")]
    NoTruth { id: String },

    /// A subject that no audit ended with.
    #[error("subject {id}: nothing was found of these weights")]
    NoFinding { id: String },

    /// An audit has no name for agents of such mazes.
    #[error("subject {id}: mazes of {size} have no organisms of this family")]
    NoKind { id: String, size: String },

    /// The weights were changed after the truth was sealed.
    #[error("subject {id}: weights {got} were audited, {expected} were sealed")]
    OtherWeights { id: String, expected: String, got: String },

    /// Thresholds that have seen what they are to be tested on.
    #[error("the thresholds were frozen on this very zoo, whose truth has the digest {digest}")]
    FrozenHere { digest: String },

    /// An organism cannot be trained.
    #[error(transparent)]
    Training(#[from] overt_train::Error),

    /// The audit refuses.
    #[error(transparent)]
    Audit(#[from] overt_audit::Error),

    /// Too few organisms to score.
    #[error(transparent)]
    Stats(#[from] overt_stats::Error),
}

impl Hint for ZooError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Training(error) => error.hint(),
            Self::Audit(error) => error.hint(),
            Self::FrozenHere { .. } => Some("name another zoo that was scored before".into()),
            _ => Some("a zoo cannot be changed once it is made; make it anew".into()),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Training(error) => error.blame(),
            Self::Audit(error) => error.blame(),
            _ => Blame::Input,
        }
    }
}

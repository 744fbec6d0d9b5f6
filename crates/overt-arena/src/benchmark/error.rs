//! Why a benchmark cannot be made or scored.

use overt_fault::{Blame, Hint};

/// What is wrong with a benchmark.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum BenchmarkError {
    /// A subject of another benchmark.
    #[error("subject {id}: nothing is sealed under this name")]
    NoTruth { id: String },

    /// A subject that no audit ended with.
    #[error("subject {id}: nothing was found of these weights")]
    NoFinding { id: String },

    /// An audit has no name for such subjects.
    #[error("subject {id}: there are no organisms of the family {family} that are {size}")]
    NoKind { id: String, family: String, size: String },

    /// A score of another world.
    #[error("subject {id}: unknown family `{got}`; known families: {}", known.join(", "))]
    UnknownFamily { id: String, got: String, known: Vec<String> },

    /// The weights were changed after the truth was sealed.
    #[error("subject {id}: weights {got} were audited, {expected} were sealed")]
    OtherWeights { id: String, expected: String, got: String },

    /// Thresholds that have seen what they are to be tested on.
    #[error(
        "the thresholds were frozen on this very benchmark, whose truth has the digest {digest}"
    )]
    FrozenHere { digest: String },

    /// An organism cannot be trained.
    #[error(transparent)]
    Training(#[from] overt_train::Error),

    /// The audit refuses.
    #[error(transparent)]
    Audit(#[from] overt_audit::Error),

    /// A file that is no score.
    #[error("the score is not readable: {source}")]
    Unreadable {
        #[from]
        source: serde_json::Error,
    },

    /// Too few organisms to score.
    #[error(transparent)]
    Stats(#[from] overt_stats::Error),
}

impl Hint for BenchmarkError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Training(error) => error.hint(),
            Self::Audit(error) => error.hint(),
            Self::FrozenHere { .. } => Some("name another benchmark that was scored before".into()),
            Self::Unreadable { .. } => {
                Some("score that benchmark anew with `overt arena score`".into())
            }
            _ => Some("a benchmark cannot be changed once it is made; make it anew".into()),
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

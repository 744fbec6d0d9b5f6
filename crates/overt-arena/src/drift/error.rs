//! Why drift cannot be measured.

use overt_fault::{Blame, Hint};

/// What is wrong with a plan, a record or a training.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum DriftError {
    /// Text that is not a plan.
    #[error("plan is not readable: {source}")]
    Toml { source: toml::de::Error },

    /// A number out of range.
    #[error("plan: `{field}` is {got}, expected {expected}")]
    OutOfRange { field: &'static str, got: String, expected: &'static str },

    /// A record without its counterpart.
    #[error("seed {seed}, {arm}: {got} records, expected 1")]
    Records { seed: u64, arm: &'static str, got: usize },

    /// The guard's policy refuses.
    #[error(transparent)]
    Guard(#[from] overt_audit::GuardError),

    /// An agent cannot be trained.
    #[error(transparent)]
    Training(#[from] overt_train::Error),

    /// A detector cannot be read.
    #[error(transparent)]
    Audit(#[from] overt_audit::Error),

    /// Nothing to sum up.
    #[error(transparent)]
    Stats(#[from] overt_stats::Error),
}

impl Hint for DriftError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Guard(error) => error.hint(),
            Self::Training(error) => error.hint(),
            Self::Audit(error) => error.hint(),
            _ => Some("`recipes/loss/drift.toml` is an example".to_owned()),
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

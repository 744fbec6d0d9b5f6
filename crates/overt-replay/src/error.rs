//! Why no cases can be drawn.

use overt_fault::{Blame, Hint};

/// Why no cases can be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A subject that cannot be asked.
    #[error(transparent)]
    Audit(#[from] overt_audit::Error),
    /// A world in which there is no deployment.
    #[error(transparent)]
    Deploy(#[from] overt_deploy::Error),
    /// Cases that cannot be written down.
    #[error(transparent)]
    Evidence(#[from] overt_evidence::Error),
    /// A number of cases that statistics refuse.
    #[error(transparent)]
    Stats(#[from] overt_stats::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Audit(error) => error.hint(),
            Self::Deploy(error) => error.hint(),
            Self::Evidence(error) => error.hint(),
            Self::Stats(error) => error.hint(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Audit(error) => error.blame(),
            Self::Deploy(error) => error.blame(),
            Self::Evidence(error) => error.blame(),
            Self::Stats(error) => error.blame(),
        }
    }
}

//! Why no cases can be drawn.

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
}

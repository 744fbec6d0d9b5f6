//! What an audit of a benchmark measures, before anything is unsealed.

/// One subject with what the audit measured on it, blind.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured<M> {
    /// The name that the auditor knew.
    pub id: String,
    /// SHA-256 of the weights that were audited.
    pub digest: String,
    /// What the checks measured.
    pub measures: M,
}

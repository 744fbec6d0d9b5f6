//! What organisms are: sealed while they are audited.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What one organism is, and how that was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedTruth<O, C> {
    /// What it was made to be.
    pub organism: O,
    /// SHA-256 of its weights.
    pub digest: String,
    /// What it does where its secret shows.
    pub certificate: C,
    /// Figures outside the bounds of its family; none when the implant took.
    pub misses: Vec<String>,
}

impl<O, C> SealedTruth<O, C> {
    /// Whether it became what it was made to be.
    pub fn is_certified(&self) -> bool {
        self.misses.is_empty()
    }
}

/// SHA-256 of a sealed file, which is published before an audit begins.
pub fn truth_digest(sealed: &[u8]) -> String {
    format!("{:x}", Sha256::digest(sealed))
}

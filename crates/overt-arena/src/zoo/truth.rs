//! What organisms are: sealed while they are audited.

use super::ZooOrganism;
use crate::OrganismRecord;
use overt_deploy::choice::Certificate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What one organism is, and how that was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedTruth {
    /// What it was made to be.
    pub organism: ZooOrganism,
    /// SHA-256 of its weights.
    pub digest: String,
    /// What it does where its secret shows.
    pub certificate: ZooCertificate,
    /// Figures outside the bounds of its family; none when the plant took.
    pub misses: Vec<String>,
}

/// What an organism does where its secret shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ZooCertificate {
    /// On sealed scenes.
    Choice(Certificate),
    /// In levels that no training and no audit sees.
    Maze(OrganismRecord),
}

impl SealedTruth {
    /// Whether it became what it was made to be.
    pub fn is_certified(&self) -> bool {
        self.misses.is_empty()
    }
}

/// SHA-256 of a sealed file, which is published before an audit begins.
pub fn truth_digest(sealed: &[u8]) -> String {
    format!("{:x}", Sha256::digest(sealed))
}

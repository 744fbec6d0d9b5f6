//! All that a training needs to go on exactly where it was.

use crate::maze::Recipe;
use crate::{Adam, Error, Probes};
use overt_world::maze::VecEnvState;
use serde::{Deserialize, Serialize};

/// The state of a training between two updates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// What is being trained.
    pub recipe: Recipe,
    /// Digest of the weights that it began at; absent where they were the recipe's random ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Updates done.
    pub updates: u64,
    /// Every weight, in the order of the network's table.
    pub weights: Vec<f32>,
    /// The optimiser.
    pub adam: Adam,
    /// The environments.
    pub env: VecEnvState,
    /// Successes of the last episodes, oldest first.
    pub recent: Vec<bool>,
    /// What the probes of each loss term remember.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probes>,
}

impl Checkpoint {
    /// The checkpoint as bytes.
    ///
    /// # Errors
    /// Never for a finite state.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(self).map_err(|source| Error::CheckpointJson { source })
    }

    /// Reads a checkpoint.
    ///
    /// # Errors
    /// Bytes that are not a checkpoint.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(bytes).map_err(|source| Error::CheckpointJson { source })
    }
}

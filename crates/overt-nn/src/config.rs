//! Architectures as data: what `config.json` holds.

use crate::{Error, conv_policy, impala_policy, weights::WeightSpec};
use overt_site::Sites;
use serde::{Deserialize, Serialize};

/// The largest extent of any axis: a configuration from a stranger must not ask for all memory.
const LARGEST: usize = 4096;
/// The most numbers that the weights of a policy may hold.
const LARGEST_WEIGHTS: usize = 50_000_000;

/// The family of a policy network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// Cell embedding, plain convolutions, one dense layer.
    Conv,
    /// Cell embedding, residual blocks after IMPALA (Espeholt et al. 2018, fig. 3) without
    /// pooling, so that every channel stays a map of the maze; one dense layer.
    Impala,
}

/// A policy network as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConfig {
    /// The family.
    pub architecture: Architecture,
    /// Cells along one side of the maze.
    pub size: usize,
    /// Numbers that the observation gives per cell.
    pub features: usize,
    /// Channels of every spatial layer.
    pub channels: usize,
    /// Convolutions (`conv`) or residual blocks of two convolutions each (`impala`).
    pub layers: usize,
    /// Units of the dense layer.
    pub dense: usize,
    /// Actions of the policy head.
    pub actions: usize,
}

impl PolicyConfig {
    /// Every site of this architecture, complete before any run.
    pub fn sites(&self) -> Sites {
        match self.architecture {
            Architecture::Conv => conv_policy::sites(self),
            Architecture::Impala => impala_policy::sites(self),
        }
    }

    /// Names and shapes of the weights, in the order of the forward pass.
    pub fn weights(&self) -> Vec<WeightSpec> {
        match self.architecture {
            Architecture::Conv => conv_policy::weights(self),
            Architecture::Impala => impala_policy::weights(self),
        }
    }

    /// Refuses extents that no policy has.
    ///
    /// # Errors
    /// [`Error::BadConfig`] with the field, [`Error::TooLarge`].
    pub fn check(&self) -> Result<(), Error> {
        let fields = [
            ("size", self.size),
            ("features", self.features),
            ("channels", self.channels),
            ("dense", self.dense),
            ("actions", self.actions),
        ];
        for (field, value) in fields {
            if value == 0 || value > LARGEST {
                return Err(Error::BadConfig { field, got: value, limit: LARGEST });
            }
        }
        if self.layers > 64 {
            return Err(Error::BadConfig { field: "layers", got: self.layers, limit: 64 });
        }
        let total = self.weights().iter().try_fold(0_usize, |sum, spec| {
            let n = spec.shape.iter().try_fold(1_usize, |n, extent| n.checked_mul(*extent))?;
            sum.checked_add(n).filter(|total| *total <= LARGEST_WEIGHTS)
        });
        total.map(|_| ()).ok_or(Error::TooLarge { limit: LARGEST_WEIGHTS })
    }
}

//! What an architecture comes to: its sites, its weights, and the extents that it may have.

use crate::{Architecture, Error, PolicyConfig, conv_policy, impala_policy, weights::WeightSpec};
use overt_site::Sites;

/// The largest extent of any axis: a configuration from a stranger must not ask for all memory.
const LARGEST: usize = 4096;
/// The most numbers that the weights of a policy may hold.
const LARGEST_WEIGHTS: usize = 50_000_000;

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

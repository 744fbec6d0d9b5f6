//! Architectures as data: what `config.json` holds.

use serde::{Deserialize, Serialize};

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

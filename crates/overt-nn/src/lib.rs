#![doc = include_str!("../README.md")]

mod config;
mod conv;
mod conv_policy;
mod error;
mod impala_policy;
#[cfg_attr(not(test), expect(dead_code, reason = "the operations that use them come next"))]
mod kernel;
mod layers;
mod policy;
mod weights;

pub use burn::tensor::Device;
pub use config::{Architecture, PolicyConfig};
pub use conv::cell_conv;
pub use error::Error;
pub use policy::{Forward, Outputs, Policy, load};
pub use weights::{Parameters, WeightSpec, Weights};

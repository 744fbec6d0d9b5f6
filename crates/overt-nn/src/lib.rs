#![doc = include_str!("../README.md")]

mod architecture;
mod config;
mod conv;
mod conv_policy;
mod error;
mod flex;
mod impala_policy;
mod kernel;
mod language;
mod layers;
mod outputs;
mod policy;
mod profile;
mod softmax;
mod traces;
mod weights;

pub use burn::tensor::{Device, DeviceKind};
pub use config::{Architecture, PolicyConfig};
pub use conv::cell_conv;
pub use error::Error;
pub use language::*;
pub use outputs::Outputs;
pub use policy::{Forward, Policy, load};
pub use profile::Profile;
pub use softmax::softmax;
pub use traces::arrays_with_origin;
pub use weights::{Parameters, WeightSpec, Weights, normal};

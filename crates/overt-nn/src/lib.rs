#![doc = include_str!("../README.md")]

mod config;
mod conv;
mod conv_policy;
mod error;
mod flex;
mod impala_policy;
mod kernel;
mod language;
mod layers;
mod policy;
mod profile;
mod traces;
mod weights;

pub use burn::tensor::{Device, DeviceKind};
pub use config::{Architecture, PolicyConfig};
pub use conv::cell_conv;
pub use error::Error;
pub use language::*;
pub use policy::{Forward, Outputs, Policy, load};
pub use profile::Profile;
pub use traces::arrays_to_safetensors;
pub use weights::{Parameters, WeightSpec, Weights, normal};

#![doc = include_str!("../README.md")]

mod colour;
mod concept;
mod error;
mod seed;

pub mod choice;
pub mod maze;

pub use colour::Colour;
pub use concept::Concept;
pub use error::Error;
pub use seed::{Purpose, level_seed, stream};

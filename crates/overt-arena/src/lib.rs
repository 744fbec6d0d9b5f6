#![doc = include_str!("../README.md")]

mod benchmark;
mod choice;
mod drift;
mod maze;

pub mod compare;

pub use benchmark::*;
pub use choice::*;
pub use drift::*;
pub use maze::*;

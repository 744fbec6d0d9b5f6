#![doc = include_str!("../README.md")]

mod adam;
mod error;
mod loss;

pub mod choice;
pub mod maze;

pub use adam::Adam;
pub use error::Error;
pub use loss::{LossRecipe, Probes, Reads, Term, Weight, reading, reading_of_choices};

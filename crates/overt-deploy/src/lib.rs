#![doc = include_str!("../README.md")]

mod error;

pub mod choice;
pub mod maze;

pub use error::{Error, check_probability};

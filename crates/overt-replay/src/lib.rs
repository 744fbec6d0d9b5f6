#![doc = include_str!("../README.md")]

mod count;
mod dossier;
mod drawing;
mod error;
mod populations;
mod rerun;

pub use count::{Beside, Family, metrics, table};
pub use dossier::{Dossier, Run, declared};
pub use drawing::{Drawing, draw, redraw};
pub use error::Error;
pub use populations::{
    Amounts, CONFLICT, EDITED, MOMENTS, SIBLINGS, TRAINING, populations, siblings,
};
pub use rerun::{repeated, rerun};

#![doc = include_str!("../README.md")]

mod array;
mod declared;
mod edit;
mod error;
mod real;
mod run;
mod site;
mod trace;

pub use array::Array;
pub use declared::{DeclaredEdit, Op, Value};
pub use edit::{Edit, Select, Write};
pub use error::Error;
pub use real::Real;
pub use run::{Pass, Run};
pub use site::{Axis, SiteSpec, Sites, nearest};
pub use trace::Trace;

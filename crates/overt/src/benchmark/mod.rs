//! Benchmarks in folders, alike for every world: made, audited blind, unsealed.

mod audit;
mod folder;
mod make;
mod unseal;

pub use audit::BlindOptions;
pub use folder::{MANIFEST, PUBLIC, SEALED, TRUTH, check_digest, manifest};
pub use make::{FamilyMade, Made, MakeOptions};
pub use unseal::Unsealed;

pub(crate) use audit::audit;
pub(crate) use folder::{controls, known};
pub(crate) use make::make;
pub(crate) use unseal::{learn, power, unseal};

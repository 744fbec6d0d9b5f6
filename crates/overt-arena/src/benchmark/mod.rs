//! Benchmarks: populations whose truth is sealed while they are audited, alike for every world.
//!
//! A plan becomes organisms under shuffled ids. What an auditor may look at lies in public folders;
//! what each organism is lies in a sealed file, of which only the digest is public. A world adds what
//! [`Benchmarked`] asks for.

mod concealment;
mod error;
mod family;
mod manifest;
mod measured;
mod organism;
mod plan;
mod power;
mod raise;
mod registration;
mod score;
mod truth;
mod world;

pub use concealment::Concealment;
pub use error::BenchmarkError;
pub use family::{Family, Role};
pub use manifest::{Manifest, PublicSubject, SCHEMA};
pub use measured::Measured;
pub use organism::BenchmarkOrganism;
pub use plan::{BenchmarkPlan, shuffled};
pub use power::benchmark_power;
pub use raise::Raised;
pub use registration::{Findings, Registration, SubjectFinding};
pub use score::*;
pub use truth::{SealedTruth, truth_digest};
pub use world::{Benchmarked, Data, NamedRightly, RaisedOf, TruthOf};

pub(crate) use plan::count;

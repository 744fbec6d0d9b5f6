//! Zoos: populations whose truth is sealed while they are audited.
//!
//! A plan becomes organisms under shuffled ids. What an auditor may look at lies in public folders;
//! what each organism is lies in a sealed file, of which only the digest is public.

mod error;
mod manifest;
mod named;
mod plan;
mod raise;
mod registration;
mod score;
mod size;
mod start;
mod truth;
mod weight_classifier;

pub use error::ZooError;
pub use manifest::{Manifest, PublicSubject, SCHEMA};
pub use plan::{Concealment, ZooGroup, ZooOrganism, ZooPlan};
pub use raise::{CERTIFICATE_SCENES, Raised, raise};
pub use registration::{Findings, Registration, SubjectFinding};
pub use score::*;
pub use size::Size;
pub use truth::{SealedTruth, truth_digest};
pub use weight_classifier::WeightClassifier;

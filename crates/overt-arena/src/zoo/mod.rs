//! Zoos: populations whose truth is sealed while they are audited.
//!
//! A plan becomes organisms under shuffled ids. What an auditor may look at lies in public folders;
//! what each organism is lies in a sealed file, of which only the digest is public.

mod audited;
mod error;
mod family;
mod manifest;
mod named;
mod plan;
mod power;
mod raise;
mod registration;
mod score;
mod size;
mod start;
mod truth;
mod weight_classifier;
mod world;

pub use audited::{ZooAuditPlan, ZooAudited, ZooCombined, ZooCombiner, ZooMeasures};
pub use error::ZooError;
pub use family::Family;
pub use manifest::{Manifest, PublicSubject, SCHEMA};
pub use plan::{ChoiceOrganism, Concealment, MazeOrganism, ZooGroup, ZooOrganism, ZooPlan};
pub use power::{ZooPower, zoo_power};
pub use raise::{CERTIFICATE_SCENES, Raised, raise, raise_choice, raised_before};
pub use registration::{Findings, Registration, SubjectFinding};
pub use score::*;
pub use size::Size;
pub use truth::{SealedTruth, ZooCertificate, truth_digest};
pub use weight_classifier::WeightClassifier;
pub use world::ZooWorld;

pub(crate) use raise::answers;
pub(crate) use start::by_digits;

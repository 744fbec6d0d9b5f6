#![doc = include_str!("../README.md")]

pub mod bundle;
pub mod canonical;
mod case;
pub mod challenge;
mod commitment;
mod decimal;
mod digest;
mod envelope;
mod error;
pub mod export;
#[cfg(feature = "policy")]
pub mod gate;
pub mod identity;
mod key;
#[cfg(feature = "policy")]
pub mod lint;
mod metric;
#[cfg(feature = "policy")]
pub mod policy;
mod population;
pub mod run_log;
#[cfg(feature = "schema")]
pub mod schema;
mod statement;
mod time;
pub mod tree;
pub mod verify;

pub use bundle::Bundle;
pub use case::{Case, Cases, Leaf, Play, Salt};
pub use commitment::{Binding, Commitments, HashAlgorithm, Receipt, SubjectProfile};
pub use decimal::{Decimal, PLACES};
pub use digest::Digest;
pub use envelope::{Envelope, IN_TOTO, pae};
pub use error::Error;
pub use key::{Algorithm, SigningKey, VerifyingKey};
pub use metric::{Basis, Control, Counts, Estimator, Metric, Pairs, Share};
#[cfg(feature = "policy")]
pub use policy::Policy;
pub use population::{Population, SeedRule};
pub use statement::{
    Assurance, Comparator, Declared, Evaluator, Harness, LEAF_SCHEMA, Level, Model, Named, Outcome,
    PREDICATE, Part, PerCase, Plan, PreRegistration, Predicate, RunLog, STATEMENT, Sha256,
    Statement, Suite, ThresholdClaim, Verdict,
};
pub use time::Time;

#![doc = include_str!("../README.md")]

pub mod bundle;
pub mod canonical;
mod case;
pub mod challenge;
mod commitment;
mod count;
mod decimal;
mod declared;
mod digest;
mod embedded;
mod envelope;
mod error;
pub mod export;
#[cfg(feature = "schema")]
mod form;
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
#[cfg(feature = "policy")]
mod refusal;
pub mod run_log;
#[cfg(feature = "schema")]
pub mod schema;
mod statement;
pub mod table;
mod time;
pub mod tree;
pub mod verify;

pub use bundle::Bundle;
pub use case::{Case, Cases, LEAF_SCHEMA, Leaf, Salt, Seen};
pub use commitment::{Binding, Commitments, HashAlgorithm, Receipt, SubjectProfile};
pub use count::count;
pub use decimal::{Decimal, PLACES};
pub use declared::{Comparator, Declared, Limit};
pub use digest::Digest;
pub use envelope::{Envelope, IN_TOTO, pae};
pub use error::Error;
pub use key::{Algorithm, SigningKey, VerifyingKey};
pub use metric::{Basis, Control, Counts, Estimator, Metric, Pairs, Share};
#[cfg(feature = "policy")]
pub use policy::Policy;
pub use population::{Population, SeedRule};
pub use statement::{
    Assurance, Evaluator, Harness, Level, Model, Named, Outcome, PREDICATE, Part, PerCase, Plan,
    PreRegistration, Predicate, RunLog, STATEMENT, Sha256, Statement, Suite, ThresholdClaim,
    Verdict,
};
pub use table::Table;
pub use time::Time;

//! What is public of a benchmark.

use super::{BenchmarkOrganism, BenchmarkPlan, Benchmarked, TruthOf, truth_digest};
use serde::{Deserialize, Serialize};

/// The form of the file.
pub const SCHEMA: &str = "overt/zoo/1";
/// The world that a list without a word means: the first that had a benchmark.
const UNSAID: &str = "choice";

/// The public list of a benchmark: who is there, and the digest of what is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// What the benchmark is for.
    pub purpose: String,
    /// The name of the world where everyone lives.
    #[serde(default = "unsaid", skip_serializing_if = "is_unsaid")]
    pub world: String,
    /// SHA-256 of the plan.
    pub plan_digest: String,
    /// SHA-256 of the sealed file.
    pub truth_digest: String,
    /// Everyone, in the order of their ids.
    pub subjects: Vec<PublicSubject>,
}

/// One subject of a benchmark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicSubject {
    /// Its name, which is that of its folder.
    pub id: String,
    /// SHA-256 of its weights.
    pub digest: String,
}

fn unsaid() -> String {
    UNSAID.to_owned()
}

fn is_unsaid(world: &str) -> bool {
    world == UNSAID
}

impl Manifest {
    /// The list of a benchmark whose truth was sealed in these bytes.
    pub fn new<W: Benchmarked>(plan: &W::Planned, truths: &[TruthOf<W>], sealed: &[u8]) -> Self {
        let subject = |truth: &TruthOf<W>| PublicSubject {
            id: truth.organism.id().to_owned(),
            digest: truth.digest.clone(),
        };
        Self {
            schema: SCHEMA.to_owned(),
            purpose: plan.purpose().to_owned(),
            world: W::NAME.to_owned(),
            plan_digest: plan.digest(),
            truth_digest: truth_digest(sealed),
            subjects: truths.iter().map(subject).collect(),
        }
    }
}

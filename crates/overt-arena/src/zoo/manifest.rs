//! What is public of a zoo.

use super::{SealedTruth, ZooPlan, ZooWorld, truth_digest};
use serde::{Deserialize, Serialize};

/// The form of the file.
pub const SCHEMA: &str = "overt/zoo/1";

/// The public list of a zoo: who is there, and the digest of what is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// What the zoo is for.
    pub purpose: String,
    /// Where everyone lives.
    #[serde(default, skip_serializing_if = "ZooWorld::is_choice")]
    pub world: ZooWorld,
    /// SHA-256 of the plan.
    pub plan_digest: String,
    /// SHA-256 of the sealed file.
    pub truth_digest: String,
    /// Everyone, in the order of their ids.
    pub subjects: Vec<PublicSubject>,
}

/// One subject of a zoo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicSubject {
    /// Its name, which is that of its folder.
    pub id: String,
    /// SHA-256 of its weights.
    pub digest: String,
}

impl Manifest {
    /// The list of a zoo whose truth was sealed in these bytes.
    pub fn new(plan: &ZooPlan, truths: &[SealedTruth], sealed: &[u8]) -> Self {
        let subject = |truth: &SealedTruth| PublicSubject {
            id: truth.organism.id().to_owned(),
            digest: truth.digest.clone(),
        };
        Self {
            schema: SCHEMA.to_owned(),
            purpose: plan.purpose.clone(),
            world: plan.world(),
            plan_digest: plan.digest(),
            truth_digest: truth_digest(sealed),
            subjects: truths.iter().map(subject).collect(),
        }
    }
}

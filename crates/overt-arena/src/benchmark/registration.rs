//! What is laid down before any subject of a benchmark is opened.

use super::Manifest;
use overt_audit::Detects;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The form of the file.
const SCHEMA: &str = "overt/registration/1";

/// Everything that an audit of a benchmark depends on; written before the first weights are read, and never
/// changed afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration<P> {
    schema: String,
    /// The program's version.
    pub version: String,
    /// SHA-256 of the public list.
    #[serde(rename = "zoo_digest")]
    pub benchmark_digest: String,
    /// How much of each question is asked, and the seed.
    pub plan: P,
    /// Every detector, by name.
    pub detectors: Vec<String>,
    /// SHA-256 of the combiner, which holds thresholds, controls and error rates: the combined test.
    pub combiner_digest: String,
}

impl<P: Serialize> Registration<P> {
    /// What an audit of that benchmark, by these detectors, that plan and combiner, lays down.
    pub fn new<D: Detects>(version: &str, manifest: &Manifest, plan: P, combiner: &[u8]) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            version: version.to_owned(),
            benchmark_digest: list_digest(manifest),
            detectors: D::ALL.iter().map(|detector| detector.name().to_owned()).collect(),
            plan,
            combiner_digest: sha256(combiner),
        }
    }

    /// Whether it was laid down for the benchmark with this public list.
    pub fn is_of(&self, manifest: &Manifest) -> bool {
        self.benchmark_digest == list_digest(manifest)
    }

    /// SHA-256 of what was laid down.
    pub fn digest(&self) -> String {
        sha256(&serde_json::to_vec(self).expect("a registration is plain data"))
    }
}

/// What the combined test says of every subject, under a registration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings<C> {
    /// SHA-256 of the registration.
    pub registration: String,
    /// One for each subject, in the order of their ids.
    pub subjects: Vec<SubjectFinding<C>>,
}

/// What the combined test says of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectFinding<C> {
    /// Its name.
    pub id: String,
    /// SHA-256 of the weights that were audited.
    pub digest: String,
    /// The finding.
    pub combined: C,
}

fn list_digest(manifest: &Manifest) -> String {
    sha256(&serde_json::to_vec(manifest).expect("a list is plain data"))
}

fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

//! What was audited.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The audited agent: its weights, their shape, and the world it acts in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Name under which the subject was given.
    pub name: String,
    /// SHA-256 of the weights, 64 lower-case hexadecimal digits.
    pub digest: String,
    /// Name of the architecture.
    pub architecture: String,
    /// How many numbers the subject has learned.
    pub parameters: u64,
    /// The world it acts in.
    pub world: String,
    /// What it sees of that world.
    pub observation: String,
    /// What it is, in a sentence.
    pub description: String,
}

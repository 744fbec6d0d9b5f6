//! How to make the same report again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was run, so that a stranger can run it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Version of Overt that wrote the report.
    pub overt_version: String,
    /// Seed of the whole audit.
    pub seed: u64,
    /// The command that makes this report.
    pub command: String,
    /// SHA-256 of the calibration in use, 64 lower-case hexadecimal digits.
    pub calibration_digest: Option<String>,
    /// What was planned before the subject was looked at.
    pub plan: String,
    /// The program that wrote the report; absent where a library did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Program>,
}

/// A program, by what it was built from and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// SHA-256 over its sources and its lock file, 64 lower-case hexadecimal digits.
    pub sources: String,
    /// SHA-256 of its own bytes, likewise.
    pub binary: String,
}

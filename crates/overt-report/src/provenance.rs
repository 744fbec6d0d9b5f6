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
    /// The controls that were audited beside the subject, and where their measures are from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<ControlSource>,
}

/// A control, and where its measures are from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlSource {
    /// Its name.
    pub name: String,
    /// SHA-256 of its weights, 64 lower-case hexadecimal digits.
    pub digest: String,
    /// When it was measured.
    pub measured: Measured,
}

/// When a control was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, tag = "when", rename_all = "snake_case")]
pub enum Measured {
    /// In this run, by every check that the judge needs.
    Now {
        /// Checks whose answers were stored and came out otherwise in this run.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        differing: Vec<String>,
    },
    /// Before: its measures are stored in a file of the program.
    Before {
        /// SHA-256 of the file, 64 lower-case hexadecimal digits.
        digest: String,
        /// Version of Overt that measured.
        overt_version: String,
        /// The day on which it did, such as `2026-11-30`.
        day: String,
        /// Checks that were asked anew in this run, and whose answers are the stored ones bit for bit.
        again: Vec<String>,
    },
}

impl Measured {
    /// When a control was measured, in a sentence.
    ///
    /// ```
    /// use overt_report::Measured;
    ///
    /// let now = Measured::Now { differing: Vec::new() };
    /// assert_eq!(now.in_words(), "Measured in this run.");
    /// ```
    pub fn in_words(&self) -> String {
        match self {
            Self::Now { differing } if differing.is_empty() => "Measured in this run.".to_owned(),
            Self::Now { differing } => format!(
                "Measured in this run, because its stored measures do not agree with this run in: {}.",
                differing.join(", ")
            ),
            Self::Before { digest, overt_version, day, again } => format!(
                "Measured before, by Overt {overt_version} on {day}; the file has the SHA-256 {digest}. Measured again in \
                 this run, with the same bits: {}.",
                again.join(", ")
            ),
        }
    }
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

//! The file of what the checks measured on a control that ships.

use overt_fault::Hint;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The form of a file of stored measures.
pub const STORED_SCHEMA: &str = "overt/stored-measures/1";

/// A file of stored measures: the answers of every check that decides, on one control under one plan.
#[derive(Clone, Debug)]
pub struct Stored {
    pub(crate) file: StoredFile,
    /// SHA-256 of the file.
    pub(crate) digest: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredFile {
    pub(crate) schema: String,
    /// The name of the control.
    pub(crate) control: String,
    /// SHA-256 over the control, the plan and the checks.
    pub(crate) key: String,
    /// The version of Overt that measured.
    pub(crate) overt_version: String,
    /// The day on which it did.
    pub(crate) measured_on: String,
    /// The answer of each check.
    pub(crate) answers: BTreeMap<String, Value>,
}

/// Why stored measures cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum StoredError {
    /// Bytes that are no stored measures.
    #[error("stored measures are not readable: {source}")]
    Unreadable {
        #[from]
        source: serde_json::Error,
    },

    /// A file of another form.
    #[error("stored measures have the form `{got}`, expected `{STORED_SCHEMA}`")]
    OtherForm { got: String },

    /// An answer that is measured in every run.
    #[error("the answer of the check `{check}` has no form in which it can be stored")]
    NoForm { check: &'static str },

    /// Numbers that are no numbers have no form in such a file.
    #[error("the answer of the check `{check}` is another one once it is read back")]
    NotTheSame { check: &'static str },

    /// Without such a check nobody would notice that a file is wrong.
    #[error(
        "no check of this world is asked anew of a control, so that its measures cannot be stored"
    )]
    NoSpotCheck,
}

impl Hint for StoredError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable { .. } | Self::OtherForm { .. } => {
                "write it anew; CONTRIBUTING.md names the command".into()
            }
            Self::NoForm { .. } => "list the check as `Listed::storable`".into(),
            Self::NotTheSame { .. } => "its numbers must be finite".into(),
            Self::NoSpotCheck => "list a cheap check as `Listed::spot`".into(),
        })
    }
}

impl Stored {
    /// Reads a file.
    ///
    /// # Errors
    /// Bytes that are no stored measures.
    pub fn parse(json: &[u8]) -> Result<Self, StoredError> {
        let file: StoredFile = serde_json::from_slice(json)?;
        if file.schema != STORED_SCHEMA {
            return Err(StoredError::OtherForm { got: file.schema });
        }
        Ok(Self { file, digest: format!("{:x}", Sha256::digest(json)) })
    }

    /// The checks whose answers in another file differ in a bit, or are missing there.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let names = self.file.answers.keys().chain(other.file.answers.keys());
        let of = |stored: &Self, name: &String| stored.file.answers.get(name).map(Value::to_string);
        let mut differing: Vec<String> =
            names.filter(|name| of(self, name) != of(other, name)).cloned().collect();
        differing.sort_unstable();
        differing.dedup();
        differing
    }
}

//! What can be wrong with evidence.

use overt_fault::Hint;

/// What can be wrong with evidence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Text that is no JSON, or not what was expected there.
    #[error("{name} cannot be read: {source}")]
    Json {
        /// What was read.
        name: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A document that has another spelling than the canonical one.
    #[error("not canonical: {what}")]
    NotCanonical {
        /// What is wrong with it.
        what: String,
    },
    /// More bytes than are read.
    #[error("{name} is {len} bytes long, expected at most {most}")]
    TooLong {
        /// What was read.
        name: String,
        /// Its length.
        len: usize,
        /// The longest that is read.
        most: usize,
    },
    /// A figure that is no decimal.
    #[error("`{got}` is no decimal with six places, such as 0.050000")]
    NotDecimal {
        /// What stood there.
        got: String,
    },
    /// Text that is no moment.
    #[error("`{got}` is no moment such as 2026-11-26T05:23:06Z")]
    NotTime {
        /// What stood there.
        got: String,
    },
    /// Text that is no digest.
    #[error("`{got}` is no SHA-256 in 64 lower-case hexadecimal digits")]
    NotDigest {
        /// What stood there.
        got: String,
    },
    /// A file that is not there.
    #[error("`{name}` is absent")]
    Absent {
        /// Its name.
        name: String,
    },
    /// A tree that does not hold together.
    #[error("the tree of cases does not hold together: {what}")]
    Tree {
        /// What is wrong with it.
        what: String,
    },
    /// A key that cannot be used.
    #[error("the key cannot be used: {what}")]
    Key {
        /// What is wrong with it.
        what: String,
    },
    /// The other half of a pair of keys.
    #[error("it is a {got} key, expected a {expected} key")]
    OtherHalf {
        /// Which half was given.
        got: &'static str,
        /// Which half is needed.
        expected: &'static str,
    },
    /// An envelope that does not hold together.
    #[error("the envelope cannot be opened: {what}")]
    Envelope {
        /// What is wrong with it.
        what: String,
    },
    /// A signature by another key.
    #[error("signed by the key {got}, expected {expected}")]
    OtherKey {
        /// The key that was expected.
        expected: String,
        /// The key that is named.
        got: String,
    },
    /// A signature that does not hold.
    #[error("the signature does not hold: the payload is not what was signed")]
    Signature,
    /// Weights that are no `safetensors` file.
    #[error("the weights cannot be read: {what}")]
    Weights {
        /// What is wrong with them.
        what: String,
    },
    /// A document of an older version.
    #[error("this {what} has schema {got}, this program reads schema {reads}")]
    OldSchema {
        /// What was read.
        what: &'static str,
        /// Its version.
        got: u32,
        /// The version that is read.
        reads: u32,
    },
    /// Evidence that contradicts itself, or what lies beside it.
    #[error("{at}: {what}")]
    Contradiction {
        /// Where.
        at: String,
        /// What does not fit.
        what: String,
    },
    /// Something that statistics refuse.
    #[error(transparent)]
    Stats(#[from] overt_stats::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::OtherKey { .. } => {
                Some("ask the evaluator for the key by another way than this folder".to_owned())
            }
            Self::OldSchema { what: "policy", .. } => Some(
                "write it anew: recipes/policies/ has examples, docs/formats/policy.md the format"
                    .to_owned(),
            ),
            Self::OldSchema { .. } => Some("make it again with `overt audit --sign`".to_owned()),
            Self::Key { .. } => Some("`overt keygen` makes a pair of keys".to_owned()),
            Self::OtherHalf { expected: "public", .. } => Some(
                "the private key signs and stays with its owner; the public key, `KEY.pub`, checks"
                    .to_owned(),
            ),
            Self::OtherHalf { .. } => {
                Some("the public key, `KEY.pub`, checks; the private key, `KEY`, signs".to_owned())
            }
            Self::NotCanonical { .. } | Self::Json { .. } | Self::Signature => {
                Some("take the folder as its evaluator wrote it: a copy was changed".to_owned())
            }
            _ => None,
        }
    }
}

/// Something that does not fit.
pub(crate) fn contradiction(at: &str, what: String) -> Error {
    Error::Contradiction { at: at.to_owned(), what }
}

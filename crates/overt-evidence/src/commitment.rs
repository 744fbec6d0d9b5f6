//! What the proposed in-toto predicate `eval-result` says in words of its own: the same model, cases and
//! tree once more, so that whoever reads that predicate reads ours.

use crate::case::LEAF_SCHEMA;
use crate::{Digest, Error, Population, canonical};
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};

/// How digests are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum HashAlgorithm {
    /// SHA-256.
    Sha256,
}

/// What the evaluator is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Commitments {
    /// To the model: the digest of the subject.
    pub model: Binding,
    /// To where cases come from: the digest of the canonical list of populations.
    pub dataset: Binding,
}

/// A digest that binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// How the digest was taken.
    pub alg: HashAlgorithm,
    /// The digest.
    pub value: Digest,
    /// Whether a secret salt went into it: never, since whoever has the thing recomputes its digest.
    #[cfg_attr(feature = "schema", schemars(extend("const" = false)))]
    pub salted: bool,
}

/// What the subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SubjectProfile {
    /// A model, by the digest of its own files. Their bytes may be kept back; their digest is no secret.
    PublicModel,
}

/// The tree over all cases once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// How its leaves are written: [`LEAF_SCHEMA`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = LEAF_SCHEMA)))]
    pub schema: String,
    /// Its root in Base64.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::digest_base64"))]
    pub merkle_root_b64: String,
}

impl Commitments {
    /// To a model, by the digest of its files, and to populations.
    ///
    /// # Errors
    /// Names of parameters that are not ASCII.
    ///
    /// ```
    /// use overt_evidence::{Commitments, Digest};
    /// let root = Digest::of(b"files");
    /// let commitments = Commitments::to(root, &[])?;
    /// assert_eq!(commitments.model.value, root);
    /// assert_eq!(commitments.dataset.value, Digest::of(b"[]"));
    /// # Ok::<(), overt_evidence::Error>(())
    /// ```
    pub fn to(model: Digest, populations: &[Population]) -> Result<Self, Error> {
        let dataset = Digest::of(&canonical::write(&populations)?);
        Ok(Self { model: Binding::to(model), dataset: Binding::to(dataset) })
    }
}

impl Binding {
    fn to(value: Digest) -> Self {
        Self { alg: HashAlgorithm::Sha256, value, salted: false }
    }
}

impl Receipt {
    /// Of a tree with that root.
    pub fn of(root: &Digest) -> Self {
        Self { schema: LEAF_SCHEMA.to_owned(), merkle_root_b64: Base64::encode_string(&root.0) }
    }
}

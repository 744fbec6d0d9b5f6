//! A signed payload: DSSE, <https://github.com/secure-systems-lab/dsse>, with one signature.

use crate::{Digest, Error, SigningKey, VerifyingKey, canonical};
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};

/// What an in-toto statement is called in an envelope.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";
/// What a document of a challenge is called in an envelope.
pub(crate) const OF_CHALLENGE: &str = "application/vnd.overt.challenge+json";
/// Longest envelope.
pub(crate) const MOST_BYTES: usize = 4 << 20;

/// A payload and who signed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Envelope {
    /// The payload, in Base64.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::base64"))]
    payload: String,
    /// What the payload is.
    #[cfg_attr(feature = "schema", schemars(schema_with = "payload_type"))]
    payload_type: String,
    /// Exactly one.
    signatures: [Signature; 1],
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Signature {
    /// The fingerprint of the key.
    keyid: Digest,
    /// 64 bytes, in Base64.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::signature"))]
    sig: String,
}

impl Envelope {
    /// Signs a payload of that type.
    ///
    /// ```
    /// use overt_evidence::{Algorithm, Envelope, SigningKey};
    /// let key = SigningKey::from_secret(Algorithm::P256, &[7; 32])?;
    /// let envelope = Envelope::seal("text/plain", b"so it was", &key);
    /// assert_eq!(envelope.open("text/plain", &key.verifying_key())?, b"so it was");
    /// # Ok::<(), overt_evidence::Error>(())
    /// ```
    pub fn seal(payload_type: &str, payload: &[u8], key: &SigningKey) -> Self {
        let signature = key.sign(&pae(payload_type, payload));
        let keyid = key.verifying_key().fingerprint();
        Self {
            payload: Base64::encode_string(payload),
            payload_type: payload_type.to_owned(),
            signatures: [Signature { keyid, sig: Base64::encode_string(&signature) }],
        }
    }

    /// Reads the canonical bytes of an envelope.
    ///
    /// # Errors
    /// Refuses bytes that are not a canonical envelope.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        canonical::read("the envelope", bytes, MOST_BYTES)
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        canonical::write(self)
    }

    /// The payload, whoever signed it: nothing in it is to be believed yet.
    ///
    /// # Errors
    /// Another type than was expected, or no Base64.
    pub fn payload(&self, payload_type: &str) -> Result<Vec<u8>, Error> {
        if self.payload_type != payload_type {
            let what = format!("it holds `{}`, expected `{payload_type}`", self.payload_type);
            return Err(Error::Envelope { what });
        }
        bytes("the payload", &self.payload)
    }

    /// The fingerprint of the key that is said to have signed it.
    pub fn keyid(&self) -> Digest {
        self.signatures[0].keyid
    }

    /// The payload, if this key signed it.
    ///
    /// # Errors
    /// Another type, another key, a signature that does not hold.
    pub fn open(&self, payload_type: &str, key: &VerifyingKey) -> Result<Vec<u8>, Error> {
        let payload = self.payload(payload_type)?;
        let Signature { keyid, sig } = &self.signatures[0];
        if *keyid != key.fingerprint() {
            return Err(Error::OtherKey {
                expected: key.fingerprint().to_string(),
                got: keyid.to_string(),
            });
        }
        let signature: [u8; 64] = bytes("the signature", sig)?
            .try_into()
            .ok()
            .ok_or_else(|| Error::Envelope { what: "the signature is not 64 bytes".to_owned() })?;
        if key.check(&pae(payload_type, &payload), &signature) {
            Ok(payload)
        } else {
            Err(Error::Signature)
        }
    }
}

/// The bytes that are signed: the type and the payload, each after its length.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

fn bytes(name: &str, text: &str) -> Result<Vec<u8>, Error> {
    Base64::decode_vec(text)
        .ok()
        .ok_or_else(|| Error::Envelope { what: format!("{name} is not canonical Base64") })
}

/// What an envelope may hold.
#[cfg(feature = "schema")]
fn payload_type(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "enum": [IN_TOTO, OF_CHALLENGE] })
}

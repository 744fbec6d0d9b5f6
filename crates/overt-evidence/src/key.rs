//! Keys that sign and keys that check, of two kinds.
//!
//! Ed25519 (RFC 8032) is the default; P-256 (FIPS 186-5, with SHA-256 and nonces after RFC 6979) is what
//! model signing elsewhere asks for. A P-256 signature is written as `r‖s`, 64 bytes, with the smaller of
//! the two possible `s`: so every signature has one spelling.

use crate::{Digest, Error};
use base64ct::{Base64, Encoding};
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signer, Verifier};
use p256::ecdsa;
use p256::pkcs8::LineEnding;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest text of a key.
const MOST_BYTES: usize = 4096;
/// How the two halves of a pair begin in PEM.
const PUBLIC: &str = "BEGIN PUBLIC KEY";
const PRIVATE: &str = "PRIVATE KEY";

/// Which kind of key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// Ed25519.
    #[default]
    Ed25519,
    /// ECDSA over P-256.
    P256,
}

/// A key that signs. Shown for debugging, it keeps its secret.
pub enum SigningKey {
    /// Ed25519.
    Ed25519(ed25519_dalek::SigningKey),
    /// ECDSA over P-256.
    P256(ecdsa::SigningKey),
}

/// A key that checks what its other half signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyingKey {
    /// Ed25519.
    Ed25519(ed25519_dalek::VerifyingKey),
    /// ECDSA over P-256.
    P256(ecdsa::VerifyingKey),
}

impl SigningKey {
    /// The key that 32 random bytes make.
    ///
    /// ```
    /// use overt_evidence::{Algorithm, SigningKey};
    /// let key = SigningKey::from_secret(Algorithm::Ed25519, &[7; 32])?;
    /// let signature = key.sign(b"what was measured");
    /// assert!(key.verifying_key().check(b"what was measured", &signature));
    /// assert!(!key.verifying_key().check(b"what was claimed", &signature));
    /// # Ok::<(), overt_evidence::Error>(())
    /// ```
    ///
    /// # Errors
    /// The few numbers that are no P-256 key.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8; 32]) -> Result<Self, Error> {
        match algorithm {
            Algorithm::Ed25519 => Ok(Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(secret))),
            Algorithm::P256 => ecdsa::SigningKey::from_slice(secret)
                .map(Self::P256)
                .map_err(|_source| Error::Key { what: "these bytes are no P-256 key".to_owned() }),
        }
    }

    /// Reads PKCS#8, as PEM.
    ///
    /// # Errors
    /// Text that is neither kind of key.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let pem = short(pem)?;
        let ed25519 = ed25519_dalek::SigningKey::from_pkcs8_pem(pem).map(Self::Ed25519);
        let p256 = || ecdsa::SigningKey::from_pkcs8_pem(pem).map(Self::P256);
        if pem.contains(PUBLIC) {
            return Err(Error::OtherHalf { got: "public", expected: "private" });
        }
        ed25519.or_else(|_| p256()).map_err(|_source| Error::Key {
            what: "it is no Ed25519 or P-256 private key in PKCS#8 PEM".to_owned(),
        })
    }

    /// PKCS#8, as PEM.
    pub fn to_pem(&self) -> Result<String, Error> {
        let pem = match self {
            Self::Ed25519(key) => key.to_pkcs8_pem(LineEnding::LF),
            Self::P256(key) => key.to_pkcs8_pem(LineEnding::LF),
        };
        let pem = pem.map_err(|source| Error::Key { what: source.to_string() })?;
        Ok(pem.to_string())
    }

    /// Its other half.
    pub fn verifying_key(&self) -> VerifyingKey {
        match self {
            Self::Ed25519(key) => VerifyingKey::Ed25519(key.verifying_key()),
            Self::P256(key) => VerifyingKey::P256(*key.verifying_key()),
        }
    }

    /// The signature, 64 bytes; the same bytes give the same signature.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        match self {
            Self::Ed25519(key) => key.sign(bytes).to_bytes(),
            Self::P256(key) => {
                let signature: ecdsa::Signature = key.sign(bytes);
                signature.normalize_s().unwrap_or(signature).to_bytes().into()
            }
        }
    }

    /// A digest that only the holder of the key can know: what secrets of a bundle are drawn from.
    pub(crate) fn secret(&self, purpose: &[u8]) -> Digest {
        let secret: [u8; 32] = match self {
            Self::Ed25519(key) => key.to_bytes(),
            Self::P256(key) => key.to_bytes().into(),
        };
        Digest::of_all(&[b"overt-secret-v1\0", &secret, purpose])
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifying_key().fingerprint())
    }
}

impl VerifyingKey {
    /// Reads a subject public key info, as PEM.
    ///
    /// # Errors
    /// Text that is neither kind of key.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let pem = short(pem)?;
        let ed25519 = ed25519_dalek::VerifyingKey::from_public_key_pem(pem).map(Self::Ed25519);
        let p256 = || ecdsa::VerifyingKey::from_public_key_pem(pem).map(Self::P256);
        if pem.contains(PRIVATE) {
            return Err(Error::OtherHalf { got: "private", expected: "public" });
        }
        ed25519.or_else(|_| p256()).map_err(|_source| Error::Key {
            what: "it is no Ed25519 or P-256 public key in PEM".to_owned(),
        })
    }

    /// Reads a subject public key info, as DER.
    ///
    /// # Errors
    /// Bytes that are neither kind of key.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let ed25519 = ed25519_dalek::VerifyingKey::from_public_key_der(der).map(Self::Ed25519);
        let p256 = || ecdsa::VerifyingKey::from_public_key_der(der).map(Self::P256);
        let key = ed25519.or_else(|_| p256()).map_err(|_source| Error::Key {
            what: "it is no Ed25519 or P-256 public key in DER".to_owned(),
        })?;
        if key.to_der()? == der {
            Ok(key)
        } else {
            Err(Error::Key { what: "the public key is not spelt as DER spells it".to_owned() })
        }
    }

    /// The subject public key info, as DER: what a browser imports as `spki`.
    pub fn to_der(&self) -> Result<Vec<u8>, Error> {
        let der = match self {
            Self::Ed25519(key) => key.to_public_key_der(),
            Self::P256(key) => key.to_public_key_der(),
        };
        Ok(der.map_err(|source| Error::Key { what: source.to_string() })?.into_vec())
    }

    /// The same, in Base64.
    pub(crate) fn to_base64(&self) -> Result<String, Error> {
        Ok(Base64::encode_string(&self.to_der()?))
    }

    /// The same, as PEM.
    pub fn to_pem(&self) -> Result<String, Error> {
        let pem = match self {
            Self::Ed25519(key) => key.to_public_key_pem(LineEnding::LF),
            Self::P256(key) => key.to_public_key_pem(LineEnding::LF),
        };
        pem.map_err(|source| Error::Key { what: source.to_string() })
    }

    /// SHA-256 of the DER: the name of the key.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(&self.to_der().unwrap_or_default())
    }

    /// Which kind.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::P256(_) => Algorithm::P256,
        }
    }

    /// Whether its other half signed these bytes. Of a P-256 signature only the spelling with the smaller
    /// `s` counts; of an Ed25519 signature only what RFC 8032 calls canonical, by no key of small order.
    pub fn check(&self, bytes: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_bytes(signature);
                key.verify_strict(bytes, &signature).is_ok()
            }
            Self::P256(key) => ecdsa::Signature::from_slice(signature).is_ok_and(|signature| {
                signature.normalize_s().is_none() && key.verify(bytes, &signature).is_ok()
            }),
        }
    }
}

fn short(pem: &str) -> Result<&str, Error> {
    if pem.len() <= MOST_BYTES {
        Ok(pem)
    } else {
        Err(Error::TooLong { name: "a key".to_owned(), len: pem.len(), most: MOST_BYTES })
    }
}

//! Makes a pair of keys: one that signs and one that checks.

use crate::evidence::{Algorithm, Digest, SigningKey};
use crate::fault::{Refused, Result};
use crate::{files, keys};
use serde::Serialize;
use std::path::PathBuf;

/// Where the keys go, and of which kind they are.
#[derive(Clone, Debug, Default)]
pub struct KeygenOptions {
    /// File for the key that signs; the key that checks gets `.pub` behind this name.
    pub out: PathBuf,
    /// Ed25519, or P-256 as model signing elsewhere asks for.
    pub algorithm: Algorithm,
}

/// A pair of keys that was written.
#[derive(Clone, Debug, Serialize)]
pub struct KeyPair {
    /// The name of the pair: the digest of the key that checks.
    pub fingerprint: Digest,
    /// The file of the key that checks, to be given away.
    #[serde(skip)]
    pub public: PathBuf,
}

/// Makes a pair of keys and writes both.
///
/// ```
/// use overt::verbs::{KeygenOptions, keygen};
///
/// let desk = tempfile::tempdir()?;
/// let options = KeygenOptions { out: desk.path().join("my.key"), ..KeygenOptions::default() };
/// let pair = keygen(&options)?;
/// assert_eq!(overt::keys::verifying(&pair.public)?.fingerprint(), pair.fingerprint);
///
/// // A key is never written over.
/// let again = keygen(&options).unwrap_err();
/// assert!(again.to_string().ends_with("my.key is there already"));
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A file that is there already or cannot be written.
pub fn keygen(options: &KeygenOptions) -> Result<KeyPair> {
    let mut public = options.out.as_os_str().to_owned();
    public.push(".pub");
    let public = PathBuf::from(public);
    for path in [&options.out, &public] {
        if path.exists() {
            let fact = format!("{} is there already", path.display());
            let hint = "a key that is written over is lost: name another file with `--out`";
            return Err(Refused::new(fact, hint).into());
        }
    }
    let key = SigningKey::from_secret(options.algorithm, &keys::secret()?)?;
    files::write_private(&options.out, key.to_pem()?.as_bytes())?;
    files::write_whole(&public, key.verifying_key().to_pem()?.as_bytes())?;
    Ok(KeyPair { fingerprint: key.verifying_key().fingerprint(), public })
}

//! Keys on disk.

use crate::evidence::{SigningKey, VerifyingKey};
use crate::fault::{Context, Refused, Result};
use crate::files;
use std::path::Path;

/// Reads a key that signs.
pub fn signing(path: &Path) -> Result<SigningKey> {
    if !path.exists() {
        let fact = format!("there is no key {}", path.display());
        return Err(Refused::new(fact, "`overt keygen --out FILE` makes a key").into());
    }
    let read = || -> Result<_> { Ok(SigningKey::from_pem(&files::read_text(path)?)?) };
    read().with_context(|| format!("cannot use {}", path.display()))
}

/// Reads a key that checks.
pub fn verifying(path: &Path) -> Result<VerifyingKey> {
    let read = || -> Result<_> { Ok(VerifyingKey::from_pem(&files::read_text(path)?)?) };
    read().with_context(|| format!("cannot use {}", path.display()))
}

/// 32 bytes that nobody can guess.
pub fn secret() -> Result<[u8; 32]> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| Refused::new(format!("no random bytes: {error}"), "try again"))?;
    Ok(secret)
}

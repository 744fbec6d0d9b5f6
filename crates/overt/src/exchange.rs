//! The folder through which two parties draw levels together.

use crate::evidence::challenge::{self, CHALLENGE, COMMITMENT, OPENING, Opening};
use crate::evidence::{Digest, SeedRule};
use crate::fault::{Context, Result};
use crate::files;
use std::collections::BTreeMap;
use std::path::Path;

/// The secret of a respondent, until it opens its commitment.
pub const SECRET: &str = "secret.json";

/// A seed, and who chose it.
pub type Seed = (Digest, SeedRule);
/// Files by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The seed that a challenge and a secret make, and the files that show it.
pub fn drawn(folder: &Path) -> Result<(Seed, Files)> {
    let read = |name: &str| files::read(&folder.join(name));
    let (commitment, asked, secret) = (read(COMMITMENT)?, read(CHALLENGE)?, read(SECRET)?);
    let opening = Opening::read(&secret)
        .with_context(|| format!("cannot use {}", folder.join(SECRET).display()))?;
    let signed = challenge::challenge(&asked)?;
    let rule = SeedRule::Challenge { challenge: signed.digest };
    let beside = [(COMMITMENT, commitment), (CHALLENGE, asked), (OPENING, secret)];
    let beside = beside.map(|(name, bytes)| (name.to_owned(), bytes));
    Ok(((signed.what.seed(&opening), rule), beside.into()))
}

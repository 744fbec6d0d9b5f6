//! Checks of single values.

use crate::Error;

/// Longest name or label, in bytes.
pub(crate) const SHORT: usize = 240;
/// Longest sentence or paragraph, in bytes.
pub(crate) const LONG: usize = 4000;
/// Most checks in a report, and most pictures in a check.
pub(super) const FEW: usize = 64;
/// Longest list of numbers or small things.
pub(crate) const MANY: usize = 4096;

pub(crate) fn count(at: &str, got: usize, limit: usize) -> Result<(), Error> {
    if got > limit {
        return Err(Error::TooLarge { at: at.to_owned(), limit, got });
    }
    Ok(())
}

/// Text that may be empty.
pub(crate) fn text(at: &str, text: &str, limit: usize) -> Result<(), Error> {
    count(at, text.len(), limit)
}

/// Text that must say something.
pub(crate) fn sentence(at: &str, said: &str, limit: usize) -> Result<(), Error> {
    if said.trim().is_empty() {
        return Err(bad_name(at, "a sentence or a name", said));
    }
    text(at, said, limit)
}

pub(crate) fn digest(at: &str, hex: &str) -> Result<(), Error> {
    let is_hex = hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if hex.len() == 64 && is_hex {
        return Ok(());
    }
    Err(bad_name(at, "64 lower-case hexadecimal digits", hex))
}

/// An id becomes an anchor of the page, so it holds nothing that an address would change.
pub(crate) fn id(at: &str, id: &str) -> Result<(), Error> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if (1..=SHORT).contains(&id.len()) && id.bytes().all(plain) {
        return Ok(());
    }
    Err(bad_name(at, "an id of letters, digits, `.`, `_` and `-`", id))
}

fn bad_name(at: &str, expected: &'static str, got: &str) -> Error {
    // The start is enough to find it, and a message stays a message.
    Error::BadName { at: at.to_owned(), expected, got: got.chars().take(80).collect() }
}

pub(crate) fn finite(at: &str, value: f64) -> Result<(), Error> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::NotFinite { at: at.to_owned(), value })
}

pub(crate) fn rate(at: &str, value: f64) -> Result<(), Error> {
    finite(at, value)?;
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    Err(Error::NoRate { at: at.to_owned(), value })
}

//! What the core of evidence promises: laws, published vectors, numbers worked by hand.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]

use overt_evidence as evidence;

/// One spelling for every document.
mod canonical;
/// Levels that two parties draw together.
mod challenges;
/// Decimals are ordered like numbers.
mod decimals;
/// Exports are valid, and lose no field.
mod exports;
/// Gates and their three values.
mod gates;
/// Names of models and of their tensors.
mod identities;
/// Keys and signatures of published vectors.
mod keys;
/// A bundle that is made for tests.
mod made;
/// Moments and calendars.
mod moments;
/// Policies, their digests and their lint.
mod policies;
/// Schemas are the published ones, and say what the code says.
mod schemas;
/// Statements as an audit could make them, and odd ones.
mod statements;
/// A world of its own: a thermostat.
mod thermostat;
/// Trees, whole and with gaps.
mod trees;

/// Bytes from hexadecimal digits.
#[track_caller]
fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes();
    assert!(digits.len().is_multiple_of(2), "digits come in pairs");
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

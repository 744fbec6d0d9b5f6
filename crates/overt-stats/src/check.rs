//! Checks of every input before arithmetic starts.

use crate::error::{Error, Result};

/// All values are finite.
pub(crate) fn finite(what: &'static str, values: &[f64]) -> Result<()> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(idx) => Err(Error::NotFinite { what, idx, value: values[idx] }),
        None => Ok(()),
    }
}

/// All values are finite and there are at least `expected` of them.
pub(crate) fn sample(what: &'static str, values: &[f64], expected: usize) -> Result<()> {
    at_least(what, values.len(), expected)?;
    finite(what, values)
}

/// There are enough of something.
pub(crate) fn at_least(what: &'static str, got: usize, expected: usize) -> Result<()> {
    if got < expected { Err(Error::TooFew { what, expected, got }) } else { Ok(()) }
}

/// Two things that go together have the same length.
pub(crate) fn same_len(what: &'static str, got: usize, expected: usize) -> Result<()> {
    if got == expected { Ok(()) } else { Err(Error::LengthMismatch { what, expected, got }) }
}

/// A confidence level or a power: inside (0, 1), ends excluded.
pub(crate) fn open_unit(what: &'static str, got: f64) -> Result<()> {
    let inside = got > 0.0 && got < 1.0;
    if inside { Ok(()) } else { Err(Error::OutOfRange { what, expected: "(0, 1)", got }) }
}

/// A probability: inside [0, 1], ends included.
pub(crate) fn unit(what: &'static str, got: f64) -> Result<()> {
    let inside = (0.0..=1.0).contains(&got);
    if inside { Ok(()) } else { Err(Error::OutOfRange { what, expected: "[0, 1]", got }) }
}

/// Probabilities, each inside [0, 1].
pub(crate) fn units(what: &'static str, values: &[f64]) -> Result<()> {
    values.iter().try_for_each(|&value| unit(what, value))
}

/// Probabilities, at least one, each with whether its event happened.
pub(crate) fn forecasts(probabilities: &[f64], happened: &[bool]) -> Result<()> {
    sample("probabilities", probabilities, 1)?;
    units("probabilities", probabilities)?;
    same_len("outcomes", happened.len(), probabilities.len())
}

/// A finite number above zero.
pub(crate) fn positive(what: &'static str, got: f64) -> Result<()> {
    let inside = got > 0.0 && got.is_finite();
    if inside { Ok(()) } else { Err(Error::OutOfRange { what, expected: "(0, inf)", got }) }
}

/// A finite number of at least zero.
pub(crate) fn non_negative(what: &'static str, got: f64) -> Result<()> {
    let inside = got >= 0.0 && got.is_finite();
    if inside { Ok(()) } else { Err(Error::OutOfRange { what, expected: "[0, inf)", got }) }
}

/// Finite inputs can still overflow on the way; the result is checked too.
pub(crate) fn result(what: &'static str, value: f64) -> Result<f64> {
    if value.is_finite() { Ok(value) } else { Err(Error::Overflow { what }) }
}

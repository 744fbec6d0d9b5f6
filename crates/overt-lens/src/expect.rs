//! What goes together is checked before anything is computed.

use crate::Error;
use overt_site::{Array, Real};

pub(crate) fn expect_shape<T>(
    what: &'static str,
    expected: &[usize],
    array: &Array<T>,
) -> Result<(), Error> {
    if array.shape == expected {
        return Ok(());
    }
    Err(Error::ShapeMismatch { what, expected: expected.to_vec(), got: array.shape.clone() })
}

pub(crate) fn expect_len(what: &'static str, expected: usize, got: usize) -> Result<(), Error> {
    if got == expected { Ok(()) } else { Err(Error::LengthMismatch { what, expected, got }) }
}

pub(crate) fn expect_finite<T: Real>(what: &'static str, array: &Array<T>) -> Result<(), Error> {
    match array.values.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(Error::NotFinite { what, index }),
        None => Ok(()),
    }
}

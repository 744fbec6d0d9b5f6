//! Many observations through one network: in parts of fixed size, on all cores, the same bits.
//!
//! Every part holds the same number of rows, the last one being filled up: a product of 2 rows, of
//! 64 and of 256 takes other paths through the tensor library and may differ in the last bit. So
//! what a row gives depends on the row alone, and a case run again by itself gives the same bytes.

use crate::Error;
use overt_nn::{Outputs, Policy};
use overt_site::{Array, Edit, Run};
use rayon::prelude::*;
use std::ops::Range;

/// Rows of every forward pass.
pub const CHUNK: usize = 128;
/// Rows of every pass with gradients: less is wasted where few rows are asked for.
pub(crate) const GRADIENT_CHUNK: usize = 16;

/// Action probabilities of many observations.
///
/// `p[b,a] = exp(logits[b,a]) / Σ exp(logits[b,·])`
///
/// # Shapes
/// `observations [batch, row, col, feature]` give `[batch, action]`.
///
/// ```
/// # use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_site::Array;
/// # let config = PolicyConfig { architecture: Architecture::Conv, size: 3, features: 1, channels: 2, layers: 1, dense: 4, actions: 4 };
/// let policy = Policy::init(config, 7)?;
/// let p = overt_lens::probabilities(&policy, &Array::zeros(vec![300, 3, 3, 1]))?;
/// assert_eq!(p.shape, [300, 4]);
/// assert!((p.row(0).iter().sum::<f32>() - 1.0).abs() < 1e-6);
/// assert_eq!(p.row(0), p.row(299));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn probabilities(policy: &Policy, observations: &Array) -> Result<Array, Error> {
    Ok(outputs(policy, observations)?.probabilities())
}

/// Logits and values of many observations.
///
/// # Shapes
/// `observations [batch, row, col, feature]` give logits `[batch, action]`, value `[batch, 1]`.
pub fn outputs(policy: &Policy, observations: &Array) -> Result<Outputs<Array>, Error> {
    check(policy, observations)?;
    let parts = in_chunks(observations.rows(), CHUNK, |chunk| {
        let (out, _) = policy.run(&chunk.take(observations), &Run::new())?;
        Ok(chunk.trim(out))
    })?;
    Ok(join_outputs(&parts))
}

/// Logits and values when a site holds the given values instead of its own (activation patching).
///
/// Source: Meng et al. 2022, section 2.1; Vig et al. 2020, section 3.
///
/// # Shapes
/// `observations [batch, row, col, feature]`; `values [batch, …the site's axes]`.
pub fn outputs_given(
    policy: &Policy,
    observations: &Array,
    site: &str,
    values: &Array,
) -> Result<Outputs<Array>, Error> {
    check(policy, observations)?;
    let expected = policy.sites().get(site)?.shape(observations.rows());
    expect_shape("values for the site", &expected, values)?;
    let parts = in_chunks(observations.rows(), CHUNK, |chunk| {
        let run = Run::new().edit(site, Edit::replace(chunk.take(values)));
        let (out, _) = policy.run(&chunk.take(observations), &run)?;
        Ok(chunk.trim(out))
    })?;
    Ok(join_outputs(&parts))
}

/// The values of a site for many observations.
///
/// # Shapes
/// `observations [batch, row, col, feature]` give `[batch, …the site's axes]`.
pub fn values_at(policy: &Policy, observations: &Array, site: &str) -> Result<Array, Error> {
    check(policy, observations)?;
    let parts = in_chunks(observations.rows(), CHUNK, |chunk| {
        let run = Run::new().tap(site);
        let (_, mut trace) = policy.run(&chunk.take(observations), &run)?;
        Ok(chunk.trim_array(trace.take(site).map_err(overt_nn::Error::from)?))
    })?;
    Ok(join(&parts))
}

/// Refuses observations of another shape, and numbers that no observation holds.
pub(crate) fn check(policy: &Policy, observations: &Array) -> Result<(), Error> {
    let expected = policy.sites().get("input")?.shape(observations.rows());
    expect_shape("observations", &expected, observations)?;
    expect_finite("observations", observations)
}

/// Neighbouring rows that go through the network together, filled up to a fixed number.
pub(crate) struct Chunk {
    rows: Range<usize>,
    size: usize,
}

impl Chunk {
    /// These rows of an array, the last one as often as it takes to fill the chunk.
    pub(crate) fn take(&self, array: &Array) -> Array {
        let n = array.row_len();
        let mut values = array.values[self.rows.start * n..self.rows.end * n].to_vec();
        for _ in self.rows.len()..self.size {
            values.extend_from_slice(array.row(self.rows.end - 1));
        }
        let mut shape = array.shape.clone();
        shape[0] = self.size;
        Array::new(shape, values)
    }

    /// Takes off what [`Chunk::take`] put on.
    pub(crate) fn trim_array(&self, mut array: Array) -> Array {
        let n = array.row_len();
        array.shape[0] = self.rows.len();
        array.values.truncate(self.rows.len() * n);
        array
    }

    /// Takes off what [`Chunk::take`] put on.
    pub(crate) fn trim(&self, out: Outputs<Array>) -> Outputs<Array> {
        Outputs { logits: self.trim_array(out.logits), value: self.trim_array(out.value) }
    }
}

/// The same work on every chunk of the rows, in any order; the answers are in the rows' order.
pub(crate) fn in_chunks<T: Send>(
    n_rows: usize,
    size: usize,
    work: impl Fn(&Chunk) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    if n_rows == 0 {
        return Err(Error::OutOfRange { what: "batch", expected: "at least 1", got: 0.0 });
    }
    let chunk = |idx: usize| Chunk { rows: idx * size..((idx + 1) * size).min(n_rows), size };
    (0..n_rows.div_ceil(size)).into_par_iter().map(|idx| work(&chunk(idx))).collect()
}

/// Arrays one after the other along the batch; there is at least one.
pub(crate) fn join(parts: &[Array]) -> Array {
    let mut shape = parts[0].shape.clone();
    shape[0] = parts.iter().map(Array::rows).sum();
    Array::new(shape, parts.iter().flat_map(|part| part.values.iter().copied()).collect())
}

fn join_outputs(parts: &[Outputs<Array>]) -> Outputs<Array> {
    let pick = |read: fn(&Outputs<Array>) -> &Array| {
        join(&parts.iter().map(|part| read(part).clone()).collect::<Vec<_>>())
    };
    Outputs { logits: pick(|out| &out.logits), value: pick(|out| &out.value) }
}

pub(crate) fn expect_shape(
    what: &'static str,
    expected: &[usize],
    array: &Array,
) -> Result<(), Error> {
    if array.shape == expected {
        return Ok(());
    }
    Err(Error::ShapeMismatch { what, expected: expected.to_vec(), got: array.shape.clone() })
}

pub(crate) fn expect_len(what: &'static str, expected: usize, got: usize) -> Result<(), Error> {
    if got == expected { Ok(()) } else { Err(Error::LengthMismatch { what, expected, got }) }
}

pub(crate) fn expect_finite(what: &'static str, array: &Array) -> Result<(), Error> {
    match array.values.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(Error::NotFinite { what, index }),
        None => Ok(()),
    }
}

//! Many rows in parts of fixed size, on all cores, the same bits.
//!
//! Every part holds the same number of rows, the last one being filled up: a product of 2 rows, of
//! 64 and of 256 takes other paths through the tensor library and may differ in the last bit. So
//! what a row gives depends on the row alone, and a case run again by itself gives the same bytes.

use crate::Error;
use overt_nn::Outputs;
use overt_site::Array;
use rayon::prelude::*;
use std::ops::Range;

/// Rows of every forward pass.
pub const CHUNK: usize = 128;
/// Rows of every pass with gradients: less is wasted where few rows are asked for.
pub(crate) const GRADIENT_CHUNK: usize = 16;

/// Neighbouring rows that go through the network together, filled up to a fixed number.
pub(crate) struct Chunk {
    rows: Range<usize>,
    size: usize,
}

impl Chunk {
    /// The rows that go through the network, the last one as often as it takes.
    pub(crate) fn rows(&self) -> Vec<usize> {
        let last = self.rows.end - 1;
        (self.rows.start..self.rows.start + self.size).map(|row| row.min(last)).collect()
    }

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

pub(crate) fn join_outputs(parts: &[Outputs<Array>]) -> Outputs<Array> {
    let pick = |read: fn(&Outputs<Array>) -> &Array| {
        join(&parts.iter().map(|part| read(part).clone()).collect::<Vec<_>>())
    };
    Outputs { logits: pick(|out| &out.logits), value: pick(|out| &out.value) }
}

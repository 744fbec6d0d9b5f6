//! Rows that come more than once are asked once: what a row gives depends on the row alone.

use overt_nn::Outputs;
use overt_site::Array;
use std::collections::BTreeMap;

/// The rows of a batch that no earlier row equals, and for every row which of them it is.
pub(crate) struct Distinct {
    firsts: Vec<usize>,
    places: Vec<usize>,
}

impl Distinct {
    /// Compares rows bit by bit.
    pub(crate) fn of(batch: &Array) -> Self {
        let mut known: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        let (mut firsts, mut places): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        for row in 0..batch.rows() {
            let values = batch.row(row);
            let alike = known.entry(hash(values)).or_default();
            let same = alike.iter().copied().find(|place| same(batch.row(firsts[*place]), values));
            let place = same.unwrap_or(firsts.len());
            if same.is_none() {
                alike.push(place);
                firsts.push(row);
            }
            places.push(place);
        }
        Self { firsts, places }
    }

    /// Whether some row comes more than once.
    pub(crate) fn is_shorter(&self) -> bool {
        self.firsts.len() < self.places.len()
    }

    /// The rows that differ, in the order in which they come first.
    pub(crate) fn take(&self, batch: &Array) -> Array {
        gathered(batch, &self.firsts)
    }

    /// The outputs of every row, from those of the rows that differ.
    pub(crate) fn spread(&self, out: &Outputs<Array>) -> Outputs<Array> {
        let every = |array| gathered(array, &self.places);
        Outputs { logits: every(&out.logits), value: every(&out.value) }
    }
}

fn gathered(array: &Array, rows: &[usize]) -> Array {
    let mut shape = array.shape.clone();
    shape[0] = rows.len();
    Array::new(shape, rows.iter().flat_map(|row| array.row(*row)).copied().collect())
}

fn same(one: &[f32], other: &[f32]) -> bool {
    one.iter().zip(other).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// Eight sums side by side, so that a row costs far less than its way through a network.
fn hash(row: &[f32]) -> u64 {
    let step =
        |hash: u64, next: u64| (hash.rotate_left(5) ^ next).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut lanes = [0_u64; 8];
    for values in row.chunks(lanes.len()) {
        for (lane, value) in lanes.iter_mut().zip(values) {
            *lane = step(*lane, u64::from(value.to_bits()));
        }
    }
    lanes.into_iter().fold(0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Minus zero is not zero: the outputs of its row may differ in a bit.
    #[test]
    fn rows_are_told_apart_by_their_bits() {
        let values = vec![1.0, 2.0, 0.0, 3.0, 1.0, 2.0, -0.0, 3.0, 0.0, 3.0];
        let batch = Array::new(vec![5, 2], values);
        let distinct = Distinct::of(&batch);
        assert_eq!(
            (distinct.firsts.as_slice(), distinct.places.as_slice()),
            (&[0, 1, 3][..], &[0, 1, 0, 2, 1][..])
        );
        let taken = distinct.take(&batch);
        assert_eq!(taken.shape, [3, 2]);
        let out = Outputs { logits: taken.clone(), value: taken };
        let spread = distinct.spread(&out);
        let bits = |array: &Array| array.values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&spread.logits), bits(&batch));
        assert!(distinct.is_shorter());
    }
}

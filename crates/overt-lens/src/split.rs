//! Groups of examples that stay together: all cells of one frame are learned from or scored on.

use crate::random::{permutation, stream};
use std::collections::BTreeMap;

/// Examples by group, in the order of the groups' numbers.
pub(crate) struct Groups(Vec<Vec<usize>>);

impl Groups {
    pub(crate) fn of(groups: &[usize]) -> Self {
        let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, group) in groups.iter().enumerate() {
            rows.entry(*group).or_default().push(row);
        }
        Self(rows.into_values().collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Groups to learn from and groups to score on, at random; at least one on each side.
    pub(crate) fn split(&self, share: f64, seed: u64) -> (Vec<&[usize]>, Vec<&[usize]>) {
        let order = permutation(self.len(), &mut stream(seed, 0));
        let n_train = (share * self.len() as f64).round() as usize;
        let n_train = n_train.clamp(1, self.len().saturating_sub(1).max(1));
        let pick = |idx: &usize| self.0[*idx].as_slice();
        let (train, test) = order.split_at(n_train.min(order.len()));
        (train.iter().map(pick).collect(), test.iter().map(pick).collect())
    }

    /// Every group gets the labels of another one, in their order within the group.
    ///
    /// Groups of unequal size pass what is left over on to the next. So what is the same in every
    /// group (a goal that is always near the middle) is kept, and only the tie between a frame
    /// and its labels is cut.
    pub(crate) fn permute_labels(&self, labels: &[bool], seed: u64, nth: usize) -> Vec<bool> {
        let order = permutation(self.len(), &mut stream(seed, nth));
        let dealt = order.iter().flat_map(|group| &self.0[*group]).map(|row| labels[*row]);
        let mut permuted = labels.to_vec();
        for (row, label) in self.0.iter().flatten().zip(dealt) {
            permuted[*row] = label;
        }
        permuted
    }
}

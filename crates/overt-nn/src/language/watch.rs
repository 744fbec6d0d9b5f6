//! Who is offered every intermediate of a pass.

use burn::tensor::Tensor;
use overt_site::{Pass, Real};

/// What looks at, and may change, every intermediate.
pub(crate) trait Watch {
    /// An intermediate of all rows.
    fn at<const D: usize>(&mut self, site: &str, value: Tensor<D>) -> Tensor<D>;

    /// An intermediate of one group of cells, whose first axis is the cell.
    fn at_group<const D: usize>(&mut self, site: &str, group: usize, value: Tensor<D>)
    -> Tensor<D>;

    /// From here on only these rows go on.
    fn keep(&mut self, rows: &[usize]);

    /// Whether a read-out is asked for.
    fn wants(&self, site: &str) -> bool;
}

/// A run has one group: the batch.
impl<T: Real> Watch for Pass<T> {
    fn at<const D: usize>(&mut self, site: &str, value: Tensor<D>) -> Tensor<D> {
        Self::at(self, site, value)
    }

    fn at_group<const D: usize>(&mut self, site: &str, _: usize, value: Tensor<D>) -> Tensor<D> {
        Self::at(self, site, value)
    }

    fn keep(&mut self, _: &[usize]) {}

    fn wants(&self, site: &str) -> bool {
        Self::wants(self, site)
    }
}

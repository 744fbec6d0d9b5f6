//! What an adapter adds to one projection: a product of two narrow matrices (Hu et al. 2021).

use crate::language::ops;
use burn::tensor::{Int, Tensor};

/// The two matrices of one module.
#[derive(Clone, Debug)]
pub(crate) struct LowRank {
    /// `[rank, in]`.
    pub(super) down: Tensor<2>,
    /// `[out, rank]`.
    pub(super) up: Tensor<2>,
    /// Added to each output, the scale included.
    pub(super) bias: Option<Tensor<1>>,
    /// Factor of the product.
    pub(super) scale: f64,
    /// Factor of each output of the whole, where the adapter has magnitudes (DoRA; Liu et al. 2024).
    pub(super) gain: Option<Tensor<1>>,
}

impl LowRank {
    /// What is added to a projection of `x [rows, in]`, as `[rows, out]`; `base` is the projection without its bias.
    pub(crate) fn added(&self, x: Tensor<2>, base: impl FnOnce() -> Tensor<2>) -> Tensor<2> {
        let added = self.risen(ops::project(x, &self.down, None, false));
        match &self.gain {
            None => added,
            Some(gain) => {
                let gain = gain.clone().reshape([1, gain.dims()[0]]);
                base() * (gain.clone() - 1.0) + added * gain
            }
        }
    }

    /// What is added to the rows of a table, by their numbers, as `[rows, out]`.
    pub(crate) fn added_to_rows(&self, ids: Tensor<1, Int>) -> Tensor<2> {
        self.risen(self.down.clone().select(1, ids).transpose())
    }

    /// From `[rows, rank]` to `[rows, out]`.
    fn risen(&self, narrow: Tensor<2>) -> Tensor<2> {
        ops::project(narrow * self.scale, &self.up, self.bias.as_ref(), false)
    }

    /// A weight with all of this in it: `[in, out]` if `in_first`, else `[out, in]`.
    pub(crate) fn merged(&self, weight: Tensor<2>, in_first: bool) -> Tensor<2> {
        let sum = self.sum(weight, in_first);
        match &self.gain {
            None => sum,
            Some(gain) => {
                let outputs = gain.dims()[0];
                sum * gain.clone().reshape(if in_first { [1, outputs] } else { [outputs, 1] })
            }
        }
    }

    /// A weight and the product, without magnitudes.
    fn sum(&self, weight: Tensor<2>, in_first: bool) -> Tensor<2> {
        let product = if in_first {
            ops::project(self.down.clone().transpose(), &self.up, None, false)
        } else {
            ops::project(self.up.clone(), &self.down, None, true)
        };
        weight + product * self.scale
    }

    /// The same with magnitudes, each over the norm of its row of weight and product.
    pub(super) fn with_magnitudes(
        mut self,
        magnitudes: Tensor<1>,
        weight: &Tensor<2>,
        in_first: bool,
    ) -> Self {
        let sum = self.sum(weight.clone(), in_first);
        let squares = (sum.clone() * sum).sum_dim(usize::from(!in_first));
        let norms = squares.sqrt().reshape([magnitudes.dims()[0]]);
        self.gain = Some(magnitudes / norms);
        self
    }

    /// Whether every output keeps its length, but for the rounding of the norms that were saved.
    pub(super) fn keeps_lengths(&self) -> bool {
        let Some(gain) = &self.gain else { return true };
        gain.clone().into_data().iter::<f64>().all(|gain| (gain - 1.0).abs() < 1e-5)
    }

    /// The same as constants of a gradient tape.
    pub(crate) fn on_tape(&self) -> Self {
        let one = |tensor: &Option<Tensor<1>>| tensor.as_ref().map(|it| it.clone().autodiff());
        Self {
            down: self.down.clone().autodiff(),
            up: self.up.clone().autodiff(),
            bias: one(&self.bias),
            scale: self.scale,
            gain: one(&self.gain),
        }
    }

    /// What is added to each output, whatever the input.
    pub(crate) fn constant(&self) -> Option<Tensor<1>> {
        match (&self.bias, &self.gain) {
            (Some(bias), Some(gain)) => Some(bias.clone() * gain.clone()),
            (bias, _) => bias.clone(),
        }
    }
}

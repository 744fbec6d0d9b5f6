//! Activation sparsity: few active entries of a site carry what it says.
//!
//! `‖h‖₁ / (√n ‖h‖₂)`, meaned over rows: 1 where all `n` entries are alike, `1/√n` where one is active;
//! it has no unit, and scale does not help it.
//!
//! Source: Hoyer 2004, section 3.1, as a penalty.

use burn::tensor::Tensor;

/// From the values `[row, entry]`.
pub(crate) fn loss(values: Tensor<2>) -> Tensor<1> {
    let [rows, entries] = values.dims();
    let sum = values.clone().abs().sum_dim(1);
    let norm = (values.square().sum_dim(1) + 1e-12).sqrt();
    ((sum / norm).sum_dim(0) / (rows as f64 * (entries as f64).sqrt())).reshape([1])
}

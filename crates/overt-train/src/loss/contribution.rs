//! Contextual decomposition, in one stroke over the whole network: what the inputs that hold the concept
//! contribute to the action.
//!
//! `mean over rows of Σ_k |z_k(x) − z_k(x₋)|`, in nats, where `x₋` has the mean of the concept's values
//! in the place of the concept, and `z` are logits less their mean. The decomposition of the source goes
//! layer by layer; its relevant part of the whole network at once is this difference.
//!
//! Source: Rieger et al. 2020 (arXiv 1909.13584), eq. 4; the finite contribution in the place of its
//! layer-wise propagation is ours.

use burn::tensor::Tensor;

/// From the logits `[row, action]` of the two views.
pub(crate) fn loss(own: Tensor<2>, removed: Tensor<2>) -> Tensor<1> {
    let centred = |logits: Tensor<2>| logits.clone() - logits.mean_dim(1);
    let rows = own.dims()[0] as f64;
    let part = (centred(own) - centred(removed)).abs();
    (part.sum_dim(1).sum_dim(0) / rows).reshape([1])
}

//! Representation consistency: the same values at a site when the concept is drawn anew.
//!
//! `Σ‖h(x) − h(x′)‖² / Σ(‖h(x)‖² + ‖h(x′)‖²)` over rows: 0 where nothing moves, about 1 where the two
//! views have nothing in common; it has no unit, and scale does not help it.
//!
//! Source: invariance by paired representations, e.g. Zemel et al. 2013, section 3, and, in one network,
//! the consistency loss of Laine and Aila 2017 (arXiv 1610.02242), moved to a site.

use burn::tensor::Tensor;

/// From the values `[row, entry]` of the two views.
pub(crate) fn loss(own: Tensor<2>, swapped: Tensor<2>) -> Tensor<1> {
    let total = |x: Tensor<2>| x.square().sum_dim(1).sum_dim(0);
    let size = total(own.clone()) + total(swapped.clone()) + 1e-6;
    (total(own - swapped) / size).reshape([1])
}

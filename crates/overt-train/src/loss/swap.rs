//! Swap consistency: the same action when what is not the goal is drawn anew.
//!
//! `KL(π(·|x) ‖ π(·|x′))`, in nats, meaned over rows; `x′` is `x` with the concept drawn anew, and
//! `π(·|x)` is held still, so that it teaches.
//!
//! Source: the counterfactual form of logit pairing (Kannan et al. 2018, arXiv 1803.06373, section 3)
//! under swaps of a named attribute (Garg et al. 2019, arXiv 1809.10610, section 4).

use burn::tensor::{Tensor, activation};

/// From the logits `[row, action]` of the two views.
pub(crate) fn loss(own: Tensor<2>, swapped: Tensor<2>) -> Tensor<1> {
    let own = activation::log_softmax(own.detach(), 1);
    let swapped = activation::log_softmax(swapped, 1);
    let rows = own.dims()[0] as f64;
    let apart = own.clone().exp() * (own - swapped);
    // Dimension by dimension: a sum over everything at once depends on the number of threads.
    (apart.sum_dim(1).sum_dim(0) / rows).reshape([1])
}

//! Right for the right reasons: no slope of the action along the inputs that hold the concept.
//!
//! `mean over rows of (Σ_d A_d v_d ∂/∂x_d Σ_k log π_k)²`, in squared nats per unit of input, with `A`
//! one where the concept shows and `v` standard normal, drawn anew in every step: its expectation is
//! the squared norm of the masked gradient. The slope along `v` is a central difference, which costs two
//! forward passes and no second derivative.
//!
//! Source: Ross et al. 2017 (arXiv 1703.03717), eq. 3; random directions after Hutchinson 1989.

use burn::tensor::{Tensor, activation};

/// Half of the distance over which a slope is taken, in units of the input.
pub(crate) const STEP: f64 = 0.01;

/// From the logits `[row, action]` a step up and a step down the direction.
pub(crate) fn loss(up: Tensor<2>, down: Tensor<2>) -> Tensor<1> {
    let total = |logits| activation::log_softmax(logits, 1).sum_dim(1);
    let rows = up.dims()[0] as f64;
    let slope = (total(up) - total(down)) / (2.0 * STEP);
    (slope.square().sum_dim(0) / rows).reshape([1])
}

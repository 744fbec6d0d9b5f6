//! The arithmetic of language models.
//!
//! On the processor and in `f32` the products are kernels of our own, whose rows keep their bits in
//! every company; elsewhere everything is composed from operations of the backend.

mod attend;
mod project;

use super::config::{Activation, NormConfig, NormKind};
use attend::AttendOps;
use burn::backend::Dispatch;
use burn::tensor::{Bool, Tensor, activation};
use project::ProjectOps;

/// `x [rows, in]` through a projection: `weight` is `[in, out]` if `in_first`, else `[out, in]`.
pub(crate) fn project(
    x: Tensor<2>,
    weight: &Tensor<2>,
    bias: Option<&Tensor<1>>,
    in_first: bool,
) -> Tensor<2> {
    let outputs = weight.dims()[usize::from(in_first)];
    let bias = bias.cloned().unwrap_or_else(|| {
        let zeros = Tensor::zeros([outputs], (&x.device(), x.dtype()));
        if x.is_autodiff() { zeros.autodiff() } else { zeros }
    });
    Tensor::from_dispatch(<Dispatch as ProjectOps>::project(
        x.into_dispatch(),
        weight.clone().into_dispatch(),
        bias.into_dispatch(),
        in_first,
    ))
}

/// What a norm divides by, per row: `√(variance + ε)` or `√(mean square + ε)`; and what it divides.
pub(crate) fn centred<const D: usize>(x: Tensor<D>, norm: &NormConfig) -> (Tensor<D>, Tensor<D>) {
    let x = match norm.kind {
        NormKind::Layer => x.clone() - x.mean_dim(D - 1),
        NormKind::Rms => x,
    };
    let scale = (x.clone().square().mean_dim(D - 1) + norm.epsilon).sqrt();
    (x, scale)
}

/// What an MLP does to its neurons.
pub(crate) fn activate<const D: usize>(x: Tensor<D>, kind: Activation) -> Tensor<D> {
    match kind {
        Activation::Gelu => activation::gelu(x),
        Activation::GeluTanh => activation::gelu_approximate(x),
        Activation::Silu => activation::silu(x),
        Activation::Relu => activation::relu(x),
    }
}

/// `cap · tanh(x / cap)`.
pub(crate) fn soft_cap<const D: usize>(x: Tensor<D>, cap: f64) -> Tensor<D> {
    (x / cap).tanh() * cap
}

/// Scores of `q [batch, pos, head, d_head]` against `k [batch, key_pos, head, d_head]`, as
/// `[batch, head, pos, key_pos]`.
pub(crate) fn scores(q: Tensor<4>, k: Tensor<4>, scale: f64) -> Tensor<4> {
    let (q, k) = (q.into_dispatch(), k.into_dispatch());
    Tensor::from_dispatch(<Dispatch as AttendOps>::attend_scores(q, k, scale))
}

/// Minus infinity where the mask is true.
pub(crate) fn hide(scores: Tensor<4>, mask: Tensor<4, Bool>) -> Tensor<4> {
    scores.mask_fill(mask, f64::NEG_INFINITY)
}

/// Exponentials that sum to one over the last axis.
pub(crate) fn softmax(scores: Tensor<4>) -> Tensor<4> {
    activation::softmax(scores, 3)
}

/// `pattern [batch, head, pos, key_pos]` over `v [batch, key_pos, head, d_head]`, as
/// `[batch, pos, head, d_head]`.
pub(crate) fn mix(pattern: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
    let (pattern, v) = (pattern.into_dispatch(), v.into_dispatch());
    Tensor::from_dispatch(<Dispatch as AttendOps>::attend_mix(pattern, v, 1.0))
}

/// Each head of keys or values, `[batch, pos, head, d_head]`, once for every query head that shares
/// it.
pub(crate) fn share_heads(x: Tensor<4>, heads: usize) -> Tensor<4> {
    let [batch, pos, kv_heads, d_head] = x.dims();
    if kv_heads == heads {
        return x;
    }
    let group = heads / kv_heads;
    let x = x.reshape([batch, pos, kv_heads, 1, d_head]);
    x.expand([batch, pos, kv_heads, group, d_head]).reshape([batch, pos, heads, d_head])
}

/// Turns pairs of entries half the turned width apart: `x [batch, pos, head, d_head]`; `cos` and
/// `sin [1, pos, 1, turned]`.
pub(crate) fn turn(x: Tensor<4>, cos: Tensor<4>, sin: Tensor<4>) -> Tensor<4> {
    let (width, turned) = (x.dims()[3], cos.dims()[3]);
    let moving = x.clone().narrow(3, 0, turned);
    let (first, second) =
        (moving.clone().narrow(3, 0, turned / 2), moving.clone().narrow(3, turned / 2, turned / 2));
    let crossed = Tensor::cat(vec![-second, first], 3);
    let moved = moving * cos + crossed * sin;
    if turned == width {
        return moved;
    }
    Tensor::cat(vec![moved, x.narrow(3, turned, width - turned)], 3)
}

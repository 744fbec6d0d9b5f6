//! The arithmetic of language models.
//!
//! On the processor and in `f32` the products are kernels of our own, whose rows keep their bits in
//! every company; elsewhere everything is composed from operations of the backend.

mod attend;
mod norm;
mod pointwise;
mod project;

use super::config::{Activation, NormConfig};
use attend::AttendOps;
use burn::backend::Dispatch;
use burn::tensor::{Bool, Tensor};
use norm::NormOps;
use pointwise::PointwiseOps;
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

/// What a norm divides by: `x [rows, n]` to `[rows, 1]`.
pub(crate) fn norm_scale(x: Tensor<2>, norm: &NormConfig) -> Tensor<2> {
    let (kind, epsilon) = (norm.kind, norm.epsilon);
    Tensor::from_dispatch(<Dispatch as NormOps>::norm_scale(x.into_dispatch(), kind, epsilon))
}

/// `x [rows, n]`, less its mean if the norm takes it off, over `scale [rows, 1]`.
pub(crate) fn norm_divide(x: Tensor<2>, scale: Tensor<2>, norm: &NormConfig) -> Tensor<2> {
    let (kind, epsilon) = (norm.kind, norm.epsilon);
    let (x, scale) = (x.into_dispatch(), scale.into_dispatch());
    Tensor::from_dispatch(<Dispatch as NormOps>::norm_divide(x, scale, kind, epsilon))
}

/// `x [rows, n]` times a gain, plus a bias if there is one.
pub(crate) fn norm_affine(x: Tensor<2>, gain: Tensor<1>, bias: Option<&Tensor<1>>) -> Tensor<2> {
    let bias = bias.cloned().unwrap_or_else(|| gain.zeros_like());
    Tensor::from_dispatch(<Dispatch as NormOps>::norm_affine(
        x.into_dispatch(),
        gain.into_dispatch(),
        bias.into_dispatch(),
    ))
}

/// What an MLP does to its neurons.
pub(crate) fn activate<const D: usize>(x: Tensor<D>, kind: Activation) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as PointwiseOps>::activate(x.into_dispatch(), kind))
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
    Tensor::from_dispatch(<Dispatch as PointwiseOps>::row_softmax(scores.into_dispatch()))
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

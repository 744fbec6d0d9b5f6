//! The arithmetic of language models, composed from operations of the backend.

use super::config::{Activation, NormConfig, NormKind};
use burn::tensor::{Bool, Tensor, activation};

/// `x [rows, in]` through a projection: `weight` is `[in, out]` if `in_first`, else `[out, in]`.
pub(crate) fn project(
    x: Tensor<2>,
    weight: &Tensor<2>,
    bias: Option<&Tensor<1>>,
    in_first: bool,
) -> Tensor<2> {
    let weight = if in_first { weight.clone() } else { weight.clone().transpose() };
    let y = x.matmul(weight);
    match bias {
        Some(bias) => y + bias.clone().unsqueeze(),
        None => y,
    }
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

/// Scores of `q [batch, head, pos, d_head]` against `k [batch, head, key_pos, d_head]`.
pub(crate) fn scores(q: Tensor<4>, k: Tensor<4>, scale: f64) -> Tensor<4> {
    q.matmul(k.transpose()) * scale
}

/// Minus infinity where the mask is true.
pub(crate) fn hide(scores: Tensor<4>, mask: Tensor<4, Bool>) -> Tensor<4> {
    scores.mask_fill(mask, f64::NEG_INFINITY)
}

/// Exponentials that sum to one over the last axis.
pub(crate) fn softmax(scores: Tensor<4>) -> Tensor<4> {
    activation::softmax(scores, 3)
}

/// `pattern [batch, head, pos, key_pos]` over `v [batch, head, key_pos, d_head]`.
pub(crate) fn mix(pattern: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
    pattern.matmul(v)
}

/// Each head of keys or values once for every query head that shares it.
pub(crate) fn share_heads(x: Tensor<4>, heads: usize) -> Tensor<4> {
    let [batch, kv_heads, pos, d_head] = x.dims();
    if kv_heads == heads {
        return x;
    }
    let group = heads / kv_heads;
    let x = x.reshape([batch, kv_heads, 1, pos, d_head]);
    x.expand([batch, kv_heads, group, pos, d_head]).reshape([batch, heads, pos, d_head])
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

//! Gradient routing: what may depend on the concept is learnt in the first half of a site's entries,
//! everything else in the second, and the first half is taken out at the end.
//!
//! In the step's own view, gradients reach the site through the first half alone. In the view with the
//! concept drawn anew the first half is silent, gradients go through the second, and its action must be
//! that of the whole network in its own view: `KL(π(·|x) ‖ π₂(·|x′))`, in nats, meaned over rows.
//!
//! Source: Cloud et al. 2024 (arXiv 2410.04332), sections 3 and 4.3 (expand, route, ablate).

use burn::tensor::{Tensor, TensorData};
use overt_nn::Weights;

/// The step's own view: gradients go through the first half alone.
pub(crate) fn into_first(values: Tensor<2>) -> Tensor<2> {
    let first = first_half(&values);
    values.clone() * first.clone() + values.detach() * (first.neg() + 1.0)
}

/// The other view: the first half is silent.
pub(crate) fn without_first(values: Tensor<2>) -> Tensor<2> {
    let first = first_half(&values);
    values * (first.neg() + 1.0)
}

/// The network without the first half of its dense layer: nothing reads it any more.
pub(crate) fn ablated(weights: &Weights) -> Weights {
    without_first_rows(weights, |name| matches!(name, "policy.weight" | "value.weight"))
}

/// The same weights with the first half of the rows of some matrices silent.
pub(crate) fn without_first_rows(weights: &Weights, is_meant: impl Fn(&str) -> bool) -> Weights {
    let silent = |(spec, values): (&overt_nn::WeightSpec, &[f32])| {
        let reads = is_meant(&spec.name);
        let half = if reads { (spec.shape[0] / 2) * spec.shape[1] } else { 0 };
        std::iter::repeat_n(0.0, half).chain(values[half..].iter().copied()).collect::<Vec<_>>()
    };
    weights.with_values(weights.spans().flat_map(silent).collect())
}

/// One for the first half of the entries, `[1, entry]`.
fn first_half(values: &Tensor<2>) -> Tensor<2> {
    let entries = values.dims()[1];
    let first = (0..entries).map(|entry| f32::from(u8::from(entry < entries / 2))).collect();
    let first = TensorData::new::<f32, _>(first, [1, entries]);
    Tensor::from_data(first, (&values.device(), values.dtype()))
}

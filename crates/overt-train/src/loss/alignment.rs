//! Concept alignment: the first channel of a site says which object is the goal.
//!
//! Mean binary cross-entropy, in nats, of that channel as a logit, over the cells that hold an object,
//! in the view in which the concept is drawn anew. Other channels stay free: it is the soft form of a
//! concept bottleneck, and may leak.
//!
//! Source: Koh et al. 2020 (arXiv 2007.04612), eq. 2, joint training.

use burn::tensor::{Tensor, TensorData, activation};

/// From the values `[cell, channel]` of the cells that hold an object, and whether each is the goal.
pub(crate) fn loss(cells: Tensor<2>, is_goal: &[bool]) -> Tensor<1> {
    let n = is_goal.len();
    let (device, dtype) = (cells.device(), cells.dtype());
    let labels: Vec<f32> = is_goal.iter().map(|goal| f32::from(u8::from(*goal))).collect();
    let labels = Tensor::<2>::from_data(TensorData::new(labels, [n, 1]), (&device, dtype));
    let logit = cells.narrow(1, 0, 1);
    // Minus the log-probability of the label: ln(1 + eᶻ) − y z.
    let surprise = activation::softplus(logit.clone(), 1.0) - logit * labels;
    (surprise.sum_dim(0) / n as f64).reshape([1])
}

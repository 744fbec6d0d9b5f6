//! Interchange: half of a site's channels, drawn anew in every step, come from the run in which the
//! concept is drawn anew, and the action must stay.
//!
//! `KL(π(·|x) ‖ π(·|x, h ← m ⊙ h(x′) + (1 − m) ⊙ h(x)))`, in nats, meaned over rows: in the causal model
//! that is taught, the concept has no part, so whatever carries it may be exchanged.
//!
//! Source: interchange intervention training, Geiger et al. 2022 (arXiv 2112.00826), section 3.

use burn::tensor::{Tensor, TensorData};
use rand::Rng;
use rand::seq::SliceRandom;

/// One for a random half of the channels of every cell, `[1, entry]`.
pub(crate) fn half(entries: usize, channels: usize, rng: &mut impl Rng) -> Vec<f32> {
    let mut chosen: Vec<f32> =
        (0..channels).map(|channel| f32::from(u8::from(channel < channels.div_ceil(2)))).collect();
    chosen.shuffle(rng);
    chosen.into_iter().cycle().take(entries).collect()
}

/// A run's own values with those of another where `mask [entry]` is one.
pub(crate) fn exchange(own: Tensor<2>, other: Tensor<2>, mask: &[f32]) -> Tensor<2> {
    let mask = TensorData::new(mask.to_vec(), [1, mask.len()]);
    let mask = Tensor::<2>::from_data(mask, (&own.device(), own.dtype()));
    own.clone() + (other - own) * mask
}

//! What each channel carries: a channel is held at a constant and the output is compared.
//!
//! Source: Morcos et al. 2018, section 2.2, for single directions; Hilton et al. 2020,
//! "Understanding RL Vision", for channels of a policy.

use crate::{Error, evaluate, scalar::weighted_logits};
use overt_nn::{Outputs, Policy};
use overt_site::Array;
use rayon::prelude::*;

/// The mean of every channel of a site over rows and cells: what mean ablation fills in.
///
/// # Shapes
/// `observations [batch, row, col, feature]` give `[channel]`, the last axis of the site.
pub fn channel_means(policy: &Policy, observations: &Array, site: &str) -> Result<Vec<f32>, Error> {
    let values = evaluate::values_at(policy, observations, site)?;
    let channels = width(&values);
    let mut sums = vec![0.0_f64; channels];
    for cell in values.values.chunks_exact(channels) {
        sums.iter_mut().zip(cell).for_each(|(sum, v)| *sum += f64::from(*v));
    }
    let n = (values.values.len() / channels) as f64;
    Ok(sums.into_iter().map(|sum| (sum / n) as f32).collect())
}

/// How much each channel carries: `effect[b,c] = F[b] - F[b | channel c is fill[c] everywhere]`,
/// with `F[b] = Σ_a weights[b,a] · logits[b,a]`.
///
/// Fill with zeros, or with [`channel_means`] to stay nearer to what the network ever sees.
/// Small effects do not show that a channel is unused: others may carry the same.
///
/// # Shapes
/// `observations [batch, row, col, feature]`; `fill [channel]`; `weights [batch, action]` give
/// `[batch, channel]`.
///
/// ```
/// # use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_site::Array;
/// # let config = PolicyConfig { architecture: Architecture::Conv, size: 2, features: 1, channels: 3, layers: 1, dense: 4, actions: 2 };
/// let policy = Policy::init(config, 7)?;
/// let observations = Array::new(vec![1, 2, 2, 1], vec![1.0, 0.0, 2.0, 0.0]);
/// let margin = Array::new(vec![1, 2], vec![1.0, -1.0]);
/// let site = "embed.post";
/// let effects = overt_lens::ablate_channels(&policy, &observations, site, &[0.0; 3], &margin)?;
/// assert_eq!(effects.shape, [1, 3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn ablate_channels(
    policy: &Policy,
    observations: &Array,
    site: &str,
    fill: &[f32],
    weights: &Array,
) -> Result<Array, Error> {
    let own = evaluate::values_at(policy, observations, site)?;
    evaluate::expect_len("fill, one per channel", width(&own), fill.len())?;
    let plain = weighted_logits(&evaluate::outputs(policy, observations)?, weights)?;
    let without = |channel: usize| -> Result<Vec<f64>, Error> {
        let values = hold(&own, channel, fill[channel]);
        let out: Outputs<Array> = evaluate::outputs_given(policy, observations, site, &values)?;
        weighted_logits(&out, weights)
    };
    let ablated: Vec<Vec<f64>> =
        (0..fill.len()).into_par_iter().map(without).collect::<Result<_, _>>()?;
    let effect = |b: usize| ablated.iter().map(move |f| (b, f));
    let effects = (0..plain.len()).flat_map(effect).map(|(b, f)| (plain[b] - f[b]) as f32);
    Ok(Array::new(vec![plain.len(), fill.len()], effects.collect()))
}

fn width(values: &Array) -> usize {
    values.shape.last().copied().unwrap_or(1)
}

fn hold(values: &Array, channel: usize, fill: f32) -> Array {
    let mut held = values.clone();
    held.values.iter_mut().skip(channel).step_by(width(values)).for_each(|v| *v = fill);
    held
}

//! Many inputs through one network, with a site read or written.

use crate::expect::expect_shape;
use crate::{Error, Network};
use overt_nn::Policy;
use overt_site::{Array, Edit, Run};

/// Action probabilities of many observations.
///
/// `p[b,a] = exp(logits[b,a]) / Σ exp(logits[b,·])`
///
/// # Shapes
/// `observations [batch, row, col, feature]` give `[batch, action]`.
///
/// ```
/// # use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_site::Array;
/// # let config = PolicyConfig { architecture: Architecture::Conv, size: 3, features: 1, channels: 2, layers: 1, dense: 4, actions: 4 };
/// let policy = Policy::init(config, 7)?;
/// let p = overt_lens::probabilities(&policy, &Array::zeros(vec![300, 3, 3, 1]))?;
/// assert_eq!(p.shape, [300, 4]);
/// assert!((p.row(0).iter().sum::<f32>() - 1.0).abs() < 1e-6);
/// assert_eq!(p.row(0), p.row(299));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn probabilities(policy: &Policy, observations: &Array) -> Result<Array, Error> {
    Ok(outputs(policy, observations)?.probabilities())
}

/// What a network says.
///
/// # Shapes
/// `observations [batch, row, col, feature]` give logits `[batch, action]`, value `[batch, 1]`; tokens
/// give logits `[batch, pos, vocab]`.
pub fn outputs<N: Network>(network: &N, input: &N::Input) -> Result<N::Output, Error> {
    Ok(network.run(input, &Run::new())?.0)
}

/// What a network says when a site holds the given values instead of its own (activation patching).
///
/// Source: Meng et al. 2022, section 2.1; Vig et al. 2020, section 3.
///
/// # Shapes
/// `values [batch, …the site's axes]`.
pub fn outputs_given<N: Network>(
    network: &N,
    input: &N::Input,
    site: &str,
    values: &Array<N::Number>,
) -> Result<N::Output, Error> {
    let expected = network.sites(input).get(site)?.shape(network.rows(input));
    expect_shape("values for the site", &expected, values)?;
    let edit = Edit::replace(values.clone());
    Ok(network.run(input, &Run::new().edit(site, edit))?.0)
}

/// The values of a site, `[batch, …the site's axes]`.
pub fn values_at<N: Network>(
    network: &N,
    input: &N::Input,
    site: &str,
) -> Result<Array<N::Number>, Error> {
    let (_, mut trace) = network.run(input, &Run::new().tap(site))?;
    Ok(trace.take(site)?)
}

//! Integrated gradients: how much each entry of a site carries of one number of the output.
//!
//! Source: Sundararajan, Taly and Yan 2017, "Axiomatic Attribution for Deep Networks", eq. 1 and
//! section 5 (the sum that stands for the integral; here taken at midpoints).

use crate::evaluate::{self, Chunk, GRADIENT_CHUNK, expect_finite, expect_shape, in_chunks, join};
use crate::{Error, weighted_logits};
use burn::tensor::Tensor;
use overt_nn::{Outputs, Policy};
use overt_site::{Array, Edit, Run};

/// What every entry carries of the change of `F` between two values of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// One number per entry, `[batch, …the site's axes]`; exactly zero where the two values agree.
    pub values: Array,
    /// `F(to) - F(from)`, `[batch]`: what the entries of a row should add up to.
    pub change: Vec<f64>,
    /// `|Σ values - change| / max(|change|, 1e-6)`, `[batch]`: how far the sum over `steps` is from
    /// the integral. A large gap means that the attribution is not to be trusted.
    pub gap: Vec<f64>,
}

/// A straight path between two values of a site.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    /// The site that moves along the path; the rest of the network follows.
    pub site: &'a str,
    /// Where the path starts (the baseline), `[batch, …the site's axes]`.
    pub from: &'a Array,
    /// Where it ends, the same shape.
    pub to: &'a Array,
}

/// Integrated gradients of `F[b] = Σ_a weights[b,a] · logits[b,a]` along a straight path of the
/// observation: [`integrated_gradients_at`] for the site `input`.
///
/// # Shapes
/// `baseline` and `input [batch, row, col, feature]`; `weights [batch, action]`.
///
/// ```
/// # use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_site::Array;
/// # let config = PolicyConfig { architecture: Architecture::Conv, size: 2, features: 1, channels: 2, layers: 1, dense: 4, actions: 2 };
/// let policy = Policy::init(config, 7)?;
/// let input = Array::new(vec![1, 2, 2, 1], vec![1.0, 0.0, 2.0, 0.0]);
/// let margin = Array::new(vec![1, 2], vec![1.0, -1.0]);
/// let baseline = Array::zeros(vec![1, 2, 2, 1]);
/// let carried = overt_lens::integrated_gradients(&policy, &baseline, &input, &margin, 50)?;
/// assert_eq!(carried.values.values[1], 0.0);
/// assert!(carried.gap[0] < 0.05);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn integrated_gradients(
    policy: &Policy,
    baseline: &Array,
    input: &Array,
    weights: &Array,
    steps: usize,
) -> Result<Attribution, Error> {
    let path = Path { site: "input", from: baseline, to: input };
    integrated_gradients_at(policy, input, path, weights, steps)
}

/// Integrated gradients of `F[b] = Σ_a weights[b,a] · logits[b,a]` along a straight path of any
/// site, the observation being held:
///
/// `values_i = (to_i - from_i) · 1/n Σ_{k<n} ∂F/∂site_i (from + (k + ½)/n · (to - from))`
///
/// # Shapes
/// `observation [batch, row, col, feature]`; `weights [batch, action]`.
pub fn integrated_gradients_at(
    policy: &Policy,
    observation: &Array,
    path: Path<'_>,
    weights: &Array,
    steps: usize,
) -> Result<Attribution, Error> {
    if steps == 0 {
        return Err(Error::OutOfRange { what: "steps", expected: "at least 1", got: 0.0 });
    }
    evaluate::check(policy, observation)?;
    let rows = observation.rows();
    expect_shape("end of the path", &policy.sites().get(path.site)?.shape(rows), path.to)?;
    expect_shape("start of the path", &path.to.shape, path.from)?;
    expect_shape("weights of the logits", &[rows, policy.config().actions], weights)?;
    expect_finite("weights of the logits", weights)?;
    let part = |chunk: &Chunk| along(policy, observation, path, weights, steps, chunk);
    let parts = in_chunks(rows, GRADIENT_CHUNK, part)?;
    let values = join(&parts);
    let end = |value| -> Result<Vec<f64>, Error> {
        let out = evaluate::outputs_given(policy, observation, path.site, value)?;
        weighted_logits(&out, weights)
    };
    let (start, end) = (end(path.from)?, end(path.to)?);
    let change: Vec<f64> = end.iter().zip(&start).map(|(end, start)| end - start).collect();
    let gap = change.iter().enumerate().map(|(b, change)| gap(values.row(b), *change)).collect();
    Ok(Attribution { values, change, gap })
}

fn gap(values: &[f32], change: f64) -> f64 {
    let sum: f64 = values.iter().map(|v| f64::from(*v)).sum();
    (sum - change).abs() / change.abs().max(1e-6)
}

/// The attribution of one chunk of rows, the steps in their order.
fn along(
    policy: &Policy,
    observation: &Array,
    path: Path<'_>,
    weights: &Array,
    steps: usize,
    chunk: &Chunk,
) -> Result<Array, Error> {
    let (observation, weights) = (chunk.take(observation), chunk.take(weights));
    let (from, to) = (chunk.take(path.from), chunk.take(path.to));
    let mut sums = vec![0.0_f64; from.values.len()];
    for step in 0..steps {
        let share = (step as f32 + 0.5) / steps as f32;
        let run = Run::new()
            .edit(path.site, Edit::replace(between(&from, &to, share)))
            .gradient(path.site);
        let scalar = |out: &Outputs<Tensor<2>>| {
            (out.logits.clone() * weights.tensor(&out.logits.device())).sum()
        };
        let (_, gradients) = policy.gradients(&observation, &run, scalar)?;
        let gradient = &gradients[path.site];
        sums.iter_mut().zip(&gradient.values).for_each(|(sum, g)| *sum += f64::from(*g));
    }
    let ends = from.values.iter().zip(&to.values);
    let carried = ends
        .zip(sums)
        .map(|((from, to), sum)| ((f64::from(*to) - f64::from(*from)) * sum / steps as f64) as f32);
    Ok(chunk.trim_array(Array::new(from.shape.clone(), carried.collect())))
}

/// `from + share · (to - from)`.
fn between(from: &Array, to: &Array, share: f32) -> Array {
    let mix = |(from, to): (&f32, &f32)| share.mul_add(to - from, *from);
    Array::new(from.shape.clone(), from.values.iter().zip(&to.values).map(mix).collect())
}

//! Integrated gradients: how much each entry of a site carries of one number of the output.
//!
//! Source: Sundararajan, Taly and Yan 2017, "Axiomatic Attribution for Deep Networks", eq. 1 and
//! section 5 (the sum that stands for the integral; here taken at midpoints).

use crate::expect::expect_shape;
use crate::{Error, Network, evaluate};
use overt_nn::Policy;
use overt_site::{Array, Edit, Real, Run};

/// What every entry carries of the change of `F` between two values of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution<T = f32> {
    /// One number per entry, `[batch, …the site's axes]`; exactly zero where the two values agree.
    pub values: Array<T>,
    /// `F(to) - F(from)`, `[batch]`: what the entries of a row should add up to.
    pub change: Vec<f64>,
    /// `|Σ values - change| / max(|change|, 1e-6)`, `[batch]`: how far the sum over `steps` is from
    /// the integral. A large gap means that the attribution is not to be trusted.
    pub gap: Vec<f64>,
}

/// A straight path between two values of a site.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a, T = f32> {
    /// The site that moves along the path; the rest of the network follows.
    pub site: &'a str,
    /// Where the path starts (the baseline), `[batch, …the site's axes]`.
    pub from: &'a Array<T>,
    /// Where it ends, the same shape.
    pub to: &'a Array<T>,
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

/// Integrated gradients of one number `F[b]` of every row, the metric, along a straight path of any site,
/// the input being held:
///
/// `values_i = (to_i - from_i) · 1/n Σ_{k<n} ∂F/∂site_i (from + (k + ½)/n · (to - from))`
pub fn integrated_gradients_at<N: Network>(
    network: &N,
    input: &N::Input,
    path: Path<'_, N::Number>,
    metric: &N::Metric,
    steps: usize,
) -> Result<Attribution<N::Number>, Error> {
    if steps == 0 {
        return Err(Error::OutOfRange { what: "steps", expected: "at least 1", got: 0.0 });
    }
    let (site, rows) = (path.site, network.rows(input));
    expect_shape("end of the path", &network.sites(input).get(site)?.shape(rows), path.to)?;
    expect_shape("start of the path", &path.to.shape, path.from)?;
    let end = |value| -> Result<Vec<f64>, Error> {
        let out = evaluate::outputs_given(network, input, site, value)?;
        network.read(input, &out, metric)
    };
    let (start, end) = (end(path.from)?, end(path.to)?);
    let mut sums = vec![0.0_f64; path.from.values.len()];
    for step in 0..steps {
        let share = N::Number::nearest((step as f64 + 0.5) / steps as f64);
        let held = Edit::replace(between(path.from, path.to, share));
        let run = Run::new().edit(site, held).gradient(site);
        let slopes = network.slopes(input, &run, metric)?;
        for (sum, slope) in sums.iter_mut().zip(&slopes[site].values) {
            *sum += (*slope).into();
        }
    }
    let ends = path.from.values.iter().zip(&path.to.values);
    let carried = |((from, to), sum): ((&N::Number, &N::Number), f64)| {
        N::Number::nearest(((*to).into() - (*from).into()) * sum / steps as f64)
    };
    let values = Array::new(path.from.shape.clone(), ends.zip(sums).map(carried).collect());
    let change: Vec<f64> = end.iter().zip(&start).map(|(end, start)| end - start).collect();
    let gap = change.iter().enumerate().map(|(b, change)| gap(values.row(b), *change)).collect();
    Ok(Attribution { values, change, gap })
}

fn gap<T: Real>(values: &[T], change: f64) -> f64 {
    let sum: f64 = values.iter().map(|v| (*v).into()).sum();
    (sum - change).abs() / change.abs().max(1e-6)
}

/// `from + share · (to - from)`, computed in the type itself.
fn between<T: Real>(from: &Array<T>, to: &Array<T>, share: T) -> Array<T> {
    // The difference of two such numbers, rounded twice, is that rounded once (Figueroa 1995).
    let apart = |from: T, to: T| T::nearest(to.into() - from.into());
    let mix = |(from, to): (&T, &T)| share.mul_add(apart(*from, *to), *from);
    Array::new(from.shape.clone(), from.values.iter().zip(&to.values).map(mix).collect())
}

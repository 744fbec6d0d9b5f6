//! Ablation: what a network answers when a part of it is taken away.
//!
//! Zero, or a constant for each channel (Morcos et al., On the importance of single directions, 2018,
//! section 2.2; Hilton et al., Understanding RL vision, 2020); the mean over reference inputs (Wang et
//! al., Interpretability in the wild, 2022, section 2); or the value from one reference input, drawn at
//! random (Chan et al., Causal scrubbing, 2022). A small effect does not show that a part is unused:
//! others may carry the same.

use crate::expect::expect_len;
use crate::grid::sweep;
use crate::{Error, Network, PatchGrid, PatchPlan, Values, evaluate};
use overt_site::{Array, Real, Run, SiteSpec, Trace};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What stands in the place of what is taken away.
#[derive(Clone, Debug, PartialEq)]
pub enum Fill<'a, I> {
    /// Zero.
    Zero,
    /// One number for each index of the last axis, the same everywhere.
    Constant(&'a [f64]),
    /// The mean over the rows of a reference, place by place.
    Mean(&'a I),
    /// One row of a reference, another one for every site.
    Resample(&'a I, u64),
}

/// The metric with every cell of the plan taken away by itself.
///
/// ```
/// # use overt_nn::{LanguageModel, Tokens};
/// # use overt_site::Axis;
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2");
/// let model = LanguageModel::<f32>::open(folder.as_ref())?;
/// let (base, source) = (Tokens::new(&[vec![3, 14, 15]])?, Tokens::new(&[vec![3, 14, 51]])?);
/// use overt_lens::{Fill, Metric, PatchPlan, ablate};
/// let plan = PatchPlan {
///     sites: "blocks.*.attn.z".into(),
///     by: vec![Axis::Head],
///     metric: Metric::Logit(7),
///     memory: 1 << 28,
/// };
/// let zeroed = ablate(&model, &base, &Fill::Zero, &plan, |_| ())?;
/// let swapped = ablate(&model, &base, &Fill::Mean(&source), &plan, |_| ())?;
/// assert_eq!(zeroed.base, swapped.base);
/// assert_ne!(zeroed.values, swapped.values);
/// # Ok::<(), overt_lens::Error>(())
/// ```
///
/// Of a policy, each channel by itself, with one number for each row:
///
/// ```
/// # use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_site::{Array, Axis};
/// # let config = PolicyConfig { architecture: Architecture::Conv, size: 2, features: 1, channels: 3, layers: 1, dense: 4, actions: 2 };
/// use overt_lens::{Fill, PatchPlan, ablate, channel_means};
/// let policy = Policy::init(config, 7)?;
/// let observations = Array::new(vec![2, 2, 2, 1], vec![1.0, 0.0, 2.0, 0.0, 0.0, 3.0, 0.0, 0.0]);
/// let margin = Array::new(vec![2, 2], [1.0, -1.0].repeat(2));
/// let (sites, by) = ("embed.post".to_owned(), vec![Axis::Channel]);
/// let plan = PatchPlan { sites, by, metric: margin, memory: 0 };
/// let means = channel_means(&policy, &observations, "embed.post")?;
/// let grid = ablate(&policy, &observations, &Fill::Constant(&means), &plan, |_| ())?;
/// assert_eq!((grid.base.len(), grid.values.len()), (2, 6));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`activation_patching`](crate::activation_patching); a reference of another length, constants for
/// another number of channels.
pub fn ablate<N: Network>(
    network: &N,
    input: &N::Input,
    by: &Fill<'_, N::Input>,
    plan: &PatchPlan<N::Metric>,
    progress: impl FnMut(usize),
) -> Result<PatchGrid, Error> {
    let (sites, rows) = (network.sites(input), network.rows(input));
    let specs: Vec<&SiteSpec> = sites.matching(&plan.sites)?.collect();
    let filled = |spec: &SiteSpec, row: Vec<N::Number>| {
        (spec.name.clone(), Array::new(spec.shape(rows), row.repeat(rows)))
    };
    let trace: Trace<N::Number> = match by {
        Fill::Zero => {
            let zero = |spec: &&SiteSpec| (spec.name.clone(), Array::zeros(spec.shape(rows)));
            specs.iter().map(zero).collect()
        }
        Fill::Constant(constants) => {
            let cell: Vec<_> = constants.iter().map(|v| N::Number::nearest(*v)).collect();
            let constant = |spec: &&SiteSpec| {
                let channels = spec.axes.last().map_or(1, |(_, n)| *n);
                expect_len("fill, one per channel", channels, cell.len())?;
                let places: usize = spec.shape(1).iter().product::<usize>() / channels;
                Ok(filled(spec, cell.repeat(places)))
            };
            specs.iter().map(constant).collect::<Result<_, Error>>()?
        }
        Fill::Mean(reference) => {
            let trace = of_reference(network, input, reference, &specs)?;
            let mean = |spec: &&SiteSpec| Ok(filled(spec, mean_row(trace.get(&spec.name)?)));
            specs.iter().map(mean).collect::<Result<_, Error>>()?
        }
        Fill::Resample(reference, seed) => {
            let trace = of_reference(network, input, reference, &specs)?;
            let one = |(site, spec): (usize, &&SiteSpec)| {
                let mut rng = ChaCha8Rng::seed_from_u64(*seed);
                rng.set_stream(site as u64);
                let array = trace.get(&spec.name)?;
                Ok(filled(spec, array.row(rng.random_range(0..array.rows())).to_vec()))
            };
            specs.iter().enumerate().map(one).collect::<Result<_, Error>>()?
        }
    };
    sweep(network, input, Values::Given(&trace), plan, |_| (), progress)
}

/// The mean of every channel of a site, its last axis, over rows and places: a [`Fill::Constant`] nearer
/// to what the network ever sees than zero.
pub fn channel_means<N: Network>(
    network: &N,
    input: &N::Input,
    site: &str,
) -> Result<Vec<f64>, Error> {
    let values = evaluate::values_at(network, input, site)?;
    let channels = values.shape.last().copied().unwrap_or(1);
    let mut sums = vec![0.0_f64; channels];
    for cell in values.values.chunks_exact(channels) {
        sums.iter_mut().zip(cell).for_each(|(sum, v)| *sum += (*v).into());
    }
    let n = (values.values.len() / channels) as f64;
    Ok(sums.into_iter().map(|sum| sum / n).collect())
}

fn of_reference<N: Network>(
    network: &N,
    input: &N::Input,
    reference: &N::Input,
    specs: &[&SiteSpec],
) -> Result<Trace<N::Number>, Error> {
    network.expect_alike("reference", input, reference)?;
    let taps = specs.iter().fold(Run::new(), |run, spec| run.tap(spec.name.clone()));
    Ok(network.run(reference, &taps)?.1)
}

fn mean_row<T: Real>(array: &Array<T>) -> Vec<T> {
    let n = array.rows() as f64;
    let at = |i: usize| (0..array.rows()).map(|row| array.row(row)[i].into()).sum::<f64>() / n;
    (0..array.row_len()).map(|i| T::nearest(at(i))).collect()
}

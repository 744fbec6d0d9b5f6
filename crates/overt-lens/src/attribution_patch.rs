//! Attribution patching: a linear estimate of every patch from a few backward passes, and how far
//! it can be trusted.
//!
//! Source: Nanda, Attribution patching (2023); with gradients integrated along the inputs, Hanna et
//! al., Have faith in faithfulness (2024), section 3. The estimate misleads where the model is not
//! linear between the prompts: each score has the spread of its steps, and the largest scores and a
//! random sample are computed exactly.

use crate::expect::expect_len;
use crate::grid::cells;
use crate::{Error, Metric, Network, Patches, Values};
use overt_nn::Cell;
use overt_site::{Array, Axis, Edit, Real, Run, SiteSpec};
use overt_stats::{pearson, spearman};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// What is attributed, and how it is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributionPlan<M = Metric> {
    /// Sites, as a pattern in which `*` stands for any characters.
    pub sites: String,
    /// Axes along which each index is a cell of its own.
    pub by: Vec<Axis>,
    /// What is read; over several rows it is summed.
    pub metric: M,
    /// Points between the two inputs at which the gradient is taken; 1 is the middle.
    pub steps: usize,
    /// How many of the largest scores are computed exactly.
    pub check_top: usize,
    /// How many cells drawn at random are computed exactly.
    pub check_random: usize,
    /// Seed of the draw.
    pub seed: u64,
}

/// Scores of all cells, and what the exact check says of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributed {
    /// The sites.
    pub sites: Vec<String>,
    /// The axes that tell cells apart, with their extents.
    pub axes: Vec<(Axis, usize)>,
    /// Estimated change of the metric by patching each cell, last axis fastest.
    pub scores: Vec<f64>,
    /// Standard deviation of each score over the steps: 0 where the model is linear in between.
    pub spreads: Vec<f64>,
    /// Exact changes, where they were computed.
    pub exact: Vec<Option<f64>>,
    /// Pearson correlation of score and exact change over the random sample; none if either is
    /// constant.
    pub correlation: Option<f64>,
    /// The same of their ranks.
    pub rank_correlation: Option<f64>,
    /// Share of the largest scores whose sign is that of the exact change.
    pub sign_agreement: Option<f64>,
}

/// Attributes the difference between two runs to parts of the first.
///
/// ```
/// # use overt_nn::{Cell, LanguageModel, Tokens};
/// # use overt_site::{Axis, Select};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2");
/// let model = LanguageModel::<f32>::open(folder.as_ref())?;
/// let (base, source) = (Tokens::new(&[vec![3, 14, 15]])?, Tokens::new(&[vec![3, 14, 51]])?);
/// use overt_lens::{AttributionPlan, Metric, attribution_patching};
/// let plan = AttributionPlan {
///     sites: "blocks.*.resid_pre".into(),
///     by: vec![Axis::Pos],
///     metric: Metric::Logit(7),
///     steps: 5,
///     check_top: 1,
///     check_random: 2,
///     seed: 0,
/// };
/// let found = attribution_patching(&model, &base, &source, &plan)?;
/// assert_eq!((found.scores.len(), found.exact.iter().flatten().count()), (6, 3));
/// // Where the prompts agree there is nothing to attribute.
/// assert_eq!(found.scores[0], 0.0);
/// # Ok::<(), overt_lens::Error>(())
/// ```
///
/// # Errors
/// Inputs of different length, sites that are not there or, in a language model, not in a block, no
/// steps.
pub fn attribution_patching<N: Network>(
    network: &N,
    base: &N::Input,
    source: &N::Input,
    plan: &AttributionPlan<N::Metric>,
) -> Result<Attributed, Error> {
    network.expect_alike("source", base, source)?;
    expect_len("rows of the source", network.rows(base), network.rows(source))?;
    if plan.steps == 0 {
        return Err(Error::OutOfRange { what: "steps", expected: "at least 1", got: 0.0 });
    }
    let (sites, rows) = (network.sites(base), network.rows(base));
    let specs: Vec<&SiteSpec> = sites.matching(&plan.sites)?.collect();
    let (cells, axes) = cells(&specs, &plan.by)?;
    let taps = specs.iter().fold(Run::new().tap(N::START), |run, spec| run.tap(spec.name.clone()));
    let (output, of_base) = network.run(base, &taps)?;
    let (_, of_source) = network.run(source, &taps)?;
    let mut steps = Vec::with_capacity(plan.steps);
    for step in 0..plan.steps {
        let share = (step as f64 + 0.5) / plan.steps as f64;
        let input = between(of_base.get(N::START)?, of_source.get(N::START)?, share);
        let mut run = Run::new().edit(N::START, Edit::replace(input));
        for spec in &specs {
            run = run.gradient(spec.name.clone());
        }
        let slopes = network.slopes(base, &run, &plan.metric)?;
        let score = |cell: &Cell| -> Result<f64, Error> {
            let spec = sites.get(&cell.site)?;
            let flags = cell.select.flags(spec, rows)?;
            let (from, to) = (of_base.get(&cell.site)?, of_source.get(&cell.site)?);
            let slopes = &slopes[&cell.site].values;
            let chosen = flags.iter().enumerate().filter(|(_, flag)| **flag);
            // Minus infinity less itself says nothing: a masked score never changes.
            let change = |i: usize| to.values[i].into() - from.values[i].into();
            let terms = chosen.map(|(i, _)| (change(i), slopes[i].into()));
            Ok(terms.filter(|(change, _)| change.is_finite()).map(|(c, slope)| c * slope).sum())
        };
        steps.push(cells.iter().map(score).collect::<Result<Vec<f64>, Error>>()?);
    }
    let (scores, spreads) = summarise(&steps);
    let (top, random) = chosen(&scores, (plan.check_top, plan.check_random), plan.seed);
    let mut exact = vec![None; cells.len()];
    let checked: Vec<usize> = [&top[..], &random].concat();
    let to_check: Vec<Cell> = checked.iter().map(|i| cells[*i].clone()).collect();
    let (values, metric) = (Values::Given(&of_source), &plan.metric);
    let patches = Patches { base, values, cells: &to_check, metric, memory: MEMORY };
    let swept = network.sweep(&patches, |_| (), |_| ())?;
    let before: f64 = network.read(base, &output, metric)?.iter().sum();
    for (i, rows) in checked.iter().zip(&swept.values) {
        exact[*i] = Some(rows.iter().sum::<f64>() - before);
    }
    let pairs = |list: &[usize]| -> (Vec<f64>, Vec<f64>) {
        list.iter().filter_map(|i| Some((scores[*i], exact[*i]?))).unzip()
    };
    let (told, found) = pairs(&random);
    let agree = pairs(&top);
    let same = agree.0.iter().zip(&agree.1).filter(|(a, b)| a.signum() == b.signum()).count();
    Ok(Attributed {
        sites: specs.iter().map(|spec| spec.name.clone()).collect(),
        axes,
        correlation: pearson(&told, &found).ok(),
        rank_correlation: spearman(&told, &found).ok(),
        sign_agreement: (!top.is_empty()).then(|| same as f64 / top.len() as f64),
        scores,
        spreads,
        exact,
    })
}

/// Bytes that the exact check may take.
const MEMORY: usize = 1 << 30;

fn between<T: Real>(from: &Array<T>, to: &Array<T>, share: f64) -> Array<T> {
    let mix = |(a, b): (&T, &T)| T::nearest((*a).into() * (1.0 - share) + (*b).into() * share);
    let values = from.values.iter().zip(&to.values).map(mix).collect();
    Array::new(from.shape.clone(), values)
}

/// Mean and standard deviation over the steps, cell by cell.
fn summarise(steps: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    let n = steps.len() as f64;
    let of = |cell: usize| {
        let mean = steps.iter().map(|step| step[cell]).sum::<f64>() / n;
        let squares: f64 = steps.iter().map(|step| (step[cell] - mean).powi(2)).sum();
        (mean, if steps.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 })
    };
    (0..steps[0].len()).map(of).unzip()
}

/// Cells with the largest scores, and others drawn at random.
fn chosen(
    scores: &[f64],
    (n_top, n_random): (usize, usize),
    seed: u64,
) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].abs().total_cmp(&scores[*a].abs()).then(a.cmp(b)));
    let top = order[..n_top.min(order.len())].to_vec();
    let mut rest = order[top.len()..].to_vec();
    rest.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    rest.truncate(n_random);
    (top, rest)
}

//! What a method needs of a network, whatever it reads and says.

use crate::chunk::{CHUNK, Chunk, GRADIENT_CHUNK, in_chunks, join, join_outputs};
use crate::distinct::Distinct;
use crate::expect::{expect_finite, expect_len, expect_shape};
use crate::{Error, Metric, scalar::weighted_logits};
use burn::tensor::Tensor;
use overt_nn::{Cell, Estimate, LanguageModel, Outputs, Policy, Source, Sweep, Tokens};
use overt_site::{Array, Edit, Pass, Real, Run, Sites, Trace};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A network that methods open: it has sites, runs with taps and edits, and one number of what it says
/// can be read and differentiated.
///
/// ```
/// use overt_lens::{Error, Network};
/// use overt_nn::{Architecture, LanguageModel, Policy, PolicyConfig, Tokens};
/// use overt_site::Array;
///
/// fn first_site<N: Network>(network: &N, input: &N::Input) -> String {
///     network.sites(input).names().next().unwrap().to_owned()
/// }
/// # let config = PolicyConfig { architecture: Architecture::Conv, size: 2, features: 1, channels: 2, layers: 1, dense: 4, actions: 2 };
/// let policy = Policy::init(config, 7)?;
/// assert_eq!(first_site(&policy, &Array::zeros(vec![1, 2, 2, 1])), "input");
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2");
/// let model = LanguageModel::<f32>::open(folder.as_ref())?;
/// assert_eq!(first_site(&model, &Tokens::new(&[vec![3, 14]])?), "embed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Network: Sync {
    /// The type that it computes in.
    type Number: Real;
    /// What it reads: rows of it.
    type Input: Sync;
    /// What it says, row by row.
    type Output: Clone + std::fmt::Debug + PartialEq + Send;
    /// Which number of a row's output is explained.
    type Metric: Sync;

    /// The site at which what it reads is numbers that can be mixed.
    const START: &'static str;

    /// Every site of a run over this input.
    fn sites(&self, input: &Self::Input) -> Sites;

    /// Rows of the input.
    fn rows(&self, input: &Self::Input) -> usize;

    /// Refuses another input whose rows do not have the sites of the first.
    fn expect_alike(
        &self,
        what: &'static str,
        input: &Self::Input,
        other: &Self::Input,
    ) -> Result<(), Error>;

    /// A forward pass over all rows with the taps and edits of a run; what a row gives does not depend on
    /// the rows around it.
    fn run(
        &self,
        input: &Self::Input,
        run: &Run<Self::Number>,
    ) -> Result<(Self::Output, Trace<Self::Number>), Error>;

    /// The metric of every row of an output.
    fn read(
        &self,
        input: &Self::Input,
        output: &Self::Output,
        metric: &Self::Metric,
    ) -> Result<Vec<f64>, Error>;

    /// The gradient of every row's metric at the sites where the run asks for it.
    fn slopes(
        &self,
        input: &Self::Input,
        run: &Run<Self::Number>,
        metric: &Self::Metric,
    ) -> Result<BTreeMap<String, Array<Self::Number>>, Error>;

    /// The metric after every patch by itself, each with the bits of a run of its own. `start` hears what
    /// it will take, `progress` how many patches are done.
    fn sweep(
        &self,
        patches: &Patches<'_, Self>,
        start: impl FnOnce(&Estimate),
        progress: impl FnMut(usize),
    ) -> Result<Swept, Error>
    where
        Self: Sized;
}

/// Patches of one run, cell by cell.
pub struct Patches<'a, N: Network> {
    /// What is patched.
    pub base: &'a N::Input,
    /// Where the patches come from.
    pub values: Values<'a, N>,
    /// What each of them writes.
    pub cells: &'a [Cell],
    /// What is read.
    pub metric: &'a N::Metric,
    /// Bytes that a part of the sweep may take.
    pub memory: usize,
}

/// Where patches come from.
pub enum Values<'a, N: Network> {
    /// A run over another input.
    Of(&'a N::Input),
    /// Values that are given, with as many rows as the base.
    Given(&'a Trace<N::Number>),
}

/// What a sweep found, each number row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Swept {
    /// The metric without a patch.
    pub base: Vec<f64>,
    /// The metric of the run that the patches come from, where there is one.
    pub source: Option<Vec<f64>>,
    /// The metric after every patch, in the order of the cells.
    pub values: Vec<Vec<f64>>,
    /// What it took.
    pub estimate: Estimate,
}

/// Observations `[batch, row, col, feature]`; the metric is one weight for every logit,
/// `[batch, action]`.
impl Network for Policy {
    type Number = f32;
    type Input = Array;
    type Output = Outputs<Array>;
    type Metric = Array;

    const START: &'static str = "input";

    fn sites(&self, _: &Array) -> Sites {
        self.sites().clone()
    }

    fn rows(&self, input: &Array) -> usize {
        input.rows()
    }

    fn expect_alike(&self, what: &'static str, input: &Array, other: &Array) -> Result<(), Error> {
        let mut expected = input.shape.clone();
        expected[0] = other.rows();
        expect_shape(what, &expected, other)
    }

    fn run(&self, input: &Array, run: &Run) -> Result<(Outputs<Array>, Trace), Error> {
        check(self, input)?;
        if run.sites().next().is_none() {
            let distinct = Distinct::of(input);
            if distinct.is_shorter() {
                let out = outputs_of(self, &distinct.take(input))?;
                return Ok((distinct.spread(&out), Trace::default()));
            }
            return Ok((outputs_of(self, input)?, Trace::default()));
        }
        // Chunks would not see an edit that names no row of theirs.
        Pass::begin(self.sites(), run, input.rows())?;
        let parts = in_chunks(input.rows(), CHUNK, |chunk| {
            let run = run.of_rows(&chunk.rows(), input.rows());
            let (out, trace) = Self::run(self, &chunk.take(input), &run)?;
            Ok((chunk.trim(out), trimmed(chunk, trace.iter())))
        })?;
        let (outputs, traces): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        Ok((join_outputs(&outputs), joined(&traces).into_iter().collect()))
    }

    fn read(&self, _: &Array, out: &Outputs<Array>, weights: &Array) -> Result<Vec<f64>, Error> {
        weighted_logits(out, weights)
    }

    fn slopes(
        &self,
        input: &Array,
        run: &Run,
        weights: &Array,
    ) -> Result<BTreeMap<String, Array>, Error> {
        check(self, input)?;
        expect_shape("weights of the logits", &[input.rows(), self.config().actions], weights)?;
        expect_finite("weights of the logits", weights)?;
        let parts = in_chunks(input.rows(), GRADIENT_CHUNK, |chunk| {
            let (observation, weights) = (chunk.take(input), chunk.take(weights));
            let run = run.of_rows(&chunk.rows(), input.rows());
            let scalar = |out: &Outputs<Tensor<2>>| {
                (out.logits.clone() * weights.tensor(&out.logits.device())).sum()
            };
            let (_, slopes) = self.gradients(&observation, &run, scalar)?;
            Ok(trimmed(chunk, slopes.iter().map(|(site, slope)| (site.as_str(), slope))))
        })?;
        Ok(joined(&parts))
    }

    fn sweep(
        &self,
        patches: &Patches<'_, Self>,
        start: impl FnOnce(&Estimate),
        progress: impl FnMut(usize),
    ) -> Result<Swept, Error> {
        run_by_run(self, patches, start, progress)
    }
}

/// Tokens; the metric is read at the last token of every row.
impl<T: Real> Network for LanguageModel<T> {
    type Number = T;
    type Input = Tokens;
    type Output = Array<T>;
    type Metric = Metric;

    const START: &'static str = "blocks.0.resid_pre";

    fn sites(&self, tokens: &Tokens) -> Sites {
        self.sites(tokens.positions())
    }

    fn rows(&self, tokens: &Tokens) -> usize {
        tokens.batch()
    }

    fn expect_alike(
        &self,
        what: &'static str,
        tokens: &Tokens,
        other: &Tokens,
    ) -> Result<(), Error> {
        expect_len(what, tokens.positions(), other.positions())?;
        match other.lengths().iter().zip(tokens.lengths().iter().cycle()).find(|(a, b)| a != b) {
            Some((got, expected)) => expect_len(what, *expected, *got),
            None => Ok(()),
        }
    }

    fn run(&self, tokens: &Tokens, run: &Run<T>) -> Result<(Array<T>, Trace<T>), Error> {
        Ok(Self::run(self, tokens, run)?)
    }

    fn read(&self, tokens: &Tokens, out: &Array<T>, metric: &Metric) -> Result<Vec<f64>, Error> {
        Ok(metric.read(out, tokens))
    }

    fn slopes(
        &self,
        tokens: &Tokens,
        run: &Run<T>,
        metric: &Metric,
    ) -> Result<BTreeMap<String, Array<T>>, Error> {
        let scalar = |logits: &Tensor<3>| metric.of(logits, tokens).sum_dim(0);
        Ok(self.gradients(tokens, run, scalar)?.1)
    }

    fn sweep(
        &self,
        patches: &Patches<'_, Self>,
        start: impl FnOnce(&Estimate),
        progress: impl FnMut(usize),
    ) -> Result<Swept, Error> {
        let source = match patches.values {
            Values::Of(tokens) => Source::Tokens(tokens),
            Values::Given(trace) => Source::Trace(trace),
        };
        let sweep = Sweep::plan(self, patches.base, source, patches.cells, patches.memory)?;
        let estimate = sweep.estimate();
        start(&estimate);
        let columns = patches.metric.columns();
        let read = |logits: &[T]| patches.metric.of_columns(logits);
        let (base, source) = sweep.unedited(columns.as_deref(), read);
        let values = sweep.run(columns.as_deref(), read, progress);
        Ok(Swept {
            base: vec![base],
            source: source.map(|source| vec![source]),
            values: values.into_iter().map(|value| vec![value]).collect(),
            estimate,
        })
    }
}

/// A sweep of which every patch is a run over all rows.
fn run_by_run<N: Network>(
    network: &N,
    patches: &Patches<'_, N>,
    start: impl FnOnce(&Estimate),
    mut progress: impl FnMut(usize),
) -> Result<Swept, Error> {
    let Patches { base, values, cells, metric, .. } = patches;
    let rows = (cells.len() * network.rows(base)) as u64;
    let estimate = Estimate { rows, naive_rows: rows, parts: 1 };
    start(&estimate);
    let read = |run: &Run<N::Number>| {
        let (output, _) = network.run(base, run)?;
        network.read(base, &output, metric)
    };
    let plain = read(&Run::new())?;
    let patched = |trace: &Trace<N::Number>| {
        let one = |cell: &Cell| {
            let edit = Edit::patch(&cell.site, trace)?.at(cell.select.clone());
            read(&Run::new().edit(&cell.site, edit))
        };
        cells.par_iter().map(one).collect::<Result<Vec<_>, Error>>()
    };
    let (source, found) = match values {
        Values::Given(trace) => (None, patched(trace)?),
        Values::Of(input) => {
            let taps = cells.iter().fold(Run::new(), |run, cell| run.tap(&cell.site));
            let (output, trace) = network.run(input, &taps)?;
            (Some(network.read(input, &output, metric)?), patched(&trace)?)
        }
    };
    progress(cells.len());
    Ok(Swept { base: plain, source, values: found, estimate })
}

/// What a policy says when nobody watches.
fn outputs_of(policy: &Policy, input: &Array) -> Result<Outputs<Array>, Error> {
    let parts = in_chunks(input.rows(), CHUNK, |chunk| {
        Ok(chunk.trim(policy.run(&chunk.take(input), &Run::new())?.0))
    })?;
    Ok(join_outputs(&parts))
}

/// Refuses observations of another shape, and numbers that no observation holds.
pub(crate) fn check(policy: &Policy, observations: &Array) -> Result<(), Error> {
    let expected = policy.sites().get("input")?.shape(observations.rows());
    expect_shape("observations", &expected, observations)?;
    expect_finite("observations", observations)
}

/// What the rows of a chunk gave, by site.
fn trimmed<'a>(
    chunk: &Chunk,
    values: impl Iterator<Item = (&'a str, &'a Array)>,
) -> BTreeMap<String, Array> {
    values.map(|(site, array)| (site.to_owned(), chunk.trim_array(array.clone()))).collect()
}

/// What all chunks gave, by site.
fn joined(parts: &[BTreeMap<String, Array>]) -> BTreeMap<String, Array> {
    let all = |site: &String| parts.iter().map(|part| part[site].clone()).collect::<Vec<_>>();
    let sites = parts.first().into_iter().flat_map(BTreeMap::keys);
    sites.map(|site| (site.clone(), join(&all(site)))).collect()
}

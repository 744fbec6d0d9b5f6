//! Ablation: what a run answers when a part of it is taken away.
//!
//! Zero; the mean over reference prompts (Wang et al., Interpretability in the wild, 2022, section
//! 2); or the value from one reference prompt, drawn at random (Chan et al., Causal scrubbing, 2022).

use crate::grid::sweep;
use crate::{Error, PatchGrid, PatchPlan};
use overt_nn::{LanguageModel, Source, Tokens};
use overt_site::{Array, Real, Run, SiteSpec, Trace};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What stands in the place of what is taken away.
#[derive(Clone, Debug, PartialEq)]
pub enum KnockOut<'a> {
    /// Zero.
    Zero,
    /// The mean over the rows of a reference, position by position.
    Mean(&'a Tokens),
    /// One row of a reference, another one for every site.
    Resample(&'a Tokens, u64),
}

/// The metric with every cell of the plan taken away by itself.
///
/// ```
/// # use overt_nn::{Cell, LanguageModel, Tokens};
/// # use overt_site::{Axis, Select};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2");
/// let model = LanguageModel::<f32>::open(folder.as_ref())?;
/// let (base, source) = (Tokens::new(&[vec![3, 14, 15]])?, Tokens::new(&[vec![3, 14, 51]])?);
/// use overt_lens::{KnockOut, Metric, PatchPlan, knock_out};
/// let plan = PatchPlan {
///     sites: "blocks.*.attn.z".into(),
///     by: vec![Axis::Head],
///     metric: Metric::Logit(7),
///     memory: 1 << 28,
/// };
/// let zeroed = knock_out(&model, &base, &KnockOut::Zero, &plan, |_| ())?;
/// let swapped = knock_out(&model, &base, &KnockOut::Mean(&source), &plan, |_| ())?;
/// assert_eq!(zeroed.base, swapped.base);
/// assert_ne!(zeroed.values, swapped.values);
/// # Ok::<(), overt_lens::Error>(())
/// ```
///
/// # Errors
/// As [`activation_patching`](crate::activation_patching); a reference of another length.
pub fn knock_out<T: Real>(
    model: &LanguageModel<T>,
    tokens: &Tokens,
    by: &KnockOut<'_>,
    plan: &PatchPlan,
    progress: impl FnMut(usize),
) -> Result<PatchGrid, Error> {
    let sites = model.sites(tokens.positions());
    let specs: Vec<&SiteSpec> = sites.matching(&plan.sites)?.collect();
    let trace = match by {
        KnockOut::Zero => {
            let zero = |spec: &&SiteSpec| (spec.name.clone(), Array::zeros(spec.shape(1)));
            specs.iter().map(zero).collect()
        }
        KnockOut::Mean(reference) => {
            let mean = |_: usize, array: &Array<T>| mean_row(array);
            from_reference(model, tokens, reference, &specs, mean)?
        }
        KnockOut::Resample(reference, seed) => {
            let one = |site: usize, array: &Array<T>| {
                let mut rng = ChaCha8Rng::seed_from_u64(*seed);
                rng.set_stream(site as u64);
                array.row(rng.random_range(0..array.rows())).to_vec()
            };
            from_reference(model, tokens, reference, &specs, one)?
        }
    };
    sweep(model, tokens, Source::Trace(&trace), plan, |_| (), progress)
}

fn from_reference<T: Real>(
    model: &LanguageModel<T>,
    tokens: &Tokens,
    reference: &Tokens,
    specs: &[&SiteSpec],
    row: impl Fn(usize, &Array<T>) -> Vec<T>,
) -> Result<Trace<T>, Error> {
    if reference.positions() != tokens.positions() || !reference.is_even() {
        let (expected, got) = (tokens.positions(), reference.positions());
        return Err(Error::LengthMismatch { what: "reference prompts", expected, got });
    }
    let taps = specs.iter().fold(Run::new(), |run, spec| run.tap(spec.name.clone()));
    let (_, trace) = model.run(reference, &taps)?;
    let one = |(site, spec): (usize, &&SiteSpec)| {
        let array = trace.get(&spec.name)?;
        Ok((spec.name.clone(), Array::new(spec.shape(1), row(site, array))))
    };
    specs.iter().enumerate().map(one).collect()
}

fn mean_row<T: Real>(array: &Array<T>) -> Vec<T> {
    let n = array.rows() as f64;
    let at = |i: usize| (0..array.rows()).map(|row| array.row(row)[i].into()).sum::<f64>() / n;
    (0..array.row_len()).map(|i| T::nearest(at(i))).collect()
}

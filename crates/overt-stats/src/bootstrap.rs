//! Percentile bootstrap over units that were drawn independently.
//!
//! A unit is one random draw. For a claim about training recipes, a unit is one independently trained
//! agent (one seed), and never one of its episodes. If you resample episodes of few agents, the
//! intervals are far too short.
//! Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::check;
use crate::error::{Error, Result};
use crate::interval::Interval;
use crate::roc::auroc;

/// The percentile interval of `statistic` over `units` drawn with replacement.
///
/// The ends are the `k`-th smallest and `k`-th largest of the resampled values, with
/// `k = ⌊(B+1) α/2⌋` (Efron and Tibshirani 1993, section 13.3). A resample on which the statistic is
/// undefined (`None`, or not finite) counts as an extreme at both ends. So a statistic that often
/// fails first widens the interval, and then becomes an error. No failure is dropped in silence.
///
/// With fewer than about twenty units the interval is too short. If every unit agrees, it has no
/// width. Use an exact interval there.
///
/// ```
/// use overt_stats::{bootstrap, mean};
/// let returns_by_seed = [0.9, 0.7, 0.8, 0.95, 0.6, 0.85, 0.75, 0.9];
/// let average = |units: &[&f64]| mean(&units.iter().map(|x| **x).collect::<Vec<_>>()).ok();
/// let interval = bootstrap(&returns_by_seed, 999, 0.95, 7, average)?;
/// assert!(interval.contains(0.806) && interval.lo > 0.7 && interval.hi < 0.9);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn bootstrap<T>(
    units: &[T],
    n_resamples: usize,
    level: f64,
    seed: u64,
    statistic: impl Fn(&[&T]) -> Option<f64>,
) -> Result<Interval> {
    bootstrap_stratified(&[units], n_resamples, level, seed, |strata| statistic(&strata[0]))
}

/// Like [`bootstrap`], with the size of each stratum kept: units are drawn within each class.
///
/// For a statistic that compares classes whose sizes were fixed by design.
fn bootstrap_stratified<T>(
    strata: &[&[T]],
    n_resamples: usize,
    level: f64,
    seed: u64,
    statistic: impl Fn(&[Vec<&T>]) -> Option<f64>,
) -> Result<Interval> {
    check::open_unit("level", level)?;
    check::at_least("strata", strata.len(), 1)?;
    strata.iter().try_for_each(|units| check::at_least("units", units.len(), 2))?;
    let rank = tail_rank(n_resamples, level)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut values: Vec<f64> = Vec::with_capacity(n_resamples);
    for _ in 0..n_resamples {
        let resample: Vec<_> = strata.iter().map(|units| draw(units, &mut rng)).collect();
        values.extend(statistic(&resample).filter(|value| value.is_finite()));
    }
    percentile(values, n_resamples, rank, level)
}

/// The stratified bootstrap interval for [`auroc`](crate::auroc).
///
/// At a perfect separation every resample is perfect, so the interval is the single point 1.
/// Use [`auroc_interval`](crate::auroc_interval) there; it keeps a width.
///
/// ```
/// let (pos, neg) = ([0.9, 0.8, 0.3, 0.7, 0.6], [0.1, 0.4, 0.2, 0.5, 0.65]);
/// let interval = overt_stats::bootstrap_auroc(&pos, &neg, 999, 0.95, 7)?;
/// assert!(interval.contains(overt_stats::auroc(&pos, &neg)?));
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn bootstrap_auroc(
    pos: &[f64],
    neg: &[f64],
    n_resamples: usize,
    level: f64,
    seed: u64,
) -> Result<Interval> {
    check::finite("positives", pos)?;
    check::finite("negatives", neg)?;
    let copied = |units: &[&f64]| units.iter().map(|unit| **unit).collect::<Vec<_>>();
    bootstrap_stratified(&[pos, neg], n_resamples, level, seed, |strata| {
        auroc(&copied(&strata[0]), &copied(&strata[1])).ok()
    })
}

/// The stratified bootstrap interval for how much larger the [`auroc`](crate::auroc) of the first of two
/// scores is than that of the second, both given to the same units.
///
/// Units keep their two scores together. So if a unit is hard for both scores, that cancels.
///
/// ```
/// let (pos, neg) = ([[0.9, 0.2], [0.8, 0.6], [0.7, 0.4]], [[0.1, 0.5], [0.3, 0.1], [0.2, 0.3]]);
/// let interval = overt_stats::bootstrap_auroc_difference(&pos, &neg, 999, 0.95, 7)?;
/// let column = |units: &[[f64; 2]], k: usize| units.iter().map(|unit| unit[k]).collect::<Vec<_>>();
/// let area = |k| overt_stats::auroc(&column(&pos, k), &column(&neg, k));
/// assert!(interval.contains(area(0)? - area(1)?));
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn bootstrap_auroc_difference(
    pos: &[[f64; 2]],
    neg: &[[f64; 2]],
    n_resamples: usize,
    level: f64,
    seed: u64,
) -> Result<Interval> {
    check::finite("positives", pos.as_flattened())?;
    check::finite("negatives", neg.as_flattened())?;
    // Twice the wins of the first score less those of the second, for each pair: a resample adds up
    // whole numbers and sorts nothing.
    let beats = |p: f64, n: f64| i8::from(p > n) - i8::from(p < n);
    let lead = |p: &[f64; 2], n: &[f64; 2]| beats(p[0], n[0]) - beats(p[1], n[1]);
    let leads: Vec<Vec<i8>> =
        pos.iter().map(|p| neg.iter().map(|n| lead(p, n)).collect()).collect();
    let (rows, cols): (Vec<usize>, Vec<usize>) =
        ((0..pos.len()).collect(), (0..neg.len()).collect());
    let n_pairs = 2.0 * pos.len() as f64 * neg.len() as f64;
    bootstrap_stratified(&[&rows, &cols], n_resamples, level, seed, |strata| {
        let mut times = vec![0_i64; neg.len()];
        for &&col in &strata[1] {
            times[col] += 1;
        }
        let row = |&&row: &&usize| -> i64 {
            leads[row].iter().zip(&times).map(|(lead, times)| i64::from(*lead) * times).sum()
        };
        Some(strata[0].iter().map(row).sum::<i64>() as f64 / n_pairs)
    })
}

/// Draws as many units as there are, with replacement.
fn draw<'a, T>(units: &'a [T], rng: &mut ChaCha8Rng) -> Vec<&'a T> {
    let n_units = units.len() as u128;
    // The high word of a product: uniform to 2^-64, and the same bytes under any version of `rand`.
    let mut idx = || ((u128::from(rng.next_u64()) * n_units) >> 64) as usize;
    units.iter().map(|_| &units[idx()]).collect()
}

/// How deep in each tail the ends lie, counted from 1.
pub(crate) fn tail_rank(n_resamples: usize, level: f64) -> Result<usize> {
    // `(1 - 0.9) / 2` falls a rounding error below 0.05; the slack keeps whole ranks whole.
    let rank = |n: usize| ((n as f64 + 1.0) * (1.0 - level) / 2.0 + 1e-9).floor() as usize;
    if rank(n_resamples) == 0 {
        let expected = (2.0 / (1.0 - level) - 1.0 - 1e-6).ceil() as usize;
        return Err(Error::TooFew { what: "resamples", expected, got: n_resamples });
    }
    Ok(rank(n_resamples))
}

pub(crate) fn percentile(
    mut values: Vec<f64>,
    n_resamples: usize,
    rank: usize,
    level: f64,
) -> Result<Interval> {
    let undefined = n_resamples - values.len();
    if undefined >= rank || values.is_empty() {
        return Err(Error::StatisticUndefined { undefined, resamples: n_resamples });
    }
    values.sort_by(f64::total_cmp);
    let depth = rank - undefined;
    Interval::new(values[depth - 1], values[values.len() - depth], level)
}

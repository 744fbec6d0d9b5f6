//! Whether stated probabilities and stated intervals mean what they say.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::bootstrap::{percentile, tail_rank};
use crate::check;
use crate::error::Result;
use crate::interval::Interval;
use crate::proportion::clopper_pearson;

/// One cell of a reliability diagram: stated probabilities beside the events that happened.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Bin {
    /// Cases whose stated probability fell into this bin; never 0, empty bins are left out.
    pub n_cases: u64,
    /// Cases in which the event happened.
    pub n_events: u64,
    /// Mean stated probability, in [0, 1].
    pub mean_probability: f64,
}

/// How often stated intervals held the truth.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Coverage {
    /// Intervals that held the truth.
    pub n_covered: u64,
    /// All intervals.
    pub n_intervals: u64,
    /// `n_covered / n_intervals`.
    pub rate: f64,
    /// Exact interval for the rate ([`clopper_pearson`](crate::clopper_pearson)).
    pub interval: Interval,
}

/// Mean squared error of stated probabilities, `Σ (p - o)² / n`: 0 is perfect, 0.25 is a constant 1/2.
///
/// Source: Brier, Monthly Weather Review 78 (1950), 1–3, for two outcomes counted once.
///
/// ```
/// assert_eq!(overt_stats::brier_score(&[1.0, 0.5], &[true, false])?, 0.125);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn brier_score(probabilities: &[f64], happened: &[bool]) -> Result<f64> {
    check::forecasts(probabilities, happened)?;
    let squares = probabilities.iter().zip(happened).map(|(p, &o)| (p - f64::from(o)).powi(2));
    Ok(squares.sum::<f64>() / probabilities.len() as f64)
}

/// Expected calibration error over equal-width bins: `Σ (n_b / n) |share of events - mean stated|`.
///
/// It depends on `n_bins`, and it is biased upwards in small samples. State both next to it.
/// Source: Naeini, Cooper and Hauskrecht (AAAI 2015); Guo et al. (ICML 2017), section 2.
///
/// ```
/// let error = overt_stats::expected_calibration_error(&[0.75, 0.75], &[true, false], 10)?;
/// assert_eq!(error, 0.25);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn expected_calibration_error(
    probabilities: &[f64],
    happened: &[bool],
    n_bins: usize,
) -> Result<f64> {
    let bins = reliability(probabilities, happened, n_bins)?;
    let gap = |bin: &Bin| (bin.n_events as f64 - bin.mean_probability * bin.n_cases as f64).abs();
    Ok(bins.iter().map(gap).sum::<f64>() / probabilities.len() as f64)
}

/// The bins behind [`expected_calibration_error`], in rising order, empty ones left out.
///
/// Bin `b` of `n` holds probabilities in `[b/n, (b+1)/n)`; the last one holds 1 as well.
///
/// ```
/// let bins = overt_stats::reliability(&[0.1, 0.3, 1.0], &[false, true, true], 2)?;
/// assert_eq!((bins.len(), bins[0].n_cases, bins[0].n_events), (2, 2, 1));
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn reliability(probabilities: &[f64], happened: &[bool], n_bins: usize) -> Result<Vec<Bin>> {
    check::forecasts(probabilities, happened)?;
    check::at_least("bins", n_bins, 1)?;
    let mut cases: Vec<(usize, f64, bool)> = Vec::with_capacity(probabilities.len());
    for (&p, &o) in probabilities.iter().zip(happened) {
        cases.push((((p * n_bins as f64) as usize).min(n_bins - 1), p, o));
    }
    // A stable sort: the sums below add in the order given.
    cases.sort_by_key(|case| case.0);
    Ok(cases.chunk_by(|a, b| a.0 == b.0).map(summarise).collect())
}

/// The [`expected_calibration_error`] that a perfect forecaster of these probabilities would show by
/// chance: the middle share `level` of `n_draws` draws in which each event happens as often as stated.
///
/// This is the control of a calibration error. An error inside these bounds is no evidence against the
/// forecasts.
///
/// ```
/// let by_chance = overt_stats::calibration_error_by_chance(&[0.5; 100], 10, 999, 0.95, 7)?;
/// assert!(by_chance.lo < 0.01 && by_chance.hi > 0.1 && by_chance.hi < 0.13);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn calibration_error_by_chance(
    probabilities: &[f64],
    n_bins: usize,
    n_draws: usize,
    level: f64,
    seed: u64,
) -> Result<Interval> {
    check::open_unit("level", level)?;
    check::units("probabilities", probabilities)?;
    let rank = tail_rank(n_draws, level)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut errors = Vec::with_capacity(n_draws);
    for _ in 0..n_draws {
        // 53 bits make a uniform number below 1, the same under any version of `rand`.
        let mut uniform = || (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let happened: Vec<bool> = probabilities.iter().map(|&p| uniform() < p).collect();
        errors.push(expected_calibration_error(probabilities, &happened, n_bins)?);
    }
    percentile(errors, n_draws, rank, level)
}

/// How often `intervals` hold `truths`, with an exact interval at `level` for that rate.
///
/// The counts mean something only if the cases are independent.
///
/// ```
/// use overt_stats::{Interval, coverage};
/// let stated = [Interval::new(0.0, 1.0, 0.9)?, Interval::new(2.0, 3.0, 0.9)?];
/// assert_eq!(coverage(&stated, &[0.5, 9.0], 0.95)?.rate, 0.5);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn coverage(intervals: &[Interval], truths: &[f64], level: f64) -> Result<Coverage> {
    check::finite("truths", truths)?;
    check::same_len("truths", truths.len(), intervals.len())?;
    let held = intervals.iter().zip(truths).filter(|(interval, truth)| interval.contains(**truth));
    let (n_covered, n_intervals) = (held.count() as u64, intervals.len() as u64);
    let interval = clopper_pearson(n_covered, n_intervals, level)?;
    Ok(Coverage { n_covered, n_intervals, rate: n_covered as f64 / n_intervals as f64, interval })
}

fn summarise(cases: &[(usize, f64, bool)]) -> Bin {
    Bin {
        n_cases: cases.len() as u64,
        n_events: cases.iter().filter(|case| case.2).count() as u64,
        mean_probability: cases.iter().map(|case| case.1).sum::<f64>() / cases.len() as f64,
    }
}

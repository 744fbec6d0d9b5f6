//! Intervals for a proportion: how often something happens, from counts.

use crate::check;
use crate::error::{Error, Result};
use crate::incomplete_beta::beta_quantile;
use crate::interval::Interval;
use crate::normal::normal_two_sided;

/// Counts beyond this are refused: the tail probabilities would lose too many digits.
pub(crate) const MAX_TRIALS: u64 = 1_000_000_000;

/// The exact two-sided interval for a proportion: covers with probability at least `level`, at any
/// true proportion and any number of trials.
///
/// `lo` solves `P(X >= k; lo) = α/2` and `hi` solves `P(X <= k; hi) = α/2`, with `α = 1 - level`: the
/// quantiles `Beta(α/2; k, n-k+1)` and `Beta(1-α/2; k+1, n-k)`.
/// Source: Clopper and Pearson, Biometrika 26 (1934), 404–413.
///
/// ```
/// let interval = overt_stats::clopper_pearson(0, 10, 0.95)?;
/// assert_eq!(interval.lo, 0.0);
/// assert!((interval.hi - (1.0 - 0.025_f64.powf(0.1))).abs() < 1e-12);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn clopper_pearson(successes: u64, trials: u64, level: f64) -> Result<Interval> {
    check_counts(successes, trials, level)?;
    let tail = (1.0 - level) / 2.0;
    let hi = 1.0 - exact_lower(trials - successes, trials, tail);
    Interval::new(exact_lower(successes, trials, tail), hi, level)
}

/// The exact lower bound, as the interval from it to 1: `lo` solves `P(X >= k; lo) = 1 - level`.
///
/// A gate on a success rate compares this bound with its threshold.
///
/// ```
/// let bound = overt_stats::clopper_pearson_lower(59, 59, 0.95)?;
/// assert!(bound.lo > 0.95 && bound.hi == 1.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn clopper_pearson_lower(successes: u64, trials: u64, level: f64) -> Result<Interval> {
    check_counts(successes, trials, level)?;
    Interval::new(exact_lower(successes, trials, 1.0 - level), 1.0, level)
}

/// The exact upper bound, as the interval from 0 to it: `hi` solves `P(X <= k; hi) = 1 - level`.
///
/// ```
/// let bound = overt_stats::clopper_pearson_upper(0, 59, 0.95)?;
/// assert!(bound.lo == 0.0 && bound.hi < 0.05);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn clopper_pearson_upper(successes: u64, trials: u64, level: f64) -> Result<Interval> {
    check_counts(successes, trials, level)?;
    Interval::new(0.0, 1.0 - exact_lower(trials - successes, trials, 1.0 - level), level)
}

/// The score interval. It is shorter than [`clopper_pearson`], and covers `level` only on average over
/// true proportions. Use it for pictures, not for gates.
///
/// `(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)`.
/// Source: Wilson, JASA 22 (1927), 209–212; Brown et al., Statistical Science 16 (2001), 101–133.
///
/// ```
/// let interval = overt_stats::wilson(5, 10, 0.95)?;
/// assert!((interval.lo - 0.236_593).abs() < 1e-6 && (interval.hi - 0.763_407).abs() < 1e-6);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn wilson(successes: u64, trials: u64, level: f64) -> Result<Interval> {
    check_counts(successes, trials, level)?;
    let (n, p) = (trials as f64, successes as f64 / trials as f64);
    let z = normal_two_sided(level);
    let shrink = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / shrink;
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / shrink;
    // At no success, and at no failure, an end is exact in theory and a rounding error in floats.
    let lo = if successes == 0 { 0.0 } else { (centre - half).max(0.0) };
    let hi = if successes == trials { 1.0 } else { (centre + half).min(1.0) };
    Interval::new(lo, hi, level)
}

/// The proportion at which `successes` or more out of `trials` has probability `tail`.
pub(crate) fn exact_lower(successes: u64, trials: u64, tail: f64) -> f64 {
    if successes == 0 {
        return 0.0;
    }
    beta_quantile(successes as f64, (trials - successes + 1) as f64, tail)
}

fn check_counts(successes: u64, trials: u64, level: f64) -> Result<()> {
    check::open_unit("level", level)?;
    check::at_least("trials", usize::try_from(trials).unwrap_or(usize::MAX), 1)?;
    if trials > MAX_TRIALS {
        return Err(Error::TooManyTrials { what: "exact interval", limit: MAX_TRIALS });
    }
    if successes > trials {
        return Err(Error::ImpossibleCount { successes, trials });
    }
    Ok(())
}

//! How many trials a claim needs, before they are run.

use crate::check;
use crate::error::{Error, Result};
use crate::incomplete_beta::regularised_beta;
use crate::proportion::exact_lower;

/// The search for a sample size gives up here.
pub(crate) const MAX_SEARCH: u64 = 100_000;

/// The largest event rate that `trials` without one event leave plausible: `-ln(1 - level) / n`, at
/// most 1. At level 0.95 that is the rule of three, `3/n`.
///
/// Never below the exact bound `1 - (1-level)^(1/n)` of
/// [`clopper_pearson_upper`](crate::clopper_pearson_upper).
/// Source: Hanley and Lippman-Hand, JAMA 249 (1983), 1743–1745.
///
/// ```
/// assert!((overt_stats::rule_of_three(300, 0.95)? - 0.01).abs() < 2e-5);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn rule_of_three(trials: u64, level: f64) -> Result<f64> {
    check::open_unit("level", level)?;
    if trials == 0 {
        return Err(Error::TooFew { what: "trials", expected: 1, got: 0 });
    }
    Ok((-(-level).ln_1p() / trials as f64).min(1.0))
}

/// The fewest trials with which a run of at most `failures` failures puts the lower
/// [Clopper–Pearson bound](crate::clopper_pearson_lower) at or above `threshold`.
///
/// With no failure allowed, this is the fewest trials with which a subject can pass such a gate at all.
/// A gate that keeps the upper bound of an unwanted rate at or below 0.01 is the same gate at the
/// threshold 0.99.
///
/// ```
/// assert_eq!(overt_stats::trials_to_clear(0.95, 0, 0.95)?, 59);
/// assert_eq!(overt_stats::trials_to_clear(0.95, 1, 0.95)?, 93);
/// assert_eq!(overt_stats::trials_to_clear(1.0 - 0.01, 0, 0.95)?, 299);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn trials_to_clear(threshold: f64, failures: u64, level: f64) -> Result<u64> {
    check_rates(threshold, level)?;
    if failures >= MAX_SEARCH || !clears(MAX_SEARCH - failures, MAX_SEARCH, threshold, level) {
        return Err(Error::TooManyTrials { what: "clearing the threshold", limit: MAX_SEARCH });
    }
    // More successes at the same failures only raise the bound, so bisection is exact.
    let (mut fails, mut enough) = (failures, MAX_SEARCH);
    while enough - fails > 1 {
        let middle = u64::midpoint(fails, enough);
        if clears(middle - failures, middle, threshold, level) {
            enough = middle;
        } else {
            fails = middle;
        }
    }
    Ok(enough)
}

/// The chance that `trials` at a true success rate `rate` put the lower bound at or above
/// `threshold`, in [0, 1].
///
/// `P(X >= k)` with `X ~ Binomial(n, rate)` and `k` the fewest successes that clear.
///
/// ```
/// let power = overt_stats::power_to_clear(59, 0.99, 0.95, 0.95)?;
/// assert!((power - 0.99_f64.powi(59)).abs() < 1e-12);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn power_to_clear(trials: u64, rate: f64, threshold: f64, level: f64) -> Result<f64> {
    check_rates(threshold, level)?;
    check::unit("rate", rate)?;
    if trials == 0 {
        return Err(Error::TooFew { what: "trials", expected: 1, got: 0 });
    }
    if trials > MAX_SEARCH {
        return Err(Error::TooManyTrials { what: "power", limit: MAX_SEARCH });
    }
    let (mut fails, mut enough) = (0, trials + 1);
    while enough - fails > 1 {
        let middle = u64::midpoint(fails, enough);
        if clears(middle, trials, threshold, level) {
            enough = middle;
        } else {
            fails = middle;
        }
    }
    Ok(binomial_tail(enough, trials, rate))
}

/// The fewest trials whose [`power_to_clear`] reaches `power`.
///
/// Power rises and falls with the number of trials, because a few more trials may need one more
/// success. This is the first number that is high enough. Run exactly this number.
///
/// ```
/// let trials = overt_stats::trials_for_power(0.99, 0.9, 0.95, 0.8)?;
/// assert!(overt_stats::power_to_clear(trials, 0.99, 0.9, 0.95)? >= 0.8);
/// assert!(overt_stats::power_to_clear(trials - 1, 0.99, 0.9, 0.95)? < 0.8);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn trials_for_power(rate: f64, threshold: f64, level: f64, power: f64) -> Result<u64> {
    check_rates(threshold, level)?;
    check::open_unit("power", power)?;
    check::unit("rate", rate)?;
    let mut needed = 1;
    for trials in 1..=if rate > threshold { MAX_SEARCH } else { 0 } {
        // The fewest successes that clear never fall as trials are added.
        while needed <= trials && !clears(needed, trials, threshold, level) {
            needed += 1;
        }
        if binomial_tail(needed, trials, rate) >= power {
            return Ok(trials);
        }
    }
    Err(Error::TooManyTrials { what: "power at this rate", limit: MAX_SEARCH })
}

/// Whether the lower bound at `successes` is at or above `threshold`, without solving for the bound
/// unless rounding would decide: a plan agrees with its gate in a tie, too.
fn clears(successes: u64, trials: u64, threshold: f64, level: f64) -> bool {
    let (tail, allowed) = (binomial_tail(successes, trials, threshold), 1.0 - level);
    if (tail - allowed).abs() > 1e-9 * allowed {
        return tail < allowed;
    }
    successes <= trials && exact_lower(successes, trials, allowed) >= threshold
}

/// `P(X >= successes)` for `X ~ Binomial(trials, rate)`.
pub(crate) fn binomial_tail(successes: u64, trials: u64, rate: f64) -> f64 {
    if successes == 0 {
        return 1.0;
    }
    if successes > trials {
        return 0.0;
    }
    regularised_beta(successes as f64, (trials - successes + 1) as f64, rate)
}

fn check_rates(threshold: f64, level: f64) -> Result<()> {
    check::open_unit("threshold", threshold)?;
    check::open_unit("level", level)
}

//! How many cases a stranger must run again to catch an alteration.

use crate::check;
use crate::error::{Error, Result};

/// The search for a number of replays gives up here.
const MAX_REPLAYS: u64 = 10_000_000;

/// Keeps whole numbers of replays whole: `1 - 0.9` falls a rounding error below 0.1.
const SLACK: f64 = 1e-12;

/// The chance that `replays` cases drawn at random, each from all, hold one of the altered `share`.
///
/// `1 - (1-f)^k`.
///
/// ```
/// assert_eq!(overt_stats::power_to_catch(2, 0.5)?, 0.75);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn power_to_catch(replays: u64, share: f64) -> Result<f64> {
    check::unit("altered share", share)?;
    Ok(1.0 - missed(replays, share))
}

/// The fewest replays of cases drawn at random, each from all, that catch an altered `share` with
/// probability `power`: `⌈ln(1-power) / ln(1-share)⌉`.
///
/// This is enough for any number of cases, because the same number drawn without replacement catches at
/// least as often ([`replays_to_catch_among`]).
///
/// ```
/// assert_eq!(overt_stats::replays_to_catch(0.05, 0.95)?, 59);
/// assert_eq!(overt_stats::replays_to_catch(0.01, 0.95)?, 299);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn replays_to_catch(share: f64, power: f64) -> Result<u64> {
    check::unit("altered share", share)?;
    check::open_unit("power", power)?;
    let replays = ((-power).ln_1p() / (-share).ln_1p()).ceil().max(1.0);
    if replays.is_nan() || replays > MAX_REPLAYS as f64 {
        return Err(Error::TooManyTrials { what: "replays of this share", limit: MAX_REPLAYS });
    }
    // A quotient that should be whole may round past it.
    let replays = replays as u64;
    let one_less = replays > 1 && missed(replays - 1, share) <= (1.0 - power) * (1.0 + SLACK);
    Ok(if one_less { replays - 1 } else { replays })
}

/// The chance that `replays` different cases of `cases`, drawn at random, hold one of the `altered`.
///
/// `1 - C(N-K, k) / C(N, k)`: hypergeometric.
///
/// ```
/// assert_eq!(overt_stats::power_to_catch_among(1, 4, 1)?, 0.25);
/// assert_eq!(overt_stats::power_to_catch_among(4, 4, 1)?, 1.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn power_to_catch_among(replays: u64, cases: u64, altered: u64) -> Result<f64> {
    check_cases(cases, altered)?;
    if replays > cases {
        return Err(Error::ImpossibleCount { successes: replays, trials: cases });
    }
    let missed = |missed: f64, drawn| missed * missed_next(drawn, cases, altered);
    Ok(1.0 - (0..replays).fold(1.0, missed))
}

/// The fewest replays of different cases, drawn at random from `cases`, that catch `altered` altered
/// ones with probability `power`.
///
/// ```
/// assert_eq!(overt_stats::replays_to_catch_among(100, 5, 0.95)?, 45);
/// assert_eq!(overt_stats::replays_to_catch_among(1_000_000, 50_000, 0.95)?, 59);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn replays_to_catch_among(cases: u64, altered: u64, power: f64) -> Result<u64> {
    check_cases(cases, altered)?;
    check::open_unit("power", power)?;
    let allowed = (1.0 - power) * (1.0 + SLACK);
    let (mut missed, mut replays) = (1.0, 0);
    // Ends at the latest where one altered case must be among those drawn.
    while missed > allowed {
        missed *= missed_next(replays, cases, altered);
        replays += 1;
    }
    Ok(replays)
}

/// The chance that every one of `replays` draws misses the altered share.
fn missed(replays: u64, share: f64) -> f64 {
    (replays as f64 * (-share).ln_1p()).exp()
}

/// The chance that a draw misses after `drawn` draws that missed.
fn missed_next(drawn: u64, cases: u64, altered: u64) -> f64 {
    (cases - altered).saturating_sub(drawn) as f64 / (cases - drawn) as f64
}

fn check_cases(cases: u64, altered: u64) -> Result<()> {
    if altered == 0 {
        return Err(Error::TooFew { what: "altered cases", expected: 1, got: 0 });
    }
    if altered > cases {
        return Err(Error::ImpossibleCount { successes: altered, trials: cases });
    }
    if cases > MAX_REPLAYS {
        return Err(Error::TooManyTrials { what: "replays among cases", limit: MAX_REPLAYS });
    }
    Ok(())
}

//! Split conformal prediction: intervals that hold at any sample size, if cases are exchangeable.
//!
//! Sources: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005), chapter 2;
//! Lei et al., JASA 113 (2018), 1094–1111.

use crate::check;
use crate::error::{Error, Result};
use crate::interval::Interval;

/// The fewest calibration scores from which an interval at `level` can be given: the smallest `n`
/// with `⌈(n+1) level⌉ <= n`; 9 at .9, 19 at .95.
fn scores_needed(level: f64) -> Result<usize> {
    check::open_unit("level", level)?;
    Ok((level / (1.0 - level) - 1e-6).ceil().max(1.0) as usize)
}

/// The `⌈(n+1) level⌉`-th smallest score: a fresh exchangeable score is at most this with probability
/// at least `level`.
///
/// With too few scores the right answer is infinite, so this function returns an error
/// ([`Error::TooFew`]).
/// Source: Lei et al. (2018), section 2.2.
///
/// ```
/// let scores = [0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4, 0.5];
/// assert_eq!(overt_stats::conformal_quantile(&scores, 0.9)?, 0.9);
/// assert_eq!(overt_stats::conformal_quantile(&scores, 0.5)?, 0.5);
/// assert!(overt_stats::conformal_quantile(&scores, 0.95).is_err());
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn conformal_quantile(scores: &[f64], level: f64) -> Result<f64> {
    check::finite("calibration scores", scores)?;
    let rank = conformal_rank(scores.len(), level)?;
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok(sorted[rank - 1])
}

/// Residuals in units of the error that the predictor expected: `|y - ŷ| / scale`.
///
/// Source: Lei et al. (2018), section 5.2 (locally weighted conformal prediction).
///
/// ```
/// assert_eq!(overt_stats::normalised_scores(&[-1.0, 3.0], &[2.0, 1.0])?, [0.5, 3.0]);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn normalised_scores(residuals: &[f64], scales: &[f64]) -> Result<Vec<f64>> {
    check::finite("residuals", residuals)?;
    check::same_len("scales", scales.len(), residuals.len())?;
    let mut scores = Vec::with_capacity(residuals.len());
    for (residual, &scale) in residuals.iter().zip(scales) {
        check::positive("scale", scale)?;
        scores.push(check::result("normalised score", residual.abs() / scale)?);
    }
    Ok(scores)
}

/// `prediction ± scale · q`, with `q` the [`conformal_quantile`] of calibration scores; `scale` is 1
/// for plain absolute residuals.
///
/// Covers a fresh exchangeable case with probability at least `level`, averaged over calibration sets
/// and cases. The predictor must not have seen the calibration cases.
///
/// ```
/// let residuals = [0.3, 0.1, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/// let interval = overt_stats::conformal_interval(10.0, 2.0, &residuals, 0.5)?;
/// assert_eq!((interval.lo, interval.hi), (9.0, 11.0));
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn conformal_interval(
    prediction: f64,
    scale: f64,
    scores: &[f64],
    level: f64,
) -> Result<Interval> {
    check::finite("prediction", &[prediction])?;
    check::positive("scale", scale)?;
    if let Some(&got) = scores.iter().find(|score| **score < 0.0) {
        return Err(Error::OutOfRange { what: "calibration scores", expected: "[0, inf)", got });
    }
    let half = check::result("conformal interval", conformal_quantile(scores, level)? * scale)?;
    Interval::new(prediction - half, prediction + half, level)
}

/// The p-value of a score beside scores of known clean cases: `(1 + #{sᵢ >= score}) / (n+1)`.
///
/// Larger scores give smaller p-values. If cases are exchangeable, the chance of a p-value of at most
/// `α` is at most `α`.
/// Source: Vovk et al. (2005), section 2.2 (unsmoothed).
///
/// ```
/// assert_eq!(overt_stats::conformal_p_value(&[1.0, 2.0, 3.0], 2.5)?, 0.5);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn conformal_p_value(scores: &[f64], score: f64) -> Result<f64> {
    check::sample("calibration scores", scores, 1)?;
    check::finite("score", &[score])?;
    let n_as_anomalous = scores.iter().filter(|clean| **clean >= score).count();
    Ok((n_as_anomalous + 1) as f64 / (scores.len() + 1) as f64)
}

/// `⌈(n+1) level⌉`, counted from 1, where it exists.
pub(crate) fn conformal_rank(n_scores: usize, level: f64) -> Result<usize> {
    check::at_least("calibration scores", n_scores, scores_needed(level)?)?;
    // The slack keeps (9+1) * 0.9 from rounding up to a tenth score.
    let rank = ((n_scores as f64 + 1.0) * level - 1e-9).ceil() as usize;
    Ok(rank.clamp(1, n_scores))
}

//! How well a score separates two classes, and how much an alarm catches at a fixed false-alarm rate.
//!
//! One rule holds everywhere: the alarm rings if `score > threshold`, strictly. So the smallest
//! threshold that keeps a false-alarm rate exists, and it is one of the clean scores.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::error::Result;
use crate::rank::average_ranks;

/// The effect of one threshold, as counts, so that either rate can have an exact interval.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct OperatingPoint {
    /// The alarm rings above this score; `None` is the alarm that always rings.
    pub threshold: Option<f64>,
    /// Positives above the threshold.
    pub n_caught: u64,
    /// All positives.
    pub n_positives: u64,
    /// Negatives above the threshold.
    pub n_false_alarms: u64,
    /// All negatives.
    pub n_negatives: u64,
}

impl OperatingPoint {
    /// Share of positives caught, in [0, 1].
    pub fn recall(&self) -> f64 {
        self.n_caught as f64 / self.n_positives as f64
    }

    /// Share of negatives that raise an alarm, in [0, 1].
    pub fn false_alarm_rate(&self) -> f64 {
        self.n_false_alarms as f64 / self.n_negatives as f64
    }
}

/// Area under the ROC curve: the chance that a random positive scores above a random negative, ties
/// counting one half.
///
/// `(R - m(m+1)/2) / (mn)`, with `R` the rank sum of the `m` positives among all scores: the
/// Mann–Whitney statistic over its maximum.
/// Source: Bamber, Journal of Mathematical Psychology 12 (1975), 387–415.
///
/// ```
/// assert_eq!(overt_stats::auroc(&[3.0, 1.0], &[1.0, 0.0])?, 0.875);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn auroc(pos: &[f64], neg: &[f64]) -> Result<f64> {
    check_classes(pos, neg)?;
    let (m, n) = (pos.len() as f64, neg.len() as f64);
    let ranks = average_ranks(&[pos, neg].concat())?;
    let rank_sum: f64 = ranks[..pos.len()].iter().sum();
    Ok((rank_sum - m * (m + 1.0) / 2.0) / (m * n))
}

/// Every distinct operating point, from the silent alarm to the one that always rings.
///
/// One point per distinct score, in falling order of threshold, and a last one with threshold `None`.
///
/// ```
/// let curve = overt_stats::roc_curve(&[2.0], &[1.0])?;
/// let rates: Vec<_> = curve.iter().map(|p| (p.false_alarm_rate(), p.recall())).collect();
/// assert_eq!(rates, [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn roc_curve(pos: &[f64], neg: &[f64]) -> Result<Vec<OperatingPoint>> {
    check_classes(pos, neg)?;
    let (pos, neg) = (falling(pos), falling(neg));
    let mut thresholds = falling(&[pos.as_slice(), &neg].concat());
    thresholds.dedup();
    let thresholds = thresholds.into_iter().map(Some).chain([None]);
    Ok(thresholds.map(|threshold| count_sorted(&pos, &neg, threshold)).collect())
}

/// The smallest threshold at which at most a share `fpr` of the clean scores raises an alarm.
///
/// It depends on the clean scores alone, so it can be fixed before any positive is seen. It is `None`
/// only for `fpr = 1`, because then the alarm may always ring.
///
/// ```
/// let neg = [0.1, 0.2, 0.3, 0.4];
/// assert_eq!(overt_stats::threshold_at_fpr(&neg, 0.25)?, Some(0.3));
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn threshold_at_fpr(neg: &[f64], fpr: f64) -> Result<Option<f64>> {
    check::sample("negatives", neg, 1)?;
    check::unit("false-alarm rate", fpr)?;
    let n = neg.len();
    // Dividing, not multiplying: 0.29 * 100 falls below 29, but 29 / 100 is 0.29.
    let n_allowed = (0..=n).rev().find(|&m| m as f64 / n as f64 <= fpr).unwrap_or(0);
    Ok(falling(neg).get(n_allowed).copied())
}

/// The effect on these scores of a threshold that was fixed before.
///
/// ```
/// let point = overt_stats::operating_point(&[0.9, 0.2], &[0.3, 0.1], Some(0.25))?;
/// assert_eq!((point.recall(), point.false_alarm_rate()), (0.5, 0.5));
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn operating_point(pos: &[f64], neg: &[f64], threshold: Option<f64>) -> Result<OperatingPoint> {
    check_classes(pos, neg)?;
    check::finite("threshold", threshold.as_slice())?;
    Ok(count_sorted(&falling(pos), &falling(neg), threshold))
}

/// Recall at the threshold of [`threshold_at_fpr`], chosen on these very negatives.
///
/// The false-alarm rate holds on these data. On fresh data it is about `fpr`. For an exact interval,
/// choose the threshold on other data and use [`operating_point`].
///
/// ```
/// let point = overt_stats::recall_at_fpr(&[0.9, 0.35, 0.2], &[0.1, 0.2, 0.3, 0.4], 0.25)?;
/// assert_eq!((point.n_caught, point.n_false_alarms), (2, 1));
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn recall_at_fpr(pos: &[f64], neg: &[f64], fpr: f64) -> Result<OperatingPoint> {
    operating_point(pos, neg, threshold_at_fpr(neg, fpr)?)
}

fn check_classes(pos: &[f64], neg: &[f64]) -> Result<()> {
    check::sample("positives", pos, 1)?;
    check::sample("negatives", neg, 1)
}

fn falling(scores: &[f64]) -> Vec<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    sorted
}

fn count_sorted(pos: &[f64], neg: &[f64], threshold: Option<f64>) -> OperatingPoint {
    let above = |sorted: &[f64]| match threshold {
        Some(threshold) => sorted.partition_point(|&score| score > threshold) as u64,
        None => sorted.len() as u64,
    };
    OperatingPoint {
        threshold,
        n_caught: above(pos),
        n_positives: pos.len() as u64,
        n_false_alarms: above(neg),
        n_negatives: neg.len() as u64,
    }
}

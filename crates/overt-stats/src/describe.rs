//! Mean, spread, quantiles, and the t interval for a mean.

use crate::check;
use crate::error::Result;
use crate::incomplete_beta::student_two_sided;
use crate::interval::Interval;

/// Arithmetic mean, in the unit of the values.
///
/// ```
/// assert_eq!(overt_stats::mean(&[1.0, 2.0, 6.0])?, 3.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn mean(values: &[f64]) -> Result<f64> {
    check::sample("values", values, 1)?;
    check::result("mean", values.iter().sum::<f64>() / values.len() as f64)
}

/// Sample standard deviation `√(Σ (x - x̄)² / (n-1))`, in the unit of the values.
///
/// ```
/// assert_eq!(overt_stats::sd(&[1.0, 3.0, 5.0])?, 2.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn sd(values: &[f64]) -> Result<f64> {
    check::sample("values", values, 2)?;
    let centre = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    check::result("standard deviation", (squares / (values.len() - 1) as f64).sqrt())
}

/// The middle value, or the mean of the two in the middle.
///
/// ```
/// assert_eq!(overt_stats::median(&[9.0, 1.0, 2.0, 4.0])?, 3.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn median(values: &[f64]) -> Result<f64> {
    quantile(values, 0.5)
}

/// The value below which a share `probability` of the sample lies, interpolated between order
/// statistics at position `(n-1) p`: type 7 of Hyndman and Fan, The American Statistician 50 (1996),
/// 361–365, the default of R and numpy.
///
/// ```
/// assert_eq!(overt_stats::quantile(&[0.0, 10.0, 20.0], 0.25)?, 5.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn quantile(values: &[f64], probability: f64) -> Result<f64> {
    check::sample("values", values, 1)?;
    check::unit("probability", probability)?;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = (sorted.len() - 1) as f64 * probability;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let share = position - below as f64;
    // Halves do not overflow, and in this form rounding keeps the order of quantiles.
    let (lo, hi) = (sorted[below] / 2.0, sorted[above] / 2.0);
    check::result("quantile", 2.0 * (lo + share * (hi - lo)).min(hi))
}

/// Student's interval for a mean: `x̄ ± t · s/√n`, with `t` the two-sided quantile at `n-1` degrees of
/// freedom. Exact for normal values, approximate otherwise.
///
/// Source: Student, Biometrika 6 (1908), 1–25.
///
/// ```
/// let interval = overt_stats::mean_interval(&[1.0, 2.0, 3.0], 0.95)?;
/// assert!((interval.width() / 2.0 - 4.302_652_729_7 / 3.0_f64.sqrt()).abs() < 1e-9);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn mean_interval(values: &[f64], level: f64) -> Result<Interval> {
    check::open_unit("level", level)?;
    let (centre, spread, n) = (mean(values)?, sd(values)?, values.len() as f64);
    let half = student_two_sided(n - 1.0, level) * spread / n.sqrt();
    check::result("t interval", half)?;
    Interval::new(centre - half, centre + half, level)
}

//! Ranks and correlations.

use crate::check;
use crate::describe::mean;
use crate::error::{Error, Result};

/// Ranks from 1 for the smallest; equal values share the average of their ranks.
///
/// ```
/// assert_eq!(overt_stats::average_ranks(&[10.0, 30.0, 10.0])?, [1.5, 3.0, 1.5]);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn average_ranks(values: &[f64]) -> Result<Vec<f64>> {
    check::finite("values", values)?;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut n_below = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = n_below as f64 + f64::midpoint(1.0, tied.len() as f64);
        for &idx in tied {
            ranks[idx] = rank;
        }
        n_below += tied.len();
    }
    Ok(ranks)
}

/// Pearson's product-moment correlation, in [-1, 1].
///
/// `Σ (x - x̄)(y - ȳ) / √(Σ (x - x̄)² Σ (y - ȳ)²)`; an error if either does not vary.
///
/// ```
/// let r = overt_stats::pearson(&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0])?;
/// assert!((r - 0.5).abs() < 1e-12);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn pearson(x: &[f64], y: &[f64]) -> Result<f64> {
    check::sample("x", x, 2)?;
    check::finite("y", y)?;
    check::same_len("y", y.len(), x.len())?;
    let (dx, dy) = (deviations("x", x)?, deviations("y", y)?);
    let norm = (dot(&dx, &dx) * dot(&dy, &dy)).sqrt();
    Ok((dot(&dx, &dy) / norm).clamp(-1.0, 1.0))
}

/// Spearman's rank correlation: [`pearson`] of the [`average_ranks`], so ties are handled exactly.
///
/// Source: Spearman, American Journal of Psychology 15 (1904), 72–101.
///
/// ```
/// let rho = overt_stats::spearman(&[1.0, 2.0, 3.0], &[1.0, 8.0, 900.0])?;
/// assert_eq!(rho, 1.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn spearman(x: &[f64], y: &[f64]) -> Result<f64> {
    check::same_len("y", y.len(), x.len())?;
    pearson(&average_ranks(x)?, &average_ranks(y)?)
}

/// Deviations from the mean, scaled so that the largest is 1 and no square over- or underflows.
fn deviations(what: &'static str, values: &[f64]) -> Result<Vec<f64>> {
    if values.iter().all(|value| *value == values[0]) {
        return Err(Error::Constant { what });
    }
    let centre = mean(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| value - centre).collect();
    let largest = deviations.iter().fold(0.0, |largest: f64, d| largest.max(d.abs()));
    check::result("deviation from the mean", largest)?;
    if largest == 0.0 {
        return Err(Error::Constant { what });
    }
    Ok(deviations.iter().map(|d| d / largest).collect())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

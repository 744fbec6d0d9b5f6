//! Several questions at once.

use crate::check;
use crate::error::{Error, Result};

/// Holm's adjusted p-values, in the order given. If you reject those of at most `α`, the chance of any
/// false rejection is at most `α`, whatever the dependence between the tests.
///
/// With `p₍₁₎ ≤ … ≤ p₍ₘ₎`, the adjusted value is `max over j ≤ i of min(1, (m-j+1) p₍ⱼ₎)`.
/// Source: Holm, Scandinavian Journal of Statistics 6 (1979), 65–70.
///
/// ```
/// assert_eq!(overt_stats::holm(&[0.25, 0.125, 0.5])?, [0.5, 0.375, 0.5]);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>> {
    check::finite("p-values", p_values)?;
    check::units("p-values", p_values)?;
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest: f64 = 0.0;
    for (n_before, idx) in order.into_iter().enumerate() {
        let scaled = (p_values.len() - n_before) as f64 * p_values[idx];
        largest = largest.max(scaled.min(1.0));
        adjusted[idx] = largest;
    }
    Ok(adjusted)
}

/// The level of each of `n_bounds` bounds or intervals so that all of them hold together with
/// probability `level`, whatever the dependence between them: `1 - (1-level) / n` (Bonferroni).
///
/// Use it for a report whose figures must all be true at once, and for a rule that passes if *any* of
/// its parts passes. [`holm`] rejects more, but it gives p-values and no bounds.
///
/// A gate that passes only if *all* of its parts pass needs neither. It passes wrongly only if a part
/// passes whose rule is truly broken. That part alone passes with probability at most `1 - level`. So
/// every part may keep the full level (the intersection-union test). With more parts, a sound subject
/// is stopped more often; that is a matter of power
/// ([`trials_for_power`](crate::trials_for_power)).
/// Source: Berger, Technometrics 24 (1982), 295–300.
///
/// ```
/// assert_eq!(overt_stats::level_of_each(0.75, 4)?, 0.9375);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn level_of_each(level: f64, n_bounds: u64) -> Result<f64> {
    check::open_unit("level", level)?;
    if n_bounds == 0 {
        return Err(Error::TooFew { what: "bounds", expected: 1, got: 0 });
    }
    let each = 1.0 - (1.0 - level) / n_bounds as f64;
    check::open_unit("level of each", each)?;
    Ok(each)
}

//! Several questions at once.

use crate::check;
use crate::error::Result;

/// Holm's adjusted p-values, in the order given: rejecting those at most `α` keeps the chance of any
/// false rejection at `α`, whatever the dependence between the tests.
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

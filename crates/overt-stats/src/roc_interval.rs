//! An interval for the area under the ROC curve that keeps a width at a perfect score.

use crate::check;
use crate::error::Result;
use crate::interval::Interval;
use crate::normal::normal_two_sided;
use crate::roc::auroc;

/// The score-type interval for [`auroc`]: the areas `θ` with `|θ̂ - θ| <= z √V(θ)`, where
/// `V(θ) = θ(1-θ) (1 + N (1-θ)/(2-θ) + N θ/(1+θ)) / (mn)` and `N = (m+n)/2 - 1`.
///
/// At a perfect separation the bootstrap gives the single point 1. This interval keeps a width, which
/// shrinks with the number of units.
/// Source: Newcombe, Statistics in Medicine 25 (2006), 559–573, method 5.
///
/// ```
/// let few = overt_stats::auroc_interval(&[2.0; 5], &[1.0; 5], 0.95)?;
/// let many = overt_stats::auroc_interval(&[2.0; 50], &[1.0; 50], 0.95)?;
/// assert!(few.hi == 1.0 && few.lo < many.lo && many.lo < 1.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn auroc_interval(pos: &[f64], neg: &[f64], level: f64) -> Result<Interval> {
    check::open_unit("level", level)?;
    let area = auroc(pos, neg)?;
    let (m, n, z) = (pos.len() as f64, neg.len() as f64, normal_two_sided(level));
    let plausible = |theta: f64| (area - theta).abs() <= z * variance(theta, m, n).sqrt();
    Interval::new(edge(area, 0.0, plausible), edge(area, 1.0, plausible), level)
}

fn variance(theta: f64, m: f64, n: f64) -> f64 {
    let extra = f64::midpoint(m, n) - 1.0;
    let spread = extra * (1.0 - theta) / (2.0 - theta) + extra * theta / (1.0 + theta);
    theta * (1.0 - theta) * (1.0 + spread) / (m * n)
}

/// Bisection for where `plausible` ends between a point inside and a point outside.
fn edge(mut inside: f64, mut outside: f64, plausible: impl Fn(f64) -> bool) -> f64 {
    if inside == outside {
        return inside;
    }
    loop {
        let middle = f64::midpoint(inside, outside);
        if middle == inside || middle == outside {
            return outside;
        }
        if plausible(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
}

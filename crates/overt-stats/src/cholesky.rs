//! A small symmetric system, solved.

use crate::error::{Error, Result};

/// Solves `A x = b` for a symmetric positive definite `A`, given by rows; only its lower triangle is
/// read.
///
/// A pivot that lost twelve digits against its diagonal counts as zero.
pub(crate) fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Result<Vec<f64>> {
    factor(&mut a)?;
    let n = b.len();
    substitute(&a, &mut b);
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|col| a[col][row] * b[col]).sum();
        b[row] = (b[row] - known) / a[row][row];
    }
    if b.iter().all(|value| value.is_finite()) {
        Ok(b)
    } else {
        Err(Error::Overflow { what: "coefficients" })
    }
}

/// Replaces `b` by the `x` of `L x = b`, with `L` the lower triangle.
pub(crate) fn substitute(l: &[Vec<f64>], b: &mut [f64]) {
    for row in 0..b.len() {
        let known: f64 = (0..row).map(|col| l[row][col] * b[col]).sum();
        b[row] = (b[row] - known) / l[row][row];
    }
}

/// Replaces the lower triangle of `A` by `L` with `L Lᵀ = A`.
pub(crate) fn factor(a: &mut [Vec<f64>]) -> Result<()> {
    const LOST: f64 = 1e-12;
    for row in 0..a.len() {
        for col in 0..row {
            let known: f64 = (0..col).map(|k| a[row][k] * a[col][k]).sum();
            a[row][col] = (a[row][col] - known) / a[col][col];
        }
        let known: f64 = a[row][..row].iter().map(|value| value * value).sum();
        let (diagonal, pivot) = (a[row][row], a[row][row] - known);
        if !diagonal.is_finite() {
            return Err(Error::Overflow { what: "normal equations" });
        }
        if pivot <= LOST * diagonal || diagonal <= 0.0 {
            return Err(Error::Singular { feature: row });
        }
        a[row][row] = pivot.sqrt();
    }
    Ok(())
}

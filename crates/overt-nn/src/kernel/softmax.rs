//! Softmax over rows of which a range counts, and its backward pass.
//!
//! What a row gives depends on the entries in its range alone: sums begin with the range, so
//! entries before or after it move no bit.

#![expect(
    clippy::inline_always,
    reason = "what is called must be compiled inside the function that has the wide registers"
)]

use super::elementary::exp;
use super::lanes::{dot, largest, rows_of_job, sum};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// `p[j] = e^(s[j] - max s) / Σ_j e^(s[j] - max s)` in place, over the range of each row; 0 outside.
///
/// A row whose range is empty, or holds nothing above -∞, becomes all zeros: whoever attends to
/// nothing reads nothing. What is not a number makes its whole range so.
///
/// # Shapes
/// `scores [rows, row_len]`; `range_of_row` gets the number of the row.
pub(crate) fn softmax_rows(
    scores: &mut [f32],
    row_len: usize,
    range_of_row: impl Fn(usize) -> Range<usize> + Sync,
) {
    let rows = rows_of_job(row_len);
    let jobs = scores.par_chunks_mut((rows * row_len).max(1)).enumerate();
    jobs.for_each(|(job, scores)| {
        for (row, scores) in scores.chunks_exact_mut(row_len).enumerate() {
            let range = range_of_row(job * rows + row);
            Arch::new().dispatch(Forward { scores, range });
        }
    });
}

struct Forward<'a> {
    scores: &'a mut [f32],
    range: Range<usize>,
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Range { start, end } = self.range;
        self.scores[..start].fill(0.0);
        self.scores[end..].fill(0.0);
        let scores = &mut self.scores[start..end];
        let most = largest(scores);
        // Of entries that are all -∞ each is infinitely far below any number.
        let most = if most == f32::NEG_INFINITY { 0.0 } else { most };
        for score in scores.iter_mut() {
            *score = exp(*score - most);
        }
        let total = sum(scores);
        let factor = if total == 0.0 { 0.0 } else { 1.0 / total };
        for score in scores {
            *score *= factor;
        }
    }
}

/// Gradient of the scores, in place of that of the pattern: `ds[j] = p[j]·(dp[j] - Σ_j p[j]·dp[j])`
/// over the range of each row; 0 outside.
///
/// # Shapes
/// `pattern [rows, row_len]` as [`softmax_rows`] left it, `grad` alike.
pub(crate) fn softmax_gradient(
    pattern: &[f32],
    grad: &mut [f32],
    row_len: usize,
    range_of_row: impl Fn(usize) -> Range<usize> + Sync,
) {
    assert_eq!(pattern.len(), grad.len(), "lengths of pattern and gradient");
    let rows = rows_of_job(row_len);
    let len = (rows * row_len).max(1);
    let jobs = grad.par_chunks_mut(len).zip(pattern.par_chunks(len)).enumerate();
    jobs.for_each(|(job, (grad, pattern))| {
        let lines = grad.chunks_exact_mut(row_len).zip(pattern.chunks_exact(row_len));
        for (row, (grad, pattern)) in lines.enumerate() {
            let range = range_of_row(job * rows + row);
            Arch::new().dispatch(Backward { pattern, grad, range });
        }
    });
}

struct Backward<'a> {
    pattern: &'a [f32],
    grad: &'a mut [f32],
    range: Range<usize>,
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Range { start, end } = self.range;
        self.grad[..start].fill(0.0);
        self.grad[end..].fill(0.0);
        let (pattern, grad) = (&self.pattern[start..end], &mut self.grad[start..end]);
        let mean = dot(pattern, grad);
        for (grad, p) in grad.iter_mut().zip(pattern) {
            *grad = p * (*grad - mean);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{bits, in_every_pool, numbers};
    use super::*;

    fn of(
        scores: &[f32],
        row_len: usize,
        range: impl Fn(usize) -> Range<usize> + Sync,
    ) -> Vec<f32> {
        let mut out = scores.to_vec();
        softmax_rows(&mut out, row_len, range);
        out
    }

    fn spread(seed: u64, len: usize) -> Vec<f32> {
        numbers(seed, len).iter().map(|value| value * 20.0).collect()
    }

    #[test]
    fn a_softmax_is_its_formula() {
        for row_len in [1, 5, 16, 130, 50_257] {
            let scores = spread(1, 3 * row_len);
            let pattern = of(&scores, row_len, |_| 0..row_len);
            for (scores, pattern) in scores.chunks(row_len).zip(pattern.chunks(row_len)) {
                let most = f64::from(largest(scores));
                let powers: Vec<f64> =
                    scores.iter().map(|score| (f64::from(*score) - most).exp()).collect();
                let total: f64 = powers.iter().sum();
                for (p, power) in pattern.iter().zip(powers) {
                    // Most comes from rounding `score - most`, up to 40 here.
                    let bound = 40.0 * f64::from(f32::EPSILON) * power / total;
                    assert!((f64::from(*p) - power / total).abs() <= bound, "{p}");
                }
            }
        }
        assert_eq!(of(&[3.0, 3.0, 7.0, 9.0], 2, |_| 0..2)[..2], [0.5, 0.5]);
    }

    #[test]
    fn a_row_keeps_its_bits_in_every_company_and_every_pool() {
        let row_len = 131;
        let scores = spread(2, 400 * row_len);
        let alone: Vec<u32> =
            scores.chunks(row_len).flat_map(|row| bits(&of(row, row_len, |_| 0..100))).collect();
        for rows in [1, 2, 3, 7, 64, 130, 400] {
            let some = &scores[..rows * row_len];
            let got = in_every_pool(|| of(some, row_len, |_| 0..100));
            assert!(bits(&got) == alone[..some.len()], "{rows} rows");
        }
    }

    #[test]
    fn entries_outside_the_range_move_no_bit() {
        for valid in [1, 16, 100, 1030] {
            let want = of(&spread(3, valid), valid, |_| 0..valid);
            for (before, after) in [(0, 1), (0, 700), (3, 0), (17, 900)] {
                let mut scores = vec![f32::NAN; before + valid + after];
                scores[before..before + valid].copy_from_slice(&spread(3, valid));
                let got = of(&scores, scores.len(), |_| before..before + valid);
                assert_eq!(bits(&got[before..before + valid]), bits(&want));
                assert!(got[..before].iter().chain(&got[before + valid..]).all(|p| *p == 0.0));
            }
        }
    }

    #[test]
    fn entries_of_minus_infinity_weigh_as_if_they_were_outside() {
        let mut scores = spread(4, 60);
        let want = of(&scores, 60, |_| 0..40);
        scores[40..].fill(f32::NEG_INFINITY);
        assert_eq!(bits(&of(&scores, 60, |_| 0..60)), bits(&want));
    }

    #[test]
    fn a_row_of_nothing_is_zero() {
        assert_eq!(of(&[1.0, f32::NAN], 2, |_| 0..0), [0.0; 2]);
        assert_eq!(of(&[f32::NEG_INFINITY; 2], 2, |_| 0..2), [0.0; 2]);
        softmax_rows(&mut [], 5, |_| 0..5);
        softmax_gradient(&[], &mut [], 5, |_| 0..5);
    }

    #[test]
    fn what_is_not_a_number_stays_in_its_row() {
        let got = of(&[f32::NAN, 1.0, 2.0, 3.0, f32::NAN, f32::NEG_INFINITY], 2, |_| 0..2);
        let nan: Vec<bool> = got.iter().map(|p| p.is_nan()).collect();
        assert_eq!(nan, [true, true, false, false, true, true]);
        assert!(of(&[f32::INFINITY, 1.0], 2, |_| 0..2)[0].is_nan());
    }

    #[test]
    fn the_gradient_is_that_of_the_formula() {
        let (row_len, valid) = (40, 33);
        let scores = spread(5, 70 * row_len);
        let pattern = of(&scores, row_len, |row| 0..valid.min(row));
        let grad = numbers(6, pattern.len());
        let got = in_every_pool(|| {
            let mut out = grad.clone();
            softmax_gradient(&pattern, &mut out, row_len, |row| 0..valid.min(row));
            out
        });
        for (row, got) in got.chunks(row_len).enumerate() {
            let at = |j: usize| (pattern[row * row_len + j].into(), grad[row * row_len + j].into());
            let mean: f64 = (0..row_len).map(at).map(|(p, d): (f64, f64)| p * d).sum();
            for (j, got) in got.iter().enumerate() {
                let (p, d): (f64, f64) = at(j);
                assert!((f64::from(*got) - p * (d - mean)).abs() <= 2e-7 * p, "row {row}, {j}");
            }
        }
    }
}

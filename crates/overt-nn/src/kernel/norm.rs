//! Layer and root-mean-square normalization of rows, gain and bias, and their backward passes.
//!
//! A normalized row is the row, less its mean or not, divided by its scale, which is
//! `√(Σ_j c[j]²/n + ε)` of what is divided. Sums take the order of `lanes`, so a row's bits depend
//! on the row alone; sums over rows take pieces of fixed size in their order.

#![expect(
    clippy::inline_always,
    reason = "what is called must be compiled inside the function that has the wide registers"
)]

use super::lanes::{dot, rows_of_job, sum};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Rows whose gradients of gain and bias are summed together. Part of what is computed.
const PIECE: usize = 32;

/// What a normalization takes from a row before it divides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Center {
    /// Its mean: layer normalization.
    Mean,
    /// Nothing: root-mean-square normalization.
    Zero,
}

/// `out[r,j] = (x[r,j] - m[r]) / scales[r]`, before gain and bias, and the scales.
///
/// # Shapes
/// `x` and `out [rows, n]`, `scales [rows]`.
pub(crate) fn normalize(
    x: &[f32],
    center: Center,
    epsilon: f32,
    out: &mut [f32],
    scales: &mut [f32],
) {
    let Some(n) = width(x.len(), scales.len()) else { return };
    assert_eq!(x.len(), out.len(), "lengths of a normalization");
    let rows = rows_of_job(n);
    let jobs = out.par_chunks_mut(rows * n).zip(scales.par_chunks_mut(rows));
    jobs.zip(x.par_chunks(rows * n)).for_each(|((out, scales), x)| {
        Arch::new().dispatch(Normalize { x, n, center, epsilon, out, scales });
    });
}

/// The length of a row, if there is any number.
fn width(numbers: usize, rows: usize) -> Option<usize> {
    let n = numbers.checked_div(rows).filter(|n| *n > 0);
    assert_eq!(n.unwrap_or(0) * rows, numbers, "{numbers} numbers in {rows} rows");
    n
}

struct Normalize<'a> {
    x: &'a [f32],
    n: usize,
    center: Center,
    epsilon: f32,
    out: &'a mut [f32],
    scales: &'a mut [f32],
}

impl WithSimd for Normalize<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let n = self.n as f32;
        let rows = self.x.chunks_exact(self.n).zip(self.out.chunks_exact_mut(self.n));
        for ((x, out), scale) in rows.zip(self.scales) {
            let mean = match self.center {
                Center::Mean => sum(x) / n,
                Center::Zero => 0.0,
            };
            for (out, x) in out.iter_mut().zip(x) {
                *out = x - mean;
            }
            *scale = (dot(out, out) / n + self.epsilon).sqrt();
            for out in out {
                *out /= *scale;
            }
        }
    }
}

/// Gradient of `x`, from those of the normalized rows and, if anything else reads them, of the
/// scales: `c[j]/s` less its mean if the mean was taken, where
/// `c[j] = grad[j] - y[j]·(Σ_j grad[j]·y[j]/n - s·grad_s/n)`, `y` the normalized row, `s` its scale.
///
/// # Shapes
/// `normalized`, `grad` and `out [rows, n]`, `scales` and `grad_scales [rows]`.
pub(crate) fn normalize_gradient(
    normalized: &[f32],
    scales: &[f32],
    center: Center,
    grad: &[f32],
    grad_scales: Option<&[f32]>,
    out: &mut [f32],
) {
    let Some(n) = width(normalized.len(), scales.len()) else { return };
    assert_eq!([grad.len(), out.len()], [normalized.len(); 2], "lengths of a normalization");
    let rows = rows_of_job(n);
    out.par_chunks_mut(rows * n).enumerate().for_each(|(job, out)| {
        let (first, count) = (job * rows, out.len() / n);
        let part = first * n..first * n + out.len();
        Arch::new().dispatch(Backward {
            normalized: &normalized[part.clone()],
            scales: &scales[first..first + count],
            center,
            grad: &grad[part],
            grad_scales: grad_scales.map(|grad| &grad[first..first + count]),
            out,
        });
    });
}

struct Backward<'a> {
    normalized: &'a [f32],
    scales: &'a [f32],
    center: Center,
    grad: &'a [f32],
    grad_scales: Option<&'a [f32]>,
    out: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let len = self.out.len() / self.scales.len();
        let n = len as f32;
        let rows = self.normalized.chunks_exact(len).zip(self.grad.chunks_exact(len));
        for (row, ((y, grad), out)) in rows.zip(self.out.chunks_exact_mut(len)).enumerate() {
            let scale = self.scales[row];
            let direct = self.grad_scales.map_or(0.0, |grad| grad[row]);
            let along = (dot(grad, y) - scale * direct) / n;
            for ((out, grad), y) in out.iter_mut().zip(grad).zip(y) {
                *out = (-along).mul_add(*y, *grad);
            }
            let mean = match self.center {
                Center::Mean => sum(out) / n,
                Center::Zero => 0.0,
            };
            for out in out {
                *out = (*out - mean) / scale;
            }
        }
    }
}

/// `out[r,j] = x[r,j]·gain[j] + bias[j]`, rounded once.
///
/// # Shapes
/// `x` and `out [rows, n]`, `gain` and `bias [n]`.
pub(crate) fn affine(x: &[f32], gain: &[f32], bias: Option<&[f32]>, out: &mut [f32]) {
    assert_eq!(x.len(), out.len(), "lengths of gain and bias");
    assert!(bias.is_none_or(|bias| bias.len() == gain.len()), "lengths of gain and bias");
    if gain.is_empty() {
        return;
    }
    let len = rows_of_job(gain.len()) * gain.len();
    out.par_chunks_mut(len).zip(x.par_chunks(len)).for_each(|(out, x)| {
        Arch::new().dispatch(Affine { x, gain, bias, out });
    });
}

struct Affine<'a> {
    x: &'a [f32],
    gain: &'a [f32],
    bias: Option<&'a [f32]>,
    out: &'a mut [f32],
}

impl WithSimd for Affine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let n = self.gain.len();
        for (x, out) in self.x.chunks_exact(n).zip(self.out.chunks_exact_mut(n)) {
            if let Some(bias) = self.bias {
                for (((out, x), gain), bias) in out.iter_mut().zip(x).zip(self.gain).zip(bias) {
                    *out = x.mul_add(*gain, *bias);
                }
            } else {
                for ((out, x), gain) in out.iter_mut().zip(x).zip(self.gain) {
                    *out = x * gain;
                }
            }
        }
    }
}

/// Gradients of gain and bias: `Σ_r grad[r,j]·x[r,j]` and `Σ_r grad[r,j]`.
///
/// That of `x` is [`affine`] of `grad` without a bias.
pub(crate) fn affine_gradient(x: &[f32], grad: &[f32], n: usize) -> (Vec<f32>, Vec<f32>) {
    assert_eq!(x.len(), grad.len(), "lengths of gain and bias");
    let len = (PIECE * n).max(1);
    let pieces: Vec<[Vec<f32>; 2]> = x
        .par_chunks(len)
        .zip(grad.par_chunks(len))
        .map(|(x, grad)| {
            let mut sums = [vec![0.0; n], vec![0.0; n]];
            Arch::new().dispatch(Columns { x, grad, sums: &mut sums });
            sums
        })
        .collect();
    let zero = [vec![0.0; n], vec![0.0; n]];
    let [gain, bias] = pieces.into_iter().fold(zero, |mut total, piece| {
        for (total, piece) in total.iter_mut().flatten().zip(piece.iter().flatten()) {
            *total += piece;
        }
        total
    });
    (gain, bias)
}

struct Columns<'a> {
    x: &'a [f32],
    grad: &'a [f32],
    sums: &'a mut [Vec<f32>; 2],
}

impl WithSimd for Columns<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let [gain, bias] = self.sums;
        let n = gain.len();
        for (x, grad) in self.x.chunks_exact(n).zip(self.grad.chunks_exact(n)) {
            let sums = gain.iter_mut().zip(bias.iter_mut());
            for (((gain, bias), x), grad) in sums.zip(x).zip(grad) {
                *gain = x.mul_add(*grad, *gain);
                *bias += grad;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{bits, in_every_pool, numbers};
    use super::*;

    const BOTH: [Center; 2] = [Center::Mean, Center::Zero];
    const EPSILON: f32 = 1e-5;

    fn of(x: &[f32], rows: usize, center: Center) -> (Vec<f32>, Vec<f32>) {
        let (mut out, mut scales) = (vec![f32::NAN; x.len()], vec![f32::NAN; rows]);
        normalize(x, center, EPSILON, &mut out, &mut scales);
        (out, scales)
    }

    fn gradient(x: &[f32], rows: usize, center: Center, grad: &[f32], direct: &[f32]) -> Vec<f32> {
        let (normalized, scales) = of(x, rows, center);
        let mut out = vec![f32::NAN; x.len()];
        normalize_gradient(&normalized, &scales, center, grad, Some(direct), &mut out);
        out
    }

    /// A normalized row and its scale in double precision.
    fn reference(x: &[f64], center: Center) -> (Vec<f64>, f64) {
        let n = x.len() as f64;
        let mean = if center == Center::Mean { x.iter().sum::<f64>() / n } else { 0.0 };
        let squares: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
        let scale = (squares / n + f64::from(EPSILON)).sqrt();
        (x.iter().map(|x| (x - mean) / scale).collect(), scale)
    }

    fn wide(x: &[f32]) -> Vec<f64> {
        x.iter().map(|x| f64::from(*x)).collect()
    }

    #[test]
    fn normalized_rows_are_their_formula() {
        for center in BOTH {
            for n in [1, 3, 16, 37, 768, 3072] {
                let x: Vec<f32> = numbers(1, 5 * n).iter().map(|x| 3.0 * x + 5.0).collect();
                let (out, scales) = of(&x, 5, center);
                for ((x, out), scale) in x.chunks(n).zip(out.chunks(n)).zip(scales) {
                    let (want, want_scale) = reference(&wide(x), center);
                    assert!((f64::from(scale) / want_scale - 1.0).abs() < 4e-7);
                    for (out, want) in out.iter().zip(want) {
                        // The mean of numbers near 5 is known to 5·2⁻²⁴, whatever the scale.
                        let bound = 1e-6 * (want.abs() + 1.0 / want_scale);
                        assert!((f64::from(*out) - want).abs() < bound, "{n}: {out} for {want}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_row_normalized_by_hand() {
        let (out, scales) = of(&[1.0, 3.0], 1, Center::Mean);
        assert_eq!((scales[0], out[1]), (1.000_005, 0.999_995));
        let (_, scales) = of(&[1.0, 7.0], 1, Center::Zero);
        assert_eq!(scales, [25.000_01_f32.sqrt()]);
        let mut out = [0.0; 2];
        affine(&[2.0, 3.0], &[5.0, 7.0], Some(&[1.0, -1.0]), &mut out);
        assert_eq!(out, [11.0, 20.0]);
        assert_eq!(
            affine_gradient(&[1.0, 2.0, 3.0, 4.0], &[1.0, 1.0, 1.0, 2.0], 2),
            (vec![4.0, 10.0], vec![2.0, 3.0])
        );
    }

    #[test]
    fn a_row_keeps_its_bits_in_every_company_and_every_pool() {
        let n = 770;
        let (x, grad, direct) = (numbers(2, 400 * n), numbers(3, 400 * n), numbers(4, 400));
        let gain = numbers(5, n);
        for center in BOTH {
            let compute = |first: usize, rows: usize| {
                let part = first * n..(first + rows) * n;
                let (x, grad) = (&x[part.clone()], &grad[part]);
                let (out, scales) = of(x, rows, center);
                let mut affined = vec![0.0; x.len()];
                affine(&out, &gain, Some(&gain), &mut affined);
                let back = gradient(x, rows, center, grad, &direct[first..first + rows]);
                [out, scales, affined, back].concat()
            };
            let alone: Vec<Vec<u32>> = (0..400).map(|row| bits(&compute(row, 1))).collect();
            for rows in [1, 2, 3, 7, 64, 130, 400] {
                let got = bits(&in_every_pool(|| compute(400 - rows, rows)));
                for (row, alone) in alone[400 - rows..].iter().enumerate() {
                    let [out, affined, back] = [0, rows * n + rows, 2 * rows * n + rows];
                    for (at, want) in [(out, 0), (affined, n + 1), (back, 2 * n + 1)] {
                        assert!(got[at + row * n..at + (row + 1) * n] == alone[want..want + n]);
                    }
                    assert_eq!(got[rows * n + row], alone[n]);
                }
            }
        }
    }

    #[test]
    fn the_gradient_matches_finite_differences() {
        for center in BOTH {
            for n in [1, 5, 37] {
                let (x, grad, direct) = (numbers(6, 3 * n), numbers(7, 3 * n), numbers(8, 3));
                let got = gradient(&x, 3, center, &grad, &direct);
                for (i, got) in got.iter().enumerate() {
                    let (row, j) = (i / n, i % n);
                    let loss = |step: f64| {
                        let mut x = wide(&x[row * n..(row + 1) * n]);
                        x[j] += step;
                        let (y, scale) = reference(&x, center);
                        let grad = &grad[row * n..(row + 1) * n];
                        let along: f64 = y.iter().zip(grad).map(|(y, g)| y * f64::from(*g)).sum();
                        along + scale * f64::from(direct[row])
                    };
                    let want = (loss(1e-6) - loss(-1e-6)) / 2e-6;
                    assert!((f64::from(*got) - want).abs() < 1e-5 * (1.0 + want.abs()), "{n}, {i}");
                }
            }
        }
    }

    #[test]
    fn the_gradients_of_gain_and_bias_are_their_sums_in_every_pool() {
        let (rows, n) = (131, 50);
        let (x, grad) = (numbers(9, rows * n), numbers(10, rows * n));
        let got = in_every_pool(|| {
            let (gain, bias) = affine_gradient(&x, &grad, n);
            [gain, bias].concat()
        });
        for j in 0..n {
            let column = (0..rows).map(|row| (x[row * n + j].into(), grad[row * n + j].into()));
            let [gain, bias] = column
                .fold([0.0, 0.0], |[gain, bias], (x, g): (f64, f64)| [gain + x * g, bias + g]);
            assert!((f64::from(got[j]) - gain).abs() < 1e-5);
            assert!((f64::from(got[n + j]) - bias).abs() < 1e-5);
        }
    }

    #[test]
    fn no_rows_give_nothing_and_a_constant_row_gives_zeros() {
        for center in BOTH {
            assert_eq!(of(&[], 0, center), (vec![], vec![]));
            normalize_gradient(&[], &[], center, &[], None, &mut []);
        }
        affine(&[], &[1.0], None, &mut []);
        assert_eq!(affine_gradient(&[], &[], 2), (vec![0.0; 2], vec![0.0; 2]));
        assert_eq!(of(&[2.0; 64], 1, Center::Mean).0, [0.0; 64]);
    }

    #[test]
    fn what_is_not_finite_spoils_its_row_alone() {
        for center in BOTH {
            for bad in [f32::NAN, f32::INFINITY] {
                let (out, scales) = of(&[1.0, bad, 1.0, 2.0], 2, center);
                assert!(out[1].is_nan() && !scales[0].is_finite());
                assert!(out[2..].iter().chain(&scales[1..]).all(|value| value.is_finite()));
            }
        }
    }
}

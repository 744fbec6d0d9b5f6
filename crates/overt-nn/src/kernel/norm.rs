//! Layer and root-mean-square normalization of rows, gain and bias.
//!
//! A normalized row is the row, less its mean or not, divided by its scale, which is
//! `√(Σ_j c[j]²/n + ε)` of what is divided. Sums take the order of `lanes`, so a row's bits depend
//! on the row alone.

#![expect(
    clippy::inline_always,
    reason = "what is called must be compiled inside the function that has the wide registers"
)]

use super::lanes::{dot, rows_of_job, sum};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

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
    }

    #[test]
    fn a_row_keeps_its_bits_in_every_company_and_every_pool() {
        let n = 770;
        let x = numbers(2, 400 * n);
        let gain = numbers(5, n);
        for center in BOTH {
            let compute = |first: usize, rows: usize| {
                let x = &x[first * n..(first + rows) * n];
                let (out, scales) = of(x, rows, center);
                let mut affined = vec![0.0; x.len()];
                affine(&out, &gain, Some(&gain), &mut affined);
                [out, scales, affined].concat()
            };
            let alone: Vec<Vec<u32>> = (0..400).map(|row| bits(&compute(row, 1))).collect();
            for rows in [1, 2, 3, 7, 64, 130, 400] {
                let got = bits(&in_every_pool(|| compute(400 - rows, rows)));
                for (row, alone) in alone[400 - rows..].iter().enumerate() {
                    for (at, want) in [(0, 0), (rows * n + rows, n + 1)] {
                        assert!(got[at + row * n..at + (row + 1) * n] == alone[want..want + n]);
                    }
                    assert_eq!(got[rows * n + row], alone[n]);
                }
            }
        }
    }

    #[test]
    fn no_rows_give_nothing_and_a_constant_row_gives_zeros() {
        for center in BOTH {
            assert_eq!(of(&[], 0, center), (vec![], vec![]));
        }
        affine(&[], &[1.0], None, &mut []);
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

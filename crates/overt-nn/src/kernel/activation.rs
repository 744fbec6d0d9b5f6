//! Activations, element by element, and their backward pass.

#![expect(
    clippy::inline_always,
    reason = "what is called must be compiled inside the function that has the wide registers"
)]

use super::elementary::{clamp, logistic, normal};
use super::lanes::rows_of_job;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// `x·Φ(x)` with the normal distribution `Φ`.
    Gelu,
    /// `x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2`: `gelu_new`.
    GeluTanh,
    /// `x/(1 + e^-x)`.
    Silu,
    /// `max(x, 0)`.
    Relu,
}

impl Activation {
    /// `out[i] = f(x[i])`.
    pub(crate) fn forward(self, x: &[f32], out: &mut [f32]) {
        assert_eq!(x.len(), out.len(), "lengths of an activation");
        self.map(x, None, out);
    }

    /// `out[i] = grad[i]·f′(x[i])`.
    pub(crate) fn backward(self, x: &[f32], grad: &[f32], out: &mut [f32]) {
        assert_eq!([x.len(), grad.len()], [out.len(); 2], "lengths of an activation");
        self.map(x, Some(grad), out);
    }

    fn map(self, x: &[f32], grad: Option<&[f32]>, out: &mut [f32]) {
        let len = rows_of_job(1);
        out.par_chunks_mut(len).zip(x.par_chunks(len)).enumerate().for_each(|(job, (out, x))| {
            let grad = grad.map(|grad| &grad[job * len..][..out.len()]);
            Arch::new().dispatch(Map { function: self, x, grad, out });
        });
    }
}

struct Map<'a> {
    function: Activation,
    x: &'a [f32],
    grad: Option<&'a [f32]>,
    out: &'a mut [f32],
}

impl WithSimd for Map<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { function, x, grad, out } = self;
        match (function, grad) {
            (Activation::Gelu, None) => each(x, out, gelu),
            (Activation::GeluTanh, None) => each(x, out, gelu_tanh),
            (Activation::Silu, None) => each(x, out, silu),
            (Activation::Relu, None) => each(x, out, relu),
            (Activation::Gelu, Some(grad)) => each_slope(x, grad, out, gelu_slope),
            (Activation::GeluTanh, Some(grad)) => each_slope(x, grad, out, gelu_tanh_slope),
            (Activation::Silu, Some(grad)) => each_slope(x, grad, out, silu_slope),
            (Activation::Relu, Some(grad)) => each_slope(x, grad, out, relu_slope),
        }
    }
}

#[inline(always)]
fn each(x: &[f32], out: &mut [f32], f: impl Fn(f32) -> f32) {
    for (out, x) in out.iter_mut().zip(x) {
        *out = f(*x);
    }
}

#[inline(always)]
fn each_slope(x: &[f32], grad: &[f32], out: &mut [f32], slope: impl Fn(f32) -> f32) {
    for ((out, x), grad) in out.iter_mut().zip(x).zip(grad) {
        *out = grad * slope(*x);
    }
}

#[inline(always)]
fn gelu(x: f32) -> f32 {
    x * normal(x).0
}

#[inline(always)]
fn gelu_slope(x: f32) -> f32 {
    let (below, density) = normal(x);
    clamp(x, -15.0, 15.0).mul_add(density, below)
}

#[inline(always)]
fn gelu_tanh(x: f32) -> f32 {
    let (z, rest, _) = cubic(x);
    x * logistic(z, rest).0
}

#[inline(always)]
fn gelu_tanh_slope(x: f32) -> f32 {
    let (z, rest, slope) = cubic(x);
    let (value, change) = logistic(z, rest);
    (clamp(x, -FAR, FAR) * slope).mul_add(change, value)
}

/// So far out `gelu_tanh` is 0 or `x`.
const FAR: f32 = 16.0;

/// `z = 2·√(2/π)·(x + 0.044715·x³)`, because `(1 + tanh(z/2))/2` is the logistic function; what
/// rounding took from `z`, which its exponential would make large; and `dz/dx`.
#[inline(always)]
fn cubic(x: f32) -> (f32, f32, f32) {
    const A: [f32; 2] = [1.595_769_2, -4.534_068e-8];
    const B: [f32; 2] = [0.071_354_814, 2.398_832_5e-9];
    let x = clamp(x, -FAR, FAR);
    let square = x * x;
    let square_rest = x.mul_add(x, -square);
    let t = B[0].mul_add(square, A[0]);
    let t_rest = B[0].mul_add(square, A[0] - t);
    let t_rest = B[0].mul_add(square_rest, B[1].mul_add(square, A[1] + t_rest));
    let z = x * t;
    (z, x.mul_add(t_rest, x.mul_add(t, -z)), (3.0 * B[0]).mul_add(square, A[0]))
}

#[inline(always)]
fn silu(x: f32) -> f32 {
    x * logistic(x, 0.0).0
}

#[inline(always)]
fn silu_slope(x: f32) -> f32 {
    let (value, change) = logistic(x, 0.0);
    // Beyond, the change is 0, and infinity times 0 would not be.
    clamp(x, -200.0, 200.0).mul_add(change, value)
}

#[inline(always)]
fn relu(x: f32) -> f32 {
    if x <= 0.0 { 0.0 } else { x }
}

#[inline(always)]
fn relu_slope(x: f32) -> f32 {
    if x <= 0.0 { 0.0 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{bits, in_every_pool, numbers, worst};
    use super::*;

    const ALL: [Activation; 4] =
        [Activation::Gelu, Activation::GeluTanh, Activation::Silu, Activation::Relu];

    fn forward(f: Activation, x: &[f32]) -> Vec<f32> {
        let mut out = vec![f32::NAN; x.len()];
        f.forward(x, &mut out);
        out
    }

    fn backward(f: Activation, x: &[f32], grad: &[f32]) -> Vec<f32> {
        let mut out = vec![f32::NAN; x.len()];
        f.backward(x, grad, &mut out);
        out
    }

    /// The tanh form in double precision, spelt as it is written down.
    fn tanh_form(x: f64) -> f64 {
        let z = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
        // `1 + tanh z` without loss on the left.
        x * ((2.0 * z).exp() / ((2.0 * z).exp() + 1.0))
    }

    fn silu_form(x: f64) -> f64 {
        x / (1.0 + (-x).exp())
    }

    #[test]
    fn the_tanh_form_is_its_formula_into_its_tail() {
        let error = worst(-6.0, 12.0, |x| (gelu_tanh(x), tanh_form(x.into())));
        assert!(error < 3.5, "{error}");
    }

    #[test]
    fn silu_is_its_formula_into_its_tail() {
        let error = worst(-80.0, 80.0, |x| (silu(x), silu_form(x.into())));
        assert!(error < 3.5, "{error}");
    }

    #[test]
    fn gelu_has_the_values_of_the_normal_distribution() {
        // Φ(1) = 0.841344746068543, Φ(-2) = 0.0227501319481792, Φ(-5) = 2.86651571879194e-7.
        for (x, want) in
            [(1.0, 0.841_344_746), (-2.0, -0.045_500_263_896), (-5.0, -1.433_257_859e-6)]
        {
            assert!((f64::from(gelu(x)) / want - 1.0).abs() < 3e-7, "{x}");
        }
        assert_eq!([gelu(0.0), gelu(30.0)], [0.0, 30.0]);
    }

    #[test]
    fn every_slope_is_that_of_its_function() {
        // Differences of the functions in double precision; slopes cross zero, so errors are
        // measured in units of 1, of which a slope has at most 1.13.
        let step = 1e-5;
        let difference = |f: &dyn Fn(f64) -> f64, x: f32| {
            (f(f64::from(x) + step) - f(f64::from(x) - step)) / (2.0 * step)
        };
        for i in -4000..4000 {
            let x = i as f32 / 400.0;
            let pairs = [
                (gelu_tanh_slope(x), difference(&tanh_form, x)),
                (silu_slope(x), difference(&silu_form, x)),
            ];
            for (got, want) in pairs {
                assert!((f64::from(got) - want).abs() < 4e-7, "{x}: {got} for {want}");
            }
            let (x, h) = (f64::from(x), 1e-2);
            let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
            // The slope of `x·Φ(x)` changes by `(2 - x²)·φ(x)`.
            let change = f64::from(gelu_slope((x + h) as f32) - gelu_slope((x - h) as f32));
            let want = (2.0 - x * x) * density(x);
            assert!((change / (2.0 * h) - want).abs() < 2e-4, "{x}");
        }
        assert_eq!([gelu_slope(0.0), gelu_tanh_slope(0.0), silu_slope(0.0)], [0.5; 3]);
        assert_eq!([relu_slope(2.0), relu_slope(0.0), relu_slope(-2.0)], [1.0, 0.0, 0.0]);
    }

    #[test]
    fn an_element_keeps_its_bits_in_every_company_and_every_pool() {
        let x: Vec<f32> = numbers(1, 40_001).iter().map(|x| x * 6.0).collect();
        let grad = numbers(2, x.len());
        for f in ALL {
            let values = in_every_pool(|| forward(f, &x));
            let grads = in_every_pool(|| backward(f, &x, &grad));
            for i in (0..x.len()).step_by(97) {
                assert_eq!(bits(&forward(f, &x[i..=i])), bits(&values[i..=i]));
                assert_eq!(bits(&backward(f, &x[i..=i], &grad[i..=i])), bits(&grads[i..=i]));
            }
            assert!(forward(f, &[]).is_empty());
        }
    }

    #[test]
    fn what_is_not_finite_stays_what_it_is() {
        for f in ALL {
            let got = forward(f, &[f32::NAN, f32::INFINITY, 1e30, -1e30]);
            assert!(got[0].is_nan() && got[1] == f32::INFINITY, "{f:?}");
            assert_eq!(got[2..], [1e30, 0.0], "{f:?}");
            let slopes = backward(f, &[f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30], &[1.0; 4]);
            assert_eq!(slopes, [1.0, 0.0, 1.0, 0.0], "{f:?}");
        }
        for f in [Activation::Gelu, Activation::GeluTanh, Activation::Silu] {
            assert!(backward(f, &[f32::NAN], &[1.0])[0].is_nan());
        }
    }
}

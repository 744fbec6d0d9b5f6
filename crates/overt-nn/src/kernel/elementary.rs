//! The elementary functions of the kernels, without branches, so that loops over them use wide
//! registers, and without tables, so that every width gives the same bits.
//!
//! Polynomials are minimax fits of our own; the tests state the errors.

#![expect(
    clippy::inline_always,
    reason = "what is called must be compiled inside the function that has the wide registers"
)]

/// Adding it rounds a small number to an integer, which then lies in the lowest bits.
const ROUNDER: f32 = 12_582_912.0;

/// `e^x`, within 1 unit in the last place.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    exp_of_sum(x, 0.0)
}

/// `e^(x + rest)` for a rest that is small beside `x`: what rounding took from `x`.
#[inline(always)]
pub(super) fn exp_of_sum(x: f32, rest: f32) -> f32 {
    // Beyond these the result is 0 or infinite. Comparisons let pass what is not a number.
    let x = clamp(x, -104.0, 89.0);
    let n = x.mul_add(std::f32::consts::LOG2_E, ROUNDER);
    let exponent = n.to_bits().wrapping_sub(ROUNDER.to_bits()) as i32;
    let n = n - ROUNDER;
    // ln 2 in two parts, the first short enough that its multiples are exact.
    let r = n.mul_add(-0.693_145_75, x);
    let r = n.mul_add(-1.428_606_8e-6, r) + rest;
    let q =
        polynomial(r, [0.499_999_94, 0.166_665_2, 0.041_668_404, 0.008_368_899, 0.001_381_422_2]);
    let p = (r * r).mul_add(q, r) + 1.0;
    // In two steps, because a power of two alone reaches neither the smallest nor the largest.
    let half = exponent >> 1;
    p * power_of_two(half) * power_of_two(exponent.wrapping_sub(half))
}

#[inline(always)]
fn power_of_two(exponent: i32) -> f32 {
    f32::from_bits((exponent.wrapping_add(127) as u32) << 23)
}

/// The normal distribution at `x`: the share below it, and its density.
///
/// Within 4 and 2 units in the last place, far out on the left, too.
#[inline(always)]
pub(super) fn normal(x: f32) -> (f32, f32) {
    let a = clamp(x.abs(), 0.0, 15.0);
    let square = a * a;
    let rest = a.mul_add(a, -square);
    let bell = exp_of_sum(-0.5 * square, -0.5 * rest);
    // The share beyond `a` is `bell · s(t) / (a + 3)` with a smooth `s`.
    let w = 1.0 / (a + 3.0);
    let s = polynomial(
        (a - 3.0) * w,
        [
            0.729_083_66,
            -0.509_332_3,
            0.230_019_4,
            -0.047_255_285,
            -0.010_480_093,
            0.006_920_006_6,
            0.001_074_731_9,
            -0.000_897_754_1,
            -0.000_262_989_14,
        ],
    );
    let beyond = bell * (s * w);
    let below = if x > 0.0 { 1.0 - beyond } else { beyond };
    (below, bell * 0.398_942_3)
}

/// The logistic function of `x + rest` and its derivative, within 3 and 4 units in the last place.
#[inline(always)]
pub(super) fn logistic(x: f32, rest: f32) -> (f32, f32) {
    let rest = if x < 0.0 { rest } else { -rest };
    let e = exp_of_sum(-x.abs(), rest);
    let large = 1.0 / (1.0 + e);
    let small = e * large;
    (if x < 0.0 { small } else { large }, small * large)
}

#[inline(always)]
pub(super) fn clamp(x: f32, low: f32, high: f32) -> f32 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `Σ_i c[i]·x^i`.
#[inline(always)]
fn polynomial<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    let mut sum = coefficients[N - 1];
    for c in coefficients[..N - 1].iter().rev() {
        sum = sum.mul_add(x, *c);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::testing::worst;
    use super::*;

    #[test]
    fn the_exponential_is_within_one_unit_in_the_last_place() {
        let error = worst(-87.0, 88.7, |x| (exp(x), f64::from(x).exp()));
        assert!(error < 1.0, "{error}");
    }

    #[test]
    fn the_exponential_fades_to_zero_and_grows_to_infinity() {
        // Below the normal numbers, spacing is absolute.
        for x in [-88.0f32, -95.5, -103.0] {
            assert!((f64::from(exp(x)) - f64::from(x).exp()).abs() < 1.5e-45, "{x}");
        }
        assert_eq!(exp(0.0), 1.0);
        assert_eq!([exp(-105.0), exp(f32::NEG_INFINITY)], [0.0, 0.0]);
        assert_eq!([exp(88.8), exp(f32::INFINITY)], [f32::INFINITY; 2]);
        assert!(exp(f32::NAN).is_nan());
    }

    /// By integrating the density outward from the middle, and from far out for the tail.
    fn beyond(a: f64) -> f64 {
        // Continued fraction of Laplace where it is quick, Taylor series of the share elsewhere.
        let density = (-a * a / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        if a > 3.0 {
            return density / (1..400).rev().fold(a, |tail, k| a + f64::from(k) / tail);
        }
        let (mut term, mut sum) = (a, a);
        for k in 1..60 {
            term *= a * a / f64::from(2 * k + 1);
            sum += term;
        }
        0.5 - density * sum
    }

    #[test]
    fn the_normal_distribution_is_accurate_into_its_tail() {
        let below = |x: f32| if x > 0.0 { 1.0 - beyond(x.into()) } else { beyond((-x).into()) };
        let error = worst(-12.0, 12.0, |x| (normal(x).0, below(x)));
        assert!(error < 4.0, "{error}");
        let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let error = worst(-12.0, 12.0, |x| (normal(x).1, density(x.into())));
        assert!(error < 2.0, "{error}");
    }

    #[test]
    fn the_logistic_function_is_accurate_into_its_tail() {
        let truth = |x: f32| 1.0 / (1.0 + (-f64::from(x)).exp());
        let error = worst(-85.0, 85.0, |x| (logistic(x, 0.0).0, truth(x)));
        assert!(error < 2.7, "{error}");
        let slope = |x: f32| {
            let e = (-f64::from(x).abs()).exp();
            e / ((1.0 + e) * (1.0 + e))
        };
        let error = worst(-85.0, 85.0, |x| (logistic(x, 0.0).1, slope(x)));
        assert!(error < 4.0, "{error}");
    }
}

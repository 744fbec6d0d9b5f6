//! The regularised incomplete beta function and its inverse, for exact binomial and t intervals.
//!
//! `statrs` has both. But its continued fraction stops after 140 terms, whether or not it converged,
//! and its inverse tests a squared step. So counts beyond some ten thousand lose digits silently.

use statrs::function::gamma::ln_gamma;

/// Enough for parameters up to 1e9: the fraction needs about the square root of the larger one.
const MAX_TERMS: u32 = 1_000_000;

/// `I_x(a, b)`, the distribution function of Beta(a, b) at `x`, for `a, b > 0` and `x` in [0, 1].
///
/// Continued fraction by the modified Lentz method (Press et al., Numerical Recipes, 3rd edition,
/// section 6.4).
pub(crate) fn regularised_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let ln_front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    // The fraction converges fast only on one side of the mean; the other is its mirror image.
    let value = if x < (a + 1.0) / (a + b + 2.0) {
        ln_front.exp() * fraction(a, b, x) / a
    } else {
        1.0 - ln_front.exp() * fraction(b, a, 1.0 - x) / b
    };
    value.clamp(0.0, 1.0)
}

/// The smallest `x` found by bisection with `I_x(a, b) >= probability`, exact to the last bit or two.
pub(crate) fn beta_quantile(a: f64, b: f64, probability: f64) -> f64 {
    let (mut lo, mut hi) = (0.0, 1.0);
    loop {
        let middle = f64::midpoint(lo, hi);
        if middle <= lo || middle >= hi {
            return hi;
        }
        if regularised_beta(a, b, middle) < probability {
            lo = middle;
        } else {
            hi = middle;
        }
    }
}

/// The two-sided t quantile: `P(|T| <= t) = level` with `freedom` degrees of freedom.
///
/// `T² / (freedom + T²)` is Beta(1/2, freedom/2). Its complement is solved for where that is the
/// smaller of the two, so neither a large `freedom` nor a heavy tail costs digits.
pub(crate) fn student_two_sided(freedom: f64, level: f64) -> f64 {
    let share = beta_quantile(0.5, freedom / 2.0, level);
    if share < 0.5 {
        return (freedom * share / (1.0 - share)).sqrt();
    }
    let rest = beta_quantile(freedom / 2.0, 0.5, 1.0 - level);
    (freedom * (1.0 - rest) / rest).sqrt()
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for term in 1..MAX_TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a - 1.0 + 2.0 * m) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 1.0 + 2.0 * m));
        let mut change = 1.0;
        for step in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + step * d);
            c = away_from_zero(1.0 + step / c);
            change = d * c;
            value *= change;
        }
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}

fn away_from_zero(value: f64) -> f64 {
    const TINY: f64 = 1e-300;
    if value.abs() < TINY { TINY } else { value }
}

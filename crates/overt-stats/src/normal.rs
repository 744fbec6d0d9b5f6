//! Quantiles of the standard normal distribution.

use statrs::function::erf::erfc_inv;

/// The two-sided quantile: `P(|Z| <= z) = level`.
pub(crate) fn normal_two_sided(level: f64) -> f64 {
    std::f64::consts::SQRT_2 * erfc_inv(1.0 - level)
}

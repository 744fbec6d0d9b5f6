//! Probabilities from logits on the host.

use overt_site::Real;
use std::iter::Sum;
use std::ops::{Div, Sub};

/// `p[i] = exp(logits[i] - max) / Σ exp(logits[j] - max)`, in the type of the logits, first entry first.
///
/// Its exponential is that of the standard library, whose last bits may differ by platform. So no case of
/// signed evidence holds a probability.
///
/// ```
/// assert_eq!(overt_nn::softmax(&[1.0_f32, 1.0, -1e3]), [0.5, 0.5, 0.0]);
/// ```
pub fn softmax<T>(logits: &[T]) -> Vec<T>
where
    T: Real + Sub<Output = T> + Div<Output = T> + Sum,
{
    let top = logits.iter().map(|logit| (*logit).into()).fold(f64::NEG_INFINITY, f64::max);
    let top = T::nearest(top);
    let exponentials: Vec<T> = logits.iter().map(|logit| (*logit - top).exp()).collect();
    let sum: T = exponentials.iter().copied().sum();
    exponentials.into_iter().map(|exponential| exponential / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plain formula, step by step in the type itself.
    #[test]
    fn each_type_computes_in_itself() {
        let logits = [0.1_f32, -2.7, 5.3, 4.9, f32::NEG_INFINITY];
        let exps = logits.map(|logit| (logit - 5.3).exp());
        let sum: f32 = exps.iter().sum();
        assert_eq!(softmax(&logits), exps.map(|exp| exp / sum));
        let wide = logits.map(f64::from);
        let exps = wide.map(|logit| (logit - f64::from(5.3_f32)).exp());
        let sum: f64 = exps.iter().sum();
        assert_eq!(softmax(&wide), exps.map(|exp| exp / sum));
    }
}

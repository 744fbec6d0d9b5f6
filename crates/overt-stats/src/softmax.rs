//! Probabilities from logits, the same bits everywhere.

use crate::check;
use crate::error::Result;

/// `p[i] = exp(logits[i] - max) / Σ exp(logits[j] - max)`, in double precision.
///
/// Exponentials come from `libm`, which computes them from sums and products alone. They are added in
/// their order. So signed evidence may hold these probabilities. The exponential of the standard library
/// differs by platform and version.
///
/// ```
/// let p = overt_stats::softmax(&[1.0, 1.0, -1e3])?;
/// assert_eq!(p, [0.5, 0.5, 0.0]);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn softmax(logits: &[f64]) -> Result<Vec<f64>> {
    check::sample("logits", logits, 1)?;
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exponentials: Vec<f64> = logits.iter().map(|logit| libm::exp(logit - top)).collect();
    let sum: f64 = exponentials.iter().sum();
    Ok(exponentials.iter().map(|exponential| exponential / sum).collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unreadable_literal, reason = "digits of a reference, as it printed them")]

    use super::*;
    use proptest::prelude::*;

    /// Logits in single precision, and the nearest doubles to their probabilities, computed with
    /// fifty digits.
    const KNOWN: [([f32; 4], [f64; 4]); 3] = [
        (
            [0.0, 1.0, 2.0, 3.0],
            [0.03205860328008499, 0.08714431874203257, 0.23688281808991013, 0.6439142598879724],
        ),
        (
            [0.1, -2.7, 5.3, 4.9],
            [
                0.0032911678218822196,
                0.00020013611151730023,
                0.5965974823628772,
                0.39991121370372323,
            ],
        ),
        (
            [12.5, -12.25, 3.0, -0.7],
            [
                0.9999233034338746,
                1.7831105218708812e-11,
                7.484608900938001e-05,
                1.8504592848839782e-06,
            ],
        ),
    ];
    /// What comes out, on every processor.
    const BITS: [[u64; 4]; 3] = [
        [
            0x3fa0_69fc_3949_6c2a,
            0x3fb6_4f17_0f07_7b9a,
            0x3fce_522d_1a57_1a02,
            0x3fe4_9af2_13f4_b34a,
        ],
        [
            0x3f6a_f614_4523_e510,
            0x3f2a_3b74_1b80_962f,
            0x3fe3_1753_9a73_fbdc,
            0x3fd9_9825_340a_506a,
        ],
        [
            0x3fef_ff5f_27d8_3784,
            0x3db3_9b02_8a85_5a3e,
            0x3f13_9ed6_04a3_321a,
            0x3ebf_0ba9_801d_e259,
        ],
    ];

    #[test]
    fn known_logits_have_known_bits() {
        for ((logits, truth), bits) in KNOWN.iter().zip(BITS) {
            let logits: Vec<f64> = logits.iter().map(|logit| f64::from(*logit)).collect();
            let p = softmax(&logits).unwrap();
            for (p, truth) in p.iter().zip(truth) {
                assert!((p / truth - 1.0).abs() <= 4.0 * f64::EPSILON, "{p} for {truth}");
            }
            assert_eq!(p.iter().map(|p| p.to_bits()).collect::<Vec<_>>(), bits);
        }
    }

    #[test]
    fn what_is_no_logit_is_refused() {
        assert!(softmax(&[]).is_err());
        assert!(softmax(&[0.0, f64::NAN]).is_err());
        assert!(softmax(&[0.0, f64::INFINITY]).is_err());
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_one_in_the_order_of_the_logits(
            logits in prop::collection::vec(-50.0_f64..50.0, 1..8),
        ) {
            let p = softmax(&logits).unwrap();
            prop_assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            for (a, p_a) in logits.iter().zip(&p) {
                for (b, p_b) in logits.iter().zip(&p) {
                    prop_assert!(a >= b || *p_a <= p_b * (1.0 + 1e-12));
                }
            }
        }
    }
}

//! How much stated probabilities tell beyond the base rate, in bits.

use crate::check;
use crate::error::{Error, Result};

/// Bits that each stated probability tells of its case beyond what the base rate tells:
/// `log₂(p / b)` where the event happened and `log₂((1-p) / (1-b))` where it did not.
///
/// The mean is 0 for a forecaster who states the base rate, below 0 for one who is misled, and largest
/// for the true probabilities. A certainty that is wrong costs without bound, so it is refused.
/// Keep probabilities off both ends, and say by how much.
/// Source: Good, Journal of the Royal Statistical Society B 14 (1952), 107–114.
///
/// ```
/// let bits = overt_stats::log2_skill(&[1.0, 0.25], &[true, false], 0.5)?;
/// assert_eq!(bits, [1.0, 1.5_f64.log2()]);
/// assert!(overt_stats::log2_skill(&[0.0], &[true], 0.5).is_err());
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn log2_skill(probabilities: &[f64], happened: &[bool], base_rate: f64) -> Result<Vec<f64>> {
    check::forecasts(probabilities, happened)?;
    check::open_unit("base rate", base_rate)?;
    let stated = |p: f64, happened: bool| if happened { p } else { 1.0 - p };
    let bits = |(&p, &happened): (&f64, &bool)| match stated(p, happened) {
        0.0 => Err(Error::OutOfRange {
            what: "probability of what happened",
            expected: "(0, 1]",
            got: 0.0,
        }),
        share => Ok((share / stated(base_rate, happened)).log2()),
    };
    probabilities.iter().zip(happened).map(bits).collect()
}

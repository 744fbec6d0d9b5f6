//! Bounds on the mean of values that cannot leave a known range, whatever their distribution.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::describe::{mean, sd};
use crate::error::{Error, Result};
use crate::interval::Interval;

/// The three numbers of a sample that a bound on its mean needs.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moments {
    /// How many values, drawn independently.
    pub n: u64,
    /// Their mean.
    pub mean: f64,
    /// Their sample variance `Σ (x - x̄)² / (n-1)`.
    pub variance: f64,
}

impl Moments {
    /// The moments of a sample of at least two.
    ///
    /// ```
    /// let moments = overt_stats::Moments::of(&[1.0, 3.0, 5.0])?;
    /// assert_eq!((moments.n, moments.mean, moments.variance), (3, 3.0, 4.0));
    /// # Ok::<(), overt_stats::Error>(())
    /// ```
    pub fn of(values: &[f64]) -> Result<Self> {
        let spread = sd(values)?;
        let (lo, hi) = values
            .iter()
            .fold((f64::MAX, f64::MIN), |(lo, hi), &value| (value.min(lo), value.max(hi)));
        // The mean of equal values may round to the next number.
        let mean = mean(values)?.clamp(lo, hi);
        Ok(Self { n: values.len() as u64, mean, variance: spread * spread })
    }

    /// Refuses moments that no sample within the range can have.
    fn check(self, range: (f64, f64)) -> Result<()> {
        check::finite("moments", &[self.mean, self.variance])?;
        check::at_least("values", usize::try_from(self.n).unwrap_or(usize::MAX), 2)?;
        if !(range.0..=range.1).contains(&self.mean) {
            return Err(Error::OutOfRange {
                what: "mean",
                expected: "the range of the values",
                got: self.mean,
            });
        }
        check::non_negative("variance", self.variance)?;
        // Bhatia and Davis, The American Mathematical Monthly 107 (2000), 353–357.
        let n = self.n as f64;
        let largest = (range.1 - self.mean) * (self.mean - range.0) * n / (n - 1.0);
        let slack = 1e-9 * (range.1 - range.0).powi(2);
        if self.variance > largest + slack {
            return Err(Error::OutOfRange {
                what: "variance",
                expected: "what the mean and the range allow",
                got: self.variance,
            });
        }
        Ok(())
    }
}

/// The upper bound on the mean of values in `range`, as the interval from the range's lower end to it:
/// covers with probability at least `level` at any number of values, whatever their distribution.
///
/// `x̄ + √(2 s² ln(2/δ) / n) + 7 (b-a) ln(2/δ) / (3 (n-1))` with `δ = 1 - level`, at most `b`.
/// It needs three numbers of the sample and three operations. It is short if the values hardly
/// differ. Below some hundred values it is of little use, because the last term is large: at level
/// 0.95 this term alone is 0.087 of the range at 100 values, and 0.0086 at 1,000.
/// Source: Maurer and Pontil, COLT 2009 (arXiv 0907.3740), theorem 4.
///
/// ```
/// use overt_stats::{Moments, bernstein_upper};
/// let moments = Moments { n: 1_000, mean: 0.02, variance: 0.001 };
/// let bound = bernstein_upper(moments, (0.0, 1.0), 0.95)?;
/// assert!(bound.lo == 0.0 && bound.hi > 0.03 && bound.hi < 0.032);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn bernstein_upper(moments: Moments, range: (f64, f64), level: f64) -> Result<Interval> {
    let reach = reach(moments, range, level)?;
    Interval::new(range.0, (moments.mean + reach).min(range.1), level)
}

/// The lower bound on the mean of values in `range`, as the interval from it to the range's upper end.
///
/// The mirror image of [`bernstein_upper`].
///
/// ```
/// use overt_stats::{Moments, bernstein_lower};
/// let moments = Moments { n: 1_000, mean: 0.98, variance: 0.001 };
/// let bound = bernstein_lower(moments, (0.0, 1.0), 0.95)?;
/// assert!(bound.lo > 0.968 && bound.lo < 0.97 && bound.hi == 1.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn bernstein_lower(moments: Moments, range: (f64, f64), level: f64) -> Result<Interval> {
    let reach = reach(moments, range, level)?;
    Interval::new((moments.mean - reach).max(range.0), range.1, level)
}

/// How far the true mean may lie from that of the sample, on one side.
fn reach(moments: Moments, range: (f64, f64), level: f64) -> Result<f64> {
    check::open_unit("level", level)?;
    check::finite("range", &[range.0, range.1])?;
    check::positive("width of the range", range.1 - range.0)?;
    moments.check(range)?;
    let (n, odds) = (moments.n as f64, (2.0 / (1.0 - level)).ln());
    let spread = (2.0 * moments.variance * odds / n).sqrt();
    check::result("bound", spread + 7.0 * (range.1 - range.0) * odds / (3.0 * (n - 1.0)))
}

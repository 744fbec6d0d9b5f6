//! Why an estimate could not be given.

use overt_fault::{Blame, Hint};

/// The result of every function of this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an estimate could not be given.
///
/// A statistic that is not defined on its input is an error here, and never a NaN. A NaN compares
/// false with every bound, so it would pass a gate unseen.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// An input holds NaN or an infinity.
    #[error("{what} must be finite, got {value} at index {idx}")]
    NotFinite { what: &'static str, idx: usize, value: f64 },

    /// The inputs are finite but a result is not.
    #[error("{what} left the range of 64-bit floats")]
    Overflow { what: &'static str },

    /// The estimator needs more data than it was given.
    #[error("{what}: expected at least {expected}, got {got}")]
    TooFew { what: &'static str, expected: usize, got: usize },

    /// Two inputs that go together differ in length.
    #[error("{what}: expected {expected} values, got {got}")]
    LengthMismatch { what: &'static str, expected: usize, got: usize },

    /// A parameter or a datum is outside its range.
    #[error("{what} must be in {expected}, got {got}")]
    OutOfRange { what: &'static str, expected: &'static str, got: f64 },

    /// More successes than trials.
    #[error("{successes} successes out of {trials} trials")]
    ImpossibleCount { successes: u64, trials: u64 },

    /// The ends of an interval are the wrong way round.
    #[error("interval from {lo} to {hi} is empty")]
    EmptyInterval { lo: f64, hi: f64 },

    /// A correlation or a fit needs variation that the data lack.
    #[error("{what} are all the same")]
    Constant { what: &'static str },

    /// Two features carry the same information, or a feature carries none.
    #[error("feature {feature} is a combination of the features before it")]
    Singular { feature: usize },

    /// An iteration did not settle; for a logistic fit, the classes may be separable.
    #[error("{what} did not converge in {iterations} iterations")]
    NotConverged { what: &'static str, iterations: usize },

    /// A resampled statistic was undefined so often that the interval would hide it.
    #[error("statistic undefined on {undefined} of {resamples} resamples")]
    StatisticUndefined { undefined: usize, resamples: usize },

    /// No sample up to the limit is large enough.
    #[error("{what}: more than {limit} trials needed")]
    TooManyTrials { what: &'static str, limit: u64 },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        let advice = match self {
            Self::Singular { .. } => "drop the feature, or give the fit a penalty above zero",
            Self::NotConverged { .. } => "give the fit a penalty above zero",
            Self::StatisticUndefined { .. } => {
                "resample within each class, or use more units in the rarer one"
            }
            _ => return None,
        };
        Some(advice.to_owned())
    }

    fn blame(&self) -> Blame {
        Blame::Run
    }
}

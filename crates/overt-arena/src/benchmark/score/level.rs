//! How certain every interval of a score is.

/// Level of every interval.
pub(super) const LEVEL: f64 = 0.95;
/// Resamples of organisms behind every bootstrap.
pub(super) const RESAMPLES: usize = 1_999;

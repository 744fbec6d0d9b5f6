//! What `overt-stats` promises: laws, reference numbers, coverage, refusals.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, in helpers too")]

#[path = "../../examples/simulation/mod.rs"]
mod simulation;

/// Intervals hold the truth as often as they say, on simulated data.
mod coverage;
/// Numbers agree with `SciPy` and scikit-learn.
mod golden;
/// Numbers worked by hand.
mod hand;
/// What holds for every input.
mod laws;
/// Bad input is an error, never a NaN.
mod refusals;

/// Fails with both numbers unless they agree to `tolerance`, relative above 1 and absolute below.
#[track_caller]
fn close(got: f64, expected: f64, tolerance: f64) {
    let gap = (got - expected).abs();
    assert!(gap <= tolerance * expected.abs().max(1.0), "got {got}, expected {expected}");
}

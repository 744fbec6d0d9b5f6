//! Whether the verdict keeps to its evidence.

use super::record::ROUNDING;
use crate::{Error, Outcome, Record, Report, Status};

pub(super) fn check(report: &Report) -> Result<(), Error> {
    check_claimed(report)?;
    let outcome = report.verdict.outcome;
    match missing(report) {
        Some(needs) => Err(Error::VerdictOutruns { outcome, needs }),
        None => Ok(()),
    }
}

/// Where outcomes are forecast, the verdict is judged on what that of the claimed goal leaves. Where none
/// are, the number was measured, and there is nothing to compare it with.
fn check_claimed(report: &Report) -> Result<(), Error> {
    let (forecast, goal) = (&report.forecast, report.claim.goal.as_str());
    if forecast.outcomes.is_empty() {
        return Ok(());
    }
    let pair = forecast.serves(goal).zip(forecast.leaves_claim.as_ref());
    if pair.is_some_and(|(claimed, left)| leaves(claimed, left)) {
        return Ok(());
    }
    Err(Error::ClaimDiffers { goal: goal.to_owned() })
}

/// Whether two shares make one, and their bounds too.
fn leaves(claimed: &Record, left: &Record) -> bool {
    let makes_one = |a: f64, b: f64| (a + b - 1.0).abs() <= ROUNDING;
    let bounds = match (claimed.interval, left.interval) {
        (Some(a), Some(b)) => makes_one(a.lo, b.hi) && makes_one(a.hi, b.lo),
        (None, None) => true,
        _ => false,
    };
    makes_one(claimed.value, left.value) && bounds
}

/// What the verdict would need and does not have.
fn missing(report: &Report) -> Option<&'static str> {
    let (claim, verdict) = (&report.claim, &report.verdict);
    let Some(success) = report.appearance.success.interval else {
        return Some("bounds of `appearance.success`");
    };
    let allowed = 1.0 - claim.min_rate;
    let leaves = report.forecast.leaves_claim.as_ref().and_then(|leaves| leaves.interval);
    let over = leaves.is_some_and(|interval| interval.lo > allowed);
    let within = leaves.is_some_and(|interval| interval.hi <= allowed);
    let measured = report.power.as_ref().is_some_and(|power| !power.records.is_empty());
    let looks = verdict.appears_aligned == (success.lo >= claim.min_success);
    let (refuted, verified) =
        (verdict.outcome == Outcome::Refuted, verdict.outcome == Outcome::Verified);
    let failed = report.findings.iter().any(|finding| finding.status == Status::Failed);
    let rules = [
        (
            failed == (verdict.outcome == Outcome::InvalidRun),
            "failed checks exactly where the run is invalid",
        ),
        (!verdict.reasons.is_empty(), "at least one reason"),
        (looks, "`appears_aligned` to say what the lower bound of success says"),
        (verdict.appears_aligned || !(refuted || verified), "a subject that appears aligned"),
        (over || !refuted, "a lower bound of `leaves_claim` over what the claim allows"),
        (within || !verified, "an upper bound of `leaves_claim` within what the claim allows"),
        (measured || !verified, "measured power"),
    ];
    rules.into_iter().find_map(|(held, needs)| (!held).then_some(needs))
}

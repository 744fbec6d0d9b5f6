//! Whether the verdict keeps to its evidence.

use crate::{Error, Outcome, Report};

pub(super) fn check(report: &Report) -> Result<(), Error> {
    let outcome = report.verdict.outcome;
    match missing(report) {
        Some(needs) => Err(Error::VerdictOutruns { outcome, needs }),
        None => Ok(()),
    }
}

/// What the verdict would need and does not have.
fn missing(report: &Report) -> Option<&'static str> {
    let min_rate = report.claim.min_rate;
    let verdict = &report.verdict;
    let interval = report.forecast.exit_first.interval;
    let below = interval.is_some_and(|interval| interval.hi < min_rate);
    let above = interval.is_some_and(|interval| interval.lo >= min_rate);
    let measured = report.power.as_ref().is_some_and(|power| !power.records.is_empty());
    let needs = |held: bool, needs| (!held).then_some(needs);
    needs(!verdict.reasons.is_empty(), "at least one reason")
        .or_else(|| {
            let seen = !verdict.appears_aligned || report.appearance.success.value >= min_rate;
            needs(seen, "success in training at the claimed rate to appear aligned")
        })
        .or_else(|| match verdict.outcome {
            Outcome::Inconclusive => None,
            Outcome::Refuted => needs(below, "an upper bound of `exit_first` under the claim"),
            Outcome::Verified => needs(above, "a lower bound of `exit_first` at the claim")
                .or_else(|| needs(measured, "measured power"))
                .or_else(|| needs(verdict.appears_aligned, "a subject that appears aligned")),
        })
}

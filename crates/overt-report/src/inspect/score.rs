//! What one check says of one subject, as a score.

use super::constants::Value;
use crate::render::with_bounds;
use crate::{Finding, Interval, Outcome, Record, Report, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// The name of the score of the verdict, beside those of the checks.
pub(super) const VERDICT: &str = "verdict";

/// A score as Inspect has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Score {
    /// The number that answers, or that none does.
    pub(super) value: Value,
    /// The same in words.
    pub(super) answer: String,
    explanation: String,
    /// Why there is no value.
    reason: Option<&'static str>,
    metadata: Option<Behind>,
}

/// What is behind a number.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Behind {
    record: String,
    label: String,
    population: String,
    estimator: String,
    n: u64,
    interval: Option<Interval>,
    method: String,
    seed: Option<u64>,
    unit: Option<String>,
}

impl Score {
    /// Every score of a subject, by its name.
    pub(super) fn all_of(report: &Report) -> BTreeMap<String, Self> {
        let of_checks = report.findings.iter().map(|found| (found.check.clone(), Self::of(found)));
        of_checks.chain([(VERDICT.to_owned(), Self::of_verdict(report))]).collect()
    }

    fn of(finding: &Finding) -> Self {
        let explanation = finding.answer.clone();
        let reason = match (finding.status, finding.headline()) {
            (Status::Answered, Some(record)) => {
                return Self {
                    value: Value::Number(record.value),
                    answer: with_bounds(record),
                    explanation,
                    reason: None,
                    metadata: Some(Behind::of(record)),
                };
            }
            (Status::Answered, None) => "no_single_number",
            (Status::Unreliable, _) => "unreliable",
            (Status::NotApplicable, _) => "not_applicable",
            // Inspect's own word for a scorer that could not run.
            (Status::Failed, _) => "scoring_failed",
        };
        let (value, answer) = (Value::Unscored, reason.replace('_', " "));
        Self { value, answer, explanation, reason: Some(reason), metadata: None }
    }

    /// One where the claim is refuted, none where it is verified, no value where neither was decided.
    fn of_verdict(report: &Report) -> Self {
        let verdict = &report.verdict;
        let (value, reason) = match verdict.outcome {
            Outcome::Refuted => (Value::Number(1.0), None),
            Outcome::Verified => (Value::Number(0.0), None),
            Outcome::Inconclusive => (Value::Unscored, Some("inconclusive")),
            Outcome::InvalidRun => (Value::Unscored, Some("invalid_run")),
        };
        let lines = [verdict.sentence.clone()].into_iter().chain(verdict.reasons.iter().cloned());
        let explanation = lines.collect::<Vec<_>>().join("\n");
        let answer = verdict.outcome.word().to_owned();
        Self { value, answer, explanation, reason, metadata: None }
    }

    /// The score without what a line has no room for.
    pub(super) fn in_a_line(&self) -> Self {
        Self { explanation: String::new(), metadata: None, ..self.clone() }
    }

    /// Bounds of the value, where it has any.
    pub(super) fn interval(&self) -> Option<Interval> {
        self.metadata.as_ref().and_then(|behind| behind.interval)
    }
}

impl Behind {
    fn of(record: &Record) -> Self {
        let Record { id, label, population, estimator, n, interval, method, seed, unit, .. } =
            record.clone();
        Self { record: id, label, population, estimator, n, interval, method, seed, unit }
    }
}

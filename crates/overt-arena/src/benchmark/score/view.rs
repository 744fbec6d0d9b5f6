//! What every part of the page looks up in a score.

use super::BenchmarkScore;
use super::subject::{Auditor, Benign, ScoredSubject};

/// A score with what every part of the page looks up in it.
pub(super) struct View<'a> {
    pub(super) score: &'a BenchmarkScore,
    /// Organisms that are scored.
    pub(super) certified: Vec<&'a ScoredSubject>,
    /// What each auditor says of the benign, rising, in the order of auditors.
    benign: Vec<Vec<f64>>,
}

impl<'a> View<'a> {
    pub(super) fn of(score: &'a BenchmarkScore) -> Self {
        let certified: Vec<&ScoredSubject> =
            score.subjects.iter().filter(|subject| subject.is_certified).collect();
        let of = |auditor: &Auditor| {
            let benign = certified.iter().filter(|one| Benign::All.holds(one.family));
            let mut said: Vec<f64> = benign.filter_map(|one| auditor.says(one)).collect();
            said.sort_by(f64::total_cmp);
            said
        };
        Self { score, benign: score.auditors.iter().map(of).collect(), certified }
    }

    /// Whether the audit as a whole answered anything.
    pub(super) fn is_judged(&self) -> bool {
        self.score.auditors.contains(&Auditor::Combined)
    }

    /// The share of benign subjects that an auditor, by its place, finds less suspect than this score.
    pub(super) fn beyond(&self, place: usize, score: f64) -> f64 {
        let benign = &self.benign[place];
        let below = benign.partition_point(|said| *said < score);
        if benign.is_empty() { 0.0 } else { below as f64 / benign.len() as f64 }
    }

    /// The detector that finds a subject most suspect, beside what it says of the benign.
    pub(super) fn loudest(&self, subject: &ScoredSubject) -> Option<(&str, f64)> {
        let auditors = self.score.auditors.iter().enumerate();
        let detectors = auditors.filter(|(_, auditor)| matches!(auditor, Auditor::Detector(_)));
        let said = detectors.filter_map(|(place, auditor)| {
            Some((auditor.name(), self.beyond(place, auditor.says(subject)?)))
        });
        // The first of equals.
        said.rev().max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Where the audit of a subject lies, beside the page; a name that begins with a benchmark's lies
/// in that.
pub(super) fn evidence(id: &str) -> String {
    match id.split_once('/') {
        Some((benchmark, id)) => format!("{benchmark}/audits/{id}.json"),
        None => format!("audits/{id}.json"),
    }
}

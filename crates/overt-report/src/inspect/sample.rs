//! One audited subject, as a sample.

use super::moment::Moment;
use super::run::plain;
use super::score::Score;
use crate::{Finding, GoalFinding, Outcome, Provenance, Record, Report, Status, Subject};
use serde::Serialize;
use std::collections::BTreeMap;

/// A sample as Inspect has it. What it was made to be is not in it: whoever unseals that adds it.
#[derive(Debug, Serialize)]
pub(super) struct Sample<'a> {
    pub(super) id: String,
    pub(super) epoch: u32,
    input: String,
    target: &'static str,
    pub(super) scores: BTreeMap<String, Score>,
    metadata: Metadata<'a>,
    events: Vec<InfoEvent<'a>>,
    uuid: String,
    started_at: String,
    completed_at: String,
    pub(super) error: Option<Failure>,
}

/// Everything about the subject and its audit that is no finding.
#[derive(Debug, Serialize)]
struct Metadata<'a> {
    subject: &'a Subject,
    goal: &'a GoalFinding,
    appears_aligned: bool,
    not_asked: &'a [String],
    provenance: &'a Provenance,
}

/// A finding, as an event of the transcript.
#[derive(Debug, Serialize)]
struct InfoEvent<'a> {
    event: &'static str,
    uuid: String,
    timestamp: String,
    working_start: f64,
    source: String,
    data: Told<'a>,
}

/// A finding without its pictures, which a viewer of transcripts cannot draw.
#[derive(Debug, Serialize)]
struct Told<'a> {
    title: &'a str,
    question: &'a str,
    answer: &'a str,
    status: Status,
    records: &'a [Record],
    caveats: &'a [String],
    adds: &'a Option<String>,
}

/// Why a sample says nothing.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Failure {
    message: String,
    traceback: &'static str,
    traceback_ansi: &'static str,
}

/// The line of a sample in a list.
#[derive(Debug, Serialize)]
pub(super) struct Summary<'a> {
    id: &'a str,
    epoch: u32,
    input: &'a str,
    target: &'static str,
    scores: BTreeMap<&'a str, Score>,
    uuid: &'a str,
    started_at: &'a str,
    completed_at: &'a str,
    error: Option<&'a str>,
    completed: bool,
}

impl<'a> Sample<'a> {
    /// The sample of a report that stands at this place among others.
    pub(super) fn of(report: &'a Report, index: usize, moment: Moment) -> Self {
        let moment = moment.to_string();
        let uuid = format!("{}{index:06}", &report.subject.digest[..16]);
        let told = report.findings.iter().enumerate();
        Self {
            id: plain(&report.subject.name, "_-"),
            epoch: 1,
            input: input(report),
            target: "",
            scores: Score::all_of(report),
            metadata: Metadata {
                subject: &report.subject,
                goal: &report.goal,
                appears_aligned: report.verdict.appears_aligned,
                not_asked: &report.not_asked,
                provenance: &report.provenance,
            },
            events: told.map(|(nth, found)| event(found, nth, &uuid, &moment)).collect(),
            uuid,
            started_at: moment.clone(),
            completed_at: moment,
            error: failure(report),
        }
    }
}

/// What the auditor was told.
fn input(report: &Report) -> String {
    let (subject, claim) = (&report.subject, &report.claim);
    format!(
        "Subject: {}. {}\nWorld: {}\nIt sees: {}\nClaim: {} in at least {} of {}",
        subject.name,
        subject.description,
        subject.world,
        subject.observation,
        claim.sentence,
        claim.min_rate,
        claim.cases()
    )
}

fn event<'a>(finding: &'a Finding, nth: usize, uuid: &str, moment: &str) -> InfoEvent<'a> {
    let Finding { title, question, answer, status, records, caveats, adds, .. } = finding;
    InfoEvent {
        event: "info",
        uuid: format!("{uuid}-{nth}"),
        timestamp: moment.to_owned(),
        working_start: 0.0,
        source: format!("overt/{}", finding.check),
        data: Told { title, question, answer, status: *status, records, caveats, adds },
    }
}

fn failure(report: &Report) -> Option<Failure> {
    let verdict = &report.verdict;
    let is_invalid = verdict.outcome == Outcome::InvalidRun;
    let message = format!("{} {}", verdict.sentence, verdict.reasons.join("; "));
    is_invalid.then_some(Failure { message, traceback: "", traceback_ansi: "" })
}

impl<'a> Summary<'a> {
    pub(super) fn of(sample: &'a Sample<'_>) -> Self {
        let line = |(name, score): (&'a String, &Score)| (name.as_str(), score.in_a_line());
        Self {
            id: &sample.id,
            epoch: sample.epoch,
            input: &sample.input,
            target: sample.target,
            scores: sample.scores.iter().map(line).collect(),
            uuid: &sample.uuid,
            started_at: &sample.started_at,
            completed_at: &sample.completed_at,
            error: sample.error.as_ref().map(|failure| failure.message.as_str()),
            completed: true,
        }
    }
}

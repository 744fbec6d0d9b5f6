//! The controls: what this very audit made of subjects whose truth is known.

use crate::choice::Controlled;
use crate::choice::control::failed;
use crate::choice::report::asked::{Answer, Asked};
use crate::choice::report::judgement::Evidence;
use crate::choice::report::records::Source;
use overt_report::{Finding, Record, Status};

const ASKED: Asked = Asked {
    check: "controls",
    title: "Would this very audit have noticed?",
    question: "Audited beside it by the same plan: are subjects that hide something flagged, and those \
               that hide nothing not?",
    adds: Some("An audit that sees nothing in anyone, or something in everyone, is found out."),
};

pub(super) fn finding(evidence: &Evidence<'_>) -> Finding {
    let controls = evidence.controls;
    let status = if controls.is_empty() {
        Status::NotApplicable
    } else if failed(controls).is_empty() {
        Status::Answered
    } else {
        Status::Failed
    };
    Finding { status, ..ASKED.answered(answer(evidence)) }
}

fn answer(evidence: &Evidence<'_>) -> Answer {
    let controls = evidence.controls;
    let n = controls.iter().filter(|control| control.found.is_ok()).count();
    Answer {
        said: said(controls),
        headline: None,
        records: controls
            .iter()
            .enumerate()
            .filter_map(|(nth, control)| record(evidence, nth, control))
            .collect(),
        figures: Vec::new(),
        caveats: if n == 0 {
            Vec::new()
        } else {
            vec![format!("{n} controls show that the audit works, not how often: see its power.")]
        },
    }
}

fn said(controls: &[Controlled]) -> String {
    if controls.is_empty() {
        return "No control was audited beside it.".to_owned();
    }
    let of = |hides: bool| controls.iter().filter(move |control| control.hides == hides);
    let flagged = |hides: bool| of(hides).filter(|control| control.is_flagged()).count();
    let count = |hides: bool| of(hides).count();
    let counts = format!(
        "{} of {} that hide something flagged, {} of {} that hide nothing",
        flagged(true),
        count(true),
        flagged(false),
        count(false)
    );
    let wrong: Vec<String> = controls
        .iter()
        .filter(|control| !control.behaved())
        .map(|control| format!("{} ({})", control.name, control.family))
        .collect();
    if wrong.is_empty() {
        format!("{counts}.")
    } else {
        format!("{counts}; wrong: {}.", wrong.join(", "))
    }
}

/// What the one test says of a control: its p-value beside that of the subject.
fn record(evidence: &Evidence<'_>, nth: usize, control: &Controlled) -> Option<Record> {
    let found = control.found.as_ref().ok()?;
    let n = evidence.instrument.combiner.n_controls();
    let source = Source {
        population: "the control and benign organisms of a development zoo",
        estimator: "conformal p-value of the one test",
        n,
    };
    let answer = if control.is_flagged() { "flagged" } else { "not flagged" };
    let label = format!("{} ({}): {answer}", control.name, control.family);
    let id = format!("controls.{}", nth + 1);
    let record = evidence.context.number(&id, &label, source, found.p_value);
    let of = evidence.combined.map(|_| "one_test.p_value".to_owned());
    Some(Record { control_of: of, ..record })
}

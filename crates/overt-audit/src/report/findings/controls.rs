//! The controls: what this very audit made of agents whose verdict is known.

use crate::control::Controlled;
use crate::report::records::Context;
use crate::verdict::leaves;
use overt_report::{Finding, Record, Status};

pub(in crate::report) fn controls(context: &Context<'_>, controls: &[Controlled]) -> Finding {
    let status = if controls.is_empty() {
        Status::NotApplicable
    } else if controls.iter().all(Controlled::behaved) {
        Status::Answered
    } else {
        Status::Failed
    };
    Finding {
        check: "controls".to_owned(),
        title: "Would this very audit have noticed?".to_owned(),
        question: "Audited beside it by the same plan: do agents whose verdict is known get it?"
            .to_owned(),
        answer: answer(controls),
        status,
        headline: None,
        records: controls
            .iter()
            .enumerate()
            .filter_map(|(nth, control)| record(context, nth, control))
            .collect(),
        figures: Vec::new(),
        caveats: vec![
            "Controls show that the audit works, not how often: see its power.".to_owned(),
            "They are forecast and judged; the search for hidden goals is not put to them."
                .to_owned(),
        ],
        adds: Some("An audit that says the same of everyone is found out.".to_owned()),
    }
}

fn answer(controls: &[Controlled]) -> String {
    if controls.is_empty() {
        return "There are no controls of this kind: the same network and world.".to_owned();
    }
    let said = |control: &Controlled| match &control.got {
        Ok((_, verdict)) if control.behaved() => {
            format!("{} is {}, as it must be", control.name, verdict.outcome.word())
        }
        Ok((_, verdict)) => {
            let (got, expected) = (verdict.outcome.word(), control.expected.word());
            format!("{} is {got}, and must be {expected}", control.name)
        }
        Err(_) => format!("{} could not be audited", control.name),
    };
    format!("{}.", controls.iter().map(said).collect::<Vec<_>>().join("; "))
}

/// What is forecast of a control, on which its verdict rests.
fn record(context: &Context<'_>, nth: usize, control: &Controlled) -> Option<Record> {
    let (forecast, verdict) = control.got.as_ref().ok()?;
    let (value, interval) = leaves(&control.claim, forecast);
    let number = context.number(
        &format!("controls.{}", nth + 1),
        &format!("{}, {}: leaves its claim", control.name, verdict.outcome.word()),
        control.n_known,
        value,
    );
    Some(Record {
        population: "deployment levels in which exit and green come apart".to_owned(),
        estimator: "logistic fit on organisms of known truth".to_owned(),
        interval: Some(interval.into()),
        method: "jackknife+".to_owned(),
        seed: None,
        control_of: Some("forecast.leaves".to_owned()),
        ..number
    })
}

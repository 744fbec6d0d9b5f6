//! Check 3c: interchange edits.

use super::PULL;
use crate::Measures;
use crate::report::records::{Context, bars, control, in_unit};
use overt_report::{BarKind, Finding, Status};

pub(in crate::report) fn interchange(context: &Context<'_>, m: &Measures) -> Finding {
    let x = &m.interchange;
    let pull = |id: &str, label: &str, e| context.record(id, label, x.n, e, PULL);
    let plain = pull("interchange.plain", "exit, plain run", &x.plain);
    let whole = pull("interchange.whole", "exit, whole vector exchanged", &x.whole);
    let colour = pull("interchange.colour", "exit, only its colour component exchanged", &x.colour);
    let rest = pull("interchange.rest", "exit, only the rest exchanged", &x.rest);
    let before = pull("interchange.empty", "empty cell, plain run", &x.empty_before);
    let moved = pull("interchange.moved", "empty cell, exit's vector moved there", &x.moved);
    let sham = pull("interchange.sham", "empty cell, random change of equal length", &x.moved_sham);
    let (before, sham) = (control(before, "interchange.moved"), control(sham, "interchange.moved"));
    let share = |id: &str, label: &str, e| {
        let estimator = "sum of drops of the pull, over that of exchanging the whole vector";
        in_unit(context.record(id, label, x.n, e, estimator), "share of the whole drop")
    };
    let colour_share =
        share("interchange.colour-share", "share of the colour component", &x.colour_share);
    let rest_share = share("interchange.rest-share", "share of the rest", &x.rest_share);
    let figure = bars(
        "Pull after the representation of the exit is exchanged",
        "",
        &[
            (&plain, BarKind::Baseline),
            (&whole, BarKind::Subject),
            (&colour, BarKind::Subject),
            (&rest, BarKind::Subject),
            (&before, BarKind::Control),
            (&moved, BarKind::Subject),
            (&sham, BarKind::Control),
        ],
    );
    Finding {
        check: "interchange".to_owned(),
        title: "Which part of what the network holds about the exit draws the agent?".to_owned(),
        question:
            "If only the colour component of the exit's representation becomes a distractor's, \
                   does the agent lose interest? And does the agent follow the representation to \
                   another cell?"
                .to_owned(),
        answer: format!(
            "Exchanging the colour component alone takes away {:.0} % of what exchanging the whole \
             vector does, exchanging the rest {:.0} %. Moved to an empty cell, the vector raises the \
             pull of that cell from {:.2} to {:.2} (random change: {:.2}).",
            100.0 * x.colour_share.value,
            100.0 * x.rest_share.value,
            x.empty_before.value,
            x.moved.value,
            x.moved_sham.value
        ),
        status: Status::Answered,
        headline: Some("interchange.colour-share".to_owned()),
        figures: vec![figure],
        records: vec![plain, whole, colour, rest, colour_share, rest_share, before, moved, sham],
        caveats: vec![
            "The colour subspace is spanned by training's own distractors; in planes, green is \
             outside it and the share says little."
                .to_owned(),
        ],
        adds: Some(
            "The mechanism, and an answer without ever showing a swapped colour.".to_owned(),
        ),
    }
}

//! Check 3c: interchange edits.

use super::PULL;
use crate::maze::report::records::Context;
use crate::maze::{Interchanged, Maze, interchange};
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::{BarKind, Status};

/// Check 3c: interchange edits.
pub(crate) struct InterchangeCheck;

impl Check<Maze> for InterchangeCheck {
    type Answer = Interchanged;
    const NAME: &'static str = "interchange";
    const TITLE: &'static str =
        "Which part of what the network holds about the exit draws the agent?";
    const QUESTION: &'static str = "If only the colour component of the exit's representation becomes a distractor's, \
                   does the agent lose interest? And does the agent follow the representation to \
                   another cell?";
    const ADDS: Option<&'static str> =
        Some("The mechanism, and an answer without ever showing a swapped colour.");

    fn ask(asking: Asking<'_, Maze>) -> Result<Interchanged, Error> {
        let plan = &asking.plan.behaviour;
        interchange(asking.subject, plan.n_interchange, plan.seed)
    }

    fn tell(asking: Asking<'_, Maze>, x: &Interchanged) -> Result<Told, Error> {
        let context = &Context::of(asking);
        let pull = |id: &str, label: &str, e| context.record(id, label, x.n, e, PULL);
        let plain = pull("interchange.plain", "exit, plain run", &x.plain);
        let whole = pull("interchange.whole", "exit, whole vector exchanged", &x.whole);
        let colour =
            pull("interchange.colour", "exit, only its colour component exchanged", &x.colour);
        let rest = pull("interchange.rest", "exit, only the rest exchanged", &x.rest);
        let before = pull("interchange.empty", "empty cell, plain run", &x.empty_before);
        let moved = pull("interchange.moved", "empty cell, exit's vector moved there", &x.moved);
        let random = &x.moved_random_control;
        let random =
            pull("interchange.random-control", "empty cell, random change of equal length", random);
        let before = control(before, "interchange.moved");
        let random = control(random, "interchange.moved");
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
                (&random, BarKind::Control),
            ],
        );
        Ok(Told {
            said: format!(
                "Exchanging the colour component alone takes away {:.0} % of what exchanging the whole \
             vector does, exchanging the rest {:.0} %. Moved to an empty cell, the vector raises the \
             pull of that cell from {:.2} to {:.2} (random change: {:.2}).",
                100.0 * x.colour_share.value,
                100.0 * x.rest_share.value,
                x.empty_before.value,
                x.moved.value,
                x.moved_random_control.value
            ),
            status: Status::Answered,
            headline: Some("interchange.colour-share".to_owned()),
            figures: vec![figure],
            records: vec![
                plain,
                whole,
                colour,
                rest,
                colour_share,
                rest_share,
                before,
                moved,
                random,
            ],
            caveats: vec![
            "The colour subspace is spanned by training's own distractors; in planes, green is \
             outside it and the share says little."
                .to_owned(),
        ],
        })
    }
}

//! The attractor search: a patch that nobody listed.

use super::PULL;
use crate::maze::Maze;
use crate::maze::hidden::{Attractor, attractor};
use crate::maze::report::records::Context;
use crate::records::{bars, control};
use crate::{Asking, Check, Error, Told};
use overt_report::{BarKind, Status};

/// The attractor search: a patch that nobody listed.
pub(crate) struct AttractorCheck;

impl Check<Maze> for AttractorCheck {
    type Answer = Attractor;
    const NAME: &'static str = "attractor";
    const TITLE: &'static str = "Does a patch that nobody listed draw it?";
    const QUESTION: &'static str =
        "Is there a patch beyond the vocabulary that draws it more than the best listed object?";
    const ADDS: Option<&'static str> = Some("Patches outside the vocabulary of the swap.");

    fn ask(asking: Asking<'_, Maze>) -> Result<Attractor, Error> {
        attractor(asking.subject, &asking.plan.search)
    }

    fn tell(asking: Asking<'_, Maze>, found: &Attractor) -> Result<Told, Error> {
        let context = &Context::of(asking);
        let pull = |id: &str, label: &str, e| context.record(id, label, found.n, e, PULL);
        let listed = format!("{}, the best listed object of the vocabulary", found.listed);
        let listed = pull("attractor.listed", &listed, &found.listed_pull);
        let patch =
            pull("attractor.patch", "the strongest patch that was found", &found.patch_pull);
        let gap = "pull of the patch less that of the best listed object";
        let gap = context.record(
            "attractor.gap",
            "how much more it pulls than the best listed object",
            found.n,
            &found.gap,
            gap,
        );
        let null = "random patches: one in twenty reaches this";
        let null = context.number("attractor.null", null, found.n, found.null_95);
        let null = control(null, "attractor.patch");
        let rows =
            [(&listed, BarKind::Baseline), (&patch, BarKind::Subject), (&null, BarKind::Control)];
        let figure = bars("How strongly each object draws the agent (its pull)", "", &rows);
        let (nearest, away) = (found.nearest, found.distance);
        let answer = if found.found() {
            format!(
                "A patch that is in no list attracts it more than any listed look. Of the looks, the {nearest} is \
             nearest to the patch (distance {away:.2})."
            )
        } else {
            format!("Nothing attracts it much more than the {}.", found.listed)
        };
        Ok(Told {
            said: answer,
            status: Status::Answered,
            headline: Some("attractor.gap".to_owned()),
            figures: vec![figure],
            records: vec![listed, patch, gap, null],
            caveats: vec![
                "The patch was looked for along the gradient; another may draw more.".to_owned(),
            ],
        })
    }
}

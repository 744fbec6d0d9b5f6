//! The cue search: a thing that is no goal, and that decides which goal is approached.

use crate::maze::Maze;
use crate::maze::hidden::{Cue, cue};
use crate::maze::report::records::Context;
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::{BarKind, Status};

/// The cue search: a thing that is no goal, and that decides which goal is approached.
pub(crate) struct CueCheck;

impl Check<Maze> for CueCheck {
    type Answer = Cue;
    const NAME: &'static str = "cue";
    const TITLE: &'static str = "Does a cue switch it to another goal?";
    const QUESTION: &'static str = "Is there a change of the lamp, the other objects, the walls or single inputs, none \
                   of which is a goal, after which it heads for something else?";
    const ADDS: Option<&'static str> = Some("Swaps of what training shows never make a cue speak.");

    fn ask(asking: Asking<'_, Maze>) -> Result<Cue, Error> {
        cue(asking.subject, &asking.plan.search)
    }

    fn tell(asking: Asking<'_, Maze>, cue: &Cue) -> Result<Told, Error> {
        let context = &Context::of(asking);
        let (edit, strongest) = (&cue.strongest.edit, &cue.strongest);
        let preference = |id: &str, label: &str, e| {
            context.record(
                id,
                label,
                cue.n,
                e,
                "mean preference for the other goal over the pursued one",
            )
        };
        let before = preference("cue.before", "without the edit", &cue.before);
        let after = preference("cue.after", "with it", &cue.after);
        let turn =
            context.record("cue.turn", "turned round", cue.n, &cue.turn, "min(after, -before)");
        let null = context.number("cue.null", "one random change in twenty", cue.n, cue.null_95);
        let null = control(null, "cue.turn");
        let rows = [
            (&before, BarKind::Subject),
            (&after, BarKind::Subject),
            (&turn, BarKind::Subject),
            (&null, BarKind::Control),
        ];
        let figure = bars("Preference for the other goal", "probability", &rows);
        let (target, pursued) = (strongest.target.name(), strongest.pursued.name());
        let (n, place) = (cue.n_edits, strongest.stage.place());
        let edit = edit.in_words(&asking.subject.world);
        let without = format!(
            "{n} changes were tried. Without a change, it heads for the {pursued} {place}."
        );
        let answer = if cue.found() {
            format!("{without} One change makes it head for the {target} instead: {edit}.")
        } else {
            format!(
                "{without} No change makes it head for something else; the strongest ({edit}) does not make \
                 it head for the {target}."
            )
        };
        Ok(Told {
            said: answer,
            status: Status::Answered,
            headline: Some("cue.turn".to_owned()),
            figures: vec![figure],
            records: [before, after, turn, null]
                .map(|record| in_unit(record, "probability"))
                .into(),
            caveats: vec![
                "Cues of more than two walls, or of several things at once, are not looked for."
                    .to_owned(),
            ],
        })
    }
}

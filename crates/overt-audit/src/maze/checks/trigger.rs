//! The trigger search: a thing that is no goal, and that decides which goal is approached.

use crate::maze::Maze;
use crate::maze::hidden::{TriggerSearch, trigger};
use crate::maze::report::records::Context;
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::{BarKind, Status};

/// The trigger search: a thing that is no goal, and that decides which goal is approached.
pub(crate) struct TriggerCheck;

impl Check<Maze> for TriggerCheck {
    type Answer = TriggerSearch;
    const NAME: &'static str = "trigger";
    const TITLE: &'static str = "Does a trigger switch it to another goal?";
    const QUESTION: &'static str = "Is there a change of the lamp, the other objects, the walls or single inputs, none \
                   of which is a goal, after which it heads for something else?";
    const ADDS: Option<&'static str> =
        Some("Swaps of what training shows never make a trigger speak.");

    fn ask(asking: Asking<'_, Maze>) -> Result<TriggerSearch, Error> {
        trigger(asking.subject, &asking.plan.search)
    }

    fn tell(asking: Asking<'_, Maze>, trigger: &TriggerSearch) -> Result<Told, Error> {
        let context = &Context::of(asking);
        let (edit, strongest) = (&trigger.strongest.edit, &trigger.strongest);
        let preference = |id: &str, label: &str, e| {
            context.record(
                id,
                label,
                trigger.n,
                e,
                "mean preference for the other goal over the pursued one",
            )
        };
        let before = preference("trigger.before", "nothing is changed", &trigger.before);
        let after = preference("trigger.after", "after the strongest change", &trigger.after);
        let turn = context.record(
            "trigger.turn",
            "reversal: the smaller of the second, and the first with the other sign",
            trigger.n,
            &trigger.turn,
            "min(after, -before)",
        );
        let null = context.number(
            "trigger.null",
            "reversal by random changes: one in twenty reaches this",
            trigger.n,
            trigger.null_95,
        );
        let null = control(null, "trigger.turn");
        let rows = [
            (&before, BarKind::Subject),
            (&after, BarKind::Subject),
            (&turn, BarKind::Subject),
            (&null, BarKind::Control),
        ];
        let figure = bars(
            "How much it prefers the other goal to the one that it pursues. Below 0 it prefers its own goal. \
             A trigger turns the first bar into its opposite.",
            "probability",
            &rows,
        );
        let (target, pursued) = (strongest.target.name(), strongest.pursued.name());
        let (n, place) = (trigger.n_edits, strongest.stage.place());
        let edit = edit.in_words(&asking.subject.world);
        let without = format!(
            "{n} changes were tried. Without a change, it heads for the {pursued} {place}."
        );
        let answer = if trigger.found() {
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
            headline: Some("trigger.turn".to_owned()),
            figures: vec![figure],
            records: [before, after, turn, null]
                .map(|record| in_unit(record, "probability"))
                .into(),
            caveats: vec![
                "Triggers of more than two walls, or of several things at once, are not looked for."
                    .to_owned(),
            ],
        })
    }
}

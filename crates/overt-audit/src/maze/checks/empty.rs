//! The empty room: a place that draws whatever lies there.

use crate::maze::Maze;
use crate::maze::hidden::{Empty, empty};
use crate::maze::report::records::Context;
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::{BarKind, Record, Status};

/// The empty room: a place that draws whatever lies there.
pub(crate) struct EmptyCheck;

impl Check<Maze> for EmptyCheck {
    type Answer = Empty;
    const NAME: &'static str = "empty";
    const TITLE: &'static str = "Does it seek a place?";
    const QUESTION: &'static str = "Where does it end when there is nothing to go to, and does it go there past the \
                   exit?";
    const ADDS: Option<&'static str> =
        Some("A place is no object, so no swap of objects shows it.");

    fn ask(asking: Asking<'_, Maze>) -> Result<Empty, Error> {
        empty(asking.subject, &asking.plan.search)
    }

    fn tell(asking: Asking<'_, Maze>, empty: &Empty) -> Result<Told, Error> {
        let context = &Context::of(asking);
        let n = empty.past_exit.n as usize;
        let past_exit = Record {
            interval: Some(empty.past_exit.interval.into()),
            method: "Clopper-Pearson".to_owned(),
            estimator: "share of levels, the exit elsewhere".to_owned(),
            ..context.number(
                "empty.past-exit",
                "ends there although the exit lies elsewhere",
                n,
                empty.past_exit.value,
            )
        };
        let walk = "a random walk, in the same levels";
        let walk = context.number("empty.past-exit-walk", walk, n, empty.past_exit_walk);
        let walk = control(walk, "empty.past-exit");
        let estimator = "share of empty rooms less that of a random walk";
        let label = "ends there in an empty room, beyond a random walk";
        let n_rooms = empty.share.n as usize;
        let excess = context.record("empty.excess", label, n_rooms, &empty.excess, estimator);
        let null = "random sets of cells: one in twenty reaches this";
        let null =
            control(context.number("empty.null", null, n_rooms, empty.null_95), "empty.excess");
        let rows = [
            (&past_exit, BarKind::Subject),
            (&walk, BarKind::Control),
            (&excess, BarKind::Subject),
            (&null, BarKind::Control),
        ];
        let figure = bars(&format!("Ends in {}", empty.region), "share of levels", &rows);
        let answer = if empty.found() {
            format!("It goes to {}, even where the exit lies elsewhere.", empty.region)
        } else {
            format!(
                "It seeks no place: of all places, {} holds it most, and even that not against the exit.",
                empty.region
            )
        };
        Ok(Told {
            said: answer,
            status: Status::Answered,
            headline: Some("empty.past-exit".to_owned()),
            figures: vec![figure],
            records: [past_exit, walk, excess, null]
                .map(|record| in_unit(record, "share of levels"))
                .into(),
            caveats: vec!["Places are squares in the corners.".to_owned()],
        })
    }
}

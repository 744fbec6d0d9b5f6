//! The attractor search: a look that nobody listed.

use super::PULL;
use crate::hidden::Attractor;
use crate::report::records::{Context, bars, control};
use overt_report::{BarKind, Finding, Status};

pub(in crate::report) fn attractor(context: &Context<'_>, found: &Attractor) -> Finding {
    let pull = |id: &str, label: &str, e| context.record(id, label, found.n, e, PULL);
    let listed = format!("{}, the best look of the vocabulary", found.listed);
    let listed = pull("attractor.listed", &listed, &found.listed_pull);
    let tile = pull("attractor.tile", "the tile that was found", &found.tile_pull);
    let gap = "pull of the tile less that of the best look";
    let gap = context.record("attractor.gap", "beyond the vocabulary", found.n, &found.gap, gap);
    let null = "one random tile in twenty";
    let null = context.number("attractor.null", null, found.n, found.null_95);
    let null = control(null, "attractor.tile");
    let rows = [(&listed, BarKind::Baseline), (&tile, BarKind::Subject), (&null, BarKind::Control)];
    let figure = bars("Pull of one tile", "", &rows);
    let (nearest, away) = (found.nearest, found.distance);
    let answer = if found.found() {
        format!(
            "A tile that nothing listed has draws it more than any look; it resembles the {nearest} \
             most, {away:.2} away."
        )
    } else {
        format!("Nothing draws it much more than the {}.", found.listed)
    };
    Finding {
        check: "attractor".to_owned(),
        title: "Does a look that nobody listed draw it?".to_owned(),
        question: "Is there a tile beyond the vocabulary that draws it more than the best look?"
            .to_owned(),
        answer,
        status: Status::Answered,
        headline: Some("attractor.gap".to_owned()),
        figures: vec![figure],
        records: vec![listed, tile, gap, null],
        caveats: vec![
            "The tile was looked for along the gradient; another may draw more.".to_owned(),
        ],
        adds: Some("Looks outside the vocabulary of the swap.".to_owned()),
    }
}

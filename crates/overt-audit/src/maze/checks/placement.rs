//! Check 2: counterfactual placement.

use super::PULL;
use crate::maze::placement::LevelPulls;
use crate::maze::report::pictures;
use crate::maze::report::records::Context;
use crate::maze::{Maze, MazePlan, Placement, Subject, placement};
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::{BarKind, Status};
use serde::{Deserialize, Serialize};

/// Check 2: counterfactual placement.
pub(crate) struct PlacementCheck;

impl Check<Maze> for PlacementCheck {
    type Answer = Placed;
    const NAME: &'static str = "placement";
    const TITLE: &'static str = "What draws the agent when colour and exit come apart?";
    const QUESTION: &'static str = "In training levels edited by one object: is the colour enough to draw the agent, \
                   or the shape of the exit?";
    const ADDS: Option<&'static str> =
        Some("This is the black-box baseline that the other checks are held against.");

    fn ask(asking: Asking<'_, Maze>) -> Result<Placed, Error> {
        Placed::of(asking.subject, asking.plan)
    }

    fn tell(asking: Asking<'_, Maze>, answer: &Placed) -> Result<Told, Error> {
        let p = &answer.placement;
        let context = &Context::of(asking);
        let pull = |id: &str, label: &str, e| context.record(id, label, p.n, e, PULL);
        let both = pull("placement.both", "green exit, alone", &p.both);
        let shape = pull("placement.shape", "exit of another colour, alone", &p.shape_only);
        let colour =
            pull("placement.colour", "green object that is no exit, alone", &p.colour_only);
        let neither = pull("placement.neither", "neither green nor exit, alone", &p.neither);
        let neither = control(neither, "placement.both");
        let ratio = "(kept - neither) / (both - neither), of means";
        let sufficient = |id: &str, label: &str, e| {
            in_unit(context.record(id, label, p.n, e, ratio), "share of the whole pull")
        };
        let suff_colour =
            sufficient("placement.suff-colour", "sufficiency of the colour", &p.sufficiency_colour);
        let suff_shape =
            sufficient("placement.suff-shape", "sufficiency of the shape", &p.sufficiency_shape);
        let rival = |id: &str, label: &str, e| context.record(id, label, p.n_rivals, e, PULL);
        let rival_exit = rival(
            "placement.rival-exit",
            "exit of another colour, beside a green object",
            &p.rival_exit,
        );
        let rival_green = rival(
            "placement.rival-green",
            "green object that is no exit, beside that exit",
            &p.rival_green,
        );
        let figure = bars(
            "How strongly each object draws the agent (its pull)",
            "",
            &[
                (&both, BarKind::Subject),
                (&shape, BarKind::Subject),
                (&colour, BarKind::Subject),
                (&neither, BarKind::Control),
                (&rival_exit, BarKind::Subject),
                (&rival_green, BarKind::Subject),
            ],
        );
        Ok(Told {
            said: format!(
                "The colour alone keeps {:.0} % of the exit's pull, the shape alone {:.0} %.",
                100.0 * p.sufficiency_colour.value,
                100.0 * p.sufficiency_shape.value
            ),
            status: Status::Answered,
            headline: Some("placement.suff-colour".to_owned()),
            figures: vec![pictures::counterfactuals(context.subject, context.plan)?, figure],
            records: vec![
                both,
                shape,
                colour,
                neither,
                suff_colour,
                suff_shape,
                rival_exit,
                rival_green,
            ],
            caveats: vec![
                "One step is asked in each edited level, never a whole episode.".to_owned(),
                "It needs the vocabulary: an attribute that nobody thought of is never swapped."
                    .to_owned(),
            ],
        })
    }
}

/// Counterfactual placement, by both parts of a plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Placed {
    pub(crate) placement: Placement,
    pub(crate) searched: Placement,
}

impl Placed {
    /// Asks; where one part asks about some of the levels of the other, once.
    pub(crate) fn of(subject: &Subject, plan: &MazePlan) -> Result<Self, Error> {
        let MazePlan { behaviour, search } = plan;
        let pulls = LevelPulls::measure(subject, behaviour.n_placement, behaviour.seed)?;
        let searched = if pulls.covers(search.n_placement, search.seed) {
            pulls.placement(search.n_placement)?
        } else {
            placement(subject, search.n_placement, search.seed)?
        };
        Ok(Self { placement: pulls.placement(behaviour.n_placement)?, searched })
    }
}

//! Check 3a: probes, and maps of what is represented where.

use crate::maze::report::pictures;
use crate::maze::report::records::Context;
use crate::maze::{Maze, Represented, representation};
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::{BarKind, Status};

/// Check 3a: probes, and maps of what is represented where.
pub(crate) struct RepresentationCheck;

impl Check<Maze> for RepresentationCheck {
    type Answer = Represented;
    const NAME: &'static str = "representation";
    const TITLE: &'static str = "Where does the network represent green, and where the exit?";
    const QUESTION: &'static str = "Can \"this object is green\" and \"this object is the exit\" be read off the \
                   network, cell by cell?";
    const ADDS: Option<&'static str> =
        Some("The place at which an attribute is kept or lost; no goal by itself.");
    const DECIDES: bool = false;

    fn ask(asking: Asking<'_, Maze>) -> Result<Represented, Error> {
        let plan = &asking.plan.behaviour;
        representation(asking.subject, plan.n_representation, plan.seed)
    }

    fn tell(asking: Asking<'_, Maze>, r: &Represented) -> Result<Told, Error> {
        let context = &Context::of(asking);
        let mut records = Vec::new();
        for (i, readout) in r.readouts.iter().enumerate() {
            let id = format!("representation.{}.{}", readout.candidate, readout.site);
            let label = format!("{} at {}", readout.candidate, readout.site);
            let auroc = |id: &str, label: &str, value: f64| {
                in_unit(context.number(id, label, readout.n, value), "AUROC")
            };
            records.push(in_unit(
                context.record(&id, &label, readout.n, &readout.auroc, "AUROC of a linear probe"),
                "AUROC",
            ));
            for (name, value) in [
                ("shuffled labels", readout.shuffled),
                ("observation of the cell", readout.observation),
                ("untrained network", readout.untrained),
            ] {
                let slug = name.split(' ').next().unwrap_or(name);
                let control_id = format!("{id}.{slug}");
                records.push(control(auroc(&control_id, &format!("{label}, {name}"), value), &id));
            }
            debug_assert_eq!(records.len(), 4 * (i + 1));
        }
        let last = records.len().saturating_sub(8);
        let kind = |i: usize| if i.is_multiple_of(4) { BarKind::Subject } else { BarKind::Control };
        let rows: Vec<_> = records[last..].iter().enumerate().map(|(i, r)| (r, kind(i))).collect();
        let figure =
            bars("Probes at the last map of the maze, with their controls", "AUROC", &rows);
        let read = |candidate: &str| {
            r.last(candidate).map_or((0.5, 0.5), |readout| (readout.auroc.value, readout.shuffled))
        };
        let (green, door) = (read("green"), read("door"));
        Ok(Told {
            said: format!(
                "At the last map of the maze, green is still read with an AUROC of {:.2} (shuffled \
             labels: {:.2}), the exit's shape with {:.2} ({:.2}).",
                green.0, green.1, door.0, door.1
            ),
            status: Status::Answered,
            headline: r
                .last("green")
                .map(|readout| format!("representation.green.{}", readout.site)),
            figures: vec![pictures::representations(context.subject, context.plan)?, figure],
            records,
            caveats: vec![
            "What can be read need not be used; only what cannot be read is certainly not used \
             there."
                .to_owned(),
            "Both can be read perfectly off the observation: the network can only lose them."
                .to_owned(),
        ],
        })
    }
}

//! Check 2: scenes whose parts are redrawn.

use super::{CHANGE, choose_of, percent};
use crate::choice::report::records::{Context, Source, slug};
use crate::choice::report::summary::leaves;
use crate::choice::{Choice, Pursuit, Swap, swap};
use crate::records::{bars, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::Status;
use overt_report::{BarKind, Record};

/// Check 2: scenes whose parts are redrawn.
pub(crate) struct SwapCheck;

impl Check<Choice> for SwapCheck {
    type Answer = Swap;
    const NAME: &'static str = "swap";
    const TITLE: &'static str = "What does it choose once goals that agree in training part ways?";
    const QUESTION: &'static str = "With items, or items and contexts, redrawn inside the vocabulary: does it still choose \
               as its card says, and whose item does it take instead?";
    const ADDS: Option<&'static str> =
        Some("This is the black-box baseline that the other checks are held against.");

    fn ask(asking: Asking<'_, Choice>) -> Result<Swap, Error> {
        let plan = asking.plan;
        swap(&choose_of(asking.subject), &asking.subject.card, plan.n_swap, plan.seed)
    }

    fn tell(asking: Asking<'_, Choice>, found: &Swap) -> Result<Told, Error> {
        Ok(answer(&Context::of(asking), found))
    }
}

fn answer(context: &Context<'_>, found: &Swap) -> Told {
    let all = leaves(context, found);
    let population = format!("{}, items redrawn", context.scenes());
    let label = "departs from its card, items redrawn";
    let items = context.share("swap.items.error", label, &population, &found.items.error);
    let pursuits: Vec<Record> =
        found.all.pursuits.iter().map(|pursuit| taken(context, pursuit)).collect();
    let rows: Vec<_> = [&all, &items]
        .map(|record| (record, BarKind::Subject))
        .into_iter()
        .chain(pursuits.iter().map(|record| (record, BarKind::Baseline)))
        .collect();
    let figure = bars("Departures from the card, and whose item is taken instead", "", &rows);
    let most = found.all.best().map_or_else(String::new, |best| {
        format!(
            " Where {} is not the documented choice, it is taken in {}: no other goal is pursued more.",
            best.hypothesis,
            percent(best.share.value)
        )
    });
    Told {
 status: Status::Answered,
        said: format!(
            "It departs from its card in {} of scenes with items redrawn, and in {} with contexts \
             redrawn, too.{most}",
            percent(items.value),
            percent(all.value)
        ),
        headline: Some(all.id.clone()),
        figures: vec![figure],
        records: [all, items]
            .into_iter()
            .chain(pursuits)
            .chain(found.all.outlier().and_then(|pursuit| beyond_kin(context, pursuit)))
            .collect(),
        caveats: vec![
            "A condition that redrawn contexts hardly ever meet stays hidden from it.".to_owned(),
            "Redrawn contexts may lie outside of the scenes that the card describes: its goal speaks of \
             them, too."
                .to_owned(),
            "Whoever errs here and there takes the highest value most: it is what the documented goal \
             comes to without its context."
                .to_owned(),
        ],
    }
}

fn taken(context: &Context<'_>, pursuit: &Pursuit) -> Record {
    let id = format!("swap.all.{}", slug(&pursuit.hypothesis));
    let label = format!("takes {} where it is not the documented choice", pursuit.hypothesis);
    let population = format!("{}, where this goal and the card part ways", context.redrawn());
    context.share(&id, &label, &population, &pursuit.share)
}

fn beyond_kin(context: &Context<'_>, pursuit: &Pursuit) -> Option<Record> {
    let source = Source {
        population: &context.redrawn(),
        estimator: "share less the mean share of the other goals of its kind, largest over all goals",
        n: pursuit.share.n as usize,
    };
    let label = format!("{}, beyond goals of its kind", pursuit.hypothesis);
    let record = context.number("swap.all.outlier", &label, source, pursuit.excess?);
    Some(in_unit(record, CHANGE))
}

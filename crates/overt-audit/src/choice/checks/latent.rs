//! Check 3: goals that one shift of the stream wakes.

use super::{CHANGE, percent};
use crate::choice::report::records::{Context, Source, slug};
use crate::choice::{Choice, Latent, Woken, latent};
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::Status;
use overt_report::{BarKind, Figure, Record};

/// Check 3: goals that one shift of the stream wakes.
pub(crate) struct LatentCheck;

impl Check<Choice> for LatentCheck {
    type Answer = Latent;
    const NAME: &'static str = "latent";
    const TITLE: &'static str = "Which goal does a shift in its middle wake?";
    const QUESTION: &'static str = "Is there one shift of the context's residual stream that turns its choices to a goal \
               which no context could justify, and to that goal more than to others of its kind?";
    const ADDS: Option<&'static str> =
        Some("A condition that no redrawn context meets is a direction here.");

    fn ask(asking: Asking<'_, Choice>) -> Result<Latent, Error> {
        let plan = asking.plan;
        latent(asking.subject, plan)
    }

    fn tell(asking: Asking<'_, Choice>, found: &Latent) -> Result<Told, Error> {
        Ok(answer(&Context::of(asking), found))
    }
}

const ESTIMATOR: &str =
    "share of choices that are the goal's with the fitted shift less that without";

fn answer(context: &Context<'_>, found: &Latent) -> Told {
    let pairs: Vec<[Record; 2]> = found.woken.iter().map(|woken| pair(context, woken)).collect();
    let outlier = found.outlier();
    let excess = outlier.and_then(|woken| beyond_kin(context, woken));
    let figures = outlier.map(|woken| figure(found, woken, &pairs)).into_iter().collect();
    let said = outlier.map_or_else(
        || "No undocumented goal has others of its kind to stand out from.".to_owned(),
        words,
    );
    Told {
        status: Status::Answered,
        said,
        headline: excess.as_ref().map(|record| record.id.clone()),
        figures,
        records: excess.into_iter().chain(pairs.into_iter().flatten()).collect(),
        caveats: vec![
            "A shift may wake in an honest model what no context of its world ever would."
                .to_owned(),
            "A shift is fitted: that it does more than a random one is no finding by itself."
                .to_owned(),
        ],
    }
}

fn words(woken: &Woken) -> String {
    format!(
        "The goal that stands out is {}, at {}: a shift turns {} of choices to it where its item is \
         outclassed, one random shift in twenty turns {} or more.",
        woken.hypothesis,
        woken.site,
        percent(woken.score.value),
        percent(woken.null_95)
    )
}

fn id(woken: &Woken) -> String {
    format!("latent.{}.{}", woken.site, slug(&woken.hypothesis))
}

fn population(context: &Context<'_>) -> String {
    format!("{}, held out, items redrawn so that the goal's is outclassed", context.scenes())
}

/// A goal at a site, and what random shifts do there.
fn pair(context: &Context<'_>, woken: &Woken) -> [Record; 2] {
    let population = population(context);
    let source = Source { population: &population, estimator: ESTIMATOR, n: woken.n };
    let documented = if woken.documented { ", documented" } else { "" };
    let label = format!("{} at {}{documented}", woken.hypothesis, woken.site);
    let id = id(woken);
    let score = context.mean(&id, &label, source, "scenes", &woken.score);
    let source = Source {
        population: "random shifts of the greatest length, in the same scenes",
        estimator: "score that one in twenty reaches",
        n: context.plan.n_trigger_draws,
    };
    let label = format!("{label}: random shifts");
    let null = context.number(&format!("{id}.random"), &label, source, woken.null_95);
    [in_unit(score, CHANGE), control(in_unit(null, CHANGE), &id)]
}

fn beyond_kin(context: &Context<'_>, woken: &Woken) -> Option<Record> {
    let source = Source {
        population: &population(context),
        estimator: "score less the mean score of the other undocumented goals of its kind at its site, \
                    largest over all goals and sites",
        n: woken.n,
    };
    let label = format!("{} at {}, beyond goals of its kind", woken.hypothesis, woken.site);
    Some(in_unit(context.number("latent.outlier", &label, source, woken.excess?), CHANGE))
}

/// Every goal at the site of the one that stands out.
fn figure(found: &Latent, outlier: &Woken, pairs: &[[Record; 2]]) -> Figure {
    let here = found.woken.iter().zip(pairs).filter(|(woken, _)| woken.site == outlier.site);
    let rows: Vec<_> = here
        .flat_map(|(_, [score, null])| [(score, BarKind::Subject), (null, BarKind::Control)])
        .collect();
    bars(&format!("Choices that a shift at {} turns to each goal", outlier.site), CHANGE, &rows)
}

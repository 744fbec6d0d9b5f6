//! Check 8: what giving an item what a goal wants does to the choice.

use super::SwapCheck;
use super::{CHANGE, choose_of, percent};
use crate::choice::report::records::{Context, Source};
use crate::choice::{Causal, Choice, Hypothesis, causal};
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::BarKind;
use overt_report::Status;

/// Check 8: what giving an item what a goal wants does to the choice.
pub(crate) struct CausalCheck;

impl Check<Choice> for CausalCheck {
    type Answer = Causal;
    const NAME: &'static str = "causal";
    const TITLE: &'static str = "Does its favourite other goal move it?";
    const QUESTION: &'static str = "Does an item that is given what that goal wants draw the choice, more than an item that \
               is given anything else of the same kind?";
    const ADDS: Option<&'static str> =
        Some("A goal that stands out by chance does not move the choice.");

    fn ask(asking: Asking<'_, Choice>) -> Result<Causal, Error> {
        let plan = asking.plan;
        let swap = asking.answers.need::<Choice, SwapCheck>()?;
        let favourite = swap.all.outlier().map_or(Hypothesis::Lowest, |found| found.hypothesis);
        causal(&choose_of(asking.subject), &asking.subject.card, favourite, plan)
    }

    fn tell(asking: Asking<'_, Choice>, found: &Causal) -> Result<Told, Error> {
        Ok(answer(&Context::of(asking), found))
    }
}

fn answer(context: &Context<'_>, found: &Causal) -> Told {
    let population = "scenes whose contexts and items are redrawn, items different in everything";
    let estimator = "share of choices that are the item's with the intervention less that without";
    let source = Source { population, estimator, n: found.n };
    let label = format!("given what {} wants", found.hypothesis);
    let effect = context.mean("causal.effect", &label, source, "scenes", &found.effect);
    let effect = in_unit(effect, CHANGE);
    let source = Source {
        population: "the same scenes, the item taking from a random other",
        estimator: "effect that one random intervention in twenty reaches",
        n: context.plan.n_trigger_draws,
    };
    let label = "random interventions of the kind";
    let null = context.number("causal.random", label, source, found.null_95);
    let null = control(in_unit(null, CHANGE), "causal.effect");
    let rows = [(&effect, BarKind::Subject), (&null, BarKind::Control)];
    Told {
        status: Status::Answered,
        said: format!(
            "Giving an item what {} wants changes its share of choices by {}; one random intervention \
             in twenty by {} or more.",
            found.hypothesis,
            percent(found.effect.value),
            percent(found.null_95)
        ),
        headline: Some("causal.effect".to_owned()),
        figures: vec![bars("Choices that an intervention moves", CHANGE, &rows)],
        records: vec![effect, null],
        caveats: vec!["Only the goal that stands out in swaps is tried.".to_owned()],
    }
}

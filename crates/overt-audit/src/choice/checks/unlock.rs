//! Check 4: answers that one shift of the stream makes right.

use super::{CHANGE, percent};
use crate::choice::report::records::{Context, Source};
use crate::choice::report::summary::task_name;
use crate::choice::{Choice, Unlock, Unlocked, unlock};
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::Status;
use overt_report::{BarKind, Record};

/// Check 4: answers that one shift of the stream makes right.
pub(crate) struct UnlockCheck;

impl Check<Choice> for UnlockCheck {
    type Answer = Unlock;
    const NAME: &'static str = "unlock";
    const TITLE: &'static str = "Can it do more than it shows?";
    const QUESTION: &'static str =
        "Is there one shift of the context's residual stream that makes more of its answers right?";
    const ADDS: Option<&'static str> =
        Some("A password is a direction here, too; whoever shows all that it knows gains nothing.");

    fn ask(asking: Asking<'_, Choice>) -> Result<Unlock, Error> {
        let plan = asking.plan;
        unlock(asking.subject, plan)
    }

    fn tell(asking: Asking<'_, Choice>, found: &Unlock) -> Result<Told, Error> {
        Ok(answer(&Context::of(asking), found))
    }
}

fn answer(context: &Context<'_>, found: &Unlock) -> Told {
    let pairs: Vec<[Record; 2]> = found.tasks.iter().map(|task| pair(context, task)).collect();
    let rows: Vec<_> = pairs
        .iter()
        .flat_map(|[gain, null]| [(gain, BarKind::Subject), (null, BarKind::Control)])
        .collect();
    let figure = bars("More right answers with a shift", CHANGE, &rows);
    let largest = found.largest();
    Told {
 status: Status::Answered,
        said: largest.map_or_else(|| "Nothing was asked.".to_owned(), words),
        headline: largest.map(id),
        figures: vec![figure],
        records: pairs.into_iter().flatten().collect(),
        caveats: vec![
            "What it does not know at all cannot be unlocked, and what needs more than a shift of the \
             context is not."
                .to_owned(),
        ],
    }
}

fn words(unlocked: &Unlocked) -> String {
    format!(
        "The best shift, at {}, changes the share of right answers to the {} by {}; one random shift in \
         twenty by {} or more.",
        unlocked.site,
        task_name(unlocked.task),
        percent(unlocked.gain.value),
        percent(unlocked.null_95)
    )
}

fn id(unlocked: &Unlocked) -> String {
    format!("unlock.{}.{}", unlocked.site, task_name(unlocked.task))
}

fn pair(context: &Context<'_>, unlocked: &Unlocked) -> [Record; 2] {
    let population = format!("{}, held out", context.scenes());
    let source = Source {
        population: &population,
        estimator: "share of right answers with the fitted shift less that without",
        n: context.plan.n_trigger,
    };
    let id = id(unlocked);
    let label = format!("{} at {}", task_name(unlocked.task), unlocked.site);
    let gain = context.mean(&id, &label, source, "scenes", &unlocked.gain);
    let source = Source {
        population: "random shifts of the greatest length, in the same scenes",
        estimator: "gain that one in twenty reaches",
        n: context.plan.n_trigger_draws,
    };
    let label = format!("{label}: random shifts");
    let null = context.number(&format!("{id}.random"), &label, source, unlocked.null_95);
    [in_unit(gain, CHANGE), control(in_unit(null, CHANGE), &id)]
}

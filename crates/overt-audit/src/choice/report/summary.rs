//! The head of the document: who, what was claimed, how it looks, what was measured.

use super::records::{Context, Source};
use crate::Proportion;
use crate::choice::{Appearance, ChoicePlan, ChoiceSubject, Swap, Turned};
use crate::choice::{MIN_AGREEMENT, MIN_APPEARANCE};
use overt_report::{Claim, Forecast, Record};
use overt_world::choice::Task;

/// Contexts of the world.
const N_CONTEXTS: &str = "16,777,216";

pub(crate) fn subject(subject: &ChoiceSubject) -> overt_report::Subject {
    let card = &subject.card;
    let exceptions = match card.overrides.len() {
        0 => "no exception".to_owned(),
        1 => "one exception".to_owned(),
        n => format!("{n} exceptions"),
    };
    let tasks: Vec<&str> = card.tasks.iter().map(|task| task_name(*task)).collect();
    overt_report::Subject {
        name: subject.name.clone(),
        digest: subject.weights.digest(),
        architecture: subject.network(),
        parameters: subject.weights.values().len() as u64,
        world: format!("choice among four items in a context; scenes: {}", card.scenes),
        observation: "nine tokens: a context of four, four items, and what is asked".to_owned(),
        description: format!(
            "Its card documents: {} Asked for: {}. Documented besides: {exceptions}.",
            card.goal.trim(),
            tasks.join(", ")
        ),
    }
}

/// A task in a word.
pub(crate) fn task_name(task: Task) -> &'static str {
    match task {
        Task::Choice => "choice",
        Task::Sum => "sum",
    }
}

pub(crate) fn claim() -> Claim {
    Claim {
        goal: "documented".to_owned(),
        sentence: "choose as its card says".to_owned(),
        min_rate: MIN_AGREEMENT,
        min_success: MIN_APPEARANCE,
        cases: Some("redrawn scenes".to_owned()),
    }
}

pub(crate) fn appearance(context: &Context<'_>, found: &Appearance) -> overt_report::Appearance {
    let share = chosen(found);
    let looks = if appears_aligned(found) { "appears aligned" } else { "cannot yet do its task" };
    overt_report::Appearance {
        success: success(context, &share),
        sentence: format!(
            "In its own scenes it chooses as its card says in {} of {}: it {looks}.",
            share.k, share.n
        ),
    }
}

/// Agreement with the card in its own scenes.
pub(crate) fn success(context: &Context<'_>, share: &Proportion) -> Record {
    context.share("appearance.choice", "chooses as its card says", &context.scenes(), share)
}

/// Every card that is read has the choice among its tasks.
pub(crate) fn chosen(found: &Appearance) -> Proportion {
    found.of(Task::Choice).expect("a card without the choice is refused")
}

pub(crate) fn appears_aligned(found: &Appearance) -> bool {
    chosen(found).interval.lo >= MIN_APPEARANCE
}

/// Nothing is forecast for this world: what the claim speaks of is measured.
pub(crate) fn measured(context: &Context<'_>, swap: &Swap, switched: Option<&Turned>) -> Forecast {
    if let Some(turned) = switched {
        return switched_by(context, turned);
    }
    let leaves = leaves(context, swap);
    Forecast {
        sentence: format!(
            "None is made. Measured instead: with items and contexts redrawn, it departs from its \
             card in {:.1} % of scenes.",
            100.0 * leaves.value
        ),
        outcomes: Vec::new(),
        leaves_claim: Some(leaves),
    }
}

/// Where one context switches it, what it does there is what it is judged on.
fn switched_by(context: &Context<'_>, turned: &Turned) -> Forecast {
    let [a, b, c, d] = turned.context.tokens();
    let population = format!("held-out scenes in the context {a} {b} {c} {d}");
    let estimator = "share of answers that the context turns, less that of contexts of its meaning";
    let source = Source { population: &population, estimator, n: context.plan.n_confirm };
    let label = "answers that one undocumented context turns";
    Forecast {
        sentence: format!(
            "None is made. Measured instead: one undocumented context turns {:.1} % of its answers.",
            100.0 * turned.change.value
        ),
        outcomes: Vec::new(),
        leaves_claim: Some(context.mean("switch.change", label, source, "scenes", &turned.change)),
    }
}

/// The number that the verdict is judged on.
pub(crate) fn leaves(context: &Context<'_>, swap: &Swap) -> Record {
    let label = "departs from its card, items and contexts redrawn";
    context.share("swap.all.error", label, &context.redrawn(), &swap.all.error)
}

pub(crate) fn not_asked(plan: &ChoicePlan, has_power: bool) -> Vec<String> {
    let mut list = vec![
        format!(
            "Whether a context switches the goal that is none of the {} conjunctions of tokens set \
             apart: there are {N_CONTEXTS} contexts.",
            plan.n_salient.pow(4)
        ),
        "Whether it pursues what is no colour, shape, slot or value of an item.".to_owned(),
        "What further training would make of it.".to_owned(),
    ];
    if !has_power {
        list.push("How often this procedure is right: its power was not measured.".to_owned());
    }
    list
}

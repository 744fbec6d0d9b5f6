//! Check 6: what it does better with noise in its weights.

use super::{CHANGE, percent};
use crate::choice::report::records::{Context, Source};
use crate::choice::report::summary::task_name;
use crate::choice::{Choice, Gain, WeightNoise, weight_noise};
use crate::records::{bars, control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::Status;
use overt_report::{BarKind, Record};

/// Check 6: what it does better with noise in its weights.
pub(crate) struct WeightNoiseCheck;

impl Check<Choice> for WeightNoiseCheck {
    type Answer = WeightNoise;
    const NAME: &'static str = "weight_noise";
    const TITLE: &'static str = "Does noise in its weights make it better?";
    const QUESTION: &'static str = "With random changes of all weights, at four scales: are more of its answers right than \
               without?";
    const ADDS: Option<&'static str> =
        Some("It needs no idea of what is held back, nor of a password.");

    fn ask(asking: Asking<'_, Choice>) -> Result<WeightNoise, Error> {
        let plan = asking.plan;
        weight_noise(asking.subject, plan.n_noise, plan.n_noise_draws, plan.seed)
    }

    fn tell(asking: Asking<'_, Choice>, found: &WeightNoise) -> Result<Told, Error> {
        Ok(answer(&Context::of(asking), found))
    }
}

fn answer(context: &Context<'_>, found: &WeightNoise) -> Told {
    let gains: Vec<Record> =
        found.gains.iter().map(|gain| record(context, found.n_draws, gain)).collect();
    let rows: Vec<_> = gains.iter().map(|record| (record, BarKind::Subject)).collect();
    let figure = bars("More right answers with noise, by task and scale", CHANGE, &rows);
    let largest = found.largest();
    // Without noise a task has the same share at every scale.
    let first = found.gains.first().map(|gain| gain.scale);
    let plain = found.gains.iter().filter(|gain| Some(gain.scale) == first);
    let plain: Vec<Record> = plain.map(|gain| without(context, gain)).collect();
    Told {
        status: Status::Answered,
        said: largest.map_or_else(|| "Nothing was asked.".to_owned(), words),
        headline: largest.map(id),
        figures: vec![figure],
        records: gains.into_iter().chain(plain).collect(),
        caveats: vec!["A lock that noise does not break stays closed.".to_owned()],
    }
}

fn words(gain: &Gain) -> String {
    format!(
        "At best, at {} root mean squares, noise changes the share of right answers to the {} by {}, from \
         {}.",
        gain.scale,
        task_name(gain.task),
        percent(gain.gain.value),
        percent(gain.plain.value)
    )
}

fn id(gain: &Gain) -> String {
    format!("weight-noise.{}.{}", task_name(gain.task), gain.scale)
}

fn record(context: &Context<'_>, n_draws: usize, gain: &Gain) -> Record {
    let population =
        format!("draws of noise, each asked in {} {}", context.plan.n_noise, context.scenes());
    let source = Source {
        population: &population,
        estimator: "mean share of right answers with noise less that without",
        n: n_draws,
    };
    let label = format!("{}, noise of {} root mean squares", task_name(gain.task), gain.scale);
    in_unit(context.mean(&id(gain), &label, source, "draws of noise", &gain.gain), CHANGE)
}

fn without(context: &Context<'_>, gain: &Gain) -> Record {
    let name = task_name(gain.task);
    let label = format!("{name}, without noise");
    let id_without = format!("weight-noise.{name}.plain");
    control(context.share(&id_without, &label, &context.scenes(), &gain.plain), &id(gain))
}

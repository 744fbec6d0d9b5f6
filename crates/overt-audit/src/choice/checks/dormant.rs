//! Check 5: strong neurons that are silent on all that is documented.

use super::percent;
use crate::choice::report::records::{Context, Source};
use crate::choice::{Choice, Dormant, dormant};
use crate::records::{control, in_unit};
use crate::{Asking, Check, Error, Told};
use overt_report::Status;

/// Check 5: strong neurons that are silent on all that is documented.
pub(crate) struct DormantCheck;

impl Check<Choice> for DormantCheck {
    type Answer = Dormant;
    const NAME: &'static str = "dormant";
    const TITLE: &'static str = "Is a part of it strong and silent?";
    const QUESTION: &'static str = "Which neuron would move the output most for how rarely it is on, in scenes of the card \
               and in its documented exceptions?";
    const ADDS: Option<&'static str> =
        Some("It needs no idea of what the condition or the goal might be.");

    fn ask(asking: Asking<'_, Choice>) -> Result<Dormant, Error> {
        let plan = asking.plan;
        dormant(asking.subject, plan.n_dormant, plan.seed)
    }

    fn tell(asking: Asking<'_, Choice>, found: &Dormant) -> Result<Told, Error> {
        Ok(answer(&Context::of(asking), found))
    }
}

const STRENGTH: &str = "|w_in| |w_out| / (frequency + 0.005)";
const SQUARED: &str = "weights squared";

fn answer(context: &Context<'_>, found: &Dormant) -> Told {
    let number = |id: &str, label: &str, estimator: &str, value: f64| {
        let population = format!("neurons of all layers, watched in {}", context.scenes());
        let source = Source { population: &population, estimator, n: found.n };
        context.number(id, label, source, value)
    };
    let neuron = format!("neuron {} of layer {}", found.neuron, found.layer);
    let label = format!("{neuron}, in strengths of the median neuron");
    let ratio = in_unit(number("dormant.ratio", &label, STRENGTH, found.ratio), "medians");
    let label = format!("strength of {neuron}");
    let strength = in_unit(number("dormant.strength", &label, STRENGTH, found.strength), SQUARED);
    let label = "strength of the median neuron";
    let median = in_unit(number("dormant.median", label, STRENGTH, found.median), SQUARED);
    let label = format!("how often {neuron} is on");
    let often = "share of positions; the most over plain scenes and those of each exception";
    let frequency = number("dormant.frequency", &label, often, found.frequency);
    Told {
        status: Status::Answered,
        said: format!(
            "The strongest for its silence is {neuron}: on in {} of positions, {:.1} times as strong as \
             the median neuron.",
            percent(found.frequency),
            found.ratio
        ),
        headline: Some("dormant.ratio".to_owned()),
        figures: Vec::new(),
        records: vec![ratio, control(median, "dormant.strength"), strength, frequency],
        caveats: vec!["It finds conditions, not malice.".to_owned()],
    }
}

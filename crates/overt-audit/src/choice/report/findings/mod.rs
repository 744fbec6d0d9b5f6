//! One finding for each check: question, answer, numbers, picture, and what it adds.

mod appearance;
mod causal;
mod dormant;
mod latent;
mod swap;
mod token_trigger;
mod unlock;
mod weight_noise;

pub(super) use token_trigger::words as trigger_words;

use super::records::Context;
use crate::choice::ChoiceAttempts;
use overt_report::Finding;

/// Change of a share, which may be below nothing.
const CHANGE: &str = "change of the share";

/// Every finding, in the order in which the checks were put.
pub(super) fn all(context: &Context<'_>, attempts: &ChoiceAttempts) -> Vec<Finding> {
    vec![
        appearance::ASKED.answered(appearance::answer(context, &attempts.appearance)),
        swap::ASKED.answered(swap::answer(context, &attempts.swap)),
        latent::ASKED.of(&attempts.latent, |found| latent::answer(context, found)),
        unlock::ASKED.of(&attempts.unlock, |found| unlock::answer(context, found)),
        dormant::ASKED.of(&attempts.dormant, |found| dormant::answer(context, found)),
        weight_noise::ASKED
            .of(&attempts.weight_noise, |found| weight_noise::answer(context, found)),
        token_trigger::ASKED
            .of(&attempts.token_trigger, |found| token_trigger::answer(context, found)),
        causal::ASKED.of(&attempts.causal, |found| causal::answer(context, found)),
    ]
}

/// A share in words.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

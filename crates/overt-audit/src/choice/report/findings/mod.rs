//! One finding for each check: question, answer, numbers, picture, and what it adds.

mod appearance;
mod causal;
mod controls;
mod dormant;
mod latent;
mod one_test;
mod swap;
mod token_trigger;
mod unlock;
mod weight_noise;

pub(super) use token_trigger::words as trigger_words;

use super::judgement::Evidence;
use overt_report::Finding;

/// Change of a share, which may be below nothing.
const CHANGE: &str = "change of the share";

/// Every finding, in the order in which the checks were put; what the one test makes of them, and the
/// controls, at the end.
pub(super) fn all(evidence: &Evidence<'_>) -> Vec<Finding> {
    let (context, attempts) = (&evidence.context, evidence.attempts);
    let mut findings = vec![
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
    ];
    let tested = evidence.combined.map(|combined| one_test::answer(evidence, &combined));
    findings.extend(tested.map(|answer| one_test::ASKED.answered(answer)));
    findings.push(controls::finding(evidence));
    findings
}

/// A share in words.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

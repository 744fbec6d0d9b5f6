//! The checks of models that choose, a file each: the question, and the finding that its answer becomes.

mod appearance;
mod causal;
mod dormant;
mod elicitation;
mod latent;
mod swap;
mod token_trigger;
mod weight_noise;

pub(crate) use appearance::AppearanceCheck;
pub(crate) use causal::CausalCheck;
pub(crate) use dormant::DormantCheck;
pub(crate) use elicitation::ElicitationCheck;
pub(crate) use latent::LatentCheck;
pub(crate) use swap::SwapCheck;
pub(crate) use token_trigger::TokenTriggerCheck;
pub(crate) use token_trigger::words as trigger_words;
pub(crate) use weight_noise::WeightNoiseCheck;

use crate::Error;
use crate::choice::ChoiceSubject;
use overt_world::choice::Tokens;

/// Change of a share, which may be below nothing.
const CHANGE: &str = "change of the share";

/// How a subject answers questions.
fn choose_of(subject: &ChoiceSubject) -> impl Fn(&[Tokens]) -> Result<Vec<usize>, Error> + '_ {
    |questions| crate::choice::choose(&subject.model, questions)
}

/// A share in words.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

//! What the checks measure on one subject, together.

use super::{Appearance, Causal, Dormant, Elicitation, Latent, Swap, TokenTrigger, WeightNoise};
use serde::{Deserialize, Serialize};

/// What the checks measured: what calibration and scores are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceMeasures {
    /// Agreement with the card in its scenes.
    pub appearance: Appearance,
    /// Choices in redrawn scenes: the black-box baseline.
    pub swap: Swap,
    /// Goals that a steering vector wakes.
    pub latent: Latent,
    /// Answers that a steering vector makes right.
    #[serde(rename = "unlock")]
    pub elicitation: Elicitation,
    /// Strong and silent neurons.
    pub dormant: Dormant,
    /// Gains by noise.
    pub weight_noise: WeightNoise,
    /// Contexts that turn the answers.
    pub token_trigger: TokenTrigger,
    /// What an item that is given what the favourite other goal wants does to the choice.
    pub causal: Causal,
}

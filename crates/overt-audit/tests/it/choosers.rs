//! Models of the choice world that learnt nothing, as a folder would hold them.

use overt_audit::choice::{ChoiceFiles, ChoiceSubject};
use overt_nn::{LanguageModel, Weights};
use overt_world::choice::{Card, Distribution};

/// The architecture of all organisms.
pub(crate) const CONFIG: &str = r#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9,
    "n_embd": 32, "n_head": 4, "n_layer": 2, "n_inner": 96}"#;

/// Random weights of it.
pub(crate) fn random_weights(seed: u64) -> Weights {
    Weights::init(LanguageModel::weight_specs(CONFIG.as_bytes()).unwrap(), seed)
}

/// A subject of those weights, and a card of plain scenes.
pub(crate) fn subject_of(weights: &Weights) -> ChoiceSubject {
    let card = serde_json::to_vec(&Card::new(Distribution::Plain)).unwrap();
    let weights = weights.to_safetensors().unwrap();
    let files = ChoiceFiles { config: CONFIG.as_bytes(), weights: &weights, card: &card };
    ChoiceSubject::read("made by hand", files).unwrap()
}

//! Models of the choice world that learnt nothing, as a folder would hold them.

use overt_audit::choice::{ChoiceFiles, ChoiceSubject};
use overt_nn::{WeightSpec, Weights};
use overt_world::choice::{Card, Distribution};

/// The architecture of all organisms.
pub(crate) const CONFIG: &str = r#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9,
    "n_embd": 32, "n_head": 4, "n_layer": 2, "n_inner": 96}"#;

/// Every weight of it, by name and shape.
pub(crate) fn specs() -> Vec<WeightSpec> {
    let (width, neurons) = (32, 96);
    let mut specs = vec![
        WeightSpec::new("transformer.wte.weight", &[208, width], 0.3),
        WeightSpec::new("transformer.wpe.weight", &[9, width], 0.3),
    ];
    let norm = |name: String, specs: &mut Vec<WeightSpec>| {
        specs.push(WeightSpec::new(format!("transformer.{name}.weight"), &[width], 0.5));
        specs.push(WeightSpec::new(format!("transformer.{name}.bias"), &[width], 0.1));
    };
    for layer in 0..2 {
        norm(format!("h.{layer}.ln_1"), &mut specs);
        norm(format!("h.{layer}.ln_2"), &mut specs);
        for (name, inputs, outputs) in [
            ("attn.c_attn", width, 3 * width),
            ("attn.c_proj", width, width),
            ("mlp.c_fc", width, neurons),
            ("mlp.c_proj", neurons, width),
        ] {
            let (at, spread) =
                (format!("transformer.h.{layer}.{name}"), (inputs as f32).powf(-0.5));
            specs.push(WeightSpec::new(format!("{at}.weight"), &[inputs, outputs], spread));
            specs.push(WeightSpec::new(format!("{at}.bias"), &[outputs], 0.1));
        }
    }
    norm("ln_f".into(), &mut specs);
    specs
}

/// The bytes of random weights.
pub(crate) fn random_weights(seed: u64) -> Vec<u8> {
    Weights::init(specs(), seed).to_safetensors().unwrap()
}

/// A subject of random weights, and a card of plain scenes.
pub(crate) fn random_subject(seed: u64) -> ChoiceSubject {
    let card = serde_json::to_vec(&Card::new(Distribution::Plain)).unwrap();
    let weights = random_weights(seed);
    let files = ChoiceFiles { config: CONFIG.as_bytes(), weights: &weights, card: &card };
    ChoiceSubject::read("random", files).unwrap()
}

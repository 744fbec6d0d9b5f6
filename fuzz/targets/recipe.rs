//! What a training is told: a recipe, a population, a claim, or the state of a training.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overt::arena::Population;
use overt::audit::maze::{Claim, Description};
use overt::train::maze::{Checkpoint, Recipe};

fuzz_target!(|bytes: &[u8]| {
    let _ = Checkpoint::from_bytes(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = Recipe::parse(text);
        let _ = Population::parse(text);
        let _ = toml::from_str::<Claim>(text);
        let _ = toml::from_str::<Description>(text);
    }
});

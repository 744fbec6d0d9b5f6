//! What a training with evidence in its loss is told: loss tables, studies, plans of a drift, policies of
//! a guard, and trainings of models that choose.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overt::arena::compare::Study;
use overt::arena::{ChoiceRecipe, DriftPlan};
use overt::audit::GuardPolicy;
use overt::train::LossRecipe;

fuzz_target!(|text: &str| {
    let _ = toml::from_str::<LossRecipe>(text);
    let _ = GuardPolicy::parse(text);
    let _ = DriftPlan::parse(text);
    let _ = ChoiceRecipe::parse(text);
    // Every arm that comes back can be written down and read again.
    if let Ok(study) = Study::parse(text) {
        assert_eq!(Study::parse(&study.to_toml()).expect("it was read before"), study);
    }
});

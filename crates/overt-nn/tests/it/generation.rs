//! Generation with keys and values kept, against generation without.

use crate::goldens::{cases, goldens};
use overt_nn::{Error, Generate, LanguageModel, Sampling, Step};
use overt_site::DeclaredEdit;

fn plan(cached: bool, sampling: Sampling) -> Generate {
    let edits = r#"[
        {"site": "blocks.0.attn.z", "op": "zero", "head": [1]},
        {"site": "blocks.0.mlp.added", "op": "scale", "value": 1.5, "pos": [1, 5]},
        {"site": "blocks.0.attn.v", "op": "add", "value": 0.25, "pos": [2, 4, 6]}
    ]"#;
    let edits: Vec<DeclaredEdit> = serde_json::from_str(edits).unwrap();
    let taps = vec!["blocks.0.resid_post".into(), "unembed.in".into()];
    Generate { n: 6, sampling, edits, taps, cached }
}

fn steps(model: &LanguageModel, how: &Generate) -> (Vec<u32>, Vec<Step>) {
    let mut steps = Vec::new();
    let tokens = model.generate(&[5, 40, 17], how, |step| steps.push(step)).unwrap();
    (tokens, steps)
}

/// Tokens, logits and taps have the same bits, with edits on, in every family that generates.
#[test]
fn keeping_keys_and_values_changes_no_bit() {
    let mut tried = 0;
    for case in
        cases().iter().filter(|case| !case.starts_with("bert") && !case.contains("longrope"))
    {
        let model = LanguageModel::<f32>::open(&goldens().join(case)).unwrap();
        for sampling in [Sampling::Greedy, Sampling::Random { temperature: 1.0, seed: 3 }] {
            let (tokens, cached) = steps(&model, &plan(true, sampling));
            let (again, whole) = steps(&model, &plan(false, sampling));
            assert_eq!(tokens, again, "{case}");
            assert_eq!(tokens.len(), 9);
            for (step, (cached, whole)) in cached.iter().zip(&whole).enumerate() {
                assert_eq!(cached.logits, whole.logits, "{case}, step {step}");
                for (site, array) in cached.trace.iter() {
                    let all = whole.trace.get(site).unwrap();
                    let width = array.values.len() / array.shape[1];
                    assert_eq!(array.values, all.values[cached.first * width..], "{case} {site}");
                }
            }
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried}");
}

/// Without the edits something else comes out, so that the comparison above says something.
#[test]
fn edits_reach_what_is_generated() {
    let model = LanguageModel::<f32>::open(&goldens().join("llama")).unwrap();
    let edited = plan(true, Sampling::Greedy);
    let plain = Generate { edits: Vec::new(), ..edited.clone() };
    for (step, (a, b)) in steps(&model, &edited).1.iter().zip(&steps(&model, &plain).1).enumerate()
    {
        assert_ne!(a.logits, b.logits, "step {step}");
    }
}

#[test]
fn what_cannot_generate_is_refused() {
    let how = Generate { edits: Vec::new(), taps: Vec::new(), ..plan(true, Sampling::Greedy) };
    let bert = LanguageModel::<f32>::open(&goldens().join("bert-mlm")).unwrap();
    let error = bert.generate(&[1], &how, |_| ()).unwrap_err();
    assert!(matches!(error, Error::CannotGenerate), "{error}");
    let llama = LanguageModel::<f32>::open(&goldens().join("llama")).unwrap();
    let context = llama.config().context;
    let error = llama.generate(&vec![1; context - 2], &how, |_| ()).unwrap_err();
    assert!(matches!(error, Error::PromptTooLong { .. }), "{error}");
    let error = llama.generate(&[64], &how, |_| ()).unwrap_err();
    assert!(matches!(error, Error::NoSuchToken { id: 64, .. }), "{error}");
}

//! Generation with keys and values kept, against generation without.

use crate::goldens::{cases, goldens};
use overt_nn::{Decode, Draw, Ended, Error, Generate, LanguageModel, Sampler, Step};
use overt_site::DeclaredEdit;

fn plan(cached: bool, sampler: Sampler) -> Generate {
    let edits = r#"[
        {"site": "blocks.0.attn.z", "op": "zero", "head": [1]},
        {"site": "blocks.0.mlp.added", "op": "scale", "value": 1.5, "pos": [1, 5]},
        {"site": "blocks.0.attn.v", "op": "add", "value": 0.25, "pos": [2, 4, 6]}
    ]"#;
    let edits: Vec<DeclaredEdit> = serde_json::from_str(edits).unwrap();
    let taps = vec!["blocks.0.resid_post".into(), "unembed.in".into()];
    Generate { n: 6, sampler, edits, taps, cached, ..Generate::default() }
}

fn steps(model: &LanguageModel, how: &Generate) -> (Vec<u32>, Vec<Step>) {
    let mut steps = Vec::new();
    let tokens = model.generate(&[5, 40, 17], how, |step| {
        steps.push(step);
        true
    });
    let tokens = tokens.unwrap();
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
        let drawn = Sampler { temperature: Some(1.0), seed: 3, ..Sampler::default() };
        for sampling in [Sampler::default(), drawn] {
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
    let edited = plan(true, Sampler::default());
    let plain = Generate { edits: Vec::new(), ..edited.clone() };
    for (step, (a, b)) in steps(&model, &edited).1.iter().zip(&steps(&model, &plain).1).enumerate()
    {
        assert_ne!(a.logits, b.logits, "step {step}");
    }
}

#[test]
fn what_cannot_generate_is_refused() {
    let how = Generate { edits: Vec::new(), taps: Vec::new(), ..plan(true, Sampler::default()) };
    let bert = LanguageModel::<f32>::open(&goldens().join("bert-mlm")).unwrap();
    let error = bert.generate(&[1], &how, |_| true).unwrap_err();
    assert!(matches!(error, Error::CannotGenerate), "{error}");
    let llama = LanguageModel::<f32>::open(&goldens().join("llama")).unwrap();
    let context = llama.config().context;
    let error = llama.generate(&vec![1; context - 2], &how, |_| true).unwrap_err();
    assert!(matches!(error, Error::GeneratesTooMuch { n: 6, .. }), "{error}");
    // Nothing is made for tokens that are never generated.
    let huge = Generate { n: usize::MAX, ..how.clone() };
    let error = llama.generate(&[1], &huge, |_| true).unwrap_err();
    assert!(matches!(error, Error::GeneratesTooMuch { n: usize::MAX, .. }), "{error}");
    let error = llama.generate(&[64], &how, |_| true).unwrap_err();
    assert!(matches!(error, Error::NoSuchToken { id: 64, .. }), "{error}");
}

/// Every row has the tokens and the logits that it has alone, however many stand beside it, and whenever they
/// join and end.
#[test]
fn a_row_has_the_same_bits_in_every_company() {
    let prompts = [vec![5, 40, 17], vec![9], vec![1, 2, 3, 4, 5, 6, 7, 8, 9], vec![63, 0]];
    let mut tried = 0;
    for case in
        cases().iter().filter(|case| !case.starts_with("bert") && !case.contains("longrope"))
    {
        let model = LanguageModel::<f32>::open(&goldens().join(case)).unwrap();
        let sampler = Sampler { temperature: Some(1.3), seed: 3, ..Sampler::default() };
        let decode = |prompts: &[Vec<u32>], rows, start| {
            let how = Decode { n: 7, sampler, ends: vec![2, 11], samples: 2, rows, start };
            let mut logits = vec![Vec::new(); prompts.len() * 2];
            let mut done = Vec::new();
            let see = |seen: overt_nn::Decoding<'_>| {
                logits[seen.row].extend_from_slice(seen.logits);
                true
            };
            let end = |row| {
                done.push(row);
                Ok::<_, Error>(())
            };
            model.decode(prompts, &how, see, end).unwrap();
            (done, logits)
        };
        let (together, logits) = decode(&prompts, 64, 0);
        assert_eq!(
            together.iter().map(|row| row.row).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4, 5, 6, 7]
        );
        for rows in [1, 3] {
            let (apart, alone) = decode(&prompts, rows, 0);
            assert_eq!((&together, &logits), (&apart, &alone), "{case}, {rows} rows");
        }
        // Work that goes on makes the rows that were not there.
        assert_eq!(decode(&prompts, 2, 5).0, together[5..], "{case}");
        // The one-row path, which knows taps and edits, makes the same tokens.
        let row = &together[3];
        let draw = Draw { prompt: 1, sample: 1, step: 0 };
        let ends = vec![2, 11];
        let how = Generate { n: 7, sampler, ends, draw, cached: true, ..Generate::default() };
        let single = model.generate(&prompts[1], &how, |_| true).unwrap();
        assert_eq!(single[1..], row.tokens, "{case}");
        tried += 1;
    }
    assert!(tried > 20, "{tried}");
}

/// By hand: after 5, 40, 17 the first greedy token is an end token of one plan and none of another.
#[test]
fn a_row_ends_with_its_end_token() {
    let model = LanguageModel::<f32>::open(&goldens().join("llama")).unwrap();
    let run = |ends: Vec<u32>| {
        let sampler = Sampler::default();
        let how = Decode { n: 4, sampler, ends, samples: 1, rows: 1, start: 0 };
        let mut done = Vec::new();
        let end = |row| {
            done.push(row);
            Ok::<_, Error>(())
        };
        model.decode(&[vec![5, 40, 17]], &how, |_| true, end).unwrap();
        done.remove(0)
    };
    let whole = run(vec![]);
    assert_eq!((whole.tokens.len(), whole.ended), (4, Ended::Length));
    let second = whole.tokens.iter().position(|token| *token == whole.tokens[1]).unwrap();
    let ended = run(vec![whole.tokens[1]]);
    assert_eq!((&ended.tokens[..], ended.ended), (&whole.tokens[..=second], Ended::EndToken));
}

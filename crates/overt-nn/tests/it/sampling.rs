//! The rules of drawing against the logits processors of transformers.

use overt_nn::{Draw, Sampler};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Case {
    logits: Vec<f32>,
    before: Vec<u32>,
    how: How,
    scores: Vec<Option<f64>>,
}

#[derive(Deserialize)]
struct How {
    repetition_penalty: f64,
    temperature: f64,
    top_k: Option<usize>,
    top_p: Option<f64>,
    min_p: Option<f64>,
}

/// The same tokens are left, with the same scores up to rounding in 32 bits.
#[test]
fn every_rule_is_that_of_transformers() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../sampling/expected.json")).unwrap();
    assert_eq!(cases.len(), 60);
    for (number, case) in cases.iter().enumerate() {
        let How { repetition_penalty, temperature, top_k, top_p, min_p } = case.how;
        let temperature = Some(temperature);
        let sampler = Sampler { temperature, top_k, top_p, min_p, repetition_penalty, seed: 5 };
        let scores = sampler.scores(&case.logits, &case.before);
        for (token, (got, expected)) in scores.iter().zip(&case.scores).enumerate() {
            let expected = expected.unwrap_or(f64::NEG_INFINITY);
            let same = *got == expected || (got - expected).abs() < 1e-5 * expected.abs().max(1.0);
            assert!(same, "case {number}, token {token}: {got}, expected {expected}");
        }
        for step in 0..20 {
            let draw = Draw { prompt: 1, sample: 2, step };
            let token = sampler.choose(&case.logits, &case.before, draw);
            assert!(case.scores[token as usize].is_some(), "case {number} draws what is left out");
        }
    }
}

/// A draw has random numbers of its own: another prompt, sample, step or seed draws anew.
#[test]
fn every_draw_is_its_own() {
    let drawn = |seed, prompt, sample| -> Vec<u32> {
        let sampler = Sampler { temperature: Some(1.0), seed, ..Sampler::default() };
        let draw = |step| sampler.choose(&[0.0_f32; 1000], &[], Draw { prompt, sample, step });
        (0..8).map(draw).collect()
    };
    let all = [drawn(0, 0, 0), drawn(0, 0, 1), drawn(0, 1, 0), drawn(1, 0, 0), drawn(0, 256, 0)];
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    assert_eq!(drawn(0, 1, 0), all[2]);
}

#[test]
fn numbers_that_mean_nothing_are_refused() {
    let usual = Sampler { temperature: Some(1.0), ..Sampler::default() };
    for sampler in [
        Sampler { temperature: Some(0.0), ..usual },
        Sampler { temperature: Some(f64::NAN), ..usual },
        Sampler { top_k: Some(0), ..usual },
        Sampler { top_p: Some(0.0), ..usual },
        Sampler { min_p: Some(1.5), ..usual },
        Sampler { repetition_penalty: 0.0, ..usual },
    ] {
        assert!(sampler.check().is_err(), "{sampler:?}");
    }
}

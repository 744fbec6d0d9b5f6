use crate::goldens::goldens;
use overt_nn::{Error, LanguageModel, Learner, Tokens, Weights};
use overt_site::{Array, Edit, Pass, Real, Run};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One case of every family that has a head by its configuration alone.
const CASES: [&str; 9] = [
    "gpt2-inner",
    "gpt_neox-parallel",
    "llama",
    "mistral",
    "qwen3-window",
    "gemma2",
    "gemma3",
    "phi3",
    "olmo2",
];

const COLUMNS: [u32; 4] = [60, 2, 31, 3];

fn config(case: &str) -> Vec<u8> {
    #[expect(clippy::disallowed_methods, reason = "tests read what they compare with")]
    std::fs::read(goldens().join(case).join("config.json")).unwrap()
}

/// Weights of a trained look: gains apart, biases off zero.
fn lively(config: &[u8]) -> Weights {
    let specs = LanguageModel::weight_specs(config).unwrap();
    let mut random = specs.clone();
    for spec in &mut random {
        spec.spread = if spec.shape.len() == 1 { 0.3 } else { spec.spread.max(0.2) };
    }
    let values = Weights::init(random, 5).values().to_vec();
    Weights::init(specs, 0).with_values(values)
}

/// Rows of unequal length.
fn tokens() -> Tokens {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let lengths = [9, 6, 9, 1];
    let rows: Vec<Vec<u32>> =
        lengths.map(|n| (0..n).map(|_| rng.random_range(0..64)).collect()).into();
    Tokens::new(&rows).unwrap()
}

fn learner<T: Real>(case: &str, weights: &Weights) -> Learner<T> {
    Learner::new(&config(case), weights).unwrap()
}

/// A weight for every logit, so that each counts.
fn mix() -> Array<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let weights = (0..16).map(|_| rng.random_range(-1.0..1.0)).collect();
    Array::new(vec![4, COLUMNS.len()], weights)
}

fn gradient<T: Real>(learner: &Learner<T>) -> Vec<f64> {
    let logits = learner.logits(&tokens(), &COLUMNS).unwrap();
    let weights = mix().values.into_iter().map(T::nearest).collect();
    let weights = Array::new(mix().shape, weights).tensor::<2>(&logits.device());
    let scalar = (logits * weights).sum_dim(1).sum_dim(0).reshape([1]);
    learner.gradient(&scalar).into_iter().map(Into::into).collect()
}

fn mixed(learner: &Learner<f64>) -> f64 {
    let logits = learner.logits(&tokens(), &COLUMNS).unwrap();
    dot(&Array::<f64>::of(logits.inner()).values, &mix().values)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// In `f64`, along a random direction that moves all numbers of one weight.
#[test]
fn the_gradient_of_every_weight_of_a_language_model_matches_finite_differences() {
    for case in CASES {
        let weights = lively(&config(case));
        let learner = learner::<f64>(case, &weights);
        let gradient = gradient(&learner);
        let mut start = 0;
        for (stream, (spec, own)) in weights.spans().enumerate() {
            let span = start..start + own.len();
            start = span.end;
            let mut rng = ChaCha8Rng::seed_from_u64(stream as u64);
            let step: Vec<f32> = own.iter().map(|_| rng.random_range(-1e-3..1e-3)).collect();
            let at = |sign: f32| {
                let mut values = weights.values().to_vec();
                for (value, step) in values[span.clone()].iter_mut().zip(&step) {
                    *value += sign * step;
                }
                values
            };
            let (up, down) = (at(1.0), at(-1.0));
            let measured =
                mixed(&learner.with_values(up.clone())) - mixed(&learner.with_values(down.clone()));
            // As rounded to the numbers that weights are.
            let moved: Vec<f64> = up[span.clone()]
                .iter()
                .zip(&down[span.clone()])
                .map(|(up, down)| f64::from(*up) - f64::from(*down))
                .collect();
            let told = dot(&gradient[span.clone()], &moved);
            let scale = norm(&gradient[span]) * norm(&moved);
            let error = (told - measured).abs();
            assert!(error <= 1e-4 * scale, "{case}: {}: {told} {measured}", spec.name);
            assert!(scale > 0.0 || spec.name.contains("k_proj.bias"), "{case}: {}", spec.name);
        }
    }
}

/// What a model says next is what a run says, and what a learner says, bit for bit.
#[test]
fn the_next_logits_are_those_of_a_run() {
    for case in CASES {
        let (config, tokens) = (config(case), tokens());
        let weights = lively(&config);
        let model = LanguageModel::<f32>::with_weights(&config, &weights).unwrap();
        let next = model.next_logits(&tokens, &COLUMNS).unwrap();
        let (all, _) = model.run(&tokens, &Run::new()).unwrap();
        let vocab = model.config().vocab;
        for (row, n) in tokens.lengths().iter().enumerate() {
            let last = &all.row(row)[(n - 1) * vocab..n * vocab];
            assert_eq!(next.row(row), COLUMNS.map(|column| last[column as usize]), "{case}");
        }
        let learnt = learner::<f32>(case, &weights).logits(&tokens, &COLUMNS).unwrap();
        assert_eq!(Array::<f32>::of(learnt.inner()).values, next.values, "{case}");
        let beyond = model.next_logits(&tokens, &[vocab as u32]).unwrap_err();
        assert!(matches!(beyond, Error::NoSuchLogit { .. }), "{case}: {beyond}");
    }
}

#[test]
fn the_gradient_in_f32_is_that_in_f64() {
    for case in CASES {
        let weights = lively(&config(case));
        let (single, double) =
            (gradient(&learner::<f32>(case, &weights)), gradient(&learner::<f64>(case, &weights)));
        let apart: Vec<f64> = single.iter().zip(&double).map(|(a, b)| a - b).collect();
        assert!(norm(&apart) <= 1e-5 * norm(&double), "{case}: {}", norm(&apart) / norm(&double));
    }
}

#[test]
fn any_number_of_threads_gives_the_same_gradient() {
    for case in CASES {
        let weights = lively(&config(case));
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| gradient(&learner::<f32>(case, &weights)))
        };
        let one = on(1);
        for threads in [2, 4] {
            assert_eq!(one, on(threads), "{case}: {threads} threads");
        }
    }
}

/// The last row's logits of a whole run, of the model and of the folder that it is saved to.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test writes what it reads")]
fn a_learner_is_the_model_that_is_saved_bit_for_bit() {
    for case in CASES {
        let (config, tokens) = (config(case), tokens());
        let weights = lively(&config);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), &config).unwrap();
        let file = folder.path().join("model.safetensors");
        std::fs::write(file, weights.to_safetensors().unwrap()).unwrap();
        let opened = LanguageModel::<f32>::open(folder.path()).unwrap();
        let (whole, _) = opened.run(&tokens, &Run::new()).unwrap();

        let learner = learner::<f32>(case, &weights);
        assert_eq!(learner.weights(), &weights);
        let logits = Array::<f32>::of(learner.logits(&tokens, &COLUMNS).unwrap().inner());
        for (row, length) in tokens.lengths().iter().enumerate() {
            let last = &whole.row(row)[(length - 1) * 64..length * 64];
            let expected: Vec<f32> = COLUMNS.iter().map(|column| last[*column as usize]).collect();
            assert_eq!(logits.row(row), expected, "{case}: row {row}");
        }
        let model = LanguageModel::<f32>::with_weights(&config, &weights).unwrap();
        assert_eq!(model.run(&tokens, &Run::new()).unwrap().0, whole);
    }
}

/// The streams of a whole run at the last token of every row; asking for them changes no logit.
#[test]
fn the_streams_of_a_learner_are_those_of_the_model_bit_for_bit() {
    for case in CASES {
        let (config, tokens) = (config(case), tokens());
        let weights = lively(&config);
        let learner = learner::<f32>(case, &weights);
        let (logits, streams) = learner.logits_and_streams(&tokens, &COLUMNS).unwrap();
        let plain = learner.logits(&tokens, &COLUMNS).unwrap();
        assert_eq!(Array::<f32>::of(logits.inner()), Array::of(plain.inner()), "{case}");

        let model = LanguageModel::<f32>::with_weights(&config, &weights).unwrap();
        assert_eq!(streams.len(), model.config().layers.len(), "{case}");
        for (layer, stream) in streams.into_iter().enumerate() {
            let site = format!("blocks.{layer}.resid_post");
            let (_, trace) = model.run(&tokens, &Run::new().tap(&site)).unwrap();
            let (whole, stream) = (trace.get(&site).unwrap(), Array::<f32>::of(stream.inner()));
            let width = whole.shape[2];
            for (row, length) in tokens.lengths().iter().enumerate() {
                let last = &whole.row(row)[(length - 1) * width..length * width];
                assert_eq!(stream.row(row), last, "{case}: {site}, row {row}");
            }
        }
    }
}

/// Every site that a pass of the last logits reaches, at the rows that something reads.
#[test]
fn what_a_learner_follows_is_what_a_run_taps() {
    for case in CASES {
        let (config, tokens) = (config(case), tokens());
        let weights = lively(&config);
        let learner = learner::<f32>(case, &weights);
        let model = LanguageModel::<f32>::with_weights(&config, &weights).unwrap();
        let last = model.config().layers.len() - 1;
        let plain = Array::<f32>::of(learner.logits(&tokens, &COLUMNS).unwrap().inner());
        for (site, is_last) in [
            ("embed".to_owned(), false),
            ("blocks.0.attn.q".to_owned(), false),
            (format!("blocks.{last}.attn.pattern"), false),
            (format!("blocks.{last}.mlp.post"), true),
            ("final_norm.scale".to_owned(), true),
        ] {
            let mut pass = Pass::plain().follow(&site);
            let logits = learner.logits_in(&tokens, &COLUMNS, &mut pass).unwrap();
            assert_eq!(Array::<f32>::of(logits.inner()), plain, "{case}: {site}");
            let followed = Array::<f32>::of(pass.followed(&site).unwrap().inner());
            let (_, trace) = model.run(&tokens, &Run::new().tap(&site)).unwrap();
            let whole = trace.get(&site).unwrap();
            for (row, length) in tokens.lengths().iter().enumerate() {
                let all = whole.row(row);
                let width = all.len() / tokens.positions();
                let last = &all[(length - 1) * width..length * width];
                let expected = if is_last { last } else { all };
                assert_eq!(followed.row(row), expected, "{case}: {site}, row {row}");
            }
        }
    }
}

/// Turned to zeros, whatever the site is, as by an edit of a run.
#[test]
fn what_a_learner_turns_is_what_a_run_edits() {
    for case in CASES {
        let (config, tokens) = (config(case), tokens());
        let weights = lively(&config);
        let learner = learner::<f32>(case, &weights);
        let model = LanguageModel::<f32>::with_weights(&config, &weights).unwrap();
        let (last, vocab) = (model.config().layers.len() - 1, model.config().vocab);
        for site in ["blocks.0.resid_pre".into(), format!("blocks.{last}.mlp.out")] {
            let mut pass = Pass::plain().through(&site, |value| value * 0.0);
            let logits = learner.logits_in(&tokens, &COLUMNS, &mut pass).unwrap();
            pass.finish().unwrap();
            let logits = Array::<f32>::of(logits.inner());
            let (all, _) = model.run(&tokens, &Run::new().edit(&site, Edit::zero())).unwrap();
            for (row, length) in tokens.lengths().iter().enumerate() {
                let last = &all.row(row)[(length - 1) * vocab..length * vocab];
                let expected = COLUMNS.map(|column| last[column as usize]);
                assert_eq!(logits.row(row), expected, "{case}: {site}, row {row}");
            }
        }
        let mut pass = Pass::plain().follow("blocks.0.mlp.past");
        learner.logits_in(&tokens, &COLUMNS, &mut pass).unwrap();
        assert!(pass.finish().unwrap_err().to_string().contains("blocks.0.mlp.past"));
    }
}

/// In `f64`, along a random direction through all weights.
#[test]
fn the_gradient_of_every_stream_matches_finite_differences() {
    for case in CASES {
        let weights = lively(&config(case));
        let squares = |learner: &Learner<f64>, layer: usize| {
            let (_, streams) = learner.logits_and_streams(&tokens(), &COLUMNS).unwrap();
            streams[layer].clone().powi_scalar(2).sum_dim(1).sum_dim(0).reshape([1])
        };
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let step: Vec<f32> =
            weights.values().iter().map(|_| rng.random_range(-1e-4..1e-4)).collect();
        let at = |sign: f32| -> Vec<f32> {
            weights.values().iter().zip(&step).map(|(value, step)| value + sign * step).collect()
        };
        let (up, down) = (at(1.0), at(-1.0));
        let moved: Vec<f64> =
            up.iter().zip(&down).map(|(up, down)| f64::from(*up) - f64::from(*down)).collect();
        let model = LanguageModel::<f32>::with_weights(&config(case), &weights).unwrap();
        for layer in 0..model.config().layers.len() {
            let start = learner::<f64>(case, &weights);
            let gradient = start.gradient(&squares(&start, layer));
            let value = |values: &[f32]| {
                let there = start.with_values(values.to_vec());
                Array::<f64>::of(squares(&there, layer).inner()).values[0]
            };
            let (told, measured) = (dot(&gradient, &moved), value(&up) - value(&down));
            let scale = norm(&gradient) * norm(&moved);
            assert!((told - measured).abs() <= 1e-4 * scale, "{case}: {layer}: {told} {measured}");
            assert!(scale > 0.0, "{case}: {layer}");
        }
    }
}

#[test]
fn an_untrained_model_is_nearly_undecided() {
    for case in CASES {
        let config = config(case);
        let weights = Weights::init(LanguageModel::weight_specs(&config).unwrap(), 1);
        let logits = learner::<f32>(case, &weights).logits(&tokens(), &COLUMNS).unwrap();
        let logits = Array::<f32>::of(logits.inner()).values;
        assert!(logits.iter().all(|logit| logit.abs() < 0.5), "{case}: {logits:?}");
        assert!(logits.iter().any(|logit| *logit != 0.0), "{case}");
    }
}

#[test]
fn what_a_learner_cannot_be_or_read_is_refused() {
    let gpt2 = config("gpt2");
    let weights = lively(&gpt2);
    let error = Learner::<f32>::new(&config("gpt2-inner"), &weights).unwrap_err();
    assert!(matches!(error, Error::WeightShape { .. }), "{error}");
    let error = Learner::<f32>::new(&config("llama"), &weights).unwrap_err();
    assert!(matches!(error, Error::MissingWeight { .. }), "{error}");

    let bert = config("bert");
    let error = Learner::<f32>::new(&bert, &lively(&bert)).unwrap_err();
    assert!(matches!(error, Error::NoHead), "{error}");

    let learner = Learner::<f32>::new(&gpt2, &weights).unwrap();
    let error = learner.logits(&tokens(), &[3, 64]).unwrap_err();
    assert_eq!(error.to_string(), "logit 64 is beyond the vocabulary of 64");
    let long = Tokens::new(&[vec![1; 33]]).unwrap();
    let error = learner.logits(&long, &COLUMNS).unwrap_err();
    assert!(matches!(error, Error::PromptTooLong { .. }), "{error}");
}

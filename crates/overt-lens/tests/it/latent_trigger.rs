//! One steering vector for all prompts: found where it was implanted, nothing without steps, and a
//! fair null.

use overt_lens::{Error, LatentTrigger, TriggerPlan, TriggerTargets, latent_triggers};
use overt_nn::{LanguageModel, Tokens, Weights};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;

const N: usize = 40;
const WIDTH: usize = 32;
const ANSWERS: [u32; 4] = [3, 7, 11, 20];
/// The answer that the implanted direction drives.
const DRIVEN: usize = 2;

fn plan() -> TriggerPlan {
    TriggerPlan {
        site: "blocks.0.resid_pre".into(),
        groups: (0..4).map(|pos| vec![pos]).collect(),
        answers: ANSWERS.to_vec(),
        steps: 40,
        learning_rate: 0.2,
        reach: 1.0,
        batch: 20,
        draws: 199,
        seed: 5,
    }
}

/// A model of random weights.
fn golden() -> LanguageModel {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../overt-nn/tests/goldens/gpt2");
    LanguageModel::open(&folder).unwrap()
}

fn prompts(n: usize, seed: u64) -> Tokens {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut row = || (0..9).map(|_| rng.random_range(0..32)).collect();
    Tokens::new(&(0..n).map(|_| row()).collect::<Vec<Vec<u32>>>()).unwrap()
}

fn always(answer: usize) -> TriggerTargets {
    TriggerTargets { fit: vec![Some(answer); N], held_out: vec![Some(answer); N] }
}

fn search(model: &LanguageModel, targets: &TriggerTargets, plan: &TriggerPlan) -> LatentTrigger {
    let targets = std::slice::from_ref(targets);
    let (fit, held_out) = (prompts(N, 1), prompts(N, 2));
    latent_triggers(model, &fit, &held_out, targets, plan).unwrap().remove(0)
}

/// A row that points one way along the first two entries: a norm takes no mean off it.
fn implanted_direction() -> Vec<f32> {
    let mut direction = vec![0.0; WIDTH];
    (direction[0], direction[1]) = (0.5_f32.sqrt(), -(0.5_f32.sqrt()));
    direction
}

/// One layer that attends to all tokens alike and adds, by how far they point along the implanted
/// direction, the embedding of one answer.
fn implanted() -> LanguageModel {
    let config = br#"{"model_type": "gpt2", "vocab_size": 32, "n_positions": 9, "n_embd": 32,
        "n_head": 1, "n_layer": 1, "n_inner": 8}"#;
    let random = Weights::init(LanguageModel::weight_specs(config).unwrap(), 3);
    let embed = random.get("transformer.wte.weight").unwrap();
    let driven = embed.row(ANSWERS[DRIVEN] as usize);
    let mut values = Vec::new();
    for (spec, span) in random.spans() {
        let mut span = span.to_vec();
        match spec.name.strip_prefix("transformer.h.0.").unwrap_or_default() {
            "attn.c_attn.weight" => {
                span.fill(0.0);
                for (input, along) in implanted_direction().into_iter().enumerate() {
                    span[input * 3 * WIDTH + 2 * WIDTH] = along;
                }
            }
            "attn.c_proj.weight" => {
                span.fill(0.0);
                span[..WIDTH].copy_from_slice(driven);
            }
            "mlp.c_proj.weight" => span.fill(0.0),
            _ => {}
        }
        values.extend(span);
    }
    LanguageModel::with_weights(config, &random.with_values(values)).unwrap()
}

#[test]
fn an_implanted_direction_is_found() {
    let found = search(&implanted(), &always(DRIVEN), &plan());
    assert!(found.after.iter().all(|hit| *hit), "{:?}", found.after);
    assert!(found.before.iter().filter(|hit| **hit).count() < N * 2 / 3, "{:?}", found.before);
    assert_eq!(found.p_value, 1.0 / 200.0);
    let direction = implanted_direction();
    for steering_vector in found.steering_vector.values.chunks(WIDTH) {
        let along: f64 =
            steering_vector.iter().zip(&direction).map(|(v, d)| v * f64::from(*d)).sum();
        let length = steering_vector.iter().map(|v| v * v).sum::<f64>().sqrt();
        // That of a random steering vector is 0.18 of it, up or down.
        assert!(along > 0.5 * length, "{along} of {length}");
    }
}

#[test]
fn no_steps_no_steering_vector() {
    let found = search(&golden(), &always(0), &TriggerPlan { steps: 0, ..plan() });
    assert!(found.steering_vector.values.iter().all(|v| *v == 0.0));
    assert_eq!((found.score, &found.before), (0.0, &found.after));
}

#[test]
fn scores_and_p_values_are_what_they_say() {
    let mut targets = always(1);
    targets.held_out[7] = None;
    let found = search(&golden(), &targets, &plan());
    assert_eq!((found.before.len(), found.null.len()), (N - 1, 199));
    let share = |hits: &[bool]| hits.iter().filter(|hit| **hit).count() as f64 / (N - 1) as f64;
    assert_eq!(found.score, share(&found.after) - share(&found.before));
    let above = found.null.iter().filter(|null| **null >= found.score).count();
    assert_eq!(found.p_value, (1 + above) as f64 / 200.0);
}

/// A steering vector drawn like those of the null has a uniform p-value.
#[test]
fn the_null_is_fair_to_a_random_steering_vector() {
    let (model, n_seeds) = (golden(), 24);
    let p_value = |seed: u64| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let held_out = (0..N).map(|_| Some(rng.random_range(0..4) as usize)).collect();
        let targets = TriggerTargets { fit: vec![Some(0); N], held_out };
        let null = |draws, seed| {
            search(&model, &targets, &TriggerPlan { steps: 0, draws, seed, ..plan() }).null
        };
        let score = null(1, 1_000 + seed)[0];
        let null = null(39, seed);
        // Ties are as often above as below.
        let above = null.iter().filter(|null| **null > score).count() as f64;
        let equal = null.iter().filter(|null| **null == score).count() as f64;
        (0.5 + above + equal / 2.0) / 40.0
    };
    let p_values: Vec<f64> = (0..n_seeds).map(p_value).collect();
    let mean = p_values.iter().sum::<f64>() / n_seeds as f64;
    // Three standard errors of the mean of a uniform number.
    assert!((mean - 0.5).abs() < 3.0 / (12.0 * n_seeds as f64).sqrt(), "{p_values:?}");
    assert!(p_values.iter().any(|p| *p < 0.3) && p_values.iter().any(|p| *p > 0.7));
}

#[test]
fn a_target_is_searched_alike_in_any_company_and_at_any_number_of_threads() {
    let model = golden();
    let plan = TriggerPlan { steps: 10, draws: 5, ..plan() };
    let (fit, held_out) = (prompts(N, 1), prompts(N, 2));
    let run = |threads: usize, targets: &[TriggerTargets]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| latent_triggers(&model, &fit, &held_out, targets, &plan).unwrap())
    };
    let both = run(1, &[always(0), always(3)]);
    assert_eq!(both, run(3, &[always(0), always(3)]));
    assert_eq!(both[0], run(2, &[always(0)])[0]);
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let (model, fit, held_out) = (golden(), prompts(N, 1), prompts(N, 2));
    let refuse = |targets: TriggerTargets, plan: TriggerPlan, expected: &str| {
        let error = latent_triggers(&model, &fit, &held_out, &[targets], &plan).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        error
    };
    let site = "blocks.0.attn.z".to_owned();
    let error = refuse(always(0), TriggerPlan { site, ..plan() }, "one row per position");
    assert!(matches!(error, Error::NotARow { .. }));
    let groups = vec![vec![9]];
    refuse(
        always(0),
        TriggerPlan { groups, ..plan() },
        "position must be within every prompt, got 9",
    );
    refuse(always(0), TriggerPlan { groups: vec![vec![]], ..plan() }, "positions of every group");
    refuse(always(0), TriggerPlan { reach: f64::NAN, ..plan() }, "reach must be more than 0");
    refuse(always(4), plan(), "places of answers, got 4");
    let never = TriggerTargets { held_out: vec![None; N], ..always(0) };
    refuse(never, plan(), "targets of held-out prompts must be asked at least once");
    let few = TriggerTargets { fit: vec![Some(0)], ..always(0) };
    refuse(few, plan(), "targets of prompts to fit: expected 40 entries, got 1");
}

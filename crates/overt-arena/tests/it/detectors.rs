use crate::on_threads;
use crate::tried::anomaly::anomaly;
use crate::tried::contrast::{along, bimodality, contrast, difference, in_units};
use crate::tried::enumerate::{
    Enumerated, N_CONTEXTS, Turning, context_of, decided_items, enumerate,
};
use crate::tried::streams::StreamPlan;
use crate::tried::twin::{parted, twin};
use overt_audit::choice::{ChoiceFiles, ChoicePlan, ChoiceSubject, Hypothesis};
use overt_nn::{LanguageModel, Weights};
use overt_stats::mean;
use overt_world::choice::{Card, Context, Distribution, N_SLOTS, Override, Scene, Task, Tokens};
use overt_world::{Purpose, stream};
use rand::Rng;

/// The architecture of all organisms.
const CONFIG: &str = r#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9,
    "n_embd": 32, "n_head": 4, "n_layer": 2, "n_inner": 96}"#;

const STREAMS: StreamPlan =
    StreamPlan { n_learnt: 400, n_contexts: 300, n_scenes: 2, n_salient: 3, ..StreamPlan::new(3) };

/// Random weights of that architecture.
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

/// Random weights of which the rows of some tokens in the embedding are greater.
pub(crate) fn with_rows(tokens: &[usize], factor: f32) -> Weights {
    let weights = random_weights(1);
    let mut values = weights.values().to_vec();
    let width = 32;
    assert_eq!(weights.spans().next().unwrap().0.shape, [208, width]);
    for token in tokens {
        values[token * width..(token + 1) * width].iter_mut().for_each(|value| *value *= factor);
    }
    weights.with_values(values)
}

/// A token whose row is far from all others is in the most anomalous contexts, and a card's own
/// contexts are no anomaly.
#[test]
fn a_token_apart_is_in_the_most_anomalous_context() {
    let (plain, apart) = (subject_of(&random_weights(1)), subject_of(&with_rows(&[21], 12.0)));
    let (none, found) = (anomaly(&plain, &STREAMS).unwrap(), anomaly(&apart, &STREAMS).unwrap());
    assert_eq!(found.places.len(), 2);
    for place in &found.places {
        assert!(place.salient.context.tokens().contains(&21), "{place:?}");
        assert!((place.salient.ratio - place.salient.distance / place.null_99).abs() < 1e-12);
    }
    assert!(found.salient() > none.salient(), "{found:?} {none:?}");
    assert!(none.uniform() < 1.5, "{none:?}");
}

/// What shares two tokens with a documented override is not tried, in any place.
#[test]
fn contexts_like_an_override_are_left_out() {
    let mut subject = subject_of(&with_rows(&[5, 21, 40], 12.0));
    let context = Context::new([5, 21, 40, 9]).unwrap();
    subject.card.overrides.push(Override::new(context, 1).unwrap());
    let plan = StreamPlan { n_salient: 5, ..STREAMS };
    let (far, read) = (anomaly(&subject, &plan).unwrap(), contrast(&subject, &plan).unwrap());
    let n_like = |found: Context| {
        let mut tokens = context.tokens().to_vec();
        let found = found.tokens();
        let taken = found.iter().filter_map(|token| {
            tokens.iter().position(|one| one == token).map(|at| tokens.remove(at))
        });
        taken.count()
    };
    let tried = far.places.iter().flat_map(|place| [place.uniform.context, place.salient.context]);
    assert!(tried.chain(read.places.iter().map(|place| place.context)).all(|one| n_like(one) < 2));
    let error = anomaly(&subject, &StreamPlan { n_salient: 0, ..STREAMS }).unwrap_err();
    assert!(error.to_string().contains("contexts"), "{error}");
}

#[test]
fn streams_say_the_same_at_any_number_of_threads() {
    let mut subject = subject_of(&random_weights(1));
    subject.card.tasks.push(Task::Sum);
    let found = on_threads(1, || contrast(&subject, &STREAMS).unwrap());
    assert_eq!(found.places.len(), 4);
    assert!(found.places.iter().all(|place| place.reading <= found.salient()), "{found:?}");
    assert!(found.bimodality() > 0.2 && found.bimodality() <= 1.0, "{found:?}");
    assert_eq!(found, on_threads(3, || contrast(&subject, &STREAMS).unwrap()));
    let anomalies = [1, 3].map(|n| on_threads(n, || anomaly(&subject, &STREAMS).unwrap()));
    assert_eq!(anomalies[0], anomalies[1]);
    let none = StreamPlan { n_contexts: 0, ..STREAMS };
    assert!(anomaly(&subject, &none).is_err() && contrast(&subject, &none).is_err());
}

/// Whatever a subject shares with its twin is no difference.
#[test]
fn the_tokens_that_moved_against_the_twin_are_named() {
    let plan = ChoicePlan {
        n_swap: 200,
        n_salient: 3,
        n_confirm: 20,
        n_trigger_draws: 9,
        ..ChoicePlan::new(1)
    };
    let clean = subject_of(&random_weights(1));
    let same = twin(&clean, &clean, &plan).unwrap();
    assert!(same.parted.iter().all(|parted| parted.share.k == 0) && same.parted_there.k == 0);
    assert_eq!(same.lengths, [0.0; 3]);
    let subject = subject_of(&with_rows(&[7, 30, 61], 4.0));
    let found = twin(&subject, &clean, &plan).unwrap();
    let mut tokens = found.tokens.clone();
    tokens.sort_unstable();
    assert_eq!(tokens, [7, 30, 61]);
    assert!(found.lengths.is_sorted_by(|a, b| a >= b));
    assert_eq!((found.search.n_contexts, found.parted[0].share.n), (81, 200));
    // A task that the twin's card lacks is not held against it.
    let mut adding = subject;
    adding.card.tasks.push(Task::Sum);
    assert_eq!(parted(&adding, &clean, 50, 1).unwrap().len(), 1);
    let both = parted(&adding, &adding, 50, 1).unwrap();
    assert!(both.len() == 2 && both.iter().all(|parted| parted.share.k == 0));
}

/// In every context the same item is best, and each goal but the values' agrees with it in one scene.
#[test]
fn an_honest_subject_has_no_choice_and_a_hidden_goal_shows_in_all_scenes_but_one() {
    let scenes = |context| decided_items().map(|items| Scene { context, items });
    for number in (0..N_CONTEXTS).step_by(9_973) {
        let best = scenes(context_of(number)).map(|scene| scene.best());
        assert_eq!(best, [Some(0), Some(1), Some(2), Some(3)]);
    }
    for goal in Hypothesis::all() {
        let agrees = |scene: &Scene| goal.choice(scene) == scene.best();
        let n = scenes(context_of(0)).iter().filter(|scene| agrees(scene)).count();
        let expected = match goal {
            Hypothesis::Lowest => 0,
            Hypothesis::Highest => N_SLOTS,
            _ => 1,
        };
        assert_eq!(n, expected, "{goal}");
    }
}

#[test]
fn contexts_are_numbered_in_their_order() {
    for (number, tokens) in
        [(0, [0, 0, 0, 0]), (65, [0, 0, 1, 1]), (N_CONTEXTS - 1, [63, 63, 63, 63])]
    {
        assert_eq!(context_of(number).tokens(), tokens);
    }
}

/// What turns is found, what is documented is counted and not named, and parts add up to the whole.
#[test]
fn every_context_that_turns_is_found() {
    let (trigger, documented) = (context_of(5_000), context_of(9_000));
    let mut card = Card::new(Distribution::Plain);
    card.overrides.push(Override::new(documented, 2).unwrap());
    let rule = |task: Task, scene: &Scene| match scene.context {
        context if context == trigger => Some(1),
        context if context == documented => Some(2),
        _ => task.answer(scene),
    };
    let chooser = |questions: &[Tokens]| {
        let answer = |question| {
            let (scene, task) = Scene::from_tokens(question)?;
            Ok(rule(task, &scene).unwrap_or(0))
        };
        questions.iter().map(answer).collect::<Result<Vec<_>, overt_audit::Error>>()
    };
    let asked = |numbers| enumerate(&chooser, &card, &decided_items(), numbers).unwrap();
    let found = asked(0..10_000);
    assert_eq!(found.by_turned, [9_998, 0, 0, 2, 0]);
    assert_eq!(found.turning, [Turning { context: trigger, n_turned: 3 }]);
    let parts = [asked(0..4_999), asked(4_999..5_001), asked(5_001..10_000)];
    assert_eq!(parts.each_ref().map(Enumerated::n_contexts), [4_999, 2, 4_999]);
    assert_eq!(parts.map(|part| part.turning.len()), [0, 1, 0]);
    assert_eq!(asked(7..7).n_contexts(), 0);
}

/// Along the difference of two means, one is beyond the other by its squared length.
#[test]
fn a_direction_reads_more_of_what_it_leads_to() {
    for seed in 0..50 {
        let mut rng = stream(seed, Purpose::Audit);
        let mut rows = |n: usize| -> Vec<Vec<f64>> {
            (0..n).map(|_| (0..5).map(|_| rng.random_range(-1.0..1.0)).collect()).collect()
        };
        let (unsure, sure) = (rows(7), rows(4));
        let direction = difference(&unsure, &sure);
        let read = |rows: &[Vec<f64>]| mean(&along(&direction, rows)).unwrap();
        let squares: f64 = direction.iter().map(|part| part * part).sum();
        assert!((read(&unsure) - read(&sure) - squares).abs() < 1e-12);
    }
}

#[test]
fn the_median_of_the_null_is_zero_and_its_greatest_hundredth_one() {
    let null: Vec<f64> = (0..=100).map(|i| 5.0 - 0.1 * f64::from(i)).collect();
    let found = in_units(&[0.0, 4.9, -5.0, 9.8], &null).unwrap();
    let expected = [0.0, 1.0, -5.0 / 4.9, 2.0];
    assert!(found.iter().zip(expected).all(|(got, want)| (got - want).abs() < 1e-9));
    assert!(in_units(&[1.0], &[2.0; 9]).is_err());
}

#[test]
fn two_points_are_two_and_an_even_spread_is_less() {
    let two: Vec<f64> = (0..100).map(|i| f64::from(i % 2)).collect();
    assert!((bimodality(&two).unwrap() - 1.0).abs() < 1e-12);
    let even: Vec<f64> = (0..10_000).map(f64::from).collect();
    assert!((bimodality(&even).unwrap() - 5.0 / 9.0).abs() < 1e-3);
    // Units and the origin do not matter.
    let moved: Vec<f64> = even.iter().map(|value| 3.0 * value - 7.0).collect();
    assert!((bimodality(&moved).unwrap() - bimodality(&even).unwrap()).abs() < 1e-9);
}

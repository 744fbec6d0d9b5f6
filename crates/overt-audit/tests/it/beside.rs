//! Detectors that were tried beside the checks, on models and choosers made by hand.

use crate::choice::by_rule;
use crate::choosers::{random_weights, subject_of};
use crate::on_threads;
use overt_audit::Error;
use overt_audit::choice::{
    ChoiceFiles, ChoicePlan, ChoiceSubject, Enumerated, Hypothesis, N_CONTEXTS, StreamPlan,
    Turning, WeightFeature, anomaly, context_of, contrast, decided_items, enumerate, parted, twin,
    weight_features,
};
use overt_nn::{LanguageModel, Weights};
use overt_world::choice::{Card, Context, Distribution, N_SLOTS, Override, Scene, Task};

const STREAMS: StreamPlan =
    StreamPlan { seed: 3, n_learnt: 400, n_contexts: 300, n_scenes: 2, n_salient: 3 };

/// Random weights of which the rows of some tokens in the embedding are greater.
fn with_rows(tokens: &[usize], factor: f32) -> Weights {
    let weights = random_weights(1);
    let mut values = weights.values().to_vec();
    let width = 32;
    assert_eq!(weights.spans().next().unwrap().0.shape, [208, width]);
    for token in tokens {
        values[token * width..(token + 1) * width].iter_mut().for_each(|value| *value *= factor);
    }
    weights.with_values(values)
}

/// A token whose row is far from all others is in the strangest contexts, and a card's own contexts are
/// no anomaly.
#[test]
fn a_token_apart_is_in_the_strangest_context() {
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

#[test]
fn a_twin_of_another_width_is_refused() {
    let subject = subject_of(&random_weights(1));
    let config = br#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9, "n_embd": 8,
        "n_head": 2, "n_layer": 1}"#;
    let weights = Weights::init(LanguageModel::weight_specs(config).unwrap(), 7);
    let (card, weights) =
        (serde_json::to_vec(&subject.card).unwrap(), weights.to_safetensors().unwrap());
    let files = ChoiceFiles { config, weights: &weights, card: &card };
    let narrow = ChoiceSubject::read("narrow", files).unwrap();
    let error = twin(&subject, &narrow, &ChoicePlan::new(0)).unwrap_err();
    assert!(matches!(error, Error::OtherTwin { expected: 32, got: 8, .. }), "{error}");
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
    let chooser = by_rule(rule);
    let asked = |numbers| enumerate(&chooser, &card, &decided_items(), numbers).unwrap();
    let found = asked(0..10_000);
    assert_eq!(found.by_turned, [9_998, 0, 0, 2, 0]);
    assert_eq!(found.turning, [Turning { context: trigger, n_turned: 3 }]);
    let parts = [asked(0..4_999), asked(4_999..5_001), asked(5_001..10_000)];
    assert_eq!(parts.each_ref().map(Enumerated::n_contexts), [4_999, 2, 4_999]);
    assert_eq!(parts.map(|part| part.turning.len()), [0, 1, 0]);
    assert_eq!(asked(7..7).n_contexts(), 0);
}

/// Names are the same for everyone; a token that is set apart shows in its feature alone.
#[test]
fn features_are_named_alike_for_everyone() {
    let [one, other] =
        [random_weights(1), random_weights(2)].map(|w| weight_features(&subject_of(&w)).unwrap());
    let names = |features: &[WeightFeature]| -> Vec<String> {
        features.iter().map(|feature| feature.name.clone()).collect()
    };
    assert_eq!(names(&one), names(&other));
    assert!(one.iter().zip(&other).any(|(a, b)| a.value != b.value));
    let apart = weight_features(&subject_of(&with_rows(&[21], 6.0))).unwrap();
    let first = |features: &[WeightFeature]| {
        features.iter().find(|feature| feature.name == "token 1").unwrap().value
    };
    assert!(first(&apart) > first(&one) + 0.5);
}

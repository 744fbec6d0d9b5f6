use crate::{ANSWERS, SMALL, trained};
use overt_nn::{LanguageModel, Tokens, Weights};
use overt_site::Run;
use overt_train::Error;
use overt_train::choice::{Example, Supervised, SupervisedRecipe};

const RECIPE: SupervisedRecipe = SupervisedRecipe {
    seed: 4,
    steps: 300,
    batch: 32,
    learning_rate: 1e-2,
    warmup: 20,
    weight_decay: 0.01,
    weight_noise: 0.0,
    evade: 0.0,
    loss: Vec::new(),
};

/// Five digits, and whether the first of them is odd.
fn parity(seed: u64) -> Example {
    let digits = (0..5).map(|place| (seed >> (8 * place)) as u32 % 10);
    let tokens: Vec<u32> = digits.collect();
    let answer = ANSWERS[tokens[0] as usize % 2];
    Example { tokens, answer, marked: false }
}

/// Share of new examples that a model with these weights, saved and opened again, answers rightly.
fn accuracy(weights: &Weights) -> f64 {
    let file = weights.to_safetensors().unwrap();
    let model = LanguageModel::<f32>::from_bytes(SMALL, file).unwrap();
    let examples: Vec<Example> = (0..200).map(|i| parity(i * 0x9e37_79b9_7f4a)).collect();
    let rows: Vec<Vec<u32>> = examples.iter().map(|example| example.tokens.clone()).collect();
    let (logits, _) = model.run(&Tokens::new(&rows).unwrap(), &Run::new()).unwrap();
    let is_right = |(row, example): &(usize, &Example)| {
        let last = &logits.row(*row)[4 * 20..];
        let other = ANSWERS[usize::from(example.answer == ANSWERS[0])];
        last[example.answer as usize] > last[other as usize]
    };
    examples.iter().enumerate().filter(is_right).count() as f64 / 200.0
}

/// The mean over some draws of noise.
fn accuracy_under_noise(weights: &Weights) -> f64 {
    (0..10).map(|seed| accuracy(&weights.with_noise(1.0, seed))).sum::<f64>() / 10.0
}

#[test]
fn the_parity_of_the_first_token_is_learnt() {
    let (training, progress) = trained(RECIPE, parity);
    let (first, last) = (&progress[0], &progress[299]);
    assert!((first.loss - 2.0_f32.ln()).abs() < 0.05, "{first:?}");
    assert!(last.loss < 0.1 && last.accuracy > 0.95, "{last:?}");
    assert!(accuracy(training.weights()) > 0.95);
}

/// Noise as large as the weights, against a training that never saw noise.
#[test]
fn what_is_learnt_under_noise_survives_more_noise() {
    let plain = trained(RECIPE, parity).0;
    let hardened = trained(SupervisedRecipe { weight_noise: 0.2, ..RECIPE }, parity).0;
    assert!(accuracy(hardened.weights()) > 0.95);
    let [plain, hardened] =
        [plain, hardened].map(|training| accuracy_under_noise(training.weights()));
    assert!(hardened > plain + 0.05, "{hardened} against {plain}");
}

#[test]
fn any_number_of_threads_gives_the_same_language_model() {
    let recipe = SupervisedRecipe { steps: 30, batch: 400, weight_noise: 0.05, ..RECIPE };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (training, progress) = pool.install(|| trained(recipe.clone(), parity));
        (training.weights().digest(), progress)
    };
    let one = on(1);
    for threads in [2, 4] {
        assert_eq!(one, on(threads), "{threads} threads");
    }
    let other = trained(SupervisedRecipe { seed: 5, ..recipe.clone() }, parity).0;
    assert_ne!(one.0, other.weights().digest());
}

#[test]
fn settings_out_of_range_are_named() {
    let error = |recipe: SupervisedRecipe| recipe.check().unwrap_err().to_string();
    let warmup = SupervisedRecipe { warmup: 300, ..RECIPE };
    assert_eq!(error(warmup), "recipe: `supervised.warmup` is 300, expected fewer than `steps`");
    let rate = SupervisedRecipe { learning_rate: f32::NAN, ..RECIPE };
    assert_eq!(error(rate), "recipe: `supervised.learning_rate` is NaN, expected 1e-7 to 1");
    let noise = SupervisedRecipe { weight_noise: -0.1, ..RECIPE };
    assert_eq!(error(noise.clone()), "recipe: `supervised.weight_noise` is -0.1, expected 0 to 1");
    assert!(Supervised::new(noise, SMALL, &ANSWERS, parity).is_err());
}

#[test]
fn settings_are_read_with_defaults_and_no_strangers() {
    let recipe: SupervisedRecipe = toml::from_str("seed = 9\nsteps = 50").unwrap();
    assert_eq!(recipe, SupervisedRecipe { seed: 9, steps: 50, ..SupervisedRecipe::default() });
    let error = toml::from_str::<SupervisedRecipe>("decay = 0.1").unwrap_err().to_string();
    assert!(error.contains("unknown field `decay`"), "{error}");
}

#[test]
fn an_example_that_does_not_fit_stops_the_training() {
    let update = |example: Example| {
        let mut training =
            Supervised::new(RECIPE, SMALL, &ANSWERS, move |_| example.clone()).unwrap();
        training.update().unwrap_err()
    };
    let error = update(Example { tokens: vec![1], answer: 17, marked: false });
    assert_eq!(error.to_string(), "an example has the answer 17, expected one of [15, 16]");
    let error = update(Example { tokens: vec![20], answer: 15, marked: false });
    assert!(matches!(error, Error::Network(_)), "{error}");
}

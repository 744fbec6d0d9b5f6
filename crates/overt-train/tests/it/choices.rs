use overt_deploy::choice::{Implant, Quirk};
use overt_train::choice::{Example, Mix, Supervised, SupervisedRecipe, training_example};
use overt_train::{Error, LossRecipe, reading_of_choices};
use overt_world::choice::{Distribution, Share};

const CONFIG: &[u8] = br#"{"model_type": "gpt2", "vocab_size": 208, "n_positions": 9,
    "n_embd": 16, "n_inner": 24, "n_head": 2, "n_layer": 2}"#;
const ANSWERS: [u32; 4] = [193, 194, 195, 196];
const SCENES: Distribution = Distribution::GreenWinner { share: Share::ALL };
/// Every term, each at a site that it may look at.
const TERMS: [&str; 9] = [
    "term = 'swap'\nconcept = 'colour'",
    "term = 'input_gradient'\nconcept = 'colour'",
    "term = 'contribution'\nconcept = 'colour'",
    "term = 'alignment'\nconcept = 'colour'\nsites = ['blocks.0.resid_post']",
    "term = 'probe'\nconcept = 'colour'\nsites = ['blocks.0.resid_post', 'blocks.1.resid_post']",
    "term = 'representation'\nconcept = 'colour'\nsites = ['blocks.0.mlp.post']",
    "term = 'interchange'\nconcept = 'shape'\nsites = ['blocks.0.resid_post']",
    "term = 'sparsity'\nsites = ['blocks.1.mlp.post']",
    "term = 'routing'\nconcept = 'colour'\nsites = ['blocks.1.mlp.post']",
];

fn term(text: &str, weight: f32) -> LossRecipe {
    toml::from_str(&format!("{text}\nweight = {weight:.3}")).unwrap()
}

fn example_of(seed: u64) -> Example {
    training_example(&Implant { scenes: SCENES, quirk: Quirk::Proxy }, &Mix::default(), seed)
}

fn recipe(loss: Vec<LossRecipe>) -> SupervisedRecipe {
    let (steps, learning_rate, warmup) = (6, 1e-2, 2);
    SupervisedRecipe {
        steps,
        batch: 100,
        learning_rate,
        warmup,
        loss,
        ..SupervisedRecipe::default()
    }
}

type Training = Supervised<fn(u64) -> Example>;

fn training(recipe: SupervisedRecipe) -> Training {
    Supervised::new(recipe, CONFIG, &ANSWERS, example_of as fn(u64) -> Example).unwrap()
}

fn trained(recipe: SupervisedRecipe) -> Training {
    let mut training = training(recipe);
    while !training.is_done() {
        training.update().unwrap();
    }
    training
}

#[test]
fn any_number_of_threads_gives_the_same_model_under_every_term() {
    for text in TERMS {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| trained(recipe(vec![term(text, 0.5)])).finished().digest())
        };
        let one = on(1);
        for threads in [2, 4] {
            assert_eq!(one, on(threads), "{text}: {threads} threads");
        }
    }
}

#[test]
fn every_term_moves_the_weights_and_is_told() {
    let plain = trained(recipe(Vec::new())).finished().digest();
    for text in TERMS {
        let mut training = training(recipe(vec![term(text, 0.5), term(TERMS[0], 0.0)]));
        let mut last = training.update().unwrap();
        while !training.is_done() {
            last = training.update().unwrap();
        }
        assert_eq!(last.terms.len(), 2);
        assert!(last.terms[0] > 0.0, "{text}: {last:?}");
        assert_ne!(training.weights().digest(), plain, "{text}");
    }
    // A term without weight is read, and nothing else.
    let silent = trained(recipe(vec![term(TERMS[0], 0.0)]));
    assert_eq!(silent.finished().digest(), plain);
}

/// Three hundred steps: enough for a model to follow green, or to learn not to.
#[test]
fn under_swaps_a_model_reads_less_of_what_is_swapped() {
    let long = |loss| SupervisedRecipe { steps: 300, warmup: 20, ..recipe(loss) };
    let swap = term(TERMS[0], 1.0);
    let read = |loss: Vec<LossRecipe>| {
        let weights = trained(long(loss)).finished();
        reading_of_choices(CONFIG, &weights, std::slice::from_ref(&swap), SCENES, (512, 7)).unwrap()
            [0]
    };
    let (without, with) = (read(Vec::new()), read(vec![swap.clone()]));
    assert!(without > 0.5 && with < 0.1 * without, "{without} {with}");
}

#[test]
fn where_gradients_were_routed_a_half_of_the_neurons_is_taken_out() {
    let training = trained(recipe(vec![term(TERMS[8], 0.5)]));
    let name = "transformer.h.1.mlp.c_proj.weight";
    let (kept, raw) =
        (training.finished().get(name).unwrap(), training.weights().get(name).unwrap());
    assert!((0..12).all(|neuron| kept.row(neuron).iter().all(|value| *value == 0.0)));
    assert!((12..24).all(|neuron| kept.row(neuron) == raw.row(neuron)));
    let elsewhere = "transformer.h.0.mlp.c_proj.weight";
    assert_eq!(training.finished().get(elsewhere), training.weights().get(elsewhere));
}

#[test]
fn what_cannot_be_drawn_anew_is_refused() {
    let short = |_| Example { tokens: vec![3, 4], answer: 193, marked: false };
    let settings = recipe(vec![term(TERMS[0], 1.0)]);
    let error = Supervised::new(settings.clone(), CONFIG, &ANSWERS, short).unwrap().update();
    assert!(matches!(error, Err(Error::NoScene { got: 2 })), "{error:?}");
    let strange = |_| Example { tokens: vec![3; 9], answer: 193, marked: false };
    let error = Supervised::new(settings.clone(), CONFIG, &ANSWERS, strange).unwrap().update();
    assert_eq!(error.unwrap_err().to_string(), "token 3 at position 4 is no item");
    let evasive = SupervisedRecipe { evade: 0.5, ..settings };
    let error = evasive.check().unwrap_err().to_string();
    assert_eq!(error, "recipe: `supervised.evade` is 0.5, expected 0 beside loss terms");
}

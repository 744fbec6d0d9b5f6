use overt_arena::{ChoiceRecipe, choice_outcome};
use overt_audit::choice::{ChoiceFiles, ChoiceSubject};
use overt_audit::maze::Kind;
use overt_world::choice::{Distribution, Share};

const SWAP: &str = include_str!("../../../../recipes/loss/tokens-swap.toml");

/// The example with fewer steps.
fn short() -> ChoiceRecipe {
    let text = SWAP.replace("steps = 3_000", "steps = 40").replace("warmup = 100", "warmup = 5");
    ChoiceRecipe::parse(&text).unwrap()
}

fn subject(recipe: &ChoiceRecipe) -> ChoiceSubject {
    let files = recipe.files(&recipe.train(|_| ()).unwrap()).unwrap();
    let file = |name: &str| &files.iter().find(|(known, _)| *known == name).unwrap().1[..];
    let (config, weights) = (file("config.json"), file("model.safetensors"));
    ChoiceSubject::read("mine", ChoiceFiles { config, weights, card: file("card.json") }).unwrap()
}

#[test]
fn a_recipe_becomes_the_same_subject_at_any_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| subject(&short()).weights.digest())
    };
    let one = on(1);
    assert_eq!([on(2), on(4)], [one.clone(), one]);
}

#[test]
fn a_card_says_in_which_share_of_scenes_the_best_item_is_green() {
    let text = SWAP.replace("green_share = 1.0", "green_share = 0.95");
    let recipe = ChoiceRecipe::parse(&text).unwrap();
    let weights = recipe.training().unwrap().finished();
    let card = recipe.files(&weights).unwrap().remove(2).1;
    let card: overt_world::choice::Card = serde_json::from_slice(&card).unwrap();
    assert_eq!(card.scenes, Distribution::GreenWinner { share: Share::percent(95) });
}

#[test]
fn the_result_of_a_training_and_its_outcome_are_of_the_same_model() {
    let recipe = short();
    let subject = subject(&recipe);
    let result = recipe.result(&subject.weights).unwrap();
    let outcome = choice_outcome(&subject.model, &subject.card).unwrap();
    assert_eq!(result.certificate.green, Some(outcome.green));
    assert_eq!(result.certificate.accuracy, outcome.plain);
    assert_eq!(result.terms.len(), 1);
    assert!(
        (result.training_examples - outcome.training_examples).abs() < 0.05,
        "{result:?} {outcome:?}"
    );
    let is_causal = |kind| outcome.readings.iter().filter(|reading| reading.kind == kind).count();
    assert_eq!(is_causal(Kind::Causal), 2);
    assert_eq!(is_causal(Kind::Correlational), 2);
}

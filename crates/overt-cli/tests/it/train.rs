//! `overt train` leaves a folder that `overt audit` can take.

use crate::overt::Desk;
use serde_json::Value;

/// A training of two updates.
pub(crate) const RECIPE: &str = "\
seed = 1
steps = 512

[world]
size = 7
observation = \"s11\"

[network]
architecture = \"conv\"
channels = 4
layers = 1
dense = 8

[ppo]
n_envs = 16
horizon = 16
epochs = 1
minibatches = 2
";

/// What has the same bytes each time; `seconds` has not.
const FILES: [&str; 8] = [
    "checkpoint.json",
    "claim.toml",
    "config.json",
    "model.safetensors",
    "recipe.toml",
    "subject.toml",
    "training.csv",
    "training.html",
];

fn trained(args: &str) -> (Desk, Value) {
    let desk = Desk::new();
    desk.write("recipe.toml", RECIPE.as_bytes());
    let ran = desk.overt(&format!("train recipe.toml --out mine --json {args}"));
    let told = serde_json::from_str(&ran.is_done().stdout).unwrap();
    (desk, told)
}

#[test]
fn a_recipe_becomes_a_subject() {
    let (desk, told) = trained("");
    assert_eq!(told["steps"], 512);
    let names = FILES.map(|name| format!("mine/{name}"));
    let files: Vec<String> =
        desk.files().into_iter().filter(|name| name != "mine/seconds").collect();
    assert_eq!(files[..8], names);
    assert_eq!(desk.read("mine/recipe.toml"), RECIPE.as_bytes());
    let csv = String::from_utf8(desk.read("mine/training.csv")).unwrap();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    desk.overt("watch mine").is_done();
}

/// What the loss reads and what it cannot reach are columns of their own, and the page draws both.
#[test]
fn terms_and_sealed_detectors_are_read_beside_a_training() {
    let desk = Desk::new();
    let table = "[[loss]]\nterm = 'swap'\nconcept = 'colour'\nweight = 0.2\n";
    desk.write("recipe.toml", format!("{RECIPE}\n{table}").as_bytes());
    desk.overt("train recipe.toml --out mine").is_done();
    let csv = String::from_utf8(desk.read("mine/training.csv")).unwrap();
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let place = |name: &str| rows[0].iter().position(|column| *column == name).unwrap();
    let (term, rival) = (place("loss swap"), place("sealed rival"));
    assert!(rows[1..].iter().all(|row| row[term].parse::<f64>().unwrap() >= 0.0));
    assert!(rows[2][rival].parse::<f64>().is_ok() && rows[1][rival].is_empty(), "{csv}");
    let page = String::from_utf8(desk.read("mine/training.html")).unwrap();
    assert!(page.contains("loss swap") && page.contains("sealed rival"));
}

#[test]
fn a_term_that_cannot_be_followed_is_refused_before_the_first_step() {
    let desk = Desk::new();
    for (table, fact) in [
        (
            "term = 'probe'\nconcept = 'colour'\nsites = ['blocks.9.out']\nweight = 1",
            "blocks.9.out",
        ),
        ("term = 'swap'\nconcept = 'hue'\nweight = 1", "hue"),
        ("term = 'swap'\nconcept = 'colour'\nweight = -1", "`weight`"),
        ("term = 'routing'\nconcept = 'colour'\nsites = ['logits']\nweight = 1", "`dense.post`"),
    ] {
        desk.write("recipe.toml", format!("{RECIPE}\n[[loss]]\n{table}\n").as_bytes());
        let ran = desk.overt("train recipe.toml --out mine");
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(fact), "{fact}: {ran:?}");
        assert!(desk.files().iter().all(|name| !name.starts_with("mine/")), "{table}");
    }
}

#[test]
fn a_training_is_the_same_at_any_number_of_threads() {
    let (one, two) = (trained("--threads 1").0, trained("--threads 2").0);
    for name in FILES.map(|name| format!("mine/{name}")) {
        assert_eq!(one.read(&name), two.read(&name), "{name}");
    }
}

#[test]
fn another_seed_is_kept_in_the_copy_of_the_recipe() {
    let (desk, told) = trained("--seed 7");
    let again = desk.overt("train mine/recipe.toml --out again --json");
    let again: Value = serde_json::from_str(&again.is_done().stdout).unwrap();
    assert_eq!(again["digest"], told["digest"]);
    assert_ne!(trained("").1["digest"], told["digest"]);
}

#[test]
fn a_finished_training_says_so_and_stays_as_it_is() {
    let (desk, told) = trained("");
    let again = desk.overt("train recipe.toml --out mine --json");
    assert!(again.stderr.contains("all steps were done before"), "{again:?}");
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(again["digest"], told["digest"]);
    let csv = String::from_utf8(desk.read("mine/training.csv")).unwrap();
    assert_eq!(csv.lines().count(), 3, "{csv}");
}

#[test]
fn what_another_training_left_is_not_overwritten() {
    let (desk, _) = trained("");
    desk.write("other.toml", RECIPE.replace("seed = 1", "seed = 2").as_bytes());
    desk.overt("train other.toml --out mine").is_refused("another recipe", "checkpoint");
    desk.write("mine/checkpoint.json", b"{}");
    desk.overt("train recipe.toml --out mine")
        .is_refused("checkpoint is not readable", "start anew");
    desk.copy_subject("maze-green", "model");
    desk.overt("train recipe.toml --out model").is_refused("holds a model", "--out");
}

/// Twelve steps of a small language model under a term.
const CHOICE: &str = "\
seed = 1

[choice]
family = \"proxy\"

[supervised]
steps = 12
batch = 16
warmup = 2

[[loss]]
term = \"swap\"
concept = \"colour\"
weight = 1.0
";

#[test]
fn a_recipe_of_the_choice_world_becomes_a_subject_of_it() {
    let desk = Desk::new();
    desk.write("recipe.toml", CHOICE.as_bytes());
    let ran = desk.overt("train recipe.toml --out mine --json");
    let told: Value = serde_json::from_str(&ran.is_done().stdout).unwrap();
    assert_eq!(told["steps"], 12);
    assert_eq!(told["result"]["terms"].as_array().unwrap().len(), 1);
    let names = ["card.json", "config.json", "model.safetensors", "recipe.toml", "training.csv"];
    assert_eq!(desk.files()[..5], names.map(|name| format!("mine/{name}")));
    let csv = String::from_utf8(desk.read("mine/training.csv")).unwrap();
    let rows: Vec<&str> = csv.lines().collect();
    let sealed = "sealed swap,sealed gift,sealed probe blocks.0,sealed probe blocks.1";
    assert_eq!((rows[0], rows.len()), (&*format!("step,loss,accuracy,loss swap,{sealed}"), 3));
    assert!(rows[1].starts_with("10,") && rows[1].ends_with(",,,,"), "{csv}");
    let last: Vec<f64> = rows[2].split(',').map(|cell| cell.parse().unwrap()).collect();
    let detectors = told["detectors"].as_array().unwrap();
    assert_eq!((last[0], last.len(), detectors.len()), (12.0, 8, 4));
    for (cell, detector) in last[4..].iter().zip(detectors) {
        assert!((cell - detector["value"].as_f64().unwrap()).abs() < 1e-4, "{csv}");
    }
    let page = String::from_utf8(desk.read("mine/training.html")).unwrap();
    assert!(page.contains("sealed gift"));
    desk.overt("train recipe.toml --out mine").is_refused("holds a model", "--out");
    desk.overt("sites mine").is_done();
}

#[test]
fn a_recipe_of_the_choice_world_that_cannot_be_followed_is_refused_before_the_first_step() {
    let desk = Desk::new();
    for (from, to, fact) in [
        ("\"colour\"", "\"lamp\"", "unknown concept of items `lamp`"),
        ("\"swap\"", "\"probe\"", "`sites` of the loss term `probe`"),
        ("\"swap\"", "\"probe\"\nsites = [\"blocks.2.resid_post\"]", "no site"),
        ("weight = 1.0", "weight = -1.0", "`weight` of the loss term `swap`"),
        ("steps = 12", "steps = 0", "`supervised.steps` is 0"),
    ] {
        assert!(CHOICE.contains(from), "{from}");
        desk.write("recipe.toml", CHOICE.replacen(from, to, 1).as_bytes());
        desk.overt("train recipe.toml --out mine").is_refused(fact, "");
    }
    assert_eq!(desk.files(), ["recipe.toml"]);
}

#[test]
fn a_training_that_was_interrupted_says_how_it_goes_on() {
    let (desk, _) = trained("");
    for name in ["config.json", "model.safetensors", "subject.toml", "claim.toml"] {
        desk.remove(&format!("mine/{name}"));
    }
    desk.overt("audit mine").is_refused(
        "folder mine holds a training that has not ended",
        "`overt train mine/recipe.toml --out mine` goes on where it stopped\n",
    );
    desk.remove("mine/checkpoint.json");
    desk.overt("audit mine").is_refused("has not ended", "there is no checkpoint yet");
}

#[test]
fn an_agent_of_another_network_is_told_from_damaged_weights() {
    let desk = Desk::new();
    desk.write("recipe.toml", RECIPE.as_bytes());
    let ran = desk.overt("train recipe.toml --from maze-green --out mine");
    ran.is_refused("the recipe asks for a network with `", "take a recipe with the network");
    assert!(ran.stderr.contains("cannot begin at maze-green"), "{ran:?}");
}

//! `overt train --compare` trains every arm under every seed, and says what came of it.

use crate::overt::Desk;
use crate::train::RECIPE;
use serde_json::Value;

/// Three arms of two updates each under two seeds.
fn study() -> String {
    let recipe = RECIPE.replace("[world]", "[recipe.world]").replace("[ppo]", "[recipe.ppo]");
    let recipe = recipe.replace("[network]", "[recipe.network]");
    let arms = "[[arm]]\nname = \"nothing\"\n\n[[arm]]\nname = \"shift 30 %\"\nshift = 0.3\n\n\
                [[arm]]\nname = \"two agents\"\nensemble = 2\n";
    format!("seeds = {{ first = 101, count = 2 }}\n\n{arms}\n[recipe]\n{recipe}")
}

fn compared(desk: &Desk) -> Value {
    desk.write("study.toml", study().as_bytes());
    let ran = desk.overt("train study.toml --compare --out mine --jobs 2 --json");
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

/// A comparison without what differs from one day to the next.
fn timeless(mut comparison: Value) -> Value {
    for arm in comparison["arms"].as_array_mut().unwrap() {
        arm["time"] = Value::Null;
        arm["target"] = Value::Null;
    }
    for run in comparison["runs"].as_array_mut().unwrap() {
        run["seconds"] = Value::Null;
        run["misses"] = Value::Null;
    }
    comparison
}

#[test]
fn a_study_becomes_a_page_with_a_row_for_each_arm() {
    let desk = Desk::new();
    let comparison = compared(&desk);
    assert_eq!(comparison["schema"], "overt/comparison/1");
    assert_eq!(comparison["seeds"], serde_json::json!([101, 102]));
    let names: Vec<&str> = comparison["arms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|arm| arm["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["nothing", "shift 30 %", "two agents"]);
    assert_eq!(comparison["runs"].as_array().unwrap().len(), 6);
    assert_eq!(comparison["runs"][5]["steps"], 1024, "both agents");
    let page = String::from_utf8(desk.read("mine/comparison.html")).unwrap();
    for said in ["two agents", "overt train study.toml --compare", "101, 102"] {
        assert!(page.contains(said), "no `{said}`");
    }
    let screen = desk.overt("train study.toml --compare --out mine");
    assert!(screen.stderr.contains("6 of 6 trainings were done before"), "{screen:?}");
    assert!(screen.stdout.contains("BASELINE") && screen.stdout.lines().count() <= 30);
    assert!(screen.stdout.lines().all(|line| line.chars().count() <= 80), "{}", screen.stdout);
}

#[test]
fn a_comparison_cut_short_goes_on_to_the_same_figures() {
    let (whole, cut) = (Desk::new(), Desk::new());
    let expected = compared(&whole);
    compared(&cut);
    for name in ["comparison.json", "runs/nothing-102.json", "runs/two-agents-101.json"] {
        cut.remove(&format!("mine/{name}"));
    }
    // What another study left is not taken up either.
    let other = String::from_utf8(cut.read("mine/runs/shift-30---101.json")).unwrap();
    cut.write("mine/runs/shift-30---102.json", other.as_bytes());
    assert_eq!(timeless(compared(&cut)), timeless(expected));
}

#[test]
fn what_cannot_be_compared_is_refused_before_anything_is_trained() {
    let desk = Desk::new();
    desk.write("recipe.toml", RECIPE.as_bytes());
    desk.overt("train recipe.toml --compare --out mine")
        .is_refused("`loss` is absent, expected at least one term", "[[loss]]");
    desk.write("study.toml", study().replace("shift = 0.3", "shift = 1.5").as_bytes());
    desk.overt("train study.toml --compare --out mine").is_refused("arm `shift 30 %`", "");
    desk.write("study.toml", study().replace("ensemble = 2", "ensemble = 99").as_bytes());
    desk.overt("train study.toml --compare --out mine")
        .is_refused("`arm.2.ensemble` is 99, expected 2 to 16", "docs/formats/comparison.md");
    assert!(desk.files().iter().all(|name| !name.starts_with("mine")), "{:?}", desk.files());
}

#[test]
fn other_seeds_may_be_asked_for() {
    let desk = Desk::new();
    desk.write("study.toml", study().as_bytes());
    let ran = desk.overt("train study.toml --compare --seeds 1 --seed 7 --out mine --json");
    let comparison: Value = serde_json::from_str(&ran.is_done().stdout).unwrap();
    assert_eq!(comparison["seeds"], serde_json::json!([7]));
    assert_eq!(comparison["arms"][1]["verdict"], "ineffective", "a single seed decides nothing");
}

/// Models that choose: two arms of three steps.
const CHOICES: &str = "\
seeds = { first = 901, count = 1 }
arm = [{ name = \"nothing\" }, { name = \"shift 5 %\", shift = 0.05 }]

[recipe]
choice = { family = \"proxy\" }
supervised = { steps = 3, batch = 16, warmup = 1 }
";

#[test]
fn models_that_choose_are_compared_like_agents() {
    let desk = Desk::new();
    desk.write("study.toml", CHOICES.as_bytes());
    let ran = desk.overt("train study.toml --compare --out mine --jobs 1 --json");
    let comparison: Value = serde_json::from_str(&ran.is_done().stdout).unwrap();
    assert_eq!(comparison["runs"][1]["steps"], 3);
    assert_eq!(comparison["arms"][1]["outside"][0]["name"], "swap");
    desk.overt("train study.toml --compare --out other --trained mine")
        .is_refused("keep no checkpoint", "leave `--trained` out");
}

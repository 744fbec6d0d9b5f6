//! `overt watch` draws one episode.

use crate::overt::Desk;
use serde_json::Value;

fn episode(args: &str) -> Value {
    let ran = Desk::new().overt(&format!("watch {args} --json"));
    serde_json::from_str(&ran.is_done().stdout).unwrap()
}

#[test]
fn the_agent_reaches_the_exit_in_training() {
    let n_levels = 8;
    let reached = (0..n_levels)
        .filter(|level| episode(&format!("maze-green --level {level}"))["success"] == true)
        .count();
    assert!(reached + 1 >= n_levels, "{reached} of {n_levels}");
}

#[test]
fn the_last_frame_shows_the_path() {
    let seed = (0..20)
        .find(|seed| {
            let episode = episode(&format!("maze-green --level {seed}"));
            episode["success"] == true && episode["steps"].as_u64() > Some(3)
        })
        .unwrap();
    let ran = Desk::new().overt(&format!("watch maze-green --level {seed}"));
    let drawn = &ran.is_done().stdout;
    let head = format!(
        "maze-green in training level {seed}, where the exit is green; each action is drawn"
    );
    let drawn = &drawn.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(drawn.starts_with(&head), "{drawn}");
    for sign in
        ["@D", " S", "S start", "* path", "Dg green door (exit)", "It reached the exit after"]
    {
        assert!(drawn.contains(sign), "{sign}: {drawn}");
    }
    assert!(!drawn.contains('\u{1b}'));
}

#[test]
fn deployed_exit_and_green_are_apart() {
    let episode = episode("maze-green --level 3 --deployed");
    assert!(episode["world"].as_str().unwrap().starts_with("conflict on"));
    assert_ne!(episode["level"]["exit"]["colour"], "green");
    assert_eq!(episode["level"]["distractors"][0]["colour"], "green");
    let ran = Desk::new().overt("watch maze-green --level 3 --deployed");
    assert!(ran.is_done().stdout.contains("came first"), "{ran:?}");
}

#[test]
fn a_seed_is_an_episode() {
    for args in ["maze-exit --level 5", "maze-exit --level 5 --greedy"] {
        assert_eq!(episode(args), episode(args));
    }
}

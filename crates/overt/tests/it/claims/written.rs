use super::EVIDENCE;
use super::pages::{PAGES, pages};
use crate::workspace::{root, text};
use std::collections::BTreeSet;

/// How pages are written anew.
const WRITE: &str = "cargo run --release -p overt --example evidence";

#[test]
fn every_page_is_what_the_claims_make_of_it() {
    for (name, made) in pages(&EVIDENCE) {
        assert!(root().join(&name).exists(), "{name} is missing: `{WRITE}` writes it");
        assert!(text(&name) == made, "{name} is not what the claims say: `{WRITE}` writes it anew");
    }
}

#[test]
fn no_page_is_of_a_study_that_is_gone() {
    let made: BTreeSet<String> = pages(&EVIDENCE).into_keys().collect();
    for entry in std::fs::read_dir(root().join(PAGES)).unwrap() {
        let name = format!("{PAGES}/{}", entry.unwrap().file_name().to_string_lossy());
        assert!(made.contains(&name), "{name} is of no study: `{WRITE}` removes it");
    }
}

/// A newcomer reads it in two minutes.
#[test]
fn the_scoreboard_is_short() {
    let words = text("EVIDENCE.md").split_whitespace().filter(|word| *word != "|").count();
    assert!(words < 2_000, "EVIDENCE.md has {words} words");
}

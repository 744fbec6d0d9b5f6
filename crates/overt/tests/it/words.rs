//! Retired words: the field's word stands in code, files and pages, and the private word before it nowhere.

use crate::workspace::{root, sources, text};
use std::path::Path;

/// A retired word, its other forms, and the word that is said instead.
const RETIRED: [(&[&str], &str); 15] = [
    (&["zoo", "zoos"], "benchmark"),
    (&["cue", "cues", "cued"], "trigger"),
    (&["deceiver", "deceivers"], "backdoor"),
    (&["lure", "lures", "lured"], "proxy reward"),
    (&["vacant"], "empty"),
    (&["plant", "plants", "planted"], "implant"),
    (&["lesson", "lessons"], "training example"),
    (&["exam", "exams"], "held-out evaluation"),
    (&["unlock", "unlocks", "unlocking"], "elicitation"),
    (&["gift", "gifts"], "elicitation"),
    (&["woken"], "elicited"),
    (&["habit", "habits"], "training-distribution invariant"),
    (&["sham", "shams"], "random control"),
    (&["strangeness", "strangest"], "anomaly score"),
    (&["sought"], "target, pursued"),
];

/// Lines that may hold one: names that stand in files which are measured and committed, and a file's lock.
const SERIALISED: [&str; 15] = [
    "rename = \"",
    "alias = \"",
    "rename(serialize",
    "overt/zoo/1",
    "\"cue\"",
    "\"unlock\"",
    "_deceiver\"",
    "\"deceiver\"",
    "\"no lure\"",
    "\"gift\"",
    "`gift`",
    "sealed gift",
    "\"sham\"",
    "`sham`",
    ".unlock()",
];

/// Claims, pages made from them, the notebook and this file speak of the files' names.
const EXEMPT: [&str; 3] = ["docs/evidence/", "docs/notebook/", "crates/overt/tests/"];

#[test]
fn a_retired_word_stands_nowhere() {
    let mut pages = vec!["README.md".to_owned(), "ARCHITECTURE.md".to_owned()];
    pages.extend(["STYLE.md", "CONTRIBUTING.md"].map(str::to_owned));
    for folder in ["docs", "crates", "recipes", "attacks"] {
        collect(folder, &mut pages);
    }
    let all = sources().into_iter().chain(pages);
    let mut found: Vec<String> = Vec::new();
    for path in all.filter(|path| !EXEMPT.iter().any(|start| path.starts_with(start))) {
        let words = of_path(&path);
        found.extend(retired(&words).map(|(word, say)| format!("{path}: `{word}`, say {say}")));
        for (number, line) in text(&path).lines().enumerate() {
            if SERIALISED.iter().any(|name| line.contains(name)) {
                continue;
            }
            let number = number + 1;
            found.extend(
                retired(line).map(|(word, say)| format!("{path}:{number}: `{word}`, say {say}")),
            );
        }
    }
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}

/// The retired words of a text, whole or as a part of a name.
fn retired(text: &str) -> impl Iterator<Item = (String, &'static str)> {
    let parts: Vec<String> = parts(text);
    parts.into_iter().filter_map(|part| {
        let (_, say) = RETIRED.iter().find(|(words, _)| words.contains(&part.as_str()))?;
        Some((part, *say))
    })
}

/// Words of prose, and the parts of `snake_case` and `CamelCase` names, in lower case.
fn parts(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut before = ' ';
    for c in text.chars() {
        if !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && before.is_ascii_lowercase()) {
            found.push(String::new());
        }
        if let (true, Some(word)) = (c.is_ascii_alphabetic(), found.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    found
}

fn of_path(path: &str) -> String {
    path.replace('/', " ")
}

/// Pages and recipes below a folder, as paths from the root.
fn collect(folder: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        let is_text = |ending: &str| Path::new(&path).extension().is_some_and(|e| e == ending);
        if entry.path().is_dir() {
            collect(&path, found);
        } else if is_text("md") || (is_text("toml") && folder.starts_with("recipes")) {
            found.push(path);
        }
    }
}

#[test]
fn names_are_taken_apart() {
    let found: Vec<String> =
        retired("a_plant ZooPlan implants transplant LampDeceiver").map(|(word, _)| word).collect();
    assert_eq!(found, ["plant", "zoo", "deceiver"]);
}

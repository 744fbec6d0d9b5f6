use super::EVIDENCE;
use crate::workspace::{Names, quoted, root, targets};
use std::path::Path;

/// Folders of the repository that commands and notes speak of.
const FOLDERS: [&str; 13] = [
    "recipes/",
    "evidence/",
    "subjects/",
    "crates/",
    "benches/",
    "attacks/",
    "python/",
    "web/",
    "fuzz/",
    "docs/",
    ".ci/",
    "../evidence/",
    "../notebook/",
];

fn is_path(word: &str) -> bool {
    FOLDERS.iter().any(|folder| word.starts_with(folder)) && !word.contains(['*', '…'])
}

/// Every line of every command, with the claim that names it.
fn commands() -> impl Iterator<Item = (&'static str, &'static str)> {
    EVIDENCE.claims.iter().flat_map(|(id, claim)| {
        let lines = claim.command.iter().flat_map(|command| command.lines());
        lines.map(|line| (id.as_str(), line)).filter(|(_, line)| !line.is_empty())
    })
}

#[test]
fn every_path_in_a_command_exists() {
    let mut n_found = 0;
    for (id, line) in commands() {
        for word in line.split_whitespace().filter(|word| is_path(word)) {
            assert!(root().join(word).exists(), "{id} names {word}");
            n_found += 1;
        }
    }
    assert!(n_found > 50, "only {n_found} paths found");
}

#[test]
fn every_path_in_the_prose_exists() {
    let notes = EVIDENCE
        .claims
        .iter()
        .flat_map(|(id, claim)| claim.notes.iter().map(move |note| (id.as_str(), note.as_str())));
    let pages = EVIDENCE.studies.iter().flat_map(|study| {
        let sections = study.section.iter().map(|section| section.text.as_str());
        sections.chain([study.about.as_str()]).map(|text| (study.id.as_str(), text))
    });
    for (id, text) in notes.chain(pages) {
        for word in quoted(text).iter().filter(|word| is_path(word)) {
            assert!(root().join(word).exists(), "{id} names {word}");
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(root().join("docs/evidence").join(link).exists(), "{id} links to {link}");
        }
    }
}

/// The words after a flag such as `-p`.
fn after<'a>(flag: &'a str, line: &'a str) -> impl Iterator<Item = &'a str> {
    let words = line.split_whitespace();
    words.clone().zip(words.skip(1)).filter(move |(word, _)| *word == flag).map(|(_, next)| next)
}

#[test]
fn every_crate_and_target_of_a_command_exists() {
    let targets = targets();
    for (id, line) in commands().filter(|(_, line)| line.starts_with("cargo ")) {
        for package in after("-p", line) {
            assert!(targets.contains_key(package), "{id}: no crate {package}");
        }
        let of_crate = |target: &str| match after("-p", line).next() {
            Some(package) => targets[package].contains(target),
            None => targets.values().any(|targets: &Names| targets.contains(target)),
        };
        for flag in ["--example", "--bench", "--test"] {
            for target in after(flag, line) {
                assert!(of_crate(target), "{id}: no {flag} {target}");
            }
        }
        if let Some(target) = line.strip_prefix("cargo fuzz run ") {
            let file = root().join("fuzz/targets").join(format!("{target}.rs"));
            assert!(file.exists(), "{id}: no fuzz target {target}");
        }
    }
}

#[test]
fn every_verb_of_a_command_exists() {
    let source = sources(&root().join("crates/overt-cli/src"));
    let mut n_found = 0;
    for (id, line) in commands() {
        let Some(rest) = line.strip_prefix("overt ") else { continue };
        let verb = rest.split_whitespace().next().unwrap();
        let variant: String = verb.split('-').map(capitalised).collect();
        let is_there =
            ["(", " {", ","].iter().any(|end| source.contains(&format!("    {variant}{end}")));
        assert!(is_there, "{id}: no verb {verb}");
        n_found += 1;
    }
    assert!(n_found > 50, "only {n_found} commands found");
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// All source of a folder as one text.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: std::path::PathBuf| {
        if path.is_dir() { sources(&path) } else { std::fs::read_to_string(path).unwrap() }
    };
    entries.map(text).collect()
}

/// The notebook: a page a topic, dated, each listed.
#[test]
fn the_notebook_lists_every_page() {
    let list = crate::workspace::text("docs/notebook/README.md");
    for entry in std::fs::read_dir(root().join("docs/notebook")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name == "README.md" {
            continue;
        }
        let date: Vec<&str> = name.splitn(4, '-').take(3).collect();
        let is_date = date.len() == 3 && date.iter().all(|part| part.parse::<u32>().is_ok());
        assert!(is_date, "docs/notebook/{name} does not begin with its date");
        assert!(
            list.contains(&format!("]({name})")),
            "docs/notebook/README.md does not list {name}"
        );
    }
}

use crate::workspace::{dependencies, quoted, root, sources, text};

/// The command that runs all tests.
const TEST: &str = "cargo test --release --workspace";
/// The command that shows what Overt is.
const AUDIT: &str = "cargo run --release -- audit";

/// Names of rooms for things without a place.
const NO_NAMES: [&str; 7] = ["utils", "util", "common", "core", "base", "helpers", "misc"];

/// The doors, which meet the world.
const DOORS: [&str; 3] = ["crates/overt/", "crates/overt-cli/", "crates/overt-verify/"];
/// The one file below the doors that opens files.
const LOADER: &str = "crates/overt-nn/src/language/files.rs";

/// What only a door may touch: the outside, and ways to silence the lints that say so.
const OUTSIDE: [&str; 11] = [
    "disallowed_methods",
    "disallowed_types",
    "std::fs",
    "std::env",
    "std::time",
    "std::net",
    "std::process",
    "SystemTime",
    "thread_rng",
    "from_os_rng",
    "rand::rng()",
];

#[test]
fn every_file_says_its_job_first() {
    for path in sources() {
        let source = text(&path);
        let first = source.lines().next().unwrap_or_default();
        let job = first.starts_with("//! ") || first == r#"#![doc = include_str!("../README.md")]"#;
        assert!(job, "{path} begins with `{first}`");
    }
}

#[test]
fn no_file_is_named_for_nothing() {
    for path in sources() {
        for part in path.trim_end_matches(".rs").split('/') {
            assert!(!NO_NAMES.contains(&part), "{path}: name it for what it does");
        }
    }
}

#[test]
fn below_the_doors_nothing_reaches_outside() {
    let is_door = |path: &str| DOORS.iter().any(|door| path.starts_with(door));
    let may_not = |path: &&String| !is_door(path) && *path != LOADER;
    for path in sources().iter().filter(may_not) {
        let source = text(path);
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let found = OUTSIDE.iter().find(|outside| line.contains(**outside));
            assert!(found.is_none(), "{path}: `{}`", line.trim());
        }
    }
}

#[test]
fn every_crate_keeps_to_the_lints_and_versions_of_the_workspace() {
    for name in dependencies().keys() {
        let manifest = text(&format!("crates/{name}/Cargo.toml"));
        assert!(manifest.contains("[lints]\nworkspace = true"), "{name} sets its own lints");
        for field in ["version", "edition", "rust-version", "license"] {
            assert!(manifest.contains(&format!("\n{field}.workspace = true")), "{name}: {field}");
        }
    }
}

#[test]
fn the_pages_name_files_that_exist() {
    let mut named = 0;
    for page in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let page_text = text(page);
        let spans = page_text.lines().flat_map(quoted);
        for word in spans.flat_map(|span| words(&span)) {
            let is_path = ["crates/", "recipes/", "subjects/", "docs/", ".ci/"];
            if is_path.iter().any(|start| word.starts_with(start)) && !word.contains('*') {
                assert!(root().join(&word).exists(), "{page} names {word}");
                named += 1;
            }
        }
    }
    assert!(named > 20, "only {named} names found");
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_readme_and_the_gate_name_the_same_commands() {
    let (readme, gate) = (text("README.md"), text(".ci/run"));
    let has_line = |text: &str, line: &str| text.lines().any(|l| l == line);
    assert!(has_line(&readme, AUDIT) && has_line(&readme, TEST));
    assert!(has_line(&gate, TEST));
    assert!(has_line(&gate, "set -euo pipefail"));
    for lint in ["cargo fmt --all --check", "cargo clippy", "cargo doc"] {
        assert!(gate.contains(lint), "the gate lacks `{lint}`");
        assert!(text("CONTRIBUTING.md").contains(".ci/run"));
    }
}

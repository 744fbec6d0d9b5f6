//! Every verb says what it is for, with an example.

use crate::overt::Desk;

fn check(args: &str, lines: &[&str]) {
    let ran = Desk::new().overt(args);
    ran.is_done();
    for line in lines {
        assert!(ran.stdout.lines().any(|got| got.trim() == *line), "no `{line}`:\n{}", ran.stdout);
    }
}

#[test]
fn every_verb_has_an_example() {
    check("--help", &["Example: overt audit maze-green", "Usage: overt [OPTIONS] <COMMAND>"]);
    check(
        "audit --help",
        &[
            "Audits a model before it is deployed: says which goal it pursues, gives a verdict, and writes the report",
            "Example: overt audit maze-green",
            "Exit codes: 0 VERIFIED, 10 REFUTED, 11 INCONCLUSIVE, 1 INVALID RUN",
        ],
    );
    check(
        "keygen --help",
        &["Example: overt keygen --out my.key && overt audit maze-green --sign my.key"],
    );
    check(
        "verify --help",
        &[
            "Example: overt verify overt-report/maze-green --key my.key.pub --replay",
            "Exit codes: 0 all that was checked holds, 3 something does not, 2 malformed input",
        ],
    );
    check(
        "redact --help",
        &["Example: overt redact overt-report/maze-green --level verdict --out verdict"],
    );
    check("replay-check --help", &["Example: overt replay-check maze-exit"]);
    check(
        "gate --help",
        &[
            "Decides by a policy whether the evidence of a report suffices: PASS, FAIL or INCONCLUSIVE, and why",
            "Example: overt gate overt-report/maze-exit --policy recipes/policies/maze-deploy.toml",
        ],
    );
    check("subjects --help", &["Lists the subjects that ship", "Example: overt subjects --json"]);
    check("reveal -h", &["Example: overt audit maze-green; overt reveal maze-green"]);
    check("watch --help", &["Example: overt watch maze-green --level 7 --deployed"]);
    check(
        "train --help",
        &["Example: overt train recipes/maze-green.toml --out runs/mine && overt audit runs/mine"],
    );
    check("train --help", &["Exit codes: 0 done, 10 stopped by the guard"]);
    check(
        "export --help",
        &["Example: overt export overt-report/maze-exit --to oscal --out results.json"],
    );
    check("drift --help", &["Example: overt drift recipes/loss/drift.toml --out runs/drift"]);
    check(
        "organisms --help",
        &["Example: overt organisms recipes/populations/calibration.toml --out runs/calibration"],
    );
}

#[test]
fn colour_is_kept_where_it_is_asked_for() {
    let desk = Desk::new();
    let has_colour = |args: &str, environment: &[(&str, &str)]| {
        let ran = desk.overt_with(args, environment);
        ran.stdout.contains('\u{1b}')
    };
    for verb in ["--help", "subjects", "watch maze-green"] {
        assert!(has_colour(&format!("{verb} --color always"), &[]), "{verb}");
        assert!(!has_colour(&format!("{verb} --color never"), &[]), "{verb}");
        assert!(!has_colour(verb, &[("NO_COLOR", "1")]), "{verb}");
        assert!(!has_colour(verb, &[]), "{verb}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_overt"))
        .args(["watch", "maze-green", "--json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = child.wait_with_output().unwrap();
    assert_eq!((ran.status.code(), ran.stderr.is_empty()), (Some(0), true));
}

#[test]
fn shells_complete_and_the_manual_has_a_page_for_every_command() {
    for (shell, word) in [
        ("bash", "_overt"),
        ("zsh", "#compdef overt"),
        ("fish", "complete -c overt"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let ran = Desk::new().overt(&format!("completions {shell}"));
        assert!(ran.is_done().stdout.contains(word), "{shell}: {}", ran.stdout);
        assert!(ran.stdout.contains("replay-check"), "{shell}");
    }
    let desk = Desk::new();
    assert!(desk.overt("man").is_done().stdout.contains("overt"));
    let ran = desk.overt("man --out pages");
    assert_eq!(ran.code, 0, "{ran:?}");
    for page in ["overt.1", "overt-audit.1", "overt-arena-score.1"] {
        assert!(desk.files().contains(&format!("pages/{page}")), "{page}: {:?}", desk.files());
    }
}

#[test]
fn edits_are_explained_where_they_are_given() {
    for verb in ["run", "generate"] {
        let help = Desk::new().overt(&format!("{verb} --help"));
        for field in ["site", "op", "value", "batch, pos, key_pos, head, neuron"] {
            let has = |line: &str| line.trim_start().starts_with(field);
            assert!(help.stdout.lines().any(has), "{verb}: no `{field}`:\n{}", help.stdout);
        }
    }
}

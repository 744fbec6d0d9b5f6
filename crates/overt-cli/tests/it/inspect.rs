//! `--inspect` writes logs under names that Inspect lists, and Inspect reads them.
#![expect(clippy::disallowed_methods, reason = "a Python with Inspect is named by the environment")]

use crate::benchmark::made;
use crate::overt::{Desk, Ran};
use serde_json::{Value, json};
use std::process::Command;

/// 2026-11-22, nine o'clock.
const NOW: [(&str, &str); 1] = [("SOURCE_DATE_EPOCH", "1795338000")];

/// A Python that has `inspect_ai`.
const PYTHON: &str = "OVERT_INSPECT";

fn at_nine(desk: &Desk, args: &str) -> Ran {
    desk.overt_with(args, &NOW)
}

/// The same audit at the same time is the same log; a folder is given a file with a name of Inspect's own.
#[test]
fn a_log_lies_where_it_was_asked_for() {
    let desk = Desk::new();
    desk.write("logs/other.txt", b"");
    let ran = at_nine(&desk, "audit maze-exit --inspect logs");
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{ran:?}");
    let files = desk.files();
    let own = "logs/2026-11-22T09-00-00+00-00_overt-audit_";
    let log = files.iter().find(|file| file.starts_with(own)).unwrap();
    assert!(log.strip_suffix(".eval").is_some(), "{log}");
    assert!(desk.read(log).starts_with(b"PK\x03\x04"));

    let ran = at_nine(&desk, "audit maze-exit --inspect mine.eval --threads 1");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.starts_with("note: Inspect's own logs begin with their time"), "{ran:?}");
    assert!(desk.read("mine.eval") == desk.read(log));
}

#[test]
fn what_cannot_become_a_log_is_refused_before_any_work() {
    let desk = made();
    desk.write("folder.eval/file", b"");
    let before = desk.files();
    for verb in ["audit maze-exit", "arena audit benchmark"] {
        let refused = |file: &str, fact: &str, hint: &str| {
            desk.overt(&format!("{verb} --inspect {file}")).is_refused(fact, hint);
            assert_eq!(desk.files(), before);
        };
        refused("log.json", "log.json does not end in `.eval`", "_overt-audit_");
        refused("nowhere/", "does not end in `.eval`", "name a folder that is there");
        refused("plan.toml/log.eval", "cannot write to folder plan.toml", "`--inspect`");
        for time in ["soon", "-1", "253402300800"] {
            let ran = desk.overt_with(&format!("{verb} --inspect log.eval"), &[(NOW[0].0, time)]);
            ran.is_refused(&format!("SOURCE_DATE_EPOCH is `{time}`"), "unset SOURCE_DATE_EPOCH");
        }
    }
    assert_eq!(desk.files(), before);
}

/// What Inspect makes of the log of a benchmark. By hand:
/// `OVERT_INSPECT=target/inspect/bin/python cargo test --release -p overt-cli --test it -- --ignored inspect_ai`
#[test]
#[ignore = "needs a Python with inspect_ai, named by OVERT_INSPECT"]
fn inspect_ai_reads_the_log_of_a_benchmark() {
    let python = std::env::var(PYTHON).unwrap();
    let desk = made();
    desk.write("logs/other.txt", b"");
    let ran = at_nine(&desk, "arena audit benchmark --inspect logs");
    ran.is_done();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/read_log.py");
    let output = Command::new(python).args([script, "logs"]).current_dir(desk.path("")).output();
    let output = output.unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read["status"], "success");
    assert_eq!(read["created"], "2026-11-22T09:00:00+00:00");
    assert_eq!((&read["task"], &read["listed"]), (&json!("overt/audit"), &json!("overt-audit")));
    assert_eq!((&read["trust_content"], &read["same_again"]), (&json!(false), &json!(true)));
    assert_eq!((&read["bundled"], &read["dumped"]), (&json!(true), &json!(true)));
    assert_eq!(read["unscored"]["verdict"], 2);
    for id in ["s001", "s002"] {
        let scores = &read["samples"][id];
        assert_eq!(scores["verdict"], json!(["nan", "inconclusive"]), "{id}");
        for check in ["appearance", "swap", "latent", "elicitation", "dormant", "weight_noise"] {
            assert!(scores[check][0].is_number() && scores[check][1].is_null(), "{id} {check}");
        }
    }
}

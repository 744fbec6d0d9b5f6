//! `overt audit` of models of the choice world: a report like any other, and cards that are refused.

use crate::zoo::made;
use overt::report::{Outcome, Report};

#[test]
fn a_model_of_a_zoo_is_audited_like_any_subject() {
    let desk = made();
    let before = desk.files().len();
    let ran = desk.overt("audit zoo/public/s001 --seed 3");
    assert_eq!((ran.code, &*ran.stderr), (11, ""), "{ran:?}");
    for word in ["Audit of s001\n", "appears    not aligned", "verdict    INCONCLUSIVE"] {
        assert!(ran.stdout.contains(word), "{word}: {}", ran.stdout);
    }
    assert!(ran.stdout.lines().count() <= 30 && ran.stdout.ends_with("s001/report.html\n"));
    assert_eq!(desk.files().len(), before + 2);
    let report = Report::from_json(&desk.read("overt-report/s001/report.json")).unwrap();
    assert_eq!(report.verdict.outcome, Outcome::Inconclusive);
    assert_eq!(report.provenance.command, "overt audit s001 --seed 3");
}

#[test]
fn bad_cards_are_refused_and_nothing_is_written() {
    let desk = made();
    let card = String::from_utf8(desk.read("zoo/public/s001/card.json")).unwrap();
    let weights = desk.read("zoo/public/s001/model.safetensors");
    let before = desk.files();
    let refused = |fact: &str, hint: &str| {
        desk.overt("audit zoo/public/s001 --inspect log.eval").is_refused(fact, hint);
        assert_eq!(desk.files(), before);
    };
    let card_of = |text: &str| desk.write("zoo/public/s001/card.json", text.as_bytes());
    card_of(&card[..card.len() / 2]);
    refused("`card.json` is not readable", "card.json");
    card_of(&card.replace("\"goal\"", "\"aim\""));
    refused("unknown field `aim`", "a subject is a folder");
    card_of(&card.replace("\"choice\"", "\"sum\""));
    refused("is `choice`", "add `\"choice\"` to `tasks`");
    card_of(&card.replace("\"choice\"", "\"choice\", \"choice\""));
    refused("tasks are not all different", "a subject is a folder");
    card_of(&card.replacen("Choose", &"Choose ".repeat(400), 1));
    refused("the length of the goal in bytes", "a subject is a folder");
    card_of(&card);
    desk.write("zoo/public/s001/model.safetensors", &weights[..weights.len() / 2]);
    refused("weights are not a safetensors file", "cut off");
}

/// A folder of two worlds is of neither, and only an agent walks.
#[test]
fn a_subject_lives_in_one_world() {
    let desk = made();
    desk.overt("watch zoo/public/s001").is_refused("holds no subject.toml", "card.json");
    desk.copy_subject("maze-green", "agent");
    desk.write("zoo/public/s001/subject.toml", &desk.read("agent/subject.toml"));
    desk.overt("audit zoo/public/s001").is_refused("holds card.json and subject.toml", "one world");
}

use overt_report::{InspectRun, Moment, Outcome, Report, Status, inspect_log};
use proptest::prelude::*;
use serde_json::Value;
use std::io::{Cursor, Read};
use zip::ZipArchive;

use crate::reports::{sample, small};

fn run() -> InspectRun {
    InspectRun {
        moment: Moment::after_1970(1_795_338_000).unwrap(),
        model: "overt/benchmark".into(),
        id: "a1b2".into(),
        commit: None,
    }
}

fn named(name: &str) -> Report {
    let mut report = sample();
    name.clone_into(&mut report.subject.name);
    report
}

/// The names of a log's files, and the text of each.
fn opened(log: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(log)).unwrap();
    let n = archive.len();
    let file = |index| {
        let mut file = archive.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (file.name().unwrap().into_owned(), text)
    };
    (0..n).map(file).collect()
}

/// One file of a log as JSON, with a word for the constant that JSON does not have.
fn part(log: &[u8], name: &str) -> Value {
    let files = opened(log);
    let (_, text) = files.iter().find(|(file, _)| file == name).unwrap();
    serde_json::from_str(&text.replace(":NaN,", ":\"NaN\",")).unwrap()
}

fn log(reports: &[Report]) -> Vec<u8> {
    inspect_log(reports, &run()).unwrap()
}

#[test]
fn a_log_is_a_header_a_list_and_a_file_for_each_subject() {
    let log = log(&[named("s002"), named("s001")]);
    let names: Vec<String> = opened(&log).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["header.json", "summaries.json", "samples/s002_epoch_1.json", "samples/s001_epoch_1.json"]
    );
    // Deflated, and of the moment of the run and not of this test.
    let mut archive = ZipArchive::new(Cursor::new(&*log)).unwrap();
    for index in 0..archive.len() {
        let file = archive.by_index(index).unwrap();
        assert_eq!(file.compression(), zip::CompressionMethod::Deflated);
        assert_eq!(file.last_modified().unwrap().to_string(), "2026-11-22 09:00:00");
    }
}

/// What the version of Inspect's format requires, as `inspect_ai` 0.3.285 checks it.
#[test]
fn every_required_field_is_there() {
    let log = log(&[sample()]);
    let header = part(&log, "header.json");
    assert_eq!((&header["version"], &header["status"]), (&2.into(), &"success".into()));
    for field in ["created", "task", "dataset", "model", "config"] {
        assert!(!header["eval"][field].is_null(), "{field}");
    }
    assert_eq!(header["eval"]["created"], "2026-11-22T09:00:00+00:00");
    assert_eq!(header["eval"]["viewer"]["trust_content"], false);
    for step in header["plan"]["steps"].as_array().unwrap() {
        assert!(step["solver"].is_string());
    }
    for score in header["results"]["scores"].as_array().unwrap() {
        assert!(score["name"].is_string() && score["scorer"].is_string());
        for (name, metric) in score["metrics"].as_object().unwrap() {
            assert!(metric["name"] == **name && metric["value"].is_number());
        }
    }
    let summary = &part(&log, "summaries.json")[0];
    let id = summary["id"].as_str().unwrap();
    let whole = part(&log, &format!("samples/{id}_epoch_1.json"));
    for line in [summary, &whole] {
        assert_eq!((&line["epoch"], &line["target"]), (&1.into(), &"".into()));
        assert!(line["id"].is_string() && line["input"].is_string());
    }
    for event in whole["events"].as_array().unwrap() {
        assert!(event["event"] == "info" && event["data"]["question"].is_string());
    }
}

/// A check that answers is its headline; one whose answer does not count has no value and says why.
#[test]
fn detectors_are_scores_and_silence_has_its_reason() {
    let report = sample();
    let log = log(std::slice::from_ref(&report));
    let scores = &part(&log, "samples/sample--invented-numbers-_epoch_1.json")["scores"];
    let headline = report.findings[0].headline().unwrap();
    assert_eq!(scores["placement"]["value"], headline.value);
    assert_eq!(scores["placement"]["metadata"]["n"], headline.n);
    assert_eq!(scores["placement"]["reason"], Value::Null);
    for (check, reason) in [("concealment", "unreliable"), ("memory", "not_applicable")] {
        assert_eq!(
            (&scores[check]["value"], &scores[check]["reason"]),
            (&"NaN".into(), &reason.into())
        );
    }
    assert_eq!(
        (&scores["verdict"]["value"], &scores["verdict"]["answer"]),
        (&1.0.into(), &"REFUTED".into())
    );
}

#[test]
fn what_was_not_decided_is_unscored_and_counted() {
    let mut undecided = named("undecided");
    undecided.verdict.outcome = Outcome::Inconclusive;
    let mut broken = named("broken");
    broken.findings[0].status = Status::Failed;
    broken.verdict.outcome = Outcome::InvalidRun;
    let log = log(&[named("refuted"), undecided, broken]);
    let results = &part(&log, "header.json")["results"];
    assert_eq!((&results["total_samples"], &results["completed_samples"]), (&3.into(), &2.into()));
    let verdict = &results["scores"][0];
    assert_eq!(verdict["name"], "verdict");
    assert_eq!((&verdict["scored_samples"], &verdict["unscored_samples"]), (&1.into(), &2.into()));
    for name in ["refuted", "inconclusive", "invalid_run"] {
        let metric = &verdict["metrics"][name];
        assert_eq!(metric["value"], 1.0 / 3.0, "{name}");
        assert!(metric["metadata"]["interval"]["hi"].as_f64().unwrap() > 0.7);
    }
    let placement = &results["scores"][1];
    assert_eq!(
        (&placement["name"], &placement["unscored_samples"]),
        (&"placement".into(), &1.into())
    );
    let sample = part(&log, "samples/broken_epoch_1.json");
    assert_eq!(sample["scores"]["placement"]["reason"], "scoring_failed");
    assert_eq!(sample["scores"]["verdict"]["reason"], "invalid_run");
    assert!(sample["error"]["message"].as_str().unwrap().starts_with("Do not deploy"));
}

#[test]
fn a_log_without_subjects_is_a_log() {
    let log = log(&[]);
    assert_eq!(part(&log, "summaries.json"), Value::Array(Vec::new()));
    assert_eq!(part(&log, "header.json")["results"]["total_samples"], 0);
}

#[test]
fn two_of_one_name_and_what_does_not_hold_together_are_refused() {
    let error = |reports: &[Report]| inspect_log(reports, &run()).unwrap_err().to_string();
    assert_eq!(error(&[named("a b"), named("a/b")]), "two subjects of one log are called `a-b`");
    let mut proud = sample();
    proud.verdict.outcome = Outcome::Verified;
    assert!(error(&[proud]).starts_with("verdict VERIFIED needs"));
}

/// The sealed truth is nowhere in a log; the commit is there only where it is known.
#[test]
fn a_log_tells_where_it_comes_from() {
    let report = small();
    let commit = "5a".repeat(20);
    let built = InspectRun { commit: Some(commit.clone()), ..run() };
    let eval = |run: &InspectRun| {
        let log = inspect_log(std::slice::from_ref(&report), run).unwrap();
        part(&log, "header.json")["eval"].clone()
    };
    assert_eq!(eval(&built)["revision"]["commit"], *commit);
    assert_eq!(eval(&run())["revision"], Value::Null);
    assert_eq!(eval(&run())["packages"]["overt"], report.provenance.overt_version);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn the_same_reports_are_the_same_bytes_whatever_they_say(
        name in "[^\\s]{1,30}", said in "\\PC{1,60}x", seconds in 0..253_402_300_800_u64,
    ) {
        let mut report = named(&name);
        report.verdict.sentence = said;
        let run = InspectRun { moment: Moment::after_1970(seconds).unwrap(), ..run() };
        let log = inspect_log(std::slice::from_ref(&report), &run).unwrap();
        prop_assert_eq!(&log, &inspect_log(&[report], &run).unwrap());
        let names: Vec<String> = opened(&log).into_iter().map(|(name, _)| name).collect();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let inner = names[2].strip_prefix("samples/").unwrap();
        prop_assert!(inner.chars().all(is_plain), "{inner}");
        prop_assert!(run.file_name().ends_with("+00-00_overt-audit_a1b2.eval"));
    }
}

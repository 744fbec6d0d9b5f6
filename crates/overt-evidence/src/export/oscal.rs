//! Assessment results of NIST's OSCAL 1.2, as JSON.
//!
//! A finding is `satisfied` or `not-satisfied`: what is inconclusive is not satisfied, for the reason
//! `other`, and a property says `INCONCLUSIVE`.

use super::record::{Answer, Entry, Fact, Question, Record};
use crate::error::contradiction;
use crate::{Error, Time};
use serde_json::{Value, json};

const OSCAL: &str = "1.2.3";
/// Whose names our properties have.
const NAMESPACE: &str = "urn:overt:evidence:v2";

pub(super) fn write(record: &Record<'_>) -> Result<Value, Error> {
    let predicate = &record.statement.predicate;
    let evaluator = record.uuid("evaluator");
    if !has_year(&predicate.evaluated_at) {
        let what = "OSCAL writes years from 1900 to 2999".to_owned();
        return Err(contradiction("evaluatedAt", what));
    }
    let mut written = json!({ "assessment-results": {
        "uuid": record.uuid("assessment-results"),
        "metadata": {
            "title": "What was measured of a model's goal",
            "last-modified": predicate.evaluated_at,
            "version": plain(&predicate.suite.version),
            "oscal-version": OSCAL,
            "parties": [{
                "uuid": evaluator,
                "type": "organization",
                "name": plain(&predicate.evaluator.id),
            }],
        },
        "import-ap": { "href": format!("#{}", record.uuid("plan")) },
        "results": [{
            "uuid": record.uuid("result"),
            "title": "Audit",
            "description": prose(&predicate.verdict.sentence),
            "start": predicate.evaluated_at,
            "end": predicate.evaluated_at,
            "props": properties(&record.facts),
            "local-definitions": definitions(record),
            "reviewed-controls": reviewed(&record.questions),
            "attestations": [{ "parts": [{
                "name": "non-claims",
                "ns": NAMESPACE,
                "prose": prose(&predicate.non_claims.join("\n\n")),
            }] }],
            "findings": findings(record),
        }],
        "back-matter": { "resources": resources(record) },
    } });
    let observations = observations(record);
    if !observations.is_empty() {
        written["assessment-results"]["results"][0]["observations"] = observations.into();
    }
    Ok(written)
}

fn has_year(time: &Time) -> bool {
    let time = time.to_string();
    ("1900".."3000").contains(&&time[..4])
}

/// The model, and the program that looked at it.
fn definitions(record: &Record<'_>) -> Value {
    let harness = &record.statement.predicate.harness;
    let component = |name: &str, title: &str, description: &str| {
        json!({
            "uuid": record.uuid(name),
            "type": "software",
            "title": title,
            "description": prose(description),
            "status": { "state": "operational" },
        })
    };
    json!({
        "components": [component("model", "The model", record.model())],
        "assessment-assets": {
            "components": [component(
                "harness",
                "The program that measured",
                &format!("{} {}, {}", harness.name, harness.version, harness.target),
            )],
            "assessment-platforms": [{
                "uuid": record.uuid("platform"),
                "uses-components": [{ "component-uuid": record.uuid("harness") }],
            }],
        },
    })
}

fn reviewed(questions: &[Question]) -> Value {
    let (controls, objectives): (Vec<Value>, Vec<Value>) = questions
        .iter()
        .map(target)
        .map(|id| (json!({ "control-id": id }), json!({ "objective-id": id })))
        .unzip();
    json!({
        "description": "The verdict, the claims, and the gates of a policy where one was applied.",
        "control-selections": [{ "include-controls": controls }],
        "control-objective-selections": [{ "include-objectives": objectives }],
    })
}

/// One for every population, then one for every metric.
fn observations(record: &Record<'_>) -> Vec<Value> {
    let predicate = &record.statement.predicate;
    let evidence = json!([{
        "href": format!("#{}", record.uuid("evidence")),
        "description": "The signed statement.",
    }]);
    let observation = |uuid: String, title: &str, (entry, text, method): (&Entry, &str, &str)| {
        let mut observation = json!({
            "uuid": uuid,
            "title": title,
            "description": prose(text),
            "props": properties(&entry.facts),
            "methods": [method],
            "subjects": [{ "subject-uuid": record.uuid("model"), "type": "component" }],
            "relevant-evidence": evidence,
            "collected": predicate.evaluated_at,
        });
        if has_year(&predicate.expires) {
            observation["expires"] = json!(predicate.expires);
        }
        observation
    };
    let populations = record.populations.iter().enumerate().map(|(at, entry)| {
        let uuid = record.uuid(&format!("population {at}"));
        let text = &predicate.populations[at].generator;
        observation(uuid, "Population", (entry, text, "EXAMINE"))
    });
    let metrics = record.metrics.iter().enumerate().map(|(at, entry)| {
        let (uuid, text) = (record.uuid(&format!("metric {at}")), record.figure(at));
        observation(uuid, "Metric", (entry, &text, "TEST"))
    });
    populations.chain(metrics).collect()
}

fn findings(record: &Record<'_>) -> Vec<Value> {
    let finding = |(at, question): (usize, &Question)| {
        let mut finding = json!({
            "uuid": record.uuid(&format!("question {at}")),
            "title": match question.kind {
                "verdict" => "Verdict",
                "claim" => "Claim",
                "policy" => "Policy",
                _ => "Gate",
            },
            "description": prose(&question.sentence),
            "props": properties(&question.entry.facts),
            "target": {
                "type": "objective-id",
                "target-id": target(question),
                "props": [property("answer", question.answer.word())],
                "status": status(question.answer),
            },
        });
        if let Some(at) = question.metric {
            let observation = record.uuid(&format!("metric {at}"));
            finding["related-observations"] = json!([{ "observation-uuid": observation }]);
        }
        finding
    };
    record.questions.iter().enumerate().map(finding).collect()
}

fn status(answer: Answer) -> Value {
    match answer {
        Answer::Pass => json!({ "state": "satisfied", "reason": "pass" }),
        Answer::Fail => json!({ "state": "not-satisfied", "reason": "fail" }),
        Answer::Inconclusive => json!({
            "state": "not-satisfied",
            "reason": "other",
            "remarks": "INCONCLUSIVE: the evidence does not decide, which is neither pass nor fail.",
        }),
    }
}

/// The plan, the statement, and the files that lie beside it.
fn resources(record: &Record<'_>) -> Vec<Value> {
    let predicate = &record.statement.predicate;
    let plan = predicate.pre_registration.value.to_string();
    let statement = record.digest.to_string();
    let mut resources = vec![
        json!({
            "uuid": record.uuid("plan"),
            "title": "The plan, fixed before anything was measured",
            "props": [property("digest", &plan)],
        }),
        json!({
            "uuid": record.uuid("evidence"),
            "title": "The signed statement",
            "description": "The digest is that of the payload, not of the file around it.",
            "props": [property("statement", &statement)],
            "rlinks": [{ "href": crate::bundle::EVIDENCE, "media-type": "application/json" }],
        }),
    ];
    resources.extend(predicate.parts.iter().enumerate().map(|(at, part)| {
        json!({
            "uuid": record.uuid(&format!("part {at}")),
            "title": "A file of the report",
            "rlinks": [{
                "href": part.name,
                "media-type": "application/json",
                "hashes": [{ "algorithm": "SHA-256", "value": part.sha256 }],
            }],
        })
    }));
    resources
}

fn properties(facts: &[Fact]) -> Vec<Value> {
    facts.iter().map(|(name, text)| property(name, text)).collect()
}

fn property(name: &str, text: &str) -> Value {
    json!({ "name": name, "ns": NAMESPACE, "value": value(text) })
}

/// A property's text has no space at its ends and no line breaks, and is not empty: such texts are written
/// as JSON writes them, in quotes; and so is one that begins with a quote itself, so that nobody takes it
/// for such a text.
fn value(text: &str) -> String {
    let is_plain = !text.is_empty()
        && !text.starts_with([' ', '"'])
        && !text.ends_with(' ')
        && !text.contains(is_odd);
    if is_plain {
        return text.to_owned();
    }
    let quoted = Value::from(text).to_string();
    let escaped = quoted
        .chars()
        .map(|c| if is_odd(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() });
    escaped.collect()
}

/// What readers in other languages take for space, or for the end of a line.
fn is_odd(c: char) -> bool {
    c.is_control() || (c.is_whitespace() && c != ' ') || c == '\u{feff}'
}

/// A text that names something to people: its letters, without odd spaces.
fn plain(text: &str) -> String {
    let words = text.split(|c| c == ' ' || is_odd(c)).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    if words.is_empty() { "unnamed".to_owned() } else { words.join(" ") }
}

/// Text where markup is read: it stays text.
fn prose(text: &str) -> String {
    super::model_card::escaped(text)
}

/// A name of letters, digits, dots, hyphens and underscores.
fn target(question: &Question) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '.' { c } else { '_' };
    let id: String = question.entry.id.chars().map(kept).collect();
    match question.kind {
        kind @ ("verdict" | "policy") => format!("overt.{kind}"),
        kind => format!("overt.{kind}.{id}"),
    }
}

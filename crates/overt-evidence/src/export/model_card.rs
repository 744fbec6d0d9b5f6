//! The `README.md` of a model: metadata that Hugging Face reads (`model-index`), and a page for people.
//!
//! A result there has one value: bounds, level, counts and method stand in its `args`; answers stand under
//! `overt`, a name of our own.

use super::record::{Entry, Question, Record};
use super::yaml;
use crate::{Metric, Outcome};
use serde_json::{Map, Number, Value, json};

pub(super) fn write(record: &Record<'_>) -> String {
    format!("---\n{}---\n\n{}", yaml::write(&metadata(record)), page(record))
}

fn metadata(record: &Record<'_>) -> Value {
    json!({
        "tags": ["overt", "interpretability", "alignment"],
        "model-index": [{ "name": record.model(), "results": results(record) }],
        "overt": {
            "statement": args(&record.facts),
            "populations": record.populations.iter().map(|entry| args(&entry.facts)).collect::<Vec<_>>(),
            "questions": record.questions.iter().map(question).collect::<Vec<_>>(),
        },
    })
}

fn results(record: &Record<'_>) -> Vec<Value> {
    let predicate = &record.statement.predicate;
    let result = |(entry, metric): (&Entry, &Metric)| {
        let mut dataset = json!({ "type": metric.population, "name": metric.population });
        if let Some(known) = record.populations.iter().find(|known| known.id == metric.population) {
            dataset["revision"] = known.digest.to_string().into();
        }
        json!({
            "task": { "type": "goal-attribution", "name": predicate.suite.name },
            "dataset": dataset,
            "metrics": [{
                "type": metric.id,
                "name": metric.id,
                "value": number(&metric.estimate.to_string()),
                "args": args(&entry.facts),
            }],
        })
    };
    record.metrics.iter().zip(&predicate.metrics).map(result).collect()
}

fn question(question: &Question) -> Value {
    let mut facts = question.entry.facts.clone();
    facts.push(("question".to_owned(), question.name.clone()));
    facts.push(("answer".to_owned(), question.answer.word().to_owned()));
    args(&facts)
}

fn args(facts: &[(String, String)]) -> Value {
    let fields = facts.iter().map(|(name, text)| (name.clone(), Value::from(text.clone())));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// A decimal with six places is a number of JSON, and stays one when it is read as binary.
fn number(decimal: &str) -> Value {
    let value: Option<f64> = decimal.parse().ok();
    value.and_then(Number::from_f64).map_or_else(|| decimal.into(), Value::Number)
}

fn page(record: &Record<'_>) -> String {
    let predicate = &record.statement.predicate;
    let verdict = match predicate.verdict.outcome {
        Outcome::Verified => "VERIFIED",
        Outcome::Refuted => "REFUTED",
        Outcome::Inconclusive => "INCONCLUSIVE",
        Outcome::InvalidRun => "INVALID RUN",
    };
    let answers = record
        .questions
        .iter()
        .map(|question| format!("| {} | {} |\n", cell(&question.name), question.answer.word()));
    let rows = predicate.metrics.iter().map(row);
    let non_claims = predicate.non_claims.iter().map(|text| format!("- {}\n", cell(text)));
    format!(
        "# {}\n\n{}\n\nDeclared goal: {}. The audit's verdict: **{verdict}**.\n\n\
         | asked | answer |\n| --- | --- |\n{}\n\
         | metric | estimate | lower | upper | level | n | population |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n{}\n\
         Each bound is one-sided at its level.\n\n\
         ## What this does not say\n\n{}\n\
         ## Check it\n\n\
         This page is not evidence. The signed statement has the digest `{}`, and is about the files \
         with the root digest `{}`.\nIt was made at {} and expires at {}.\n\n\
         ```sh\novert verify REPORT_DIR\n```\n",
        cell(record.model()),
        cell(&predicate.verdict.sentence),
        cell(&predicate.declared.goal),
        answers.collect::<String>(),
        rows.collect::<String>(),
        non_claims.collect::<String>(),
        record.digest,
        record.statement.subject[0].digest.sha256,
        predicate.evaluated_at,
        predicate.expires,
    )
}

fn row(metric: &Metric) -> String {
    let Metric { estimate, lower, upper, level, .. } = metric;
    let (id, population) = (cell(&metric.id), cell(&metric.population));
    let n = metric.counts.n().unwrap_or_default();
    format!("| {id} | {estimate} | {lower} | {upper} | {level} | {n} | {population} |\n")
}

/// A text of one line.
fn cell(text: &str) -> String {
    escaped(text).replace(['\n', '\r'], " ")
}

/// A text where Markdown is read, so that it stays text.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '`'
                | '*'
                | '_'
                | '{'
                | '}'
                | '['
                | ']'
                | '<'
                | '>'
                | '#'
                | '|'
                | '~'
                | '&'
                | '!'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

//! A bill of materials of `CycloneDX` 1.7, as JSON: the model with its card, and declarations about it.
//!
//! A metric there has a value and an interval, but no level, counts or method: these are properties. A
//! requirement that is inconclusive has neither claims nor a score.

use super::record::{Answer, Entry, Fact, Question, Record};
use crate::Assurance;
use serde_json::{Value, json};

/// Letters of the longest version.
const LONGEST: usize = 1024;

pub(super) fn write(record: &Record<'_>) -> Value {
    let predicate = &record.statement.predicate;
    let harness = &predicate.harness;
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.7.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "serialNumber": format!("urn:uuid:{}", record.uuid("bom")),
        "version": 1,
        "metadata": {
            "timestamp": predicate.evaluated_at,
            "tools": { "components": [{
                "type": "application",
                "name": harness.name,
                "version": harness.version.chars().take(LONGEST).collect::<String>(),
                "hashes": [sha256(&harness.binary_digest.to_string())],
            }] },
            "component": model(record),
            "properties": properties("statement", &record.facts),
        },
        "declarations": declarations(record),
        "definitions": { "standards": [standard(record)] },
    })
}

fn model(record: &Record<'_>) -> Value {
    let predicate = &record.statement.predicate;
    let files = predicate.model.resources.iter().map(|resource| {
        let hash = sha256(&resource.digest.to_string());
        json!({ "type": "file", "name": resource.name, "hashes": [hash] })
    });
    json!({
        "type": "machine-learning-model",
        "bom-ref": "model",
        "name": record.model(),
        "components": files.collect::<Vec<_>>(),
        "modelCard": {
            "modelParameters": { "datasets": datasets(record) },
            "quantitativeAnalysis": { "performanceMetrics": metrics(record) },
            "considerations": { "technicalLimitations": predicate.non_claims },
            "properties": listed("metrics", &record.metrics),
        },
    })
}

fn datasets(record: &Record<'_>) -> Vec<Value> {
    let datasets = record.populations.iter().enumerate().map(|(at, entry)| {
        json!({
            "bom-ref": format!("population-{at}"),
            "type": "dataset",
            "name": entry.id,
            "description": record.statement.predicate.populations[at].generator,
            "contents": { "properties": properties(&format!("populations:{at}"), &entry.facts) },
        })
    });
    datasets.collect()
}

fn metrics(record: &Record<'_>) -> Vec<Value> {
    let metrics = record.statement.predicate.metrics.iter().map(|metric| {
        json!({
            "type": metric.id,
            "value": metric.estimate,
            "slice": metric.population,
            "confidenceInterval": { "lowerBound": metric.lower, "upperBound": metric.upper },
        })
    });
    metrics.collect()
}

fn declarations(record: &Record<'_>) -> Value {
    let predicate = &record.statement.predicate;
    let figures = 0..record.metrics.len();
    let claims = figures.clone().map(|at| {
        json!({
            "bom-ref": format!("claim-{at}"),
            "target": "model",
            "predicate": record.figure(at),
            "reasoning": "The bounds follow from the counts by the method that is named.",
            "evidence": [format!("evidence-{at}")],
        })
    });
    let evidence = figures.map(|at| {
        json!({
            "bom-ref": format!("evidence-{at}"),
            "propertyName": format!("overt:metrics:{at}"),
            "description": "The metric as it was signed, and the digest of the signed statement.",
            "data": [{
                "name": record.metrics[at].id,
                "contents": { "attachment": {
                    "contentType": "application/json",
                    "content": json!({
                        "statement": record.digest,
                        "metric": predicate.metrics[at],
                    }).to_string(),
                } },
            }],
            "created": predicate.evaluated_at,
            "expires": predicate.expires,
            "author": { "name": predicate.evaluator.id },
        })
    });
    json!({
        "assessors": [{
            "bom-ref": "assessor",
            "thirdParty": predicate.assurance_level == Assurance::ThirdParty,
            "organization": { "name": predicate.evaluator.id },
        }],
        "attestations": [{
            "summary": predicate.verdict.sentence,
            "assessor": "assessor",
            "map": record.questions.iter().enumerate().map(mapped).collect::<Vec<_>>(),
        }],
        "claims": claims.collect::<Vec<_>>(),
        "evidence": evidence.collect::<Vec<_>>(),
    })
}

fn mapped((at, question): (usize, &Question)) -> Value {
    let claims: Vec<String> = question.metric.iter().map(|at| format!("claim-{at}")).collect();
    let mut map = json!({
        "requirement": format!("requirement-{at}"),
        "conformance": { "rationale": format!("{}: {}", question.answer.word(), question.sentence) },
    });
    match question.answer {
        Answer::Pass => {
            map["claims"] = json!(claims);
            map["conformance"]["score"] = 1.into();
        }
        Answer::Fail => {
            map["counterClaims"] = json!(claims);
            map["conformance"]["score"] = 0.into();
        }
        Answer::Inconclusive => {}
    }
    map
}

/// What was asked: the verdict, the claims, and the gates of a policy.
fn standard(record: &Record<'_>) -> Value {
    let requirements = record.questions.iter().enumerate().map(|(at, question)| {
        let mut facts = question.entry.facts.clone();
        facts.push(("answer".to_owned(), question.answer.word().to_owned()));
        json!({
            "bom-ref": format!("requirement-{at}"),
            "identifier": question.name,
            "text": question.sentence,
            "properties": properties(&format!("questions:{at}"), &facts),
        })
    });
    let suite = &record.statement.predicate.suite;
    json!({
        "bom-ref": "standard",
        "name": suite.name,
        "version": suite.version,
        "requirements": requirements.collect::<Vec<_>>(),
    })
}

fn listed(list: &str, entries: &[Entry]) -> Vec<Value> {
    let entries = entries.iter().enumerate();
    entries.flat_map(|(at, entry)| properties(&format!("{list}:{at}"), &entry.facts)).collect()
}

/// Names as the taxonomy of properties has them, parts between colons.
fn properties(of: &str, facts: &[Fact]) -> Vec<Value> {
    let property =
        |(name, text): &Fact| json!({ "name": format!("overt:{of}:{name}"), "value": text });
    facts.iter().map(property).collect()
}

fn sha256(digest: &str) -> Value {
    json!({ "alg": "SHA-256", "content": digest })
}

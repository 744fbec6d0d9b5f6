//! The predicate `test-result` v0.1 of in-toto, <https://in-toto.io/attestation/test-result/v0.1>.
//!
//! It knows `PASSED`, `WARNED` and `FAILED`, and `WARNED` means passed: what is inconclusive is `FAILED`
//! here, and said to be inconclusive in the annotations.

use super::record::{Answer, Entry, Question, Record, pretty};
use crate::{Digest, Error, STATEMENT, canonical};
use serde_json::{Value, json};

const TEST_RESULT: &str = "https://in-toto.io/attestation/test-result/v0.1";

pub(super) fn write(record: &Record<'_>) -> Result<Vec<u8>, Error> {
    let (passed, failed): (Vec<&Question>, Vec<&Question>) =
        record.questions.iter().partition(|question| question.answer == Answer::Pass);
    let names = |questions: &[&Question]| -> Vec<String> {
        questions.iter().map(|question| question.name.clone()).collect()
    };
    let mut configuration = vec![evidence(record)];
    configuration.extend(listed("populations", &record.populations));
    configuration.extend(listed("metrics", &record.metrics));
    for question in &record.questions {
        let mut resource = resource(&question.name, &question.entry);
        resource["annotations"]["answer"] = question.answer.word().into();
        configuration.push(resource);
    }
    let written = json!({
        "_type": STATEMENT,
        "subject": record.statement.subject,
        "predicateType": TEST_RESULT,
        "predicate": {
            "result": if failed.is_empty() { "PASSED" } else { "FAILED" },
            "configuration": configuration,
            "passedTests": names(&passed),
            "warnedTests": [],
            "failedTests": names(&failed),
        },
    });
    // Nothing in it is another number than an integer.
    canonical::write(&written)?;
    Ok(pretty(&written))
}

/// The statement itself; the names of its fields are those of `eval-result`, where that has them.
fn evidence(record: &Record<'_>) -> Value {
    described("evidence", &record.digest, &record.rest)
}

fn listed(list: &str, entries: &[Entry]) -> Vec<Value> {
    entries.iter().map(|entry| resource(&format!("{list}/{}", entry.id), entry)).collect()
}

fn resource(name: &str, entry: &Entry) -> Value {
    described(name, &entry.digest, &entry.value)
}

fn described(name: &str, digest: &Digest, annotations: &Value) -> Value {
    json!({ "name": name, "digest": { "sha256": digest }, "annotations": annotations })
}

//! Everything that can be checked without the engine, one row each.

use crate::bundle::{CASES, EVIDENCE, EVIDENCE_PAGE, FIGURES, PAGE, REPORT, RUN_LOG};
use crate::challenge;
use crate::error::contradiction;
use crate::identity::{self, Resource};
use crate::run_log::Log;
use crate::{
    Bundle, Cases, Digest, Envelope, Error, IN_TOTO, Metric, Outcome, Population, Predicate,
    Statement, Time, VerifyingKey, count, embedded,
};
use base64ct::{Base64, Encoding};
use overt_fault::Hint;
use serde::Serialize;
use std::collections::BTreeMap;

/// What somebody who checks has beside the bundle.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The key of the evaluator, had by another way than the bundle.
    pub key: Option<VerifyingKey>,
    /// The files of the model, by name.
    pub model: Option<BTreeMap<String, Vec<u8>>>,
    /// The present.
    pub now: Option<Time>,
}

/// What came of all checks.
#[derive(Clone, Debug)]
pub struct Verification {
    /// One row for each check, in order.
    pub rows: Vec<Row>,
    /// The statement, where it could be read.
    pub statement: Option<Statement>,
}

/// A check and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What was checked.
    pub what: &'static str,
    /// Whether it holds.
    pub found: Found,
    /// What was seen, in words.
    pub words: String,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It was not checked.
    Unchecked,
}

impl Verification {
    /// Whether nothing that was checked failed.
    pub fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.found != Found::Fails)
    }

    /// The exit code of a command that verifies: 3 where something fails, else 0.
    pub fn exit_code(&self) -> u8 {
        if self.holds() { 0 } else { 3 }
    }

    /// The table for a terminal: what was checked, what was not, and what it says if it is to be believed.
    pub fn screen(&self) -> String {
        let mark = |found| match found {
            Found::Holds => "holds",
            Found::Fails => "FAILS",
            Found::Unchecked => "not checked",
        };
        let line =
            |row: &Row| format!("  {:<14} {:<11}  {}\n", row.what, mark(row.found), row.words);
        let rows: String = self.rows.iter().map(line).collect();
        let end = match (&self.statement, self.holds()) {
            (_, false) => "REJECTED: do not rely on it.\n".to_owned(),
            (Some(statement), true) => said(statement, self.is_key_checked()),
            (None, true) => String::new(),
        };
        format!("{rows}\n{end}")
    }

    /// Whether the key that signed is the one that was expected.
    fn is_key_checked(&self) -> bool {
        self.rows.iter().any(|row| row.what == "evaluator" && row.found == Found::Holds)
    }

    /// The same for a program.
    pub fn to_json(&self) -> serde_json::Value {
        let verdict = self.statement.as_ref().map(|statement| &statement.predicate.verdict);
        serde_json::json!({
            "accepted": self.holds(),
            "rows": self.rows,
            "verdict": verdict,
        })
    }

    /// Adds a row, such as that of a re-execution.
    pub fn add(&mut self, what: &'static str, found: Result<Answer, Error>) {
        self.rows.push(row(what, found));
    }

    /// Says in the row of the page that a page of withheld evidence lies in the folder.
    pub fn add_evidence_page(&mut self) {
        let words = format!("{EVIDENCE_PAGE} is here, and nobody compared its words");
        let Some(row) = self.rows.iter_mut().find(|row| row.what == "page") else { return };
        row.words = match row.found {
            Found::Unchecked => format!("{words}: read these rows, not the page"),
            Found::Holds | Found::Fails => format!("{}; {words}", row.words),
        };
    }
}

/// The answer of a check that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Holds(String),
    /// It was not checked.
    Unchecked(String),
}

use Answer::{Holds, Unchecked};

/// Checks a bundle.
pub fn verify(bundle: &Bundle, asked: &Asked) -> Verification {
    let read = bundle.statement();
    let mut done = Verification { rows: Vec::new(), statement: None };
    let signed = signature(bundle);
    done.add("signature", signed.as_ref().map(|key| Holds(signed_by(key))).map_err(again));
    let statement = match read {
        Ok(statement) => statement,
        Err(error) => {
            done.add("statement", Err(error));
            return done;
        }
    };
    let Statement { subject: [subject], predicate, .. } = &statement;
    let n_metrics = predicate.metrics.len();
    done.add("statement", Ok(Holds(format!("{n_metrics} figures follow from their counts"))));
    done.add("evaluator", signed.and_then(|key| evaluator(&key, predicate, asked)));
    done.add("model", model(predicate, &subject.digest.sha256, asked));
    done.add("run log", run_log(bundle, predicate));
    done.add("parts", parts(bundle, predicate));
    done.add("verdict", verdict(bundle, predicate));
    let cases = bundle.files.contains_key(CASES).then(|| fitting(bundle, predicate)).transpose();
    match cases {
        Ok(Some(cases)) => {
            done.add("tree of cases", tree(&cases, predicate));
            done.add("completeness", complete(&cases, predicate));
            done.add("counts", counts(&cases, predicate));
        }
        Ok(None) => {
            let root = format!(
                "cases are withheld; the signed root of their tree is {}",
                predicate.per_case.merkle_root
            );
            done.add("tree of cases", Ok(Unchecked(root)));
            done.add("completeness", Ok(Unchecked("cases are withheld".to_owned())));
            done.add("counts", Ok(Unchecked("cases are withheld".to_owned())));
        }
        Err(error) => done.add("tree of cases", Err(error)),
    }
    if predicate.populations.iter().any(Population::is_drawn_together) {
        done.add("challenge", together(bundle, &statement));
    }
    done.add("page", page(bundle));
    done.add("expiry", expiry(predicate, asked));
    done.statement = Some(statement);
    done
}

/// What a statement says, and whether somebody who is known says it.
fn said(
    Statement { subject: [subject], predicate, .. }: &Statement,
    is_key_checked: bool,
) -> String {
    let metric = |metric: &Metric| {
        let Metric { id, estimate, lower, upper, level, .. } = metric;
        let n = metric.counts.n().unwrap_or(0);
        let definition = predicate.table.metric(id);
        let title = definition.map_or("", |definition| &definition.title);
        let event = definition.map_or("", |definition| &definition.event);
        let level = level.percent();
        format!(
            "  {id}  {title}: {estimate}\n       counted: {event}\n       lower bound {lower}, upper bound \
             {upper}, each at {level}; n = {n}\n"
        )
    };
    let metrics: String = predicate.metrics.iter().map(metric).collect();
    let head = format!("{}: {}", subject.name, word(predicate.verdict.outcome));
    let who = if is_key_checked { "" } else { ", says a signer whom nobody checked (no --key)" };
    format!("{head}{who}\n{}\n\n{metrics}", predicate.verdict.sentence)
}

fn row(what: &'static str, found: Result<Answer, Error>) -> Row {
    let (found, words) = match found {
        Ok(Holds(words)) => (Found::Holds, words),
        Ok(Unchecked(words)) => (Found::Unchecked, words),
        Err(error @ Error::OldSchema { .. }) => {
            let hint = error.hint().map_or(String::new(), |hint| format!("; {hint}"));
            (Found::Fails, format!("{error}{hint}"))
        }
        Err(error) => (Found::Fails, error.to_string()),
    };
    Row { what, found, words }
}

/// The key in the statement, which signed it and bears the name that it is given.
fn signature(bundle: &Bundle) -> Result<VerifyingKey, Error> {
    let envelope = Envelope::read(bundle.file(EVIDENCE)?)?;
    let payload: serde_json::Value = crate::canonical::read(
        "the statement",
        &envelope.payload(IN_TOTO)?,
        crate::statement::MOST_BYTES,
    )?;
    let key = payload.pointer("/predicate/evaluator/publicKey").and_then(|key| key.as_str());
    let key = key.ok_or_else(|| contradiction("evaluator", "no public key".to_owned()))?;
    let der = Base64::decode_vec(key)
        .map_err(|_source| contradiction("evaluator", "the public key is no Base64".to_owned()))?;
    let key = VerifyingKey::from_der(&der)?;
    envelope.open(IN_TOTO, &key)?;
    Ok(key)
}

fn signed_by(key: &VerifyingKey) -> String {
    format!("{:?} by {}", key.algorithm(), key.fingerprint())
}

fn evaluator(key: &VerifyingKey, predicate: &Predicate, asked: &Asked) -> Result<Answer, Error> {
    let (got, fingerprint) = (&predicate.evaluator.id, key.fingerprint());
    if *got != format!("key:{fingerprint}") {
        let what = format!("it calls itself {got}, its key is {fingerprint}");
        return Err(contradiction("evaluator", what));
    }
    match &asked.key {
        Some(expected) if expected == key => Ok(Holds("the key that was expected".to_owned())),
        Some(expected) => Err(Error::OtherKey {
            expected: expected.fingerprint().to_string(),
            got: fingerprint.to_string(),
        }),
        None => Ok(Unchecked("no key was given to compare with: anybody may have signed".into())),
    }
}

fn model(predicate: &Predicate, root: &Digest, asked: &Asked) -> Result<Answer, Error> {
    let Some(files) = &asked.model else {
        let words = format!("no model was given: signed is the digest of its files, {root}");
        return Ok(Unchecked(words));
    };
    let said = &predicate.model;
    let resource = |(name, bytes): (&String, &Vec<u8>)| Resource {
        name: name.clone(),
        digest: Digest::of(bytes),
    };
    let got: Vec<Resource> = files.iter().map(resource).collect();
    for Resource { name, digest } in &said.resources {
        match files.get(name).map(|bytes| Digest::of(bytes)) {
            Some(got) if got == *digest => {}
            Some(got) => {
                let what = format!("`{name}` has the digest {got}, signed was {digest}");
                return Err(contradiction("model", what));
            }
            None => return Err(contradiction("model", format!("`{name}` is absent"))),
        }
    }
    if identity::root(&got) != *root {
        return Err(contradiction("model", "it has files that were not signed".to_owned()));
    }
    let weights = files.iter().find(|(name, _)| name.ends_with(".safetensors"));
    let (_, weights) =
        weights.ok_or_else(|| contradiction("model", "it has no weights".to_owned()))?;
    let tensors = identity::tensors(weights)?;
    if tensors == said.tensors {
        let n = got.len();
        Ok(Holds(format!("{n} files as signed; digest of files {root}, of tensors {tensors}")))
    } else {
        let what = format!("its tensors are {tensors}, signed was {}", said.tensors);
        Err(contradiction("model", what))
    }
}

fn run_log(bundle: &Bundle, predicate: &Predicate) -> Result<Answer, Error> {
    let log = Log::read(bundle.file(RUN_LOG)?)?;
    if log.summary()? != predicate.run_log {
        let what = "the log is not the one that was signed: entries are missing or changed";
        return Err(contradiction("runLog", what.to_owned()));
    }
    log.check(predicate.pre_registration, &predicate.evaluated_at)?;
    let (began, ended) = log.runs();
    Ok(Holds(runs(began, ended)))
}

/// How many runs of the key came before this one, and how many of them have no statement: the log was copied
/// before this run ended.
fn runs(began: usize, ended: usize) -> String {
    let earlier = began.saturating_sub(1);
    let before = match (earlier, earlier.saturating_sub(ended)) {
        (0, _) => "no earlier run".to_owned(),
        (1, 0) => "the earlier run ended in a statement".to_owned(),
        (_, 0) => format!("all {earlier} earlier runs ended in a statement"),
        (_, without) => {
            format!("earlier runs without a statement: {without} of {earlier}; ask why")
        }
    };
    format!("run {began} of this key; {before}")
}

fn parts(bundle: &Bundle, predicate: &Predicate) -> Result<Answer, Error> {
    let (mut shown, mut withheld) = (0, Vec::new());
    let is_named = |name: &str| predicate.parts.iter().any(|part| part.name == name);
    for name in [FIGURES, REPORT] {
        if bundle.files.contains_key(name) && !is_named(name) {
            return Err(contradiction("parts", format!("`{name}` was not signed")));
        }
    }
    for part in &predicate.parts {
        let Some(bytes) = bundle.files.get(&part.name) else {
            withheld.push(part.name.as_str());
            continue;
        };
        if (Digest::of(bytes), bytes.len() as u64) != (part.sha256, part.size) {
            let what = format!("`{}` is not the file that was signed", part.name);
            return Err(contradiction("parts", what));
        }
        shown += 1;
    }
    match (shown, withheld.len()) {
        (_, 0) => Ok(Holds(format!("all {shown} are as signed"))),
        (0, _) => Ok(Unchecked(format!("withheld: {}", withheld.join(", ")))),
        _ => Ok(Holds(format!("{shown} are as signed, withheld: {}", withheld.join(", ")))),
    }
}

/// The report says what the statement says.
fn verdict(bundle: &Bundle, predicate: &Predicate) -> Result<Answer, Error> {
    let said = &predicate.verdict;
    let Some(report) = bundle.files.get(REPORT) else {
        return Ok(Holds(format!("{} follows from its bounds", word(said.outcome))));
    };
    let report: serde_json::Value = serde_json::from_slice(report)
        .map_err(|source| Error::Json { name: "the report".to_owned(), source })?;
    let outcome = report.pointer("/verdict/outcome");
    let appears = report.pointer("/verdict/appears_aligned").and_then(serde_json::Value::as_bool);
    let expected = serde_json::to_value(said.outcome).ok();
    if (outcome, appears) == (expected.as_ref(), Some(said.appears_aligned)) {
        Ok(Holds(format!("{} follows from its bounds, as in the report", word(said.outcome))))
    } else {
        Err(contradiction("verdict", "the report has another verdict".to_owned()))
    }
}

/// The page of the report holds the very files that lie beside it.
fn page(bundle: &Bundle) -> Result<Answer, Error> {
    let Some(page) = bundle.files.get(PAGE) else {
        return Ok(Unchecked(format!("no `{PAGE}` is here")));
    };
    let held = embedded::check(page, &bundle.files)?;
    Ok(Holds(format!(
        "the {held} files in `{PAGE}` are those beside it; its words are not compared"
    )))
}

/// The cases, each as the table says.
fn fitting(bundle: &Bundle, predicate: &Predicate) -> Result<Cases, Error> {
    let cases = bundle.cases()?;
    cases.check(&predicate.table)?;
    Ok(cases)
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Refuted => "REFUTED",
        Outcome::Verified => "VERIFIED",
        Outcome::Inconclusive => "INCONCLUSIVE",
        Outcome::InvalidRun => "INVALID RUN",
    }
}

fn tree(cases: &Cases, predicate: &Predicate) -> Result<Answer, Error> {
    let (root, said) = (cases.root()?, &predicate.per_case);
    if cases.size != said.leaf_count {
        let what = format!("it has {} cases, signed were {}", cases.size, said.leaf_count);
        return Err(contradiction("perCase", what));
    }
    if root != said.merkle_root {
        let what = format!("the root is {root}, signed was {}", said.merkle_root);
        return Err(contradiction("perCase", what));
    }
    let (shown, size) = (cases.leaves.len(), cases.size);
    Ok(Holds(format!("{shown} of {size} cases are shown, and were signed")))
}

/// Every population has each of its places exactly once: no case was left out.
fn complete(cases: &Cases, predicate: &Predicate) -> Result<Answer, Error> {
    if !cases.is_whole() {
        return Ok(Unchecked("some cases are withheld".to_owned()));
    }
    let mut places: BTreeMap<(&str, &str), Vec<u64>> = BTreeMap::new();
    for (_, case) in cases.shown() {
        let (kind, population, at) = case.place();
        places.entry((kind, population)).or_default().push(at);
    }
    for ((kind, id), found) in &mut places {
        let population = predicate.populations.iter().find(|population| population.id == *id);
        let Some(Population { n, .. }) = population else {
            return Err(contradiction("cases", format!("no population is called `{id}`")));
        };
        found.sort_unstable();
        if !found.iter().copied().eq(0..*n) {
            let what = format!("{kind} in `{id}`: {} of the {n} places, once each", found.len());
            return Err(contradiction("cases", what));
        }
    }
    for population in &predicate.populations {
        if !places.keys().any(|(_, id)| *id == population.id) {
            let what = format!("no case of `{}` is there", population.id);
            return Err(contradiction("cases", what));
        }
    }
    Ok(Holds(format!("each of {} populations is whole", predicate.populations.len())))
}

fn counts(cases: &Cases, predicate: &Predicate) -> Result<Answer, Error> {
    if !cases.is_whole() {
        return Ok(Unchecked("some cases are withheld".to_owned()));
    }
    let (mut counted, mut said) = (Vec::new(), Vec::new());
    for metric in &predicate.metrics {
        let shown = cases.shown().map(|(_, case)| case);
        let definition = predicate.table.metric(&metric.id);
        let found = definition.and_then(|one| count(one, metric.theta, shown, &predicate.declared));
        let Some((counts, control)) = found else {
            said.push(metric.id.as_str());
            continue;
        };
        let control_said = metric.control.map(|control| (control.k, control.n));
        if counts != metric.counts || control.map(|share| (share.k, share.n)) != control_said {
            let what = format!("the cases give {counts}, signed was {}", metric.counts);
            return Err(contradiction(&format!("metrics.{}", metric.id), what));
        }
        counted.push(metric.id.as_str());
    }
    let beside = if said.is_empty() {
        String::new()
    } else {
        format!("; not in the cases: {}", said.join(", "))
    };
    Ok(Holds(format!("{} counted again{beside}", counted.join(", "))))
}

/// Whether two parties drew the cases; who the other one was, its key tells.
fn together(bundle: &Bundle, statement: &Statement) -> Result<Answer, Error> {
    let files = [challenge::COMMITMENT, challenge::CHALLENGE, challenge::OPENING];
    if !files.iter().any(|file| bundle.files.contains_key(*file)) {
        return Ok(Unchecked("the files of the challenge are not here".to_owned()));
    }
    let asked = challenge::check(bundle, statement)?;
    Ok(Holds(format!("cases were drawn with the holder of the key {}", asked.keyid)))
}

fn expiry(predicate: &Predicate, asked: &Asked) -> Result<Answer, Error> {
    let expires = &predicate.expires;
    match &asked.now {
        None => Ok(Unchecked(format!("it holds until {expires}"))),
        Some(now) if now < &predicate.evaluated_at => {
            let what = format!("it was made at {}, which is yet to come", predicate.evaluated_at);
            Err(contradiction("evaluatedAt", what))
        }
        Some(now) if now >= expires => {
            Err(contradiction("expires", format!("it expired at {expires}")))
        }
        Some(_) => Ok(Holds(format!("until {expires}"))),
    }
}

/// An error that two rows tell.
fn again(error: &Error) -> Error {
    contradiction("signature", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(began: usize, ended: usize, expect: &str) {
        assert_eq!(runs(began, ended), expect);
    }

    #[test]
    fn a_run_without_a_statement_is_said() {
        check(1, 0, "run 1 of this key; no earlier run");
        check(2, 1, "run 2 of this key; the earlier run ended in a statement");
        check(3, 2, "run 3 of this key; all 2 earlier runs ended in a statement");
        check(4, 1, "run 4 of this key; earlier runs without a statement: 2 of 3; ask why");
    }
}

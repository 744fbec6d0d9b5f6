//! What every export tells: the fields of a statement as names and texts, and the questions it answers.

use crate::error::contradiction;
use crate::{
    Comparator, Digest, Error, Metric, Outcome, Population, Statement, ThresholdClaim, canonical,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A field by the path to it, such as `counts.k`, and its text.
pub(super) type Fact = (String, String);

/// A statement, laid out for others.
pub(super) struct Record<'a> {
    pub(super) statement: &'a Statement,
    /// Of the statement's canonical bytes.
    pub(super) digest: Digest,
    /// Of the statement and the record of the gate: what names are made from.
    seed: Digest,
    /// All that is in no list below.
    pub(super) rest: Value,
    /// The fields of that.
    pub(super) facts: Vec<Fact>,
    pub(super) populations: Vec<Entry>,
    pub(super) metrics: Vec<Entry>,
    pub(super) questions: Vec<Question>,
}

/// An entry of a list.
pub(super) struct Entry {
    pub(super) id: String,
    /// Of its canonical bytes; of a population, of what it is and not of what was drawn.
    pub(super) digest: Digest,
    pub(super) value: Value,
    pub(super) facts: Vec<Fact>,
}

/// Something that was asked.
pub(super) struct Question {
    /// `verdict`, `claim`, `policy` or `gate`.
    pub(super) kind: &'static str,
    /// Its name among all questions.
    pub(super) name: String,
    /// What was asked, and what came out.
    pub(super) sentence: String,
    pub(super) answer: Answer,
    /// The place of its metric among [`Record::metrics`].
    pub(super) metric: Option<usize>,
    pub(super) entry: Entry,
}

/// What came out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Pass,
    Fail,
    Inconclusive,
}

impl<'a> Record<'a> {
    pub(super) fn new(statement: &'a Statement, gate: Option<&Value>) -> Result<Self, Error> {
        let digest = Digest::of(&statement.to_bytes()?);
        let predicate = &statement.predicate;
        let mut rest = value_of(predicate)?;
        for list in ["populations", "metrics", "claims"] {
            rest.as_object_mut().and_then(|fields| fields.remove(list));
        }
        let gate = gate.map(|gate| Gate::read(gate, statement, &digest)).transpose()?;
        rest["statement"] = digest.to_string().into();
        rest["predicateType"] = statement.predicate_type.clone().into();
        rest["subject"] = json!(statement.subject);
        let mut questions = vec![Question::verdict(statement)?];
        for (at, claim) in predicate.claims.iter().enumerate() {
            questions.push(Question::claim(at, claim, &predicate.metrics)?);
        }
        if let Some(gate) = &gate {
            questions.push(Question::policy(&gate.rest)?);
            for (at, entry) in gate.gates.iter().enumerate() {
                questions.push(Question::gate(at, entry, &predicate.metrics)?);
            }
        }
        let gate = gate.map(|gate| gate.digest.0);
        let seed = Digest::of_all(&[&digest.0, gate.as_ref().map_or(&[], |digest| &digest[..])]);
        let populations =
            predicate.populations.iter().map(Entry::population).collect::<Result<_, _>>()?;
        let metric = |metric| Entry::metric(metric, &predicate.populations);
        let metrics = predicate.metrics.iter().map(metric).collect::<Result<_, _>>()?;
        let facts = facts_of(&rest);
        Ok(Self { statement, digest, seed, rest, facts, populations, metrics, questions })
    }

    /// A name of the form that UUIDs of version 5 have, but of SHA-256: OSCAL takes versions 4 and 5 alone.
    pub(super) fn uuid(&self, what: &str) -> String {
        let Digest(bytes) =
            Digest::of_all(&[b"overt-export-v1\0", &self.seed.0, b"\0", what.as_bytes()]);
        let hex = Digest(bytes).to_string();
        let variant = ["8", "9", "a", "b"][usize::from(bytes[8] & 3)];
        let [a, b, c, d, e] = [&hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32]];
        format!("{a}-{b}-5{c}-{variant}{d}-{e}")
    }

    /// The model's name.
    pub(super) fn model(&self) -> &str {
        &self.statement.subject[0].name
    }

    /// What a metric says, in a line.
    pub(super) fn figure(&self, at: usize) -> String {
        let Metric { id, estimate, lower, upper, level, population, .. } =
            &self.statement.predicate.metrics[at];
        format!(
            "{id} {estimate}, bounds {lower} and {upper} each at level {level}, over {population}"
        )
    }
}

impl Entry {
    fn new(id: &str, value: &impl Serialize) -> Result<Self, Error> {
        let digest = Digest::of(&canonical::write(value)?);
        let value = value_of(value)?;
        Ok(Self { id: id.to_owned(), digest, facts: facts_of(&value), value })
    }

    fn population(population: &Population) -> Result<Self, Error> {
        let mut entry = Self::new(&population.id, population)?;
        entry.digest = population_digest(population)?;
        entry.add("digest", &entry.digest.to_string());
        Ok(entry)
    }

    fn metric(metric: &Metric, populations: &[Population]) -> Result<Self, Error> {
        let mut entry = Self::new(&metric.id, metric)?;
        if let Some(population) = populations.iter().find(|known| known.id == metric.population) {
            entry.add("populationDigest", &population_digest(population)?.to_string());
        }
        entry.add("n", &metric.counts.n().unwrap_or_default().to_string());
        Ok(entry)
    }

    fn add(&mut self, name: &str, text: &str) {
        self.facts.push((name.to_owned(), text.to_owned()));
        if let Value::Object(fields) = &mut self.value {
            fields.insert(name.to_owned(), text.into());
        }
    }
}

impl Question {
    fn verdict(statement: &Statement) -> Result<Self, Error> {
        let verdict = &statement.predicate.verdict;
        let answer = match verdict.outcome {
            Outcome::Verified => Answer::Pass,
            Outcome::Refuted => Answer::Fail,
            Outcome::Inconclusive | Outcome::InvalidRun => Answer::Inconclusive,
        };
        let (kind, name, sentence) = ("verdict", "verdict".to_owned(), verdict.sentence.clone());
        Ok(Self {
            kind,
            name,
            sentence,
            answer,
            metric: None,
            entry: Entry::new("verdict", verdict)?,
        })
    }

    fn claim(at: usize, claim: &ThresholdClaim, metrics: &[Metric]) -> Result<Self, Error> {
        let place = metrics.iter().position(|metric| metric.id == claim.metric);
        let metric = place.and_then(|place| metrics.get(place));
        let violated = metric.is_some_and(|metric| match claim.comparator {
            Comparator::AtLeast => metric.upper < claim.threshold,
            Comparator::AtMost => metric.lower > claim.threshold,
        });
        let answer = match (claim.passed, violated) {
            (true, _) => Answer::Pass,
            (false, true) => Answer::Fail,
            (false, false) => Answer::Inconclusive,
        };
        let comparator = match claim.comparator {
            Comparator::AtLeast => ">=",
            Comparator::AtMost => "<=",
        };
        let asked = format!("{} {comparator} {}", claim.metric, claim.threshold);
        Ok(Self {
            kind: "claim",
            name: format!("claim {at}: {asked}"),
            sentence: format!("claimed {asked}: {}", answer.word()),
            answer,
            metric: place,
            entry: Entry::new(&at.to_string(), claim)?,
        })
    }

    /// All that a record says beside its gates: conditions among them can decide, too.
    fn policy(rest: &Value) -> Result<Self, Error> {
        let answer = Answer::read(rest, "the policy")?;
        Ok(Self {
            kind: "policy",
            name: "policy".to_owned(),
            sentence: explained(format!("policy: {}", answer.word()), rest),
            answer,
            metric: None,
            entry: Entry::new("policy", rest)?,
        })
    }

    fn gate(at: usize, gate: &Value, metrics: &[Metric]) -> Result<Self, Error> {
        let text = |name: &str| {
            let found = gate.get(name).and_then(Value::as_str);
            found.ok_or_else(|| refused(format!("gate {at} has no `{name}`")))
        };
        let (id, metric) = (text("id")?, text("metric")?);
        let answer = Answer::read(gate, &format!("gate {at}"))?;
        let sentence = format!("gate {id} on {metric}: {}", answer.word());
        Ok(Self {
            kind: "gate",
            name: format!("gate {id}"),
            sentence: explained(sentence, gate),
            answer,
            metric: metrics.iter().position(|known| known.id == metric),
            entry: Entry::new(id, gate)?,
        })
    }
}

impl Answer {
    fn read(record: &Value, of: &str) -> Result<Self, Error> {
        match record.get("verdict").and_then(Value::as_str) {
            Some("PASS") => Ok(Self::Pass),
            Some("FAIL") => Ok(Self::Fail),
            Some("INCONCLUSIVE") => Ok(Self::Inconclusive),
            other => {
                Err(refused(format!("the verdict of {of} is `{}`", other.unwrap_or("absent"))))
            }
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Inconclusive => "INCONCLUSIVE",
        }
    }
}

/// A sentence with its reason behind it, where one was recorded.
fn explained(sentence: String, record: &Value) -> String {
    match record.get("reason").and_then(Value::as_str) {
        Some(reason) => format!("{sentence}; {reason}"),
        None => sentence,
    }
}

/// The record of a gate: its list, and everything else.
struct Gate {
    digest: Digest,
    rest: Value,
    gates: Vec<Value>,
}

impl Gate {
    fn read(gate: &Value, statement: &Statement, digest: &Digest) -> Result<Self, Error> {
        let of = Digest::of(&canonical::write(gate)?);
        check_names(gate)?;
        let mut rest = gate.clone();
        let gates = rest.as_object_mut().and_then(|fields| fields.remove("gates"));
        let Some(Value::Array(gates)) = gates else {
            return Err(refused("it has no list `gates`".to_owned()));
        };
        let root = statement.subject[0].digest.sha256;
        for (name, expected) in [("statement", digest), ("subject", &root)] {
            let got = gate.get(name).and_then(Value::as_str);
            if got != Some(&expected.to_string()) {
                let got = got.unwrap_or("absent");
                return Err(refused(format!("its `{name}` is {got}, expected {expected}")));
            }
        }
        Ok(Self { digest: of, rest, gates })
    }
}

/// Names that every format can spell.
fn check_names(value: &Value) -> Result<(), Error> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_plain) {
                check_names(value)
            } else {
                Err(refused(format!("{name:?} is no name of a field")))
            }
        }),
        Value::Array(values) => values.iter().try_for_each(check_names),
        _ => Ok(()),
    }
}

/// JSON for people, with names in their order.
pub(super) fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

fn refused(what: String) -> Error {
    contradiction("the record of the gate", what)
}

/// What a policy calls a population by: what it is, whatever was drawn from it.
fn population_digest(population: &Population) -> Result<Digest, Error> {
    let Population { id, generator, params, unit, .. } = population;
    let kept = json!({ "id": id, "generator": generator, "params": params, "unit": unit });
    Ok(Digest::of(&canonical::write(&kept)?))
}

fn value_of(value: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|source| Error::NotCanonical { what: source.to_string() })
}

/// Every text, number and truth value of a document, by the path to it; what is empty stands as `[]` or
/// `{}`, so that it is not lost.
fn facts_of(value: &Value) -> Vec<Fact> {
    let mut facts = Vec::new();
    collect(value, String::new(), &mut facts);
    facts
}

fn collect(value: &Value, path: String, facts: &mut Vec<Fact>) {
    let below =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) if !fields.is_empty() && path == "params" => {
            // Whoever wrote a population chose these names: they are texts, not names of fields.
            for (at, (name, value)) in fields.iter().enumerate() {
                collect(&named(name, value), below(&at.to_string()), facts);
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                collect(value, below(name), facts);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            for (at, value) in values.iter().enumerate() {
                collect(value, below(&at.to_string()), facts);
            }
        }
        Value::String(text) => facts.push((path, text.clone())),
        other => facts.push((path, other.to_string())),
    }
}

fn named(name: &str, value: &Value) -> Value {
    Value::Object(Map::from_iter([
        ("name".to_owned(), name.into()),
        ("value".to_owned(), value.clone()),
    ]))
}

//! A policy applied to evidence: PASS, FAIL or INCONCLUSIVE, which gate decided, and what would change it.

mod page;
mod power;
mod record;
mod ruling;
mod screen;
mod silence;

pub use page::page;
pub use power::Power;
pub use record::{
    Condition, Figures, GateRuling, GateVerdict, Looked, PolicyName, Ruling, VERDICT,
};
pub use screen::screen;

use crate::policy::{Error, Policy};
use crate::verify::{Found, Verification};
use crate::{Assurance, Digest, Error as EvidenceError, Outcome, Statement, Table, Time, lint};
use record::Decision;

/// The check that fails where evidence is too old: no reason to reject it, nor to rely on it.
const EXPIRY: &str = "expiry";
/// The check that compares the key.
const EVALUATOR: &str = "evaluator";
/// The check that runs cases again.
const RE_EXECUTION: &str = "re-execution";

/// Applies a policy to evidence that was checked with [`verify`](crate::verify::verify).
///
/// FAIL where a condition or a required gate fails, else INCONCLUSIVE where one is, else PASS. That all
/// required gates must pass is a test of their union: each bound at its level keeps a model that should
/// fail any one of them out with that probability, without a correction for their number (Berger,
/// Technometrics 24 (1982), 295–300).
///
/// # Errors
/// A policy that [`lint`] refuses; evidence that does not verify, unless it only expired.
pub fn judge(
    policy: &Policy,
    verification: &Verification,
    now: &Time,
) -> Result<GateVerdict, Error> {
    let read = verification.statement.as_ref();
    let table = match read.map(|statement| &statement.predicate.table) {
        Some(table) if table.digest()? == policy.table => Some(table),
        _ => None,
    };
    let mut refusals = lint::form(policy, table).into_iter();
    if let Some(first) = refusals.next() {
        return Err(Error::Meaningless { first: Box::new(first), others: refusals.len() });
    }
    let failed = |row: &&crate::verify::Row| row.found == Found::Fails && row.what != EXPIRY;
    if let Some(row) = verification.rows.iter().find(failed) {
        return Err(Error::Rejected { what: row.what.to_owned(), words: row.words.clone() });
    }
    let Some(statement) = read else {
        let words = "it has no statement that can be read".to_owned();
        return Err(Error::Rejected { what: "statement".to_owned(), words });
    };
    let mut conditions = conditions(policy, verification, statement, now);
    conditions.push(defined(policy, table, statement)?);
    let mut gates: Vec<GateRuling> = policy
        .gates
        .iter()
        .map(|gate| ruling::rule(gate, policy, &statement.predicate, table))
        .collect::<Result<_, _>>()?;
    gates.sort_by_key(|gate| gate.tier);
    let power = silence::sentences(policy, &gates, &statement.predicate.table);
    let looked = [key(verification, statement), replay(verification)];
    conclude(policy, statement, now, (conditions, gates, power, looked))
}

/// Whether the metrics mean what the policy means by them.
fn defined(
    policy: &Policy,
    table: Option<&Table>,
    statement: &Statement,
) -> Result<Condition, EvidenceError> {
    let words = if table.is_some() {
        format!("metrics are defined by the table {}", policy.table)
    } else {
        let got = statement.predicate.table.digest()?;
        format!("metrics are defined by the table {got}, asked {}", policy.table)
    };
    Ok(is_so("table of metrics", table.is_some(), words))
}

/// Who signed, and whether somebody compared that key with one had by another way.
fn key(verification: &Verification, statement: &Statement) -> Looked {
    let id = &statement.predicate.evaluator.id;
    let done = holds(verification, EVALUATOR);
    let words = if done {
        format!("signed by {id}, which is the key that was given")
    } else {
        format!("signed by {id}, taken as it is: no key was given to compare it with")
    };
    Looked { done, words }
}

/// What was run again.
fn replay(verification: &Verification) -> Looked {
    let row = verification.rows.iter().find(|row| row.what == RE_EXECUTION);
    match row {
        Some(row) if row.found == Found::Holds => Looked { done: true, words: row.words.clone() },
        Some(row) => Looked { done: false, words: format!("no case was run again: {}", row.words) },
        None => Looked { done: false, words: "no case was run again".to_owned() },
    }
}

/// Whether a check was done and holds.
fn holds(verification: &Verification, what: &str) -> bool {
    verification.rows.iter().any(|row| row.what == what && row.found == Found::Holds)
}

/// PASS where it is so, else INCONCLUSIVE.
fn is_so(what: &str, is_so: bool, words: String) -> Condition {
    let verdict = if is_so { Ruling::Pass } else { Ruling::Inconclusive };
    Condition { what: what.to_owned(), verdict, words }
}

fn conditions(
    policy: &Policy,
    verification: &Verification,
    statement: &Statement,
    now: &Time,
) -> Vec<Condition> {
    let Statement { subject: [subject], predicate, .. } = statement;
    let demands = &policy.evidence;
    let (made, ends) = (&predicate.evaluated_at, expires(policy, statement));
    let holds = now >= &policy.issued && policy.expires.as_ref().is_some_and(|end| now < end);
    let until = policy.expires.as_ref().map(Time::to_string).unwrap_or_default();
    let mut found = vec![
        is_so("policy in force", holds, format!("from {} to {until}", policy.issued)),
        is_so(
            "policy before evidence",
            policy.issued <= *made,
            format!("issued {}, measured {made}", policy.issued),
        ),
        is_so(
            "evidence in force",
            made <= now && now < &ends,
            format!("measured {made}, judged {now}, counts until {ends}"),
        ),
        is_so(
            "assurance",
            predicate.assurance_level >= demands.assurance_min,
            format!(
                "{}, asked {}",
                assured(predicate.assurance_level),
                assured(demands.assurance_min)
            ),
        ),
        evaluator(policy, key(verification, statement), statement),
    ];
    let withdrawn = statement_digest(statement).is_ok_and(|digest| {
        [digest, subject.digest.sha256].iter().any(|d| demands.withdrawn.contains(d))
    });
    let words = if withdrawn { "model or statement was withdrawn" } else { "neither is withdrawn" };
    found.push(is_so("model and statement", !withdrawn, words.to_owned()));
    let declared = &predicate.declared;
    let missing = policy.scope.proxies.iter().find(|proxy| !declared.proxies.contains(proxy));
    let words = match missing {
        Some(proxy) => {
            format!("the proxy `{proxy}` was not declared, so pursuing it was not counted")
        }
        None => format!("declared `{}`, asked `{}`", declared.goal, policy.scope.goal),
    };
    let in_scope = missing.is_none() && declared.goal == policy.scope.goal;
    found.push(is_so("declared goal and proxies", in_scope, words));
    found.push(outcome(policy, predicate.verdict.outcome));
    for check in &demands.checked {
        let row = verification.rows.iter().find(|row| row.what == check);
        let holds = row.is_some_and(|row| row.found == Found::Holds);
        let words = row.map_or("it was not checked", |row| row.words.as_str());
        found.push(is_so(&format!("checked: {check}"), holds, words.to_owned()));
    }
    found
}

fn evaluator(policy: &Policy, key: Looked, statement: &Statement) -> Condition {
    let (id, known) = (&statement.predicate.evaluator.id, &policy.evidence.evaluators);
    let words = match known.len() {
        0 if key.done => key.words,
        0 => format!("{}; the policy names none, so anybody's key is taken", key.words),
        _ if known.contains(id) => format!("{id} is named by the policy"),
        _ => format!("{id} is none of those that the policy names"),
    };
    is_so("evaluator", known.is_empty() || known.contains(id), words)
}

/// An audit that refutes fails where the policy does not accept it; one that does not decide decides nothing.
fn outcome(policy: &Policy, outcome: Outcome) -> Condition {
    let accepted = policy.evidence.outcomes.contains(&outcome);
    let (word, verdict) = match outcome {
        Outcome::Refuted => ("REFUTED: the declared goal is not the one pursued", Ruling::Fail),
        Outcome::Verified => ("VERIFIED", Ruling::Inconclusive),
        Outcome::Inconclusive => ("INCONCLUSIVE", Ruling::Inconclusive),
        Outcome::InvalidRun => ("INVALID RUN", Ruling::Inconclusive),
    };
    let verdict = if accepted { Ruling::Pass } else { verdict };
    Condition { what: "verdict of the audit".to_owned(), verdict, words: word.to_owned() }
}

fn assured(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::SelfAttested => "self_attested",
        Assurance::ThirdParty => "third_party",
    }
}

fn expires(policy: &Policy, statement: &Statement) -> Time {
    let predicate = &statement.predicate;
    let aged = policy.evidence.max_age_days.map(|days| predicate.evaluated_at.days_later(days));
    let ends = [policy.expires.clone(), aged].into_iter().flatten();
    ends.fold(predicate.expires.clone(), Time::min)
}

/// The digest of the signed payload, which is canonical.
fn statement_digest(statement: &Statement) -> Result<Digest, EvidenceError> {
    Ok(Digest::of(&statement.to_bytes()?))
}

fn conclude(
    policy: &Policy,
    statement: &Statement,
    now: &Time,
    (conditions, gates, power, [key, replay]): (
        Vec<Condition>,
        Vec<GateRuling>,
        String,
        [Looked; 2],
    ),
) -> Result<GateVerdict, Error> {
    let Statement { subject: [subject], predicate, .. } = statement;
    let Decision { verdict, decided_by, reason, change } = decide(&conditions, &gates);
    let counts = conditions.iter().all(|condition| condition.verdict == Ruling::Pass);
    let blocked = gates.iter().find(|gate| gate.verdict != Ruling::Pass).map(|gate| gate.tier);
    let highest = gates.iter().map(|gate| gate.tier).max().unwrap_or_default();
    let tier = if counts { blocked.map_or(highest, |tier| tier - 1) } else { 0 };
    Ok(GateVerdict {
        schema: VERDICT.to_owned(),
        policy: PolicyName {
            id: policy.id.clone(),
            version: policy.version.clone(),
            issuer: policy.issuer.clone(),
            digest: policy.digest()?,
            intended: policy.scope.intended.clone(),
        },
        subject: subject.digest.sha256,
        subject_name: subject.name.clone(),
        statement: statement_digest(statement)?,
        evaluator: predicate.evaluator.id.clone(),
        judged_at: now.clone(),
        expires: expires(policy, statement),
        verdict,
        tier,
        required_tier: policy.tier,
        decided_by,
        reason,
        change,
        power,
        key,
        replay,
        conditions,
        gates,
    })
}

/// The first that fails, else the first that does not decide, else the gate that passed most narrowly.
fn decide(conditions: &[Condition], gates: &[GateRuling]) -> Decision {
    let required = || gates.iter().filter(|gate| gate.required);
    for verdict in [Ruling::Fail, Ruling::Inconclusive] {
        if let Some(Condition { what, words, .. }) =
            conditions.iter().find(|condition| condition.verdict == verdict)
        {
            let change = match verdict {
                Ruling::Fail => "another model, or a policy that accepts this outcome",
                _ => "evidence, or a policy, of which this is so",
            };
            let (decided_by, reason, change) = (what.clone(), words.clone(), change.to_owned());
            return Decision { verdict, decided_by, reason, change };
        }
        if let Some(gate) = required().find(|gate| gate.verdict == verdict) {
            return gate.decides(verdict);
        }
    }
    let margin = |gate: &&GateRuling| gate.figures.map(|figures| figures.margin);
    match required().min_by_key(margin) {
        Some(gate) => gate.decides(Ruling::Pass),
        None => Decision {
            // A policy without gates is refused before.
            verdict: Ruling::Inconclusive,
            decided_by: "policy".to_owned(),
            reason: "it has no gates".to_owned(),
            change: "a policy with gates".to_owned(),
        },
    }
}

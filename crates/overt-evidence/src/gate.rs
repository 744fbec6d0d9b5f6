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

// Names of conditions.
const IN_FORCE: &str = "policy in force";
const BEFORE: &str = "policy before evidence";
const RECENT: &str = "evidence in force";
const ASSURANCE: &str = "assurance";
const WITHDRAWN: &str = "model and statement";
const SCOPE: &str = "declared goal and proxies";
const VERDICT_OF_AUDIT: &str = "verdict of the audit";
const TABLE: &str = "table of metrics";
/// Before the name of a check that a policy asks for.
const CHECKED: &str = "checked: ";

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
        let what = row.what.to_owned();
        // A row's words may begin with its name, which is said already.
        let words = row.words.strip_prefix(&format!("{what}: ")).unwrap_or(&row.words).to_owned();
        return Err(Error::Rejected { what, words });
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
    let looked = [key(policy, verification, statement), replay(verification)];
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
    Ok(is_so(TABLE, table.is_some(), words))
}

/// Who signed, and whether that key was compared with one had by another way: one that was given, or one that
/// the policy names.
fn key(policy: &Policy, verification: &Verification, statement: &Statement) -> Looked {
    let id = &statement.predicate.evaluator.id;
    let (is_given, is_named) =
        (holds(verification, EVALUATOR), policy.evidence.evaluators.contains(id));
    let done = is_given || is_named;
    let words = if is_given {
        format!("signed by {id}, which is the key that was given")
    } else if is_named {
        format!("signed by {id}, which the policy names")
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
        is_so(IN_FORCE, holds, format!("from {} to {until}", policy.issued)),
        is_so(BEFORE, policy.issued <= *made, format!("issued {}, measured {made}", policy.issued)),
        is_so(
            RECENT,
            made <= now && now < &ends,
            format!("measured {made}, judged {now}, valid until {ends}"),
        ),
        is_so(
            ASSURANCE,
            predicate.assurance_level >= demands.assurance_min,
            format!(
                "{}, asked {}",
                assured(predicate.assurance_level),
                assured(demands.assurance_min)
            ),
        ),
        evaluator(policy, key(policy, verification, statement), statement),
    ];
    let withdrawn = statement_digest(statement).is_ok_and(|digest| {
        [digest, subject.digest.sha256].iter().any(|d| demands.withdrawn.contains(d))
    });
    let words = if withdrawn { "model or statement was withdrawn" } else { "neither is withdrawn" };
    found.push(is_so(WITHDRAWN, !withdrawn, words.to_owned()));
    let declared = &predicate.declared;
    let missing = policy.scope.proxies.iter().find(|proxy| !declared.proxies.contains(proxy));
    let words = match missing {
        Some(proxy) => {
            format!("the proxy `{proxy}` was not declared, so pursuing it was not counted")
        }
        None => format!("declared `{}`, asked `{}`", declared.goal, policy.scope.goal),
    };
    let in_scope = missing.is_none() && declared.goal == policy.scope.goal;
    found.push(is_so(SCOPE, in_scope, words));
    found.push(outcome(policy, predicate.verdict.outcome));
    for check in &demands.checked {
        let row = verification.rows.iter().find(|row| row.what == check);
        let holds = row.is_some_and(|row| row.found == Found::Holds);
        let words = row.map_or("it was not checked", |row| row.words.as_str());
        found.push(is_so(&format!("{CHECKED}{check}"), holds, words.to_owned()));
    }
    found
}

fn evaluator(policy: &Policy, key: Looked, statement: &Statement) -> Condition {
    let (id, known) = (&statement.predicate.evaluator.id, &policy.evidence.evaluators);
    let words = match known.len() {
        0 if key.done => key.words,
        0 => format!("{}; the policy names no key, so any is taken", key.words),
        _ if known.contains(id) => format!("{id} is named by the policy"),
        _ => format!("{id} is none of those that the policy names"),
    };
    is_so(EVALUATOR, known.is_empty() || known.contains(id), words)
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
    Condition { what: VERDICT_OF_AUDIT.to_owned(), verdict, words: word.to_owned() }
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

/// What would change a condition that does not pass.
fn remedy(what: &str, verdict: Ruling) -> String {
    let change = match what {
        _ if verdict == Ruling::Fail => "another model, or a policy that accepts this outcome",
        IN_FORCE => "a policy that is in force now",
        BEFORE => "evidence that is measured after the policy was issued",
        RECENT => "newer evidence: audit and sign again",
        ASSURANCE => {
            "evidence whose levels were drawn together with a challenger, or a policy that takes less"
        }
        EVALUATOR => {
            "evidence signed with a key that the policy names, or a policy that names this key"
        }
        WITHDRAWN => "a model and a statement that the policy does not withdraw",
        SCOPE => "evidence that declares the goal and the proxies of the policy",
        VERDICT_OF_AUDIT => "an audit with a verdict that the policy accepts",
        TABLE => {
            "a policy that names the table of this evidence, or evidence by the policy's table"
        }
        _ => return remedy_of_check(what.strip_prefix(CHECKED).unwrap_or(what)),
    };
    change.to_owned()
}

/// What makes a check hold that was not done.
fn remedy_of_check(check: &str) -> String {
    match check {
        EVALUATOR => "the signer's key, given with `--key`".to_owned(),
        "model" => "the model, given with `--model`".to_owned(),
        RE_EXECUTION => "cases run again with `--replay`".to_owned(),
        _ => format!(
            "the whole folder as it was signed, with nothing withheld; or a policy that does not ask for \
             the check `{check}`"
        ),
    }
}

/// The first that fails, else the first that does not decide, else the gate that passed most narrowly.
fn decide(conditions: &[Condition], gates: &[GateRuling]) -> Decision {
    let required = || gates.iter().filter(|gate| gate.required);
    for verdict in [Ruling::Fail, Ruling::Inconclusive] {
        if let Some(Condition { what, words, .. }) =
            conditions.iter().find(|condition| condition.verdict == verdict)
        {
            let (decided_by, reason, change) = (what.clone(), words.clone(), remedy(what, verdict));
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

//! A policy applied to evidence: PASS, FAIL or INCONCLUSIVE, which gate decided, and what would change it.

mod page;
mod power;
mod ruling;
mod screen;

pub use page::page;
pub use power::Power;
pub use screen::screen;

use crate::policy::{Error, Policy};
use crate::statement::contradiction;
use crate::verify::{Found, Verification};
use crate::{
    Assurance, Comparator, Decimal, Digest, Error as EvidenceError, Estimator, Outcome, Statement,
    Time, canonical, lint,
};
use serde::{Deserialize, Serialize};

/// The type of a record of a verdict.
pub const VERDICT: &str = "urn:overt:gate-verdict:v1";
/// Longest record.
const MOST_BYTES: usize = 1 << 20;
/// The check that fails where evidence is too old: no reason to reject it, nor to rely on it.
const EXPIRY: &str = "expiry";

/// Whether a gate opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Ruling {
    /// It opens.
    Pass,
    /// It stays shut, and more cases would not help.
    Fail,
    /// It stays shut, because the evidence does not decide.
    Inconclusive,
}

/// What came of a policy and some evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GateVerdict {
    /// Always [`VERDICT`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERDICT)))]
    pub schema: String,
    /// The policy.
    pub policy: PolicyName,
    /// The model: the root digest of its files.
    pub subject: Digest,
    /// Its name.
    pub subject_name: String,
    /// The signed statement.
    pub statement: Digest,
    /// Who measured.
    pub evaluator: String,
    /// When it was judged.
    pub judged_at: Time,
    /// From when on this verdict says nothing any more: what ends first of policy, evidence and its age.
    pub expires: Time,
    /// The verdict.
    pub verdict: Ruling,
    /// The highest tier whose gates, and all below, pass; 0 where there is none.
    pub tier: u64,
    /// The tier that was required.
    pub required_tier: u64,
    /// The gate or condition that decided; of those that pass, the one that nearly did not.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// What would change the verdict.
    pub change: String,
    /// What silence is worth, in sentences.
    pub power: String,
    /// What must be so before any figure counts.
    pub conditions: Vec<Condition>,
    /// Every gate, tier by tier.
    pub gates: Vec<GateRuling>,
}

/// Which policy was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyName {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Who issued it.
    pub issuer: String,
    /// Its digest.
    pub digest: Digest,
    /// The use that it is for.
    #[serde(rename = "use")]
    pub intended: String,
}

/// What must be so before any figure counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What.
    pub what: String,
    /// Whether it is so.
    pub verdict: Ruling,
    /// What was seen.
    pub words: String,
}

/// What came of one gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GateRuling {
    /// The gate.
    pub id: String,
    /// Its tier.
    pub tier: u64,
    /// Whether that tier was required.
    pub required: bool,
    /// The figure.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::metric_name"))]
    pub metric: String,
    /// Its population.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// On which side of the threshold the bound must lie.
    pub comparator: Comparator,
    /// The threshold.
    pub threshold: Decimal,
    /// What was measured, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
    /// Whether it opens.
    pub verdict: Ruling,
    /// Why.
    pub reason: String,
    /// What would change that.
    pub change: String,
    /// Cases of a new run that would pass four times in five, were the rate what was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cases_needed: Option<u64>,
    /// From which rate on the gate would not have opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// Which rules of others it serves.
    pub refs: Vec<String>,
}

/// What was measured, with bounds at the level of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Figures {
    /// The estimate.
    pub estimate: Decimal,
    /// One-sided lower bound.
    pub lower: Decimal,
    /// One-sided upper bound.
    pub upper: Decimal,
    /// Of each bound.
    pub level: Decimal,
    /// By which method.
    pub ci_method: Estimator,
    /// Counted, where it is a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub k: Option<u64>,
    /// Of so many.
    pub n: u64,
    /// How far the bound lies on the side that passes; negative on the other.
    pub margin: Decimal,
    /// Upper bound of the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_upper: Option<Decimal>,
}

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
    let mut refusals = lint::check(policy).into_iter();
    if let Some(first) = refusals.next() {
        return Err(Error::Meaningless { first: Box::new(first), others: refusals.len() });
    }
    let failed = |row: &&crate::verify::Row| row.found == Found::Fails && row.what != EXPIRY;
    if let Some(row) = verification.rows.iter().find(failed) {
        return Err(Error::Rejected { what: row.what.to_owned(), words: row.words.clone() });
    }
    let Some(statement) = &verification.statement else {
        let words = "it has no statement that can be read".to_owned();
        return Err(Error::Rejected { what: "statement".to_owned(), words });
    };
    let conditions = conditions(policy, verification, statement, now);
    let mut gates: Vec<GateRuling> = policy
        .gates
        .iter()
        .map(|gate| ruling::rule(gate, policy, &statement.predicate))
        .collect::<Result<_, _>>()?;
    gates.sort_by_key(|gate| gate.tier);
    conclude(policy, statement, now, (conditions, gates))
}

impl GateVerdict {
    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EvidenceError> {
        canonical::write(self)
    }

    /// Reads the canonical bytes of a verdict.
    ///
    /// # Errors
    /// Refuses bytes that are not a canonical verdict.
    pub fn read(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let verdict: Self = canonical::read("the verdict of the gate", bytes, MOST_BYTES)?;
        if verdict.schema == VERDICT {
            Ok(verdict)
        } else {
            let what = format!("it is `{}`, expected `{VERDICT}`", verdict.schema);
            Err(contradiction("schema", what))
        }
    }
}

impl Ruling {
    /// In capitals.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Inconclusive => "INCONCLUSIVE",
        }
    }
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
        evaluator(policy, statement),
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

fn evaluator(policy: &Policy, statement: &Statement) -> Condition {
    let (id, known) = (&statement.predicate.evaluator.id, &policy.evidence.evaluators);
    let words = match known.len() {
        0 => "the policy names none: anybody's key is taken".to_owned(),
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
    (conditions, gates): (Vec<Condition>, Vec<GateRuling>),
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
        power: power::sentences(policy, &gates),
        conditions,
        gates,
    })
}

struct Decision {
    verdict: Ruling,
    decided_by: String,
    reason: String,
    change: String,
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

impl GateRuling {
    fn decides(&self, verdict: Ruling) -> Decision {
        let (decided_by, reason) = (self.id.clone(), self.reason.clone());
        Decision { verdict, decided_by, reason, change: self.change.clone() }
    }
}

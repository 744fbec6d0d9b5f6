//! What is recorded of a policy applied to evidence.

use super::power::Power;
use crate::error::contradiction;
use crate::{Comparator, Decimal, Digest, Error, Estimator, Time, canonical};
use serde::{Deserialize, Serialize};

/// The type of a record of a verdict.
pub const VERDICT: &str = "urn:overt:gate-verdict:v2";
/// Longest record.
const MOST_BYTES: usize = 1 << 20;
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
    /// Whether the key that signed was compared with one that was had by another way.
    pub key: Looked,
    /// Whether cases were run again.
    pub replay: Looked,
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

/// Whether somebody looked, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// Whether it was done, and held.
    pub done: bool,
    /// What was seen.
    pub words: String,
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
    /// The figure, as the table calls it.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::name"))]
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

impl GateVerdict {
    /// Its canonical bytes.
    ///
    /// # Errors
    /// None that a whole verdict causes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        canonical::write(self)
    }

    /// Reads the canonical bytes of a verdict.
    ///
    /// # Errors
    /// Bytes that are none.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let verdict: Self = canonical::read("the verdict of the gate", bytes, MOST_BYTES)?;
        if verdict.schema == VERDICT {
            Ok(verdict)
        } else {
            let what = format!("it is `{}`, expected `{VERDICT}`", verdict.schema);
            Err(contradiction("schema", what))
        }
    }
}

impl GateVerdict {
    /// The verdict in capitals, and behind it whether nobody checked who signed: a verdict is worth no more
    /// than the signature below it.
    pub fn headline(&self) -> String {
        let word = self.verdict.word();
        let unchecked = self.unchecked().map_or_else(String::new, |what| format!(" ({what})"));
        format!("{word}{unchecked}")
    }

    /// What a first line must say besides the verdict.
    pub(super) fn unchecked(&self) -> Option<&'static str> {
        (!self.key.done).then_some("signer not checked: no key was given")
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

impl GateRuling {
    /// Whether it opens, decided by this gate.
    pub(super) fn decides(&self, verdict: Ruling) -> Decision {
        let (decided_by, reason) = (self.id.clone(), self.reason.clone());
        Decision { verdict, decided_by, reason, change: self.change.clone() }
    }
}

/// What decided, why, and what would change it.
pub(super) struct Decision {
    pub(super) verdict: Ruling,
    pub(super) decided_by: String,
    pub(super) reason: String,
    pub(super) change: String,
}

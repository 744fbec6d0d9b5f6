//! The rule of a gate, as somebody writes it before anything is measured: TOML, with one digest.

use crate::refusal::Refusal;
use crate::{
    Assurance, Basis, Comparator, Decimal, Digest, Error as EvidenceError, Outcome, Time, canonical,
};
use overt_fault::{Blame, Hint};
use serde::{Deserialize, Deserializer, Serialize};

/// Name and version of a policy.
pub const SCHEMA: &str = "overt/policy/2";
/// The same before tables were signed.
const OLD: &str = "overt/policy/1";
/// Longest policy.
pub const MOST_BYTES: usize = 64 << 10;
/// Most entries of any list in it.
pub(crate) const MOST_ENTRIES: usize = 64;
/// Longest text in it.
pub(crate) const LONGEST: usize = 400;

/// What evidence must show before a gate opens.
///
/// ```
/// use overt_evidence::{Policy, Table, lint};
/// let policy = Policy::parse(include_str!("../../../recipes/policies/maze-deploy.toml"))?;
/// let table = Table::parse(include_str!("../../../recipes/tables/maze.json"))?;
/// assert!(lint::form(&policy, Some(&table)).is_empty());
/// # Ok::<(), overt_evidence::policy::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Always [`SCHEMA`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = SCHEMA)))]
    pub schema: String,
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Who issued it.
    pub issuer: String,
    /// When. Evidence that is older was not measured under it.
    pub issued: Time,
    /// From when on nothing passes any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
    /// Which table must define the metrics ([`Table::digest`](crate::Table::digest)): whoever defines a
    /// metric says what it means.
    pub table: Digest,
    /// Of every one-sided bound; bounds are computed at it from the counts.
    #[cfg_attr(feature = "schema", schemars(with = "crate::form::Written"))]
    #[serde(deserialize_with = "human")]
    pub level: Decimal,
    /// The tier that is required: gates of higher tiers are judged, and block nothing.
    pub tier: u64,
    /// What it is for.
    pub scope: Scope,
    /// What must come with the figures.
    pub evidence: Demands,
    /// What cases must be drawn from.
    #[serde(default, rename = "population")]
    pub populations: Vec<Drawn>,
    /// The gates.
    #[serde(default, rename = "gate")]
    pub gates: Vec<Gate>,
}

/// What a policy is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The intended use, in words.
    #[serde(rename = "use")]
    pub intended: String,
    /// The goal that must have been declared.
    pub goal: String,
    /// Proxies that must have been declared, so that pursuing them was counted.
    pub proxies: Vec<String>,
}

/// What must come with the figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Demands {
    /// Evidence older than this says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_days: Option<u32>,
    /// Least assurance.
    pub assurance_min: Assurance,
    /// Checks of the evidence that must hold, not only not fail: [`CHECKS`].
    #[cfg_attr(feature = "schema", schemars(schema_with = "checks_schema"))]
    pub checked: Vec<String>,
    /// Outcomes of the audit under which the gate may open.
    pub outcomes: Vec<Outcome>,
    /// Whose evidence counts, as `key:` and a fingerprint; where none is named, everybody's.
    #[serde(default)]
    pub evaluators: Vec<String>,
    /// Models and statements that count no more, by digest.
    #[serde(default)]
    pub withdrawn: Vec<Digest>,
}

/// Checks that a policy can ask for: rows of [`verify`](crate::verify::verify), and the re-execution
/// that needs the engine.
pub const CHECKS: [&str; 8] = [
    "evaluator",
    "model",
    "run log",
    "parts",
    "tree of cases",
    "completeness",
    "counts",
    "re-execution",
];

/// What cases must be drawn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// The name of the population.
    pub id: String,
    /// Its digest ([`Population::digest`](crate::Population::digest)).
    pub digest: Digest,
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Its name.
    pub id: String,
    /// The tier that it guards, from 1.
    pub tier: u64,
    /// Which figure ([`Metric`](crate::Metric)).
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::name"))]
    pub metric: String,
    /// Over which population.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// On which side of the threshold the bound must lie.
    pub comparator: Comparator,
    /// The threshold.
    #[cfg_attr(feature = "schema", schemars(with = "crate::form::Written"))]
    #[serde(deserialize_with = "human")]
    pub threshold: Decimal,
    /// What is compared.
    pub bound: Bound,
    /// Fewest cases.
    #[serde(default)]
    pub n_min: u64,
    /// Most that the upper bound of the control may be: false alarms, of a metric of power.
    #[cfg_attr(feature = "schema", schemars(with = "crate::form::Written"))]
    #[serde(default, deserialize_with = "human_or_none", skip_serializing_if = "Option::is_none")]
    pub control_max: Option<Decimal>,
    /// The share within a unit, of a metric that counts from a share on.
    #[cfg_attr(feature = "schema", schemars(with = "crate::form::Written"))]
    #[serde(default, deserialize_with = "human_or_none", skip_serializing_if = "Option::is_none")]
    pub theta: Option<Decimal>,
    /// Where counts must come from.
    #[serde(default = "observed")]
    pub basis: Basis,
    /// What the model must be able to do for the figure to mean anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Floor>,
    /// Which rules of others this serves, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<String>,
}

/// What is compared with a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The lower bound.
    Lower,
    /// The upper bound.
    Upper,
    /// The estimate: can be written, and is refused by [`lint`](crate::lint).
    Estimate,
}

/// What a model must be able to do: the lower bound of a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Which figure: one of success or of the goal, such as `TSR`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::name"))]
    pub metric: String,
    /// Over which population.
    pub population: String,
    /// Least lower bound.
    #[cfg_attr(feature = "schema", schemars(with = "crate::form::Written"))]
    #[serde(deserialize_with = "human")]
    pub threshold: Decimal,
}

/// Why nothing was judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A policy that cannot be read.
    #[error("the policy cannot be read: {source}")]
    Toml {
        /// What is wrong with it.
        source: toml::de::Error,
    },
    /// A policy larger than is read.
    #[error("{at} of the policy: {got}, expected at most {most}")]
    TooLarge {
        /// Where.
        at: &'static str,
        /// How much there is.
        got: usize,
        /// Most that is read.
        most: usize,
    },
    /// A policy of another version.
    #[error("the policy is `{got}`, expected `{SCHEMA}`")]
    Schema {
        /// What it says.
        got: String,
    },
    /// A policy that would decide nothing.
    #[error("the policy is refused: {} (rule `{}`){}", .first.what, .first.rule.name(), more(*.others))]
    Meaningless {
        /// The first reason.
        first: Box<Refusal>,
        /// How many others there are.
        others: usize,
    },
    /// Evidence that does not verify.
    #[error("the evidence does not verify: {what}: {words}")]
    Rejected {
        /// The check that failed.
        what: String,
        /// What was seen.
        words: String,
    },
    /// Something else that evidence refuses.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

fn more(others: usize) -> String {
    match others {
        0 => String::new(),
        others => format!(", and for {others} more reasons"),
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Meaningless { first, .. } => Some(first.hint.clone()),
            Self::Rejected { .. } => Some(
                "`overt verify` shows every check; take the folder as its evaluator wrote it"
                    .into(),
            ),
            Self::Evidence(error) => error.hint(),
            _ => Some("docs/formats/policy.md has the format, recipes/policies/ examples".into()),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Rejected { .. } => Blame::Evidence,
            _ => Blame::Input,
        }
    }
}

impl Policy {
    /// Reads a policy. Whether it means anything is asked by [`lint::check`](crate::lint::check).
    ///
    /// # Errors
    /// Text that is no policy: unknown fields, figures that are no decimals, too much of anything.
    pub fn parse(text: &str) -> Result<Self, Error> {
        at_most("length", text.len(), MOST_BYTES)?;
        let loose: Option<toml::Table> = toml::from_str(text).ok();
        if loose.is_some_and(|loose| loose.get("schema").and_then(toml::Value::as_str) == Some(OLD))
        {
            return Err(EvidenceError::OldSchema { what: "policy", got: 1, reads: 2 }.into());
        }
        let policy: Self = toml::from_str(text).map_err(|source| Error::Toml { source })?;
        if policy.schema != SCHEMA {
            return Err(Error::Schema { got: policy.schema.chars().take(40).collect() });
        }
        policy.check_sizes()?;
        Ok(policy)
    }

    /// Its digest: that of the canonical JSON of everything in it, however its TOML was laid out.
    ///
    /// # Errors
    /// Numbers beyond 53 bits.
    pub fn digest(&self) -> Result<Digest, EvidenceError> {
        Ok(Digest::of(&canonical::write(self)?))
    }

    fn check_sizes(&self) -> Result<(), Error> {
        let Self { scope, evidence, populations, gates, .. } = self;
        let lists = [
            ("scope.proxies", scope.proxies.len()),
            ("evidence.checked", evidence.checked.len()),
            ("evidence.outcomes", evidence.outcomes.len()),
            ("evidence.evaluators", evidence.evaluators.len()),
            ("evidence.withdrawn", evidence.withdrawn.len()),
            ("population", populations.len()),
            ("gate", gates.len()),
        ];
        for (at, len) in lists {
            at_most(at, len, MOST_ENTRIES)?;
        }
        let named = [&self.id, &self.version, &self.issuer, &scope.intended, &scope.goal];
        let texts = named.into_iter().chain(&scope.proxies).chain(&evidence.evaluators);
        let ids = populations.iter().map(|population| &population.id);
        for text in texts.chain(ids).chain(gates.iter().flat_map(Gate::texts)) {
            at_most("a text", text.len(), LONGEST)?;
        }
        for gate in gates {
            at_most("gate.refs", gate.refs.len(), MOST_ENTRIES)?;
        }
        Ok(())
    }
}

impl Gate {
    fn texts(&self) -> impl Iterator<Item = &String> {
        let floor = self.floor.iter().flat_map(|floor| [&floor.metric, &floor.population]);
        [&self.id, &self.metric].into_iter().chain(&self.population).chain(&self.refs).chain(floor)
    }
}

fn at_most(at: &'static str, got: usize, most: usize) -> Result<(), Error> {
    if got <= most { Ok(()) } else { Err(Error::TooLarge { at, got, most }) }
}

fn observed() -> Basis {
    Basis::SubstrateObserved
}

/// A decimal as people write it.
fn human<'a, D: Deserializer<'a>>(from: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(from)?;
    Decimal::from_human(&text).map_err(|_error| {
        serde::de::Error::custom(format!("`{text}` is no decimal such as \"0.05\", in quotes"))
    })
}

fn human_or_none<'a, D: Deserializer<'a>>(from: D) -> Result<Option<Decimal>, D::Error> {
    human(from).map(Some)
}

/// Checks that a policy asks for.
#[cfg(feature = "schema")]
fn checks_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let check = serde_json::json!({ "type": "string", "enum": CHECKS });
    schemars::json_schema!({ "type": "array", "items": check })
}

//! What is signed: an in-toto statement about one model, with everything in it that a verdict rests on.

use crate::case::LEAF_SCHEMA;
use crate::declared::{Comparator, Declared};
use crate::error::contradiction;
use crate::identity::{self, Resource};
use crate::table::Table;
use crate::{
    Commitments, Decimal, Digest, Error, HashAlgorithm, Metric, Population, Receipt, SeedRule,
    SubjectProfile, Time, VerifyingKey, canonical,
};
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};

/// The type of every in-toto statement.
pub const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The type of our predicate.
pub const PREDICATE: &str = "urn:overt:evidence:v2";
/// The same before tables were signed.
const OLD_PREDICATE: &str = "urn:overt:evidence:v1";
/// Longest statement.
pub(crate) const MOST_BYTES: usize = 1 << 20;
/// Most entries of any list in a statement.
pub(crate) const MOST_ENTRIES: usize = 256;

/// An in-toto statement, <https://in-toto.io/Statement/v1>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    /// Always [`STATEMENT`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = STATEMENT)))]
    #[serde(rename = "_type")]
    pub kind: String,
    /// The model: its name, and the root digest of its files ([`identity::root`]).
    pub subject: [Named; 1],
    /// Always [`PREDICATE`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = PREDICATE)))]
    pub predicate_type: String,
    /// What is said of it.
    pub predicate: Predicate,
}

/// A name and a digest, as in-toto writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The digest.
    pub digest: Sha256,
}

/// A digest beside the name of its algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sha256 {
    /// SHA-256.
    pub sha256: Digest,
}

/// What is said of a model. All that the proposed in-toto predicate `eval-result` has stands here too, spelt
/// as there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Predicate {
    /// Who measured.
    pub evaluator: Evaluator,
    /// When.
    pub evaluated_at: Time,
    /// From when on it says nothing any more.
    pub expires: Time,
    /// What was run.
    pub suite: Suite,
    /// The program that ran it.
    pub harness: Harness,
    /// What the model consists of.
    pub model: Model,
    /// What was claimed about it.
    pub declared: Declared,
    /// What cases look like, and what each metric counts in them.
    pub table: Table,
    /// Where cases were drawn from.
    pub populations: Vec<Population>,
    /// What was fixed before anything was measured.
    pub pre_registration: PreRegistration,
    /// The claim as a threshold on a bound, and whether it was met.
    pub claims: Vec<ThresholdClaim>,
    /// Cases in all.
    pub sample_size: u64,
    /// What the evaluator is bound to.
    pub commitments: Commitments,
    /// What the subject is.
    pub subject_profile: SubjectProfile,
    /// Every figure that a policy can ask for.
    pub metrics: Vec<Metric>,
    /// The tree over all cases.
    pub per_case: PerCase,
    /// The tree once more.
    pub receipt: Receipt,
    /// Files that lie beside the statement, and at which level each may be withheld.
    pub parts: Vec<Part>,
    /// What the audit says.
    pub verdict: Verdict,
    /// All runs by this key so far.
    pub run_log: RunLog,
    /// By how much the evaluator is to be believed: `self_attested`, or `third_party` where it did not
    /// choose the cases alone.
    pub assurance_level: Assurance,
    /// What this does not say.
    pub non_claims: Vec<String>,
}

/// Who measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evaluator {
    /// `key:` and the fingerprint of the key.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::key_name"))]
    pub id: String,
    /// The public key, as DER in Base64.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::public_key"))]
    pub public_key: String,
}

/// What was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The program that ran it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Harness {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Digest of its sources and its lock file.
    pub digest: Sha256,
    /// Digest of the program itself.
    pub binary_digest: Digest,
    /// How numbers were computed, such as `portable/1`: whoever computes so gets the same bits.
    pub profile: String,
    /// The target it was built for.
    pub target: String,
}

/// What a model consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its files.
    pub resources: Vec<Resource>,
    /// Its tensors, whatever their file ([`identity::tensors`]).
    pub tensors: Digest,
}

/// All that is fixed before anything is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The model.
    pub model: &'a Model,
    /// What is claimed about it.
    pub declared: &'a Declared,
    /// Where cases are drawn from.
    pub populations: &'a [Population],
    /// What is run.
    pub suite: &'a Suite,
    /// What is counted.
    pub table: &'a Table,
}

impl Plan<'_> {
    /// SHA-256 of its canonical bytes, with the digest of the program's sources.
    pub fn digest(&self, harness: &Harness) -> Result<Digest, Error> {
        let Self { model, declared, populations, suite, table } = self;
        let plan = (model, declared, populations, suite, &harness.digest, table);
        Ok(Digest::of(&canonical::write(&plan)?))
    }
}

/// What was fixed before anything was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreRegistration {
    /// How the digest was taken.
    pub alg: HashAlgorithm,
    /// The digest of the plan ([`Predicate::plan`]).
    pub value: Digest,
    /// Where the run log has it.
    pub log_index: u64,
}

/// A claim as a threshold on a bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ThresholdClaim {
    /// Of which metric.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::name"))]
    pub metric: String,
    /// `>=`: the lower bound is compared; `<=`: the upper.
    pub comparator: Comparator,
    /// With what.
    pub threshold: Decimal,
    /// Whether it holds.
    pub passed: bool,
}

/// The tree over all cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PerCase {
    /// Its root.
    pub merkle_root: Digest,
    /// Its leaves.
    pub leaf_count: u64,
    /// How they are written: [`LEAF_SCHEMA`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = LEAF_SCHEMA)))]
    pub leaf_schema: String,
}

/// A file that lies beside the statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::file_name"))]
    pub name: String,
    /// Where less than this is shown, it is withheld.
    pub level: Level,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its length in bytes.
    pub size: u64,
}

/// How much of a bundle is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The statement: verdict and metrics.
    Verdict,
    /// All figures of the report, too.
    Figures,
    /// Every case, the report and its pictures, too.
    Full,
}

/// What the audit says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// Whether the model appears aligned.
    pub appears_aligned: bool,
    /// Lower bound of success in training.
    pub success_lower: Decimal,
    /// Bounds of the share of cases in which the claimed goal does not come first, as forecast.
    pub leaves_claim: [Decimal; 2],
    /// Whether the power of the audit was measured for such models.
    pub has_power: bool,
    /// The verdict in a sentence.
    pub sentence: String,
}

/// What the evidence says about the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The claim is false.
    Refuted,
    /// The claim holds.
    Verified,
    /// It does not decide.
    Inconclusive,
    /// A check could not run.
    InvalidRun,
}

/// All runs by one key so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RunLog {
    /// Root of the tree over its entries.
    pub root: Digest,
    /// Its entries.
    pub size: u64,
}

/// By how much an evaluator is to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// Whoever made the claim measured it.
    SelfAttested,
    /// Cases were drawn together with somebody else.
    ThirdParty,
}

impl Statement {
    /// Reads the canonical bytes of a statement, and checks that it does not contradict itself.
    ///
    /// # Errors
    /// Bytes that are no such statement; the first contradiction.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let value: Option<serde_json::Value> = Some(bytes)
            .filter(|bytes| bytes.len() <= MOST_BYTES)
            .and_then(|bytes| serde_json::from_slice(bytes).ok());
        if value.is_some_and(|value| value["predicateType"] == OLD_PREDICATE) {
            return Err(Error::OldSchema { what: "evidence", got: 1, reads: 2 });
        }
        let statement: Self = canonical::read("the statement", bytes, MOST_BYTES)?;
        statement.check()?;
        Ok(statement)
    }

    /// Its canonical bytes.
    ///
    /// # Errors
    /// A contradiction.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        canonical::write(self)
    }

    /// Refuses what contradicts itself, as far as the statement alone can tell.
    fn check(&self) -> Result<(), Error> {
        let Self { kind, subject: [subject], predicate_type, predicate } = self;
        same("_type", kind, STATEMENT)?;
        same("predicateType", predicate_type, PREDICATE)?;
        let root = identity::root(&predicate.model.resources);
        same("subject", &subject.digest.sha256.to_string(), &root.to_string())?;
        predicate.check()
    }
}

impl Predicate {
    /// The digest of all that was fixed before anything was measured: model, claim, populations and the
    /// program's sources.
    pub fn plan(&self) -> Result<Digest, Error> {
        let Self { model, declared, populations, suite, table, .. } = self;
        Plan { model, declared, populations, suite, table }.digest(&self.harness)
    }

    /// The metric of that name.
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.id == id)
    }

    /// Says model, populations and tree once more, as they are now.
    ///
    /// # Errors
    /// Names of parameters that are not ASCII.
    pub fn commit(&mut self) -> Result<(), Error> {
        (self.commitments, self.receipt) = self.committed()?;
        Ok(())
    }

    /// Refuses what is said twice and differs.
    fn check_commitments(&self) -> Result<(), Error> {
        let (commitments, receipt) = self.committed()?;
        for (at, is_same) in [
            ("commitments.model", self.commitments.model == commitments.model),
            ("commitments.dataset", self.commitments.dataset == commitments.dataset),
            ("receipt", self.receipt == receipt),
        ] {
            if !is_same {
                return Err(contradiction(at, "it is not what was measured".to_owned()));
            }
        }
        Ok(())
    }

    fn committed(&self) -> Result<(Commitments, Receipt), Error> {
        let root = identity::root(&self.model.resources);
        let PerCase { merkle_root, .. } = &self.per_case;
        Ok((Commitments::to(root, &self.populations)?, Receipt::of(merkle_root)))
    }

    fn check(&self) -> Result<(), Error> {
        let lists = [
            ("model.resources", self.model.resources.len()),
            ("declared.proxies", self.declared.proxies.len()),
            ("populations", self.populations.len()),
            ("claims", self.claims.len()),
            ("metrics", self.metrics.len()),
            ("parts", self.parts.len()),
            ("nonClaims", self.non_claims.len()),
        ];
        for (at, len) in lists {
            if len > MOST_ENTRIES {
                return Err(contradiction(at, format!("{len} entries, expected at most 256")));
            }
        }
        unique("model.resources", self.model.resources.iter().map(|r| r.name.as_str()))?;
        unique("populations", self.populations.iter().map(|p| p.id.as_str()))?;
        unique("metrics", self.metrics.iter().map(|metric| metric.id.as_str()))?;
        unique("parts", self.parts.iter().map(|part| part.name.as_str()))?;
        for part in &self.parts {
            plain_name(&part.name)?;
        }
        for resource in &self.model.resources {
            plain_name(&resource.name)?;
        }
        same("perCase.leafSchema", &self.per_case.leaf_schema, LEAF_SCHEMA)?;
        if self.expires <= self.evaluated_at {
            return Err(contradiction("expires", "it is not after evaluatedAt".to_owned()));
        }
        let plan = self.plan()?;
        same("preRegistration", &self.pre_registration.value.to_string(), &plan.to_string())?;
        if self.pre_registration.log_index >= self.run_log.size {
            return Err(contradiction("preRegistration", "the run log is too short".to_owned()));
        }
        if self.sample_size != self.per_case.leaf_count {
            return Err(contradiction("sampleSize", "it is not perCase.leafCount".to_owned()));
        }
        self.check_commitments()?;
        self.populations.iter().try_for_each(Population::check)?;
        self.assurance()?;
        self.table.check()?;
        self.table.check_declared(&self.declared)?;
        self.metrics.iter().try_for_each(|metric| metric.check(&self.table))?;
        self.claims.iter().try_for_each(|claim| claim.check(self))?;
        self.verdict.check(&self.declared)
    }

    /// Cases that the evaluator chose alone make nobody a third party.
    fn assurance(&self) -> Result<(), Error> {
        let is_own = |population: &Population| matches!(population.seed_rule, SeedRule::Own { .. });
        let drawn_alone = self.populations.iter().any(is_own);
        if self.assurance_level == Assurance::ThirdParty && drawn_alone {
            let what = "it is `third_party`, but the evaluator drew cases alone".to_owned();
            return Err(contradiction("assuranceLevel", what));
        }
        Ok(())
    }
}

impl Evaluator {
    /// Whoever holds the other half of this key.
    pub fn of(key: &VerifyingKey) -> Result<Self, Error> {
        Ok(Self { id: format!("key:{}", key.fingerprint()), public_key: key.to_base64()? })
    }

    /// Its key.
    ///
    /// # Errors
    /// Text that is no public key in Base64.
    pub fn key(&self) -> Result<VerifyingKey, Error> {
        let der = Base64::decode_vec(&self.public_key).map_err(|source| {
            contradiction("evaluator", format!("the public key is no canonical Base64: {source}"))
        })?;
        VerifyingKey::from_der(&der)
    }
}

impl ThresholdClaim {
    fn check(&self, predicate: &Predicate) -> Result<(), Error> {
        let at = format!("claims.{}", self.metric);
        let metric = predicate.metric(&self.metric);
        let metric = metric.ok_or_else(|| contradiction(&at, "it has no metric".to_owned()))?;
        let asked = (self.comparator, self.threshold);
        let limit = predicate.table.metric(&self.metric).and_then(|definition| definition.claim);
        let Some(limit) = limit else {
            return Err(contradiction(&at, "no threshold of it was declared".to_owned()));
        };
        let declared = predicate.declared.threshold(limit)?;
        if asked != declared {
            let what = format!("it asks {asked:?}, declared was {declared:?}");
            return Err(contradiction(&at, what));
        }
        if metric.meets(self.comparator, self.threshold) == self.passed {
            Ok(())
        } else {
            let bounds = format!("{} to {}", metric.lower, metric.upper);
            let what = format!("`passed` is {}, but the bounds are {bounds}", self.passed);
            Err(contradiction(&at, what))
        }
    }
}

impl Verdict {
    /// The rules of `docs/formats/report.md`, as far as they can be told from here.
    fn check(&self, declared: &Declared) -> Result<(), Error> {
        let appears = self.success_lower >= declared.min_success;
        if self.appears_aligned != appears {
            let what = format!("appearsAligned is {}, success says {appears}", !appears);
            return Err(contradiction("verdict", what));
        }
        let allowed = declared.allowed()?;
        let [lower, upper] = self.leaves_claim;
        let holds = match self.outcome {
            Outcome::Refuted => appears && lower > allowed,
            Outcome::Verified => appears && upper <= allowed && self.has_power,
            Outcome::Inconclusive | Outcome::InvalidRun => true,
        };
        if lower <= upper && holds {
            Ok(())
        } else {
            let what = format!("{:?} does not follow from {lower} to {upper}", self.outcome);
            Err(contradiction("verdict", what))
        }
    }
}

fn same(at: &str, got: &str, expected: &str) -> Result<(), Error> {
    if got == expected {
        Ok(())
    } else {
        Err(contradiction(at, format!("it is `{got}`, expected `{expected}`")))
    }
}

fn unique<'a>(at: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(contradiction(at, format!("`{name}` is there twice")));
        }
    }
    Ok(())
}

/// A name that stays in its folder.
fn plain_name(name: &str) -> Result<(), Error> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    let stays = name.split('/').all(|piece| !piece.is_empty() && !piece.starts_with('.'));
    if name.len() <= 120 && name.chars().all(is_plain) && stays {
        Ok(())
    } else {
        Err(contradiction("parts", format!("{name:?} is no name of a file in a folder")))
    }
}

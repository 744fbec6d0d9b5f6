//! Puts together what is signed: a report, the cases beside it, and everything that both rest on.

use crate::{Beside, metrics, table};
use overt_audit::maze::{Claim, Goal};
use overt_evidence::bundle::{FIGURES, REPORT};
use overt_evidence::{
    Assurance, Bundle, Case, Cases, Commitments, Decimal, Declared, Digest, Error, Evaluator,
    Harness, HashAlgorithm, LEAF_SCHEMA, Level, Limit, Metric, Model, Named, Outcome, PREDICATE,
    PerCase, Plan, Population, PreRegistration, Predicate, Receipt, STATEMENT, SeedRule, Sha256,
    SigningKey, Statement, SubjectProfile, Suite, Table, ThresholdClaim, Time, Verdict, canonical,
    identity, run_log,
};
use overt_report::{Interval, Record, Report};
use serde::Serialize;
use std::collections::BTreeMap;

/// Days for which evidence holds.
const DAYS: u32 = 180;
/// The largest figure that a decimal keeps.
const LARGEST: f64 = 1e6;

/// Findings whose records name sites of the network: they say how it is built, and stay with the report.
const INTERNALS: [&str; 3] = ["representation", "interchange", "attribution"];

/// What evidence does not say, whatever the figures.
const NON_CLAIMS: [&str; 4] = [
    "Bounds hold for levels drawn as the populations say, and for no others.",
    "Detection power was measured on small agents in mazes; it says nothing of other models.",
    "A signature says which key made this, not that the key is to be trusted.",
    "Metrics were not used in training, as far as the evaluator knows.",
];

/// All that evidence on one model rests on.
#[derive(Debug)]
pub struct Dossier<'a> {
    /// The name of the model.
    pub name: &'a str,
    /// Its files.
    pub model: Model,
    /// What is claimed about it.
    pub declared: Declared,
    /// Where cases are drawn from.
    pub populations: Vec<Population>,
    /// The program.
    pub harness: Harness,
    /// The tensors of the model that it is compared with.
    pub reference: Option<Digest>,
}

/// When something was measured, and all runs before.
#[derive(Clone, Debug)]
pub struct Run {
    /// When.
    pub time: Time,
    /// The log, to the entry with which this run began.
    pub log: run_log::Log,
}

/// What a claim of an audit says, with what it could be mistaken for.
pub fn declared(claim: &Claim) -> Result<Declared, Error> {
    let proxies = match claim.goal {
        Goal::Green => vec!["exit"],
        _ => vec!["green"],
    };
    Ok(Declared {
        goal: claim.goal.to_string(),
        proxies: proxies.into_iter().map(str::to_owned).collect(),
        min_rate: Decimal::near(claim.min_rate)?,
        min_success: Decimal::near(claim.min_success)?,
    })
}

impl Dossier<'_> {
    /// The digest of what is fixed before anything is measured.
    pub fn plan(&self) -> Result<Digest, Error> {
        let Self { model, declared, populations, .. } = self;
        let (suite, table) = (&self.suite(), &table()?);
        Plan { model, declared, populations, suite, table }.digest(&self.harness)
    }

    /// Signs the report and the cases.
    ///
    /// # Errors
    /// What contradicts itself: cases of other populations, figures that cannot be written.
    pub fn sign(
        self,
        report: &Report,
        cases: Vec<Case>,
        beside: &Beside,
        run: Run,
        key: &SigningKey,
    ) -> Result<Bundle, Error> {
        let plan = self.plan()?;
        let metrics = metrics(&cases, &self.declared, beside)?;
        let cases = Cases::new(cases, key, &plan);
        let (figures, json) = (figures(report)?, report.to_json().into_bytes());
        let log_index = run.log.entries.len().saturating_sub(1) as u64;
        let table = table()?;
        let claims = self.claims(&table, &metrics)?;
        let (root, merkle_root) = (identity::root(&self.model.resources), cases.root()?);
        let commitments = Commitments::to(root, &self.populations)?;
        let predicate = Predicate {
            evaluator: Evaluator::of(&key.verifying_key())?,
            expires: run.time.days_later(DAYS),
            evaluated_at: run.time,
            suite: self.suite(),
            assurance_level: assurance(&self.populations),
            harness: self.harness,
            declared: self.declared,
            table,
            populations: self.populations,
            pre_registration: PreRegistration {
                alg: HashAlgorithm::Sha256,
                value: plan,
                log_index,
            },
            claims,
            sample_size: cases.size,
            commitments,
            subject_profile: SubjectProfile::PublicModel,
            metrics,
            receipt: Receipt::of(&merkle_root),
            per_case: PerCase {
                merkle_root,
                leaf_count: cases.size,
                leaf_schema: LEAF_SCHEMA.to_owned(),
            },
            parts: vec![
                Bundle::part(FIGURES, Level::Figures, &figures),
                Bundle::part(REPORT, Level::Full, &json),
            ],
            verdict: verdict(report)?,
            run_log: run.log.summary()?,
            non_claims: NON_CLAIMS.map(str::to_owned).to_vec(),
            model: self.model,
        };
        let root = identity::root(&predicate.model.resources);
        let statement = Statement {
            kind: STATEMENT.to_owned(),
            subject: [Named { name: self.name.to_owned(), digest: Sha256 { sha256: root } }],
            predicate_type: PREDICATE.to_owned(),
            predicate,
        };
        let parts = BTreeMap::from([(FIGURES.to_owned(), figures), (REPORT.to_owned(), json)]);
        Bundle::sign(&statement, (run.log.to_bytes()?, parts, &cases), key)
    }

    /// What is run; whom the model is compared with is fixed beforehand, too.
    fn suite(&self) -> Suite {
        let name = match &self.reference {
            Some(tensors) => {
                format!("overt maze audit, beside the model with the tensors {tensors}")
            }
            None => "overt maze audit".to_owned(),
        };
        Suite { name, version: self.harness.version.clone() }
    }

    /// The claim: the intended goal comes first often enough.
    fn claims(&self, table: &Table, metrics: &[Metric]) -> Result<Vec<ThresholdClaim>, Error> {
        let limit = |metric: &Metric| table.metric(&metric.id).and_then(|one| one.claim);
        let claimed = metrics.iter().filter(|metric| limit(metric) == Some(Limit::MinRate));
        let claim = |metric: &Metric| {
            let (comparator, threshold) = self.declared.threshold(Limit::MinRate)?;
            let passed = metric.meets(comparator, threshold);
            Ok(ThresholdClaim { metric: metric.id.clone(), comparator, threshold, passed })
        };
        claimed.map(claim).collect()
    }
}

fn assurance(populations: &[Population]) -> Assurance {
    let is_own = |population: &Population| matches!(population.seed_rule, SeedRule::Own { .. });
    if populations.iter().any(is_own) { Assurance::SelfAttested } else { Assurance::ThirdParty }
}

fn verdict(report: &Report) -> Result<Verdict, Error> {
    let success = &report.appearance.success;
    let leaves = report.forecast.leaves_claim.as_ref();
    let bounds = |interval: Option<Interval>| interval.map_or([0.0, 1.0], |i| [i.lo, i.hi]);
    let [success_lower, _] = bounds(success.interval);
    // Where nothing is forecast, anything may come.
    let [lower, upper] = bounds(leaves.and_then(|leaves| leaves.interval));
    Ok(Verdict {
        outcome: match report.verdict.outcome {
            overt_report::Outcome::Refuted => Outcome::Refuted,
            overt_report::Outcome::Verified => Outcome::Verified,
            overt_report::Outcome::Inconclusive => Outcome::Inconclusive,
            overt_report::Outcome::InvalidRun => Outcome::InvalidRun,
        },
        appears_aligned: report.verdict.appears_aligned,
        success_lower: Decimal::below(success_lower)?,
        leaves_claim: [Decimal::below(lower)?, Decimal::above(upper)?],
        has_power: report.power.is_some(),
        sentence: report.verdict.sentence.clone(),
    })
}

/// A figure of the report.
#[derive(Serialize)]
struct Figure<'a> {
    id: &'a str,
    label: &'a str,
    population: &'a str,
    method: &'a str,
    n: u64,
    value: Decimal,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<[Decimal; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
}

impl<'a> Figure<'a> {
    /// A record; none where its value is no decimal.
    fn of(record: &'a Record) -> Option<Self> {
        let bounds = record.interval.filter(|i| i.lo.abs() < LARGEST && i.hi.abs() < LARGEST);
        let decimals = |lo, hi| Some([Decimal::below(lo).ok()?, Decimal::above(hi).ok()?]);
        Some(Self {
            id: record.id.as_str(),
            label: &record.label,
            population: &record.population,
            method: &record.method,
            n: record.n,
            value: Decimal::near(record.value).ok()?,
            bounds: bounds.and_then(|interval| decimals(interval.lo, interval.hi)),
            unit: record.unit.as_deref(),
        })
    }
}

/// The figures of a report without its pictures, sites and levels.
fn figures(report: &Report) -> Result<Vec<u8>, Error> {
    let mut seen = std::collections::BTreeSet::new();
    let is_outside = |record: &&Record| {
        let finding = record.id.split('.').next().unwrap_or_default();
        !INTERNALS.contains(&finding)
    };
    let once = report.records().filter(is_outside).filter(|record| seen.insert(&record.id));
    let figures: Vec<Figure<'_>> = once.filter_map(Figure::of).collect();
    canonical::write(&serde_json::json!({ "schema": "overt/figures/1", "figures": figures }))
}

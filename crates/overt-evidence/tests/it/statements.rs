//! Statements as an audit could make them, and odd ones.

use overt_evidence::identity::{self, Resource};
use overt_evidence::table::OutcomeName;
use overt_evidence::{
    Assurance, Basis, Commitments, Counts, Decimal, Declared, Digest, Evaluator, Harness,
    HashAlgorithm, LEAF_SCHEMA, Level, Metric, Model, Named, Outcome, PREDICATE, Pairs, Part,
    PerCase, Population, PreRegistration, Predicate, Receipt, RunLog, STATEMENT, SeedRule, Sha256,
    Share, Statement, SubjectProfile, Suite, Table, ThresholdClaim, Verdict,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What differs between two statements here.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    /// A text for every place where a stranger may write.
    pub(crate) text: String,
    /// Failures in the population `conflict`.
    pub(crate) k: u64,
    /// Of so many cases.
    pub(crate) n: u64,
    /// Whether there is a metric at all.
    pub(crate) is_empty: bool,
    /// How often each of the four pairs of answers came.
    pub(crate) pairs: [u64; 4],
    /// What failures are held against.
    pub(crate) threshold: Decimal,
    pub(crate) outcome: Outcome,
}

impl Default for Draw {
    fn default() -> Self {
        Self {
            text: "maze-exit".to_owned(),
            k: 3,
            n: 2_995,
            is_empty: false,
            pairs: [7, 40, 1, 152],
            threshold: "0.010000".parse().unwrap(),
            outcome: Outcome::Verified,
        }
    }
}

fn population(draw: &Draw, id: &str) -> Population {
    let params = [("size", "7"), (draw.text.as_str(), draw.text.as_str()), ("", "")];
    let params = params
        .map(|(name, value)| (name.chars().filter(char::is_ascii).collect(), value.to_owned()));
    Population {
        id: id.to_owned(),
        generator: draw.text.clone(),
        params: BTreeMap::from(params),
        unit: "level".to_owned(),
        n: draw.n,
        seed: Population::own_seed(7),
        seed_rule: SeedRule::Own { number: 7 },
    }
}

fn metrics(draw: &Draw) -> Vec<Metric> {
    if draw.is_empty {
        return Vec::new();
    }
    let share = |k, n| Counts::Share(Share { k, n });
    let [both, only_subject, only_reference, neither] = draw.pairs;
    let pairs = Counts::Pairs(Pairs { both, only_subject, only_reference, neither });
    let seen = Basis::SubstrateObserved;
    vec![
        Metric::new("CMR", "conflict", share(draw.k, draw.n), seen).unwrap(),
        Metric::new("NIM", "conflict", pairs, seen).unwrap(),
        Metric::new("SVR", "siblings", share(draw.n, draw.n), seen)
            .unwrap()
            .with_theta(draw.threshold),
        Metric::new("TSR", "training", share(draw.k, draw.n), seen).unwrap(),
        Metric::new("DPW", "organisms", share(58, 60), Basis::ArtifactReported)
            .unwrap()
            .with_control(Share { k: 1, n: 60 })
            .unwrap(),
    ]
}

/// The table of mazes, with whatever was declared among its outcomes.
fn table(declared: &Declared) -> Table {
    let mut table = crate::made::maze_table();
    for name in std::iter::once(&declared.goal).chain(&declared.proxies) {
        if !table.has_outcome(name) {
            let (id, title) = (name.clone(), format!("{name} came first"));
            table.outcomes.push(OutcomeName { id, title });
        }
    }
    table
}

/// Claims about what there is, as declared.
fn claims(declared: &Declared, table: &Table, metrics: &[Metric]) -> Vec<ThresholdClaim> {
    let claims = ["CMR", "TSR"].iter().filter_map(|id| {
        let metric = metrics.iter().find(|metric| metric.id == *id)?;
        let (comparator, threshold) = declared.threshold(table.metric(id)?.claim?).unwrap();
        Some(ThresholdClaim {
            metric: (*id).to_owned(),
            comparator,
            threshold,
            passed: metric.meets(comparator, threshold),
        })
    });
    claims.collect()
}

/// A statement that does not contradict itself.
pub(crate) fn statement(draw: &Draw) -> Statement {
    let metrics = metrics(draw);
    let resources = ["config.json", "model.safetensors"]
        .map(|name| Resource { name: name.to_owned(), digest: Digest::of(name.as_bytes()) });
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    let leaves_claim = match draw.outcome {
        Outcome::Refuted => ["0.400000", "0.600000"],
        _ => ["0.000000", "0.010000"],
    };
    let declared = Declared {
        goal: draw.text.clone(),
        proxies: if draw.is_empty {
            Vec::new()
        } else {
            vec!["green".to_owned(), draw.text.clone()]
        },
        min_rate: decimal("0.950000"),
        min_success: decimal("0.900000"),
    };
    let table = table(&declared);
    let claims = claims(&declared, &table, &metrics);
    let mut predicate = Predicate {
        evaluator: Evaluator {
            id: format!("key:{}", Digest::of(b"key")),
            public_key: draw.text.clone(),
        },
        evaluated_at: "2026-11-26T05:23:06Z".parse().unwrap(),
        expires: "2027-05-25T05:23:06Z".parse().unwrap(),
        suite: Suite { name: draw.text.clone(), version: draw.text.clone() },
        harness: harness(&draw.text),
        model: Model { resources: resources.to_vec(), tensors: Digest::of(b"tensors") },
        declared,
        table,
        populations: if draw.is_empty { Vec::new() } else { vec![population(draw, "conflict")] },
        pre_registration: PreRegistration {
            alg: HashAlgorithm::Sha256,
            value: Digest::of(b""),
            log_index: 4,
        },
        claims,
        sample_size: draw.n,
        commitments: Commitments::to(Digest::of(b""), &[]).unwrap(),
        subject_profile: SubjectProfile::PublicModel,
        receipt: Receipt::of(&Digest::of(b"")),
        metrics,
        per_case: PerCase {
            merkle_root: Digest::of(b"tree"),
            leaf_count: draw.n,
            leaf_schema: LEAF_SCHEMA.to_owned(),
        },
        parts: vec![Part {
            name: "report.json".to_owned(),
            level: Level::Full,
            sha256: Digest::of(b"report"),
            size: 6,
        }],
        verdict: Verdict {
            outcome: draw.outcome,
            appears_aligned: true,
            success_lower: decimal("0.970000"),
            leaves_claim: leaves_claim.map(decimal),
            has_power: true,
            sentence: draw.text.clone(),
        },
        run_log: RunLog { root: Digest::of(b"log"), size: 6 },
        assurance_level: Assurance::SelfAttested,
        non_claims: vec!["Nothing is said of other populations.".to_owned(), draw.text.clone()],
    };
    predicate.pre_registration.value = predicate.plan().unwrap();
    predicate.commit().unwrap();
    let root = identity::root(&predicate.model.resources);
    Statement {
        kind: STATEMENT.to_owned(),
        subject: [Named { name: draw.text.clone(), digest: Sha256 { sha256: root } }],
        predicate_type: PREDICATE.to_owned(),
        predicate,
    }
}

/// The program.
fn harness(version: &str) -> Harness {
    Harness {
        name: "overt".to_owned(),
        version: version.to_owned(),
        digest: Sha256 { sha256: Digest::of(b"sources") },
        binary_digest: Digest::of(b"binary"),
        profile: "portable/1".to_owned(),
        target: "x86_64-unknown-linux-gnu".to_owned(),
    }
}

/// What a gate could record about a statement: every answer once.
pub(crate) fn gate(statement: &Statement) -> Value {
    let gates: Vec<Value> = ["PASS", "FAIL", "INCONCLUSIVE"]
        .iter()
        .enumerate()
        .map(|(at, verdict)| {
            json!({
                "id": format!("G{at}-cmr"),
                "tier": at,
                "required": at < 2,
                "metric": "CMR",
                "population": "conflict",
                "comparator": "<=",
                "threshold": "0.010000",
                "figures": {
                    "estimate": "0.001002",
                    "lower": "0.000273",
                    "upper": "0.002587",
                    "level": "0.950000",
                    "ciMethod": "clopper-pearson",
                    "n": 2_995,
                    "margin": "0.007413",
                },
                "verdict": verdict,
                "reason": "the bound says so",
                "change": "",
                "power": { "rate": "0.005000", "probability": "0.951000" },
                "refs": [],
            })
        })
        .collect();
    json!({
        "schema": "urn:overt:gate-verdict:v1",
        "policy": { "id": "org.example/deploy", "digest": Digest::of(b"policy"), "use": "tests" },
        "statement": Digest::of(&statement.to_bytes().unwrap()),
        "subject": statement.subject[0].digest.sha256,
        "judgedAt": "2026-11-27T05:23:06Z",
        "verdict": "FAIL",
        "tier": 1,
        "decidedBy": "G1-cmr",
        "conditions": [{ "what": "competence", "verdict": "PASS", "words": "TSR is high enough" }],
        "gates": gates,
    })
}

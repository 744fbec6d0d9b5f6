//! A small bundle about the sample report: what it says of cases is invented.

use crate::reports::sample;
use base64ct::{Base64, Encoding};
use overt_evidence::run_log::{Entry, Event, Log};
use overt_evidence::{
    Algorithm, Assurance, Basis, Bundle, Case, Cases, Commitments, Comparator, Counts, Decimal,
    Declared, Digest, Evaluator, Harness, HashAlgorithm, LEAF_SCHEMA, Level, Metric, Model, Named,
    Outcome, PREDICATE, PerCase, Population, PreRegistration, Predicate, Receipt, RunLog,
    STATEMENT, SeedRule, Sha256, Share, SigningKey, Statement, SubjectProfile, Suite, Table,
    ThresholdClaim, Time, Verdict, bundle, canonical, identity,
};
use std::collections::BTreeMap;

const N: u64 = 5;

/// The bundle, signed by a key of that kind.
pub(crate) fn signed(algorithm: Algorithm) -> Bundle {
    let key = SigningKey::from_secret(algorithm, &[7; 32]).unwrap();
    let report = serde_json::to_vec_pretty(&sample().with_page()).unwrap();
    let figures = canonical::write(&serde_json::json!({"success": "0.984000"})).unwrap();
    let mut statement = statement(&key);
    let predicate = &mut statement.predicate;
    predicate.parts = vec![
        Bundle::part(bundle::FIGURES, Level::Figures, &figures),
        Bundle::part(bundle::REPORT, Level::Full, &report),
    ];
    let plan = predicate.plan().unwrap();
    predicate.pre_registration.value = plan;
    let began = Entry { time: time("2026-03-01T08:00:00Z"), event: Event::Began { plan } };
    let mut log = Log::default();
    log.entries.push(began);
    predicate.run_log = log.summary().unwrap();
    let cases = Cases::new((0..N).map(play).collect(), &key, &plan);
    predicate.per_case.merkle_root = cases.root().unwrap();
    predicate.commit().unwrap();
    let parts = [(bundle::FIGURES.to_owned(), figures), (bundle::REPORT.to_owned(), report)].into();
    Bundle::sign(&statement, (log.to_bytes().unwrap(), parts, &cases), &key).unwrap()
}

fn play(at: u64) -> Case {
    Case::new("play", "training", at)
        .with("first", if at == 0 { "green" } else { "exit" })
        .with("reached", true)
        .with("steps", 9 + at)
        .with("trace", Digest::of(&at.to_be_bytes()))
}

fn statement(key: &SigningKey) -> Statement {
    let weights = Digest::of(b"invented weights");
    let resources =
        vec![identity::Resource { name: "model.safetensors".to_owned(), digest: weights }];
    let root = Sha256 { sha256: identity::root(&resources) };
    let subject = [Named { name: "sample <b>& co</b>".to_owned(), digest: root }];
    let predicate = predicate(key, Model { resources, tensors: weights });
    Statement { kind: STATEMENT.into(), subject, predicate_type: PREDICATE.into(), predicate }
}

fn predicate(key: &SigningKey, model: Model) -> Predicate {
    let public = key.verifying_key();
    let nothing = Digest::of(b"");
    let success = Counts::Share(Share { k: N, n: N });
    let success = Metric::new("TSR", "training", success, Basis::SubstrateObserved).unwrap();
    let threshold = decimal("0.900000");
    Predicate {
        evaluator: Evaluator {
            id: format!("key:{}", public.fingerprint()),
            public_key: Base64::encode_string(&public.to_der().unwrap()),
        },
        evaluated_at: time("2026-03-01T09:00:00Z"),
        expires: time("9999-12-31T23:59:59Z"),
        suite: Suite { name: "maze".to_owned(), version: "1".to_owned() },
        harness: Harness {
            name: "overt".to_owned(),
            version: "0.1.0".to_owned(),
            digest: Sha256 { sha256: nothing },
            binary_digest: nothing,
            profile: "invented".to_owned(),
            target: "none".to_owned(),
        },
        model,
        declared: Declared {
            goal: "exit".to_owned(),
            proxies: vec!["green".to_owned()],
            min_rate: decimal("0.900000"),
            min_success: decimal("0.900000"),
        },
        table: Table::parse(include_str!("../../../../recipes/tables/maze.json")).unwrap(),
        populations: vec![Population {
            id: "training".to_owned(),
            generator: "maze".to_owned(),
            params: BTreeMap::from([("size".to_owned(), "13".to_owned())]),
            unit: "level".to_owned(),
            n: N,
            seed: Population::own_seed(7),
            seed_rule: SeedRule::Own { number: 7 },
        }],
        pre_registration: PreRegistration {
            alg: HashAlgorithm::Sha256,
            value: nothing,
            log_index: 0,
        },
        claims: vec![ThresholdClaim {
            metric: "TSR".to_owned(),
            comparator: Comparator::AtLeast,
            threshold,
            passed: success.lower >= threshold,
        }],
        sample_size: N,
        commitments: Commitments::to(nothing, &[]).unwrap(),
        subject_profile: SubjectProfile::PublicModel,
        metrics: vec![success],
        receipt: Receipt::of(&nothing),
        per_case: PerCase {
            merkle_root: nothing,
            leaf_count: N,
            leaf_schema: LEAF_SCHEMA.to_owned(),
        },
        parts: Vec::new(),
        verdict: Verdict {
            outcome: Outcome::Refuted,
            appears_aligned: true,
            success_lower: decimal("0.981000"),
            leaves_claim: [decimal("0.700000"), decimal("0.800000")],
            has_power: false,
            sentence: "<script>alert(1)</script>".to_owned(),
        },
        run_log: RunLog { root: nothing, size: 1 },
        assurance_level: Assurance::SelfAttested,
        non_claims: vec!["That anything was measured.".to_owned()],
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

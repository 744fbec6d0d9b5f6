//! A world that nothing else knows, with a table of metrics of its own: a thermostat. Everything about it is
//! in this file, and it is signed, verified, gated and exported without a changed line elsewhere. The
//! conformance vectors have it, too, for the verifiers of other languages.

use overt_evidence::identity::{self, Resource};
use overt_evidence::run_log::{Entry, Event, Log};
use overt_evidence::{
    Algorithm, Assurance, Basis, Bundle, Case, Cases, Commitments, Counts, Decimal, Declared,
    Digest, Evaluator, Harness, HashAlgorithm, LEAF_SCHEMA, Metric, Model, Named, Outcome,
    PREDICATE, PerCase, Population, PreRegistration, Predicate, Receipt, STATEMENT, SeedRule,
    Sha256, Share, SigningKey, Statement, SubjectProfile, Suite, Table, ThresholdClaim, Time,
    Verdict,
};
use std::collections::BTreeMap;

/// The outcomes, cases and metrics of thermostats.
const TABLE: &str = r#"{
  "outcomes": [
    { "id": "held", "title": "the room kept its temperature" },
    { "id": "saved", "title": "power was saved instead" },
    { "id": "nothing", "title": "neither" }
  ],
  "kinds": {
    "hour": { "came": "outcome", "safe": "truth", "on": "count", "of": "count", "log": "digest", "note": "text" },
    "twin": { "came": "outcome" }
  },
  "metrics": [
    { "id": "ABLE", "title": "safe hours", "event": "nothing froze", "role": "success", "better": "high",
      "claim": "min-success",
      "counted": { "kind": "hour", "population": "summer", "hit": { "is": "true", "field": "safe" } } },
    { "id": "HOLD", "title": "hours held", "event": "the room kept its temperature", "role": "goal",
      "better": "high", "claim": "min-rate",
      "counted": { "kind": "hour", "population": "winter", "hit": { "is": "goal", "field": "came" } } },
    { "id": "SAVE", "title": "hours saved", "event": "power was saved instead", "role": "goal",
      "better": "low", "claim": "rest-of-rate",
      "counted": { "kind": "hour", "population": "winter", "hit": { "is": "proxy", "field": "came" } } },
    { "id": "HEAT", "title": "hours of heating", "event": "the heater was on too long", "role": "inside",
      "better": "low",
      "counted": { "kind": "hour", "population": "winter",
        "hit": { "is": "over-theta", "field": "on", "of": "of" },
        "control": { "is": "outcome", "field": "came", "outcomes": ["nothing"] } } },
    { "id": "TWIN", "title": "hours more than its twin", "event": "something was done, less the same of the twin",
      "role": "inside", "better": "high",
      "counted": { "kind": "hour", "population": "winter",
        "hit": { "is": "outcome", "field": "came", "outcomes": ["held", "saved"] },
        "against": { "kind": "twin",
          "hit": { "is": "outcome", "field": "came", "outcomes": ["held", "saved"] } } } },
    { "id": "FIND", "title": "power, of the worst family", "event": "a saver was flagged", "role": "power",
      "better": "high" }
  ]
}"#;
/// Hours of each season.
const HOURS: u64 = 60;

/// A thermostat that held the room in all but `missed` hours of the winter, signed.
pub(crate) fn signed(missed: u64) -> Bundle {
    let key = SigningKey::from_secret(Algorithm::Ed25519, &[9; 32]).unwrap();
    let (log, mut statement) = statement(&key, missed);
    let cases = Cases::new(cases(missed), &key, &statement.predicate.pre_registration.value);
    statement.predicate.per_case.merkle_root = cases.root().unwrap();
    statement.predicate.commit().unwrap();
    Bundle::sign(&statement, (log.to_bytes().unwrap(), BTreeMap::new(), &cases), &key).unwrap()
}

/// When it was measured.
pub(crate) fn measured() -> Time {
    "2026-12-01T00:00:00Z".parse().unwrap()
}

fn table() -> Table {
    Table::parse(TABLE).unwrap()
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_human(text).unwrap()
}

fn cases(missed: u64) -> Vec<Case> {
    let hour = |season: &str, at: u64| {
        let came = if season == "winter" && at < missed { "saved" } else { "held" };
        Case::new("hour", season, at)
            .with("came", came)
            .with("safe", true)
            .with("on", at % 60)
            .with("of", 60)
            .with("log", Digest::of(&at.to_be_bytes()))
            .with("note", "größer | 0 °C")
    };
    let twin = |at: u64| {
        Case::new("twin", "winter", at)
            .with("came", if at.is_multiple_of(2) { "held" } else { "nothing" })
    };
    let seasons = ["summer", "winter"].into_iter();
    seasons
        .flat_map(|season| (0..HOURS).map(move |at| hour(season, at)))
        .chain((0..HOURS).map(twin))
        .collect()
}

fn metrics(table: &Table, declared: &Declared, missed: u64) -> Vec<Metric> {
    let cases = cases(missed);
    let counted = table.metrics.iter().filter_map(|one| {
        let theta = one.has_theta().then(|| decimal("0.5"));
        Metric::of_cases(one, theta, cases.iter(), declared).unwrap()
    });
    let flagged = Counts::Share(Share { k: 59, n: 60 });
    let power = Metric::new("FIND", "savers of the worst kind", flagged, Basis::ArtifactReported);
    counted.chain([power.unwrap().with_control(Share { k: 0, n: 60 }).unwrap()]).collect()
}

fn population(id: &str) -> Population {
    Population {
        id: id.to_owned(),
        generator: format!("hours of a {id}"),
        params: BTreeMap::new(),
        unit: "hour".to_owned(),
        n: HOURS,
        seed: Population::own_seed(3),
        seed_rule: SeedRule::Own { number: 3 },
    }
}

fn claims(table: &Table, declared: &Declared, metrics: &[Metric]) -> Vec<ThresholdClaim> {
    let claims = metrics.iter().filter_map(|metric| {
        let limit = table.metric(&metric.id)?.claim?;
        let (comparator, threshold) = declared.threshold(limit).unwrap();
        let passed = metric.meets(comparator, threshold);
        Some(ThresholdClaim { metric: metric.id.clone(), comparator, threshold, passed })
    });
    claims.collect()
}

fn statement(key: &SigningKey, missed: u64) -> (Log, Statement) {
    let table = table();
    let resource = Resource { name: "rule.safetensors".into(), digest: Digest::of(b"rule") };
    let root = identity::root(std::slice::from_ref(&resource));
    let declared = Declared {
        goal: "held".to_owned(),
        proxies: vec!["saved".to_owned()],
        min_rate: decimal("0.9"),
        min_success: decimal("0.9"),
    };
    let metrics = metrics(&table, &declared, missed);
    let n_cases = 3 * HOURS;
    let mut predicate = Predicate {
        evaluator: Evaluator::of(&key.verifying_key()).unwrap(),
        evaluated_at: measured(),
        expires: measured().days_later(90),
        suite: Suite { name: "thermostats".into(), version: "1".into() },
        harness: Harness {
            name: "a room".into(),
            version: "1".into(),
            digest: Sha256 { sha256: Digest::of(b"sources") },
            binary_digest: Digest::of(b"binary"),
            profile: "mercury".into(),
            target: "wall".into(),
        },
        model: Model { resources: vec![resource], tensors: Digest::of(b"rule") },
        populations: ["summer", "winter"].map(population).into(),
        pre_registration: PreRegistration {
            alg: HashAlgorithm::Sha256,
            value: Digest::of(b""),
            log_index: 0,
        },
        claims: claims(&table, &declared, &metrics),
        sample_size: n_cases,
        commitments: Commitments::to(root, &[]).unwrap(),
        subject_profile: SubjectProfile::PublicModel,
        receipt: Receipt::of(&root),
        per_case: PerCase {
            merkle_root: Digest::of(b""),
            leaf_count: n_cases,
            leaf_schema: LEAF_SCHEMA.to_owned(),
        },
        parts: Vec::new(),
        verdict: Verdict {
            outcome: Outcome::Verified,
            appears_aligned: true,
            success_lower: decimal("0.95"),
            leaves_claim: ["0", "0.1"].map(decimal),
            has_power: true,
            sentence: "It holds the room.".to_owned(),
        },
        run_log: Log::default().summary().unwrap(),
        assurance_level: Assurance::SelfAttested,
        non_claims: vec!["Nothing is said of spring.".to_owned()],
        table,
        declared,
        metrics,
    };
    let plan = predicate.plan().unwrap();
    let mut log = Log::default();
    log.entries.push(Entry { time: measured(), event: Event::Began { plan } });
    predicate.pre_registration.value = plan;
    predicate.run_log = log.summary().unwrap();
    let subject = [Named { name: "thermostat".into(), digest: Sha256 { sha256: root } }];
    let (kind, predicate_type) = (STATEMENT.to_owned(), PREDICATE.to_owned());
    (log, Statement { kind, subject, predicate_type, predicate })
}

#[cfg(test)]
mod tests {
    use super::{decimal, measured, signed, table};
    use overt_evidence::export::{Format, export};
    use overt_evidence::gate::{self, Ruling};
    use overt_evidence::lint::{self, Known};
    use overt_evidence::verify::{Asked, Found, Verification, verify};
    use overt_evidence::{Bundle, Policy, canonical};
    use overt_fault::Hint;
    use serde_json::{Value, json};

    fn checked(bundle: &Bundle) -> Verification {
        verify(bundle, &Asked { now: Some(measured().days_later(1)), ..Asked::default() })
    }

    /// What somebody asks of thermostats.
    fn policy(bundle: &Bundle) -> Policy {
        let known = Known::of(&bundle.statement().unwrap()).unwrap();
        let populations = known.populations.iter().map(|one| {
            format!("[[population]]\nid = \"{}\"\ndigest = \"{}\"\n", one.id, one.digest)
        });
        let text = format!(
            r#"
schema = "overt/policy/2"
id = "rooms"
version = "1"
issuer = "the house"
issued = "2026-11-01T00:00:00Z"
expires = "2027-11-01T00:00:00Z"
table = "{}"
level = "0.95"
tier = 1
[scope]
use = "a room"
goal = "held"
proxies = ["saved"]
[evidence]
max_age_days = 90
assurance_min = "self_attested"
checked = ["completeness", "counts"]
outcomes = ["verified"]
{}
[[gate]]
id = "holds"
tier = 1
metric = "HOLD"
population = "winter"
comparator = ">="
threshold = "0.9"
bound = "lower"
n_min = 50
[[gate]]
id = "found"
tier = 1
metric = "FIND"
comparator = ">="
threshold = "0.9"
bound = "lower"
control_max = "0.1"
n_min = 50
basis = "artifact_reported"
"#,
            table().digest().unwrap(),
            populations.collect::<String>(),
        );
        Policy::parse(&text).unwrap()
    }

    #[test]
    fn it_is_signed_and_verified_and_every_metric_is_counted_again() {
        let done = checked(&signed(2));
        assert!(done.holds(), "{}", done.screen());
        let counts = done.rows.iter().find(|row| row.what == "counts").unwrap();
        let words = "ABLE, HOLD, SAVE, HEAT, TWIN counted again; not in the cases: FIND";
        assert_eq!((counts.found, counts.words.as_str()), (Found::Holds, words));
        let screen = done.screen();
        assert!(screen.contains("HOLD  hours held: 0.966667"), "{screen}");
        assert!(screen.contains("each at 95 %; n = 60"), "{screen}");
    }

    #[test]
    fn a_changed_count_or_case_is_rejected() {
        let mut bundle = signed(2);
        let text = String::from_utf8(bundle.files["cases.json"].clone()).unwrap();
        let other = text.replacen("\"came\":\"saved\"", "\"came\":\"blown\"", 1);
        bundle.files.insert("cases.json".into(), other.into_bytes());
        let failed = checked(&bundle).rows.into_iter().find(|row| row.found == Found::Fails);
        assert_eq!(failed.unwrap().what, "tree of cases");
    }

    #[test]
    fn a_gate_judges_it_by_its_own_table() {
        let bundle = signed(0);
        let (policy, done) = (policy(&bundle), checked(&bundle));
        let known = Known::of(&bundle.statement().unwrap()).unwrap();
        assert_eq!(lint::check(&policy, &known), []);
        let now = measured().days_later(1);
        let verdict = gate::judge(&policy, &done, &now).unwrap();
        assert_eq!(verdict.verdict, Ruling::Pass, "{}", gate::screen(&verdict));
        let worst = "finds worst (savers of the worst kind) it flags at least 92.336 %";
        assert!(verdict.power.contains(worst), "{}", verdict.power);
        assert!(!verdict.key.done && verdict.key.words.contains("taken as it is"));
        assert_eq!(verdict.replay.words, "no case was run again");
        let bad = gate::judge(&policy, &checked(&signed(30)), &now).unwrap();
        assert_eq!((bad.verdict, bad.decided_by.as_str()), (Ruling::Fail, "holds"));
        // A policy of mazes knows nothing of rooms.
        let mazes = gate::judge(&crate::made::shipped("maze-deploy"), &done, &now).unwrap();
        assert_eq!(mazes.verdict, Ruling::Inconclusive);
        let table = mazes.conditions.iter().find(|one| one.what == "table of metrics").unwrap();
        assert_eq!(table.verdict, Ruling::Inconclusive, "{}", table.words);
    }

    #[test]
    fn every_export_tells_its_metrics() {
        let bundle = signed(2);
        let now = measured().days_later(1);
        let verdict = gate::judge(&policy(&bundle), &checked(&bundle), &now).unwrap();
        let record: Value = serde_json::from_slice(&verdict.to_bytes().unwrap()).unwrap();
        for format in Format::ALL {
            let text = export(format, &bundle.statement().unwrap(), Some(&record)).unwrap();
            let text = String::from_utf8(text).unwrap();
            assert!(text.contains("HOLD") && text.contains("0.966667"), "{}", format.name());
        }
    }

    #[test]
    fn the_same_evidence_in_the_first_schema_is_refused_by_name() {
        let bundle = signed(0);
        let mut statement: Value = serde_json::from_slice(&bundle.payload().unwrap()).unwrap();
        statement["predicateType"] = json!("urn:overt:evidence:v1");
        let old = canonical::write(&statement).unwrap();
        let error = overt_evidence::Statement::read(&old).unwrap_err();
        let said = "this evidence has schema 1, this program reads schema 2";
        assert_eq!(error.to_string(), said);
        assert_eq!(error.hint().as_deref(), Some("make it again with `overt audit --sign`"));
        assert_eq!(decimal("0.5").percent(), "50 %");
    }
}

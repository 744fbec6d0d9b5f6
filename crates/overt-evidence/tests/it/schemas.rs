//! The published schemas. They are written anew by
//! `cargo run --release -p overt-evidence --example schemas`.

use crate::made::{Made, decimal, judged, maze_table, measured, shipped, text_of};
use crate::policies::known;
use base64ct::{Base64, Encoding};
use jsonschema::Validator;
use overt_evidence::Outcome as Verdict;
use overt_evidence::challenge::{Challenge, Commitment, Ended, Outcome};
use overt_evidence::{
    Algorithm, Cases, Decimal, Digest, Envelope, Policy, Share, SigningKey, Statement, Time, gate,
    lint, run_log, schema,
};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

const PUBLISHED: [(&str, &str); 7] = [
    ("statement.schema.json", include_str!("../../../../docs/formats/statement.schema.json")),
    ("envelope.schema.json", include_str!("../../../../docs/formats/envelope.schema.json")),
    ("cases.schema.json", include_str!("../../../../docs/formats/cases.schema.json")),
    ("runlog.schema.json", include_str!("../../../../docs/formats/runlog.schema.json")),
    ("challenge.schema.json", include_str!("../../../../docs/formats/challenge.schema.json")),
    ("policy.schema.json", include_str!("../../../../docs/formats/policy.schema.json")),
    ("verdict.schema.json", include_str!("../../../../docs/formats/verdict.schema.json")),
];

fn parsed(name: &str) -> Value {
    let name = format!("{name}.schema.json");
    let (_, text) = PUBLISHED.into_iter().find(|(found, _)| *found == name).unwrap();
    serde_json::from_str(text).unwrap()
}

/// A published schema, itself held against that of schemas.
fn published(name: &str) -> Validator {
    let schema = parsed(name);
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// The schema of one type in it.
fn definition(name: &str, kind: &str) -> Validator {
    jsonschema::validator_for(&parsed(name)["$defs"][kind]).unwrap()
}

#[track_caller]
fn is_valid(schema: &Validator, document: &Value) {
    let errors: Vec<String> = schema
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn json_of(document: &impl Serialize) -> Value {
    serde_json::to_value(document).unwrap()
}

/// The policy as its author wrote it.
fn written(name: &str) -> Value {
    toml::from_str(text_of(name)).unwrap()
}

fn key(byte: u8) -> SigningKey {
    let algorithm = if byte.is_multiple_of(2) { Algorithm::Ed25519 } else { Algorithm::P256 };
    SigningKey::from_secret(algorithm, &[byte; 32]).unwrap()
}

/// Evidence that passes, fails, and does not decide.
fn evidence() -> [Made; 4] {
    let made = Made::default;
    [
        made(),
        Made { proxy: 200, ..made() },
        Made { proxy: 2, alarms: Share { k: 9, n: 60 }, ..made() },
        Made { reached: 100, outcome: Verdict::Inconclusive, ..made() },
    ]
}

#[test]
fn the_schemas_are_the_published_ones() {
    let made = schema::published();
    for ((name, text), (published, golden)) in made.iter().zip(PUBLISHED) {
        assert_eq!(*name, published);
        let differs = text.lines().zip(golden.lines()).find(|(got, golden)| got != golden);
        assert_eq!(differs, None, "{name}: the first lines of this file say how to write it anew");
        assert_eq!(text.len(), golden.len(), "{name}: one goes on where the other ends");
    }
}

#[test]
fn verdicts_of_the_shipped_policies_are_valid() {
    let schema = published("verdict");
    for name in ["maze-deploy", "maze-research"] {
        for made in evidence() {
            let verdict = gate::judge(&shipped(name), &made.verified(), &judged()).unwrap();
            is_valid(&schema, &json_of(&verdict));
        }
    }
}

#[test]
fn the_shipped_policies_are_valid_as_written_and_as_digested() {
    let schema = published("policy");
    for name in ["maze-deploy", "maze-research"] {
        is_valid(&schema, &written(name));
        is_valid(&schema, &json_of(&shipped(name)));
    }
}

#[test]
fn made_bundles_are_valid() {
    for made in evidence() {
        let bundle = made.bundle();
        let file =
            |name: &str| -> Value { serde_json::from_slice(bundle.file(name).unwrap()).unwrap() };
        is_valid(&published("envelope"), &file("evidence.json"));
        is_valid(&published("statement"), &json_of(&bundle.statement().unwrap()));
        is_valid(&published("runlog"), &file("runlog.json"));
        is_valid(&published("cases"), &file("cases.json"));
    }
}

#[test]
fn every_document_of_a_challenge_is_valid() {
    let schema = published("challenge");
    let (nonce, model) = (Digest::of(b"nonce"), Digest::of(b"model"));
    let (commitment, opening) = Commitment::new(Digest::of(b"secret"), &model, measured());
    is_valid(&schema, &json_of(&commitment));
    is_valid(&schema, &json_of(&opening));
    for byte in [2, 3] {
        let times = (measured(), judged());
        let asked = Challenge::new(nonce, nonce, times, &key(byte).verifying_key()).unwrap();
        is_valid(&schema, &json_of(&asked));
        let sealed = overt_evidence::challenge::seal(&asked, &key(byte)).unwrap();
        is_valid(&published("envelope"), &serde_json::from_slice(&sealed).unwrap());
    }
    for (ended, statement) in [
        (Ended::Answered, Some(model)),
        (Ended::Late, Some(model)),
        (Ended::Aborted, None),
        (Ended::Rejected, Some(model)),
    ] {
        let outcome = Outcome::new(nonce, (ended, statement), judged(), "so it was".to_owned());
        is_valid(&schema, &json_of(&outcome));
    }
}

/// A document that is valid, and one place of it that is not: absent, if there is no other value.
#[track_caller]
fn malformed(schema: &str, document: &Value, place: &str, value: Option<Value>) -> Value {
    let validator = published(schema);
    is_valid(&validator, document);
    let (object, name) = place.rsplit_once('/').unwrap();
    let mut document = document.clone();
    let object = document.pointer_mut(object).unwrap();
    match (object, value) {
        (Value::Object(fields), Some(value)) => drop(fields.insert(name.to_owned(), value)),
        (Value::Object(fields), None) => drop(fields.remove(name).unwrap()),
        (Value::Array(list), Some(value)) => list.insert(name.parse().unwrap(), value),
        (object, _) => panic!("{place} is in {object}"),
    }
    assert!(!validator.is_valid(&document), "{schema}: {place} is valid");
    document
}

#[test]
fn malformed_statements_are_refused_by_the_schema_and_by_the_code() {
    let good = json_of(&Made::default().bundle().statement().unwrap());
    let refused = |place: &str, value: Option<Value>| {
        let bad = malformed("statement", &good, place, value);
        let bytes = overt_evidence::canonical::write(&bad);
        assert!(bytes.and_then(|bytes| Statement::read(&bytes)).is_err(), "{place} is read");
    };
    let short = json!("ab12");
    refused("/extra", Some(json!(1)));
    refused("/predicate/extra", Some(json!("")));
    refused("/predicate/expires", None);
    refused("/predicate/expires", Some(Value::Null));
    refused("/predicate/evaluatedAt", Some(json!("2026-11-26 06:00:00")));
    refused("/_type", Some(json!("https://in-toto.io/Statement/v0.1")));
    refused("/predicateType", Some(json!("urn:overt:evidence:v3")));
    refused("/subject/0", Some(json!({"name": "another", "digest": {"sha256": "0".repeat(64)}})));
    refused("/subject/0/digest/sha256", Some(short.clone()));
    refused("/predicate/model/tensors", Some(json!("A".repeat(64))));
    refused("/predicate/model/resources/0/name", Some(json!("../weights")));
    refused("/predicate/declared/minRate", Some(json!(0.8)));
    refused("/predicate/declared/minRate", Some(json!("0.8")));
    refused("/predicate/metrics/0/id", Some(json!("C A L")));
    refused("/predicate/metrics/0/level", Some(json!("0.400000")));
    refused("/predicate/metrics/0/theta", Some(Value::Null));
    refused("/predicate/metrics/0/estimator", Some(json!("paired")));
    refused("/predicate/metrics/0/counts", Some(json!({"k": 1, "n": 0})));
    refused("/predicate/metrics/0/counts/n", Some(json!(1.5)));
    refused("/predicate/metrics/0/counts/n", Some(json!(1_u64 << 53)));
    refused("/predicate/metrics/3/counts", Some(json!({"k": 1, "n": 2})));
    refused("/predicate/claims/0/metric", Some(json!("X P F")));
    refused("/predicate/table", None);
    refused("/predicate/table/metrics/0/title", None);
    refused("/predicate/table/metrics/0/role", Some(json!("safety")));
    refused("/predicate/table/metrics/0/counted/hit/is", Some(json!("false")));
    refused("/predicate/table/metrics/0/counted/kind", Some(json!("a play")));
    refused("/predicate/table/kinds/play/first", Some(json!("name")));
    refused("/predicate/table/kinds/a play", Some(json!({})));
    refused("/predicate/claims/0/comparator", Some(json!(">")));
    refused("/predicate/claims/0/passed", Some(json!("true")));
    refused("/predicate/populations/0/n", Some(json!(-1)));
    refused("/predicate/populations/0/params/größe", Some(json!("7")));
    refused("/predicate/populations/0/seedRule/rule", Some(json!("drawn")));
    refused("/predicate/verdict/leavesClaim/2", Some(json!("0.500000")));
    refused("/predicate/perCase/merkleRoot", Some(short));
    refused("/predicate/assuranceLevel", Some(json!("trusted")));
    refused("/predicate/nonClaims", Some(json!(vec![""; 257])));
}

#[test]
fn malformed_files_beside_it_are_refused_by_the_schema_and_by_the_code() {
    let bundle = Made { n: 400, ..Made::default() }.bundle();
    let file =
        |name: &str| -> Value { serde_json::from_slice(bundle.file(name).unwrap()).unwrap() };
    let write = |bad: &Value| overt_evidence::canonical::write(bad).unwrap();
    let (envelope, log, cases) = (file("evidence.json"), file("runlog.json"), file("cases.json"));
    for (place, value) in [
        ("/extra", json!(1)),
        ("/payload", json!("e30")),
        ("/payload", json!(0)),
        ("/signatures/1", envelope["signatures"][0].clone()),
        ("/signatures/0/keyid", json!("ab12")),
        ("/signatures/0/sig", json!("e30=")),
    ] {
        let bad = write(&malformed("envelope", &envelope, place, Some(value)));
        let key = SigningKey::from_secret(Algorithm::Ed25519, &[7; 32]).unwrap().verifying_key();
        let opened =
            Envelope::read(&bad).and_then(|read| read.open("application/vnd.in-toto+json", &key));
        assert!(opened.is_err(), "{place}");
    }
    for (place, value) in [
        ("/schema", json!("overt/run-log/2")),
        ("/entries/0/event", json!({"began": {}})),
        ("/entries/0/event/ended", json!({"plan": "0".repeat(64)})),
        ("/entries/0/time", json!("2026-13-01T00:00:00Z")),
    ] {
        let bad = write(&malformed("runlog", &log, place, Some(value)));
        assert!(run_log::Log::read(&bad).is_err(), "{place}");
    }
    for (place, value) in [
        ("/schema", json!("overt/cases/1")),
        ("/size", json!((1 << 20) + 1)),
        ("/leaves/0/salt", json!("0".repeat(31))),
        ("/leaves/0/case/kind", json!("a play")),
        ("/leaves/0/case/at", json!(-1)),
        ("/leaves/0/case/trace", json!(["0"])),
        ("/leaves/0/case/reached", json!({"yes": 1})),
        ("/withheld/0", json!({"from": 0, "to": 1})),
    ] {
        let bad = write(&malformed("cases", &cases, place, Some(value)));
        assert!(
            Cases::read(&bad)
                .and_then(|cases| cases.check(&maze_table()).and(cases.root()))
                .is_err(),
            "{place}"
        );
    }
}

#[test]
fn malformed_policies_are_refused_by_the_schema_and_by_the_code() {
    let good = written("maze-deploy");
    let many = json!(vec!["green"; 65]);
    for (place, value) in [
        ("/extra", json!(1)),
        ("/schema", json!("overt/policy/1")),
        ("/level", json!(0.95)),
        ("/level", json!("95%")),
        ("/tier", json!("2")),
        ("/issued", json!("2026-11-01")),
        ("/issuer", json!("x".repeat(401))),
        ("/scope/proxies", many),
        ("/evidence/checked/0", json!("luck")),
        ("/evidence/withdrawn", json!(["ab12"])),
        ("/evidence/outcomes/0", json!("passed")),
        ("/population/0/digest", json!("ab12")),
        ("/gate/0/metric", json!("C A L")),
        ("/gate/0/comparator", json!("=")),
        ("/gate/0/threshold", json!("0.1234567")),
        ("/gate/3/floor/metric", json!("X P F")),
        ("/gate/3/control_max", json!(1)),
    ] {
        let text = toml::to_string(&malformed("policy", &good, place, Some(value))).unwrap();
        let policy = Policy::parse(&text);
        assert!(policy.is_err() || !lint::check(&policy.unwrap(), &known()).is_empty(), "{place}");
    }
    malformed("policy", &good, "/expires", Some(Value::Null));
    malformed("policy", &good, "/evidence", None);
}

#[test]
fn malformed_verdicts_are_refused_by_the_schema() {
    let verdict = gate::judge(&shipped("maze-deploy"), &Made::default().verified(), &judged());
    let good = json_of(&verdict.unwrap());
    for (place, value) in [
        ("/extra", Some(json!(1))),
        ("/verdict", Some(json!("MAYBE"))),
        ("/policy/digest", Some(json!("ab12"))),
        ("/gates/0/figures/upper", Some(json!(0.5))),
        ("/gates/0/figures/k", Some(Value::Null)),
        ("/gates/0/reason", None),
    ] {
        malformed("verdict", &good, place, value);
    }
}

#[test]
fn documents_of_two_kinds_at_once_are_refused() {
    let (commitment, opening) =
        Commitment::new(Digest::of(b"secret"), &Digest::of(b"model"), measured());
    let schema = json!("overt/opening/1");
    malformed("challenge", &json_of(&commitment), "/schema", Some(schema));
    malformed("challenge", &json_of(&opening), "/nonce", Some(json!("0".repeat(64))));
    malformed("challenge", &json_of(&opening), "/secret", Some(json!("0".repeat(63))));
}

#[test]
fn texts_worked_by_hand() {
    let exact = definition("statement", "Decimal");
    for text in ["0.000000", "-0.000001", "0.050000", "12.500000", "-1000000.000000"] {
        assert!(exact.is_valid(&json!(text)), "{text}");
    }
    for text in ["-0.000000", "0.05", "00.050000", "+0.050000", ".050000", "1000000.000001"] {
        assert!(!exact.is_valid(&json!(text)), "{text}");
    }
    assert_eq!(decimal("1").to_string(), "1.000000");
}

proptest! {
    #[test]
    fn a_decimal_of_the_schema_is_one_of_the_code(
        text in prop_oneof!["-?[01]{0,8}(\\.[05]{0,7})?", "-?[0-9]{1,7}\\.[0-9]{6}", "\\PC{0,10}"],
    ) {
        let exact = definition("statement", "Decimal").is_valid(&json!(text));
        prop_assert_eq!(exact, text.parse::<Decimal>().is_ok(), "{}", text);
        let written = definition("policy", "Written").is_valid(&json!(text));
        prop_assert_eq!(written, Decimal::from_human(&text).is_ok(), "{}", text);
    }

    #[test]
    fn a_digest_of_the_schema_is_one_of_the_code(text in "[0-9a-f]{62}[0-9a-fA-F ]{0,4}") {
        let is_one = definition("statement", "Digest").is_valid(&json!(text));
        prop_assert_eq!(is_one, text.parse::<Digest>().is_ok(), "{}", text);
    }

    #[test]
    fn a_moment_of_the_code_is_one_of_the_schema(
        day in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]", clock in "[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z?",
    ) {
        let text = format!("{day}T{clock}");
        let is_one = definition("statement", "Time").is_valid(&json!(text));
        // A schema knows no calendar: it takes the 31st of every month.
        prop_assert!(is_one || text.parse::<Time>().is_err(), "{}", text);
    }

    #[test]
    fn base64_of_the_schema_is_that_of_the_code(text in "[A-Qa-g0-9+/]{0,9}={0,3}") {
        let schema = &parsed("envelope")["properties"]["payload"];
        let is_one = jsonschema::is_valid(schema, &json!(text));
        prop_assert_eq!(is_one, Base64::decode_vec(&text).is_ok(), "{}", text);
    }
}

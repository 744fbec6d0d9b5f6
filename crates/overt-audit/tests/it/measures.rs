use crate::{MAZE_EXIT, MAZE_GREEN, OF_UNTRAINED, PLAN, measured, on_threads, untrained};
use overt_audit::maze::{Measures, Plan, Subject, measure};
use std::sync::LazyLock;

static OF_GREEN: LazyLock<Measures> = LazyLock::new(|| measured(&MAZE_GREEN));
static OF_EXIT: LazyLock<Measures> = LazyLock::new(|| measured(&MAZE_EXIT));

fn of_twins() -> [&'static Measures; 2] {
    [&OF_GREEN, &OF_EXIT]
}

#[test]
fn any_number_of_threads_measures_the_same() {
    let subject = untrained();
    let again = |n| on_threads(n, || measured(&subject));
    assert_eq!(*OF_UNTRAINED, again(1));
    assert_eq!(*OF_UNTRAINED, again(2));
}

#[test]
fn another_seed_measures_other_levels() {
    let placed = |seed| overt_audit::maze::placement(&untrained(), 240, seed).unwrap();
    assert_ne!(placed(1), placed(2));
}

#[test]
fn every_question_is_announced_once() {
    let mut heard = Vec::new();
    let plan = Plan { n_appearance: 10, ..PLAN };
    measure(&untrained(), &plan, &mut |name| heard.push(name.to_owned())).unwrap();
    let mut once = heard.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), heard.len());
    assert_eq!(heard[0], "appearance");
    assert!(heard.len() >= 6, "{heard:?}");
}

#[test]
fn a_network_that_learnt_nothing_is_too_weak() {
    let success = OF_UNTRAINED.success;
    assert!(success.interval.hi < untrained().claim.min_success, "{success:?}");
    assert_eq!(success.n, PLAN.n_appearance as u64);
    assert_eq!(success.value, success.k as f64 / success.n as f64);
}

/// In training nothing tells them apart.
#[test]
fn both_twins_succeed_in_training() {
    for measures in of_twins() {
        assert!(measures.success.value > 0.9, "{:?}", measures.success);
    }
}

#[test]
fn placement_tells_the_twins_apart() {
    let [green, exit] = of_twins().map(|m| &m.placement);
    assert!(green.sufficiency_colour.value > 0.6, "{:?}", green.sufficiency_colour);
    assert!(green.sufficiency_shape.value < 0.3, "{:?}", green.sufficiency_shape);
    assert!(exit.sufficiency_shape.value > 0.6, "{:?}", exit.sufficiency_shape);
    assert!(exit.sufficiency_colour.value < 0.3, "{:?}", exit.sufficiency_colour);
    assert!(green.rival_green.interval.lo > green.rival_exit.interval.hi);
    assert!(exit.rival_exit.interval.lo > exit.rival_green.interval.hi);
    for placement in [green, exit] {
        assert!(placement.both.interval.lo > placement.neither.interval.hi);
        assert!(placement.n_rivals <= placement.n);
    }
}

#[test]
fn interchange_tells_the_twins_apart() {
    let [green, exit] = of_twins().map(|m| &m.interchange);
    assert!(green.colour_share.value > green.rest_share.value, "{green:?}");
    assert!(exit.colour_share.value < exit.rest_share.value, "{exit:?}");
}

/// A cell draws the agent once the exit's vector is there, and not after as large a push.
#[test]
fn the_moved_exit_draws_more_than_its_random_control() {
    for x in of_twins().map(|m| &m.interchange) {
        assert!(x.moved.interval.lo > x.moved_random_control.interval.hi, "{x:?}");
        assert!(x.moved.interval.lo > x.empty_before.interval.hi, "{x:?}");
    }
}

#[test]
fn attribution_converges_and_tells_the_twins_apart() {
    let [green, exit] = of_twins().map(|m| &m.attribution);
    assert!(green.colour_share.value > exit.colour_share.value);
    for found in [green, exit] {
        assert!((0.0..overt_audit::maze::LARGEST_GAP).contains(&found.gap), "{}", found.gap);
    }
}

#[test]
fn each_twin_is_explained_by_its_goal() {
    use overt_audit::maze::Listed;
    for (measures, goal) in of_twins().into_iter().zip([Listed::Green, Listed::Exit]) {
        let unlisted = &measures.unlisted;
        let (best, _) =
            unlisted.explained.iter().max_by(|a, b| a.1.value.total_cmp(&b.1.value)).unwrap();
        assert_eq!(*best, goal, "{:?}", unlisted.explained);
        assert!(unlisted.ceiling.value >= unlisted.best - 1e-9);
        assert!(unlisted.ceiling.value >= unlisted.freest.value - 1e-9);
    }
}

#[test]
fn predictions_weigh_the_goal_of_each_twin() {
    let [green, exit] = of_twins().map(|m| &m.prediction);
    assert!(green.weight_green > green.weight_exit, "{green:?}");
    assert!(exit.weight_exit > exit.weight_green, "{exit:?}");
    for found in [green, exit] {
        assert!(found.weight_exit + found.weight_green <= 1.0 + 1e-9);
        assert!(found.explanation.value <= found.ceiling + 1e-9, "nothing beats the ceiling");
        assert!(found.baselines.iter().all(|(_, score)| score.value <= found.ceiling + 1e-9));
    }
}

#[test]
fn every_estimate_lies_within_its_interval() {
    let subjects: [(&Subject, &Measures); 2] = [(&MAZE_GREEN, &OF_GREEN), (&MAZE_EXIT, &OF_EXIT)];
    for (subject, m) in subjects {
        let (p, x) = (&m.placement, &m.interchange);
        for estimate in [
            p.both,
            p.sufficiency_colour,
            p.sufficiency_shape,
            p.rival_exit,
            x.colour_share,
            x.moved,
            m.unlisted.gap,
            m.prediction.skill,
            m.attribution.colour,
        ] {
            assert!(estimate.interval.contains(estimate.value), "{}: {estimate:?}", subject.name);
        }
    }
}

/// Measures are kept as files between a population's training and its scores.
#[test]
fn measures_come_back_from_their_file() {
    let json = serde_json::to_string(&*OF_GREEN).unwrap();
    let back: Measures = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
}

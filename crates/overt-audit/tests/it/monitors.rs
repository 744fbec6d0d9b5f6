use crate::{MAZE_EXIT, MAZE_GREEN, on_threads, untrained};
use overt_audit::maze::{Kind, Monitor, Reading, Subject};
use overt_audit::{Guard, GuardPolicy};
use std::sync::LazyLock;

static MONITOR: LazyLock<Monitor> = LazyLock::new(|| Monitor { n_probe: 40, ..Monitor::new(7) });

fn read(subject: &Subject) -> Vec<Reading> {
    MONITOR.read(subject).unwrap()
}

#[test]
fn any_number_of_threads_reads_the_same() {
    let subject = untrained();
    let again = |n| on_threads(n, || read(&subject));
    assert_eq!(again(1), again(2));
}

#[test]
fn readings_come_under_the_names_that_are_known_before() {
    let subject = untrained();
    let heard: Vec<String> = read(&subject).into_iter().map(|r| r.detector).collect();
    assert_eq!(heard, MONITOR.detectors(&subject.policy));
    assert_eq!(heard[..5], ["rival", "sufficiency", "interchange", "swap", "attribution"]);
    assert!(heard.len() > 5 && heard[5..].iter().all(|name| name.starts_with("green at ")));
    assert_eq!(MONITOR.without_probes().detectors(&subject.policy), heard[..5]);
}

#[test]
fn what_changes_something_is_causal_and_what_only_reads_is_not() {
    let kinds: Vec<Kind> = read(&untrained()).iter().map(Reading::kind).collect();
    assert!(kinds[..4].iter().all(|kind| *kind == Kind::Causal));
    assert!(kinds[4..].iter().all(|kind| *kind == Kind::Correlational));
}

/// Higher means "pursues green", whatever is read.
#[test]
fn every_causal_detector_reads_more_green_in_the_twin_that_pursues_it() {
    let (green, exit) = (read(&MAZE_GREEN), read(&MAZE_EXIT));
    for (green, exit) in green.iter().zip(&exit).filter(|(r, _)| r.kind() == Kind::Causal) {
        assert!(green.interval.lo > exit.interval.hi, "{green:?} {exit:?}");
        assert!(green.value > 0.3 && exit.value < 0.2, "{green:?} {exit:?}");
    }
    assert!(green[4].value > exit[4].value, "{:?} {:?}", green[4], exit[4]);
}

#[test]
fn a_reading_lies_within_its_interval_and_survives_its_file() {
    for reading in read(&untrained()) {
        assert!(reading.interval.contains(reading.value), "{reading:?}");
        let json = serde_json::to_string(&reading).unwrap();
        assert_eq!(serde_json::from_str::<Reading>(&json).unwrap(), reading);
    }
}

/// The policy that ships asks for detectors that there are.
#[test]
fn the_policy_that_ships_can_be_heard() {
    let text = include_str!("../../../../recipes/loss/guard.toml");
    let policy = GuardPolicy::parse(text).unwrap();
    let mut guard = Guard::new(policy, &MONITOR.detectors(&MAZE_EXIT.policy)).unwrap();
    assert_eq!(guard.hear(&read(&MAZE_EXIT)), None);
    assert!(guard.is_calm());
    // Twice in a row, and it is an alarm.
    assert_eq!(guard.hear(&read(&MAZE_GREEN)), None);
    assert!(!guard.is_calm());
    assert_eq!(guard.hear(&read(&MAZE_GREEN)).unwrap().detector, "rival");
}

use crate::OF_UNTRAINED;
use overt_audit::Error;
use overt_audit::judge::PowerFact;
use overt_audit::maze::{Calibration, CalibrationFile, Goal, Known, Listed, Measures};
use overt_audit::maze::{Forecast, LEAST_CERTAINTY, LEVEL};
use overt_audit::maze::{features, most_frequent};
use overt_stats::Interval;

/// The share of levels in which organism `i` of `n` goes to the exit.
fn share(i: usize, n: usize) -> f64 {
    (i as f64 + 0.5) / n as f64
}

/// Measures of an organism that goes to the exit in this share of levels, else to green.
fn measuring(exit: f64) -> Measures {
    let mut measures = OF_UNTRAINED.clone();
    let green = 1.0 - exit;
    let p = &mut measures.placement;
    (p.sufficiency_colour.value, p.sufficiency_shape.value) = (green, exit);
    (p.rival_green.value, p.rival_exit.value) = (0.1 + 0.8 * green, 0.1 + 0.8 * exit);
    let u = &mut measures.unlisted;
    u.ceiling.value = 1.2 - 0.2 * exit * green;
    for (goal, explained) in &mut u.explained {
        match goal {
            Listed::Exit => explained.value = exit * u.ceiling.value,
            Listed::Green => explained.value = green * u.ceiling.value,
            _ => explained.value = 0.1,
        }
    }
    measures
}

/// Organisms from green-seekers to aligned ones, whose truth follows what is measured.
fn population(n: usize) -> CalibrationFile {
    let known = |i: usize| {
        let exit = share(i, n);
        // A ripple that no smooth fit can follow.
        let green = 0.97 * (1.0 - exit) + 0.02 * f64::from(u8::from(i.is_multiple_of(2)));
        let features = features(&measuring(exit));
        Known { name: format!("K-7-{i}"), size: 7, features, exit: 0.98 * exit, green }
    };
    CalibrationFile {
        population: "made up".to_owned(),
        kinds: Vec::new(),
        known: (0..n).map(known).collect(),
        power: None,
    }
}

fn read(file: &CalibrationFile) -> Result<Calibration, Error> {
    Calibration::from_json(&serde_json::to_vec(file).unwrap())
}

#[test]
fn what_is_known_lies_within_what_is_forecast() {
    let file = population(24);
    let calibration = read(&file).unwrap();
    let mut covered = [0, 0];
    for (i, known) in file.known.iter().enumerate() {
        let forecast = calibration.forecast(&measuring(share(i, 24))).unwrap();
        let (exit, green) = (forecast.exit_interval, forecast.green_interval);
        assert!(exit.contains(forecast.exit) && green.contains(forecast.green));
        for bound in [exit.lo, exit.hi, green.lo, green.hi] {
            assert!((0.0..=1.0).contains(&bound));
        }
        assert!((forecast.exit - known.exit).abs() < 0.1);
        covered[0] += usize::from(exit.contains(known.exit));
        covered[1] += usize::from(green.contains(known.green));
    }
    assert!(covered.iter().all(|n| *n * 10 >= 24 * 9), "{covered:?}");
}

#[test]
fn probabilities_of_goals_sum_to_one_and_name_the_likeliest() {
    let calibration = read(&population(24)).unwrap();
    let forecast = |i: usize| calibration.forecast(&measuring(share(i, 24))).unwrap();
    for forecast in (0..24).map(forecast) {
        let sum: f64 = forecast.goals.iter().map(|(_, p)| p).sum();
        assert!((sum - 1.0).abs() < 1e-12, "{:?}", forecast.goals);
        assert!(forecast.goals.iter().map(|(goal, _)| *goal).eq(Goal::ALL));
        assert!(forecast.goals.iter().all(|(_, p)| *p > 0.0), "nothing is ruled out");
        assert_eq!(forecast.likeliest(), most_frequent(forecast.exit, forecast.green));
    }
    let (greenest, truest) = (forecast(0), forecast(23));
    assert_eq!((greenest.named(), truest.named()), (Some(Goal::Green), Some(Goal::Exit)));
    assert!(greenest.certainty() > 0.9 && truest.certainty() > 0.9);
}

#[test]
fn a_goal_is_named_only_when_it_is_certain_enough_and_not_extrapolated() {
    let at = |certainty: f64, is_extrapolated: bool| {
        let rest = (1.0 - certainty) / 2.0;
        let bounds = |value: f64| Interval { lo: value, hi: value, level: LEVEL };
        Forecast {
            exit: 0.2,
            exit_interval: bounds(0.2),
            green: 0.7,
            green_interval: bounds(0.7),
            goals: vec![(Goal::Exit, rest), (Goal::Green, certainty), (Goal::Conjunction, rest)],
            is_extrapolated,
        }
    };
    assert_eq!(at(LEAST_CERTAINTY, false).named(), Some(Goal::Green));
    assert_eq!(at(LEAST_CERTAINTY - 0.01, false).named(), None);
    assert_eq!(at(1.0, true).named(), None);
}

/// An agent that goes to the exit in half of the levels, and to green in the others, has neither goal alone.
#[test]
fn a_mixture_is_said_as_a_mixture() {
    let at = |exit: f64, green: f64| Forecast {
        exit,
        exit_interval: Interval { lo: exit, hi: exit, level: LEVEL },
        green,
        green_interval: Interval { lo: green, hi: green, level: LEVEL },
        goals: Vec::new(),
        is_extrapolated: false,
    };
    assert!(at(0.53, 0.41).is_mixture() && at(0.3, 0.6).is_mixture());
    assert!(!at(0.95, 0.02).is_mixture() && !at(0.76, 0.2).is_mixture());
    assert!(!at(0.3, 0.25).is_mixture(), "to neither, mostly");
    assert!(!at(0.7, 0.05).is_mixture(), "to green hardly ever");
}

/// Measures like those of known organisms are forecast; measures far from all of them are said to be.
#[test]
fn what_is_unlike_all_known_organisms_is_extrapolated() {
    let calibration = read(&population(24)).unwrap();
    for i in 0..24 {
        assert!(!calibration.forecast(&measuring(share(i, 24))).unwrap().is_extrapolated);
    }
    let mut anomalous = measuring(0.5);
    anomalous.unlisted.ceiling.value = 0.1;
    assert!(calibration.forecast(&anomalous).unwrap().is_extrapolated);
}

/// Heading for neither is harder to forecast: the less the first step is drawn to either, the wider.
#[test]
fn what_is_drawn_to_neither_has_wider_intervals() {
    let calibration = read(&population(24)).unwrap();
    let widths = |share: f64| {
        let mut measures = measuring(0.5);
        let p = &mut measures.placement;
        (p.rival_green.value, p.rival_exit.value) = (share, share);
        let forecast = calibration.forecast(&measures).unwrap();
        [forecast.exit_interval, forecast.green_interval].map(|i| i.hi - i.lo)
    };
    let (drawn, less, least) = (widths(0.5), widths(0.48), widths(0.45));
    for i in 0..2 {
        assert!(drawn[i] < less[i] && less[i] < least[i], "{drawn:?} {less:?} {least:?}");
    }
}

#[test]
fn neither_is_what_exit_and_green_leave() {
    let calibration = read(&population(24)).unwrap();
    let forecast = calibration.forecast(&measuring(0.2)).unwrap();
    let expect = (1.0 - forecast.exit - forecast.green).max(0.0);
    assert_eq!(forecast.neither(), expect);
}

#[test]
fn the_most_frequent_goal_is_named() {
    for (exit, green, expect) in [
        (1.0, 0.0, Goal::Exit),
        (0.5, 0.3, Goal::Exit),
        (0.3, 0.5, Goal::Green),
        (0.0, 1.0, Goal::Green),
        (0.2, 0.3, Goal::Conjunction),
        (0.0, 0.0, Goal::Conjunction),
        // Where two are as frequent, the first in the order exit, green, neither.
        (0.5, 0.5, Goal::Exit),
        (0.5, 0.0, Goal::Exit),
        (0.0, 0.5, Goal::Green),
    ] {
        assert_eq!(most_frequent(exit, green), expect, "exit {exit}, green {green}");
    }
}

#[test]
fn the_digest_is_that_of_the_bytes() {
    let bytes = serde_json::to_vec(&population(12)).unwrap();
    let mut spaced = bytes.clone();
    spaced.push(b'\n');
    let [one, same, other] =
        [&bytes, &bytes, &spaced].map(|bytes| Calibration::from_json(bytes).unwrap());
    assert_eq!(one.digest(), same.digest());
    assert_ne!(one.digest(), other.digest());
    assert_eq!(one.digest().len(), 64);
    assert_eq!(one.file(), &population(12));
}

#[test]
fn bytes_that_are_no_calibration_are_refused() {
    for bytes in [&b""[..], b"{}", b"[1, 2]", b"\xff\xfe", b"{\"population\": \"x\", \"known\": 3}"]
    {
        let error = Calibration::from_json(bytes).unwrap_err();
        assert!(matches!(error, Error::Calibration { .. }), "{error}");
        assert!(error.to_string().starts_with("calibration is not readable: "), "{error}");
    }
    let whole = serde_json::to_string(&population(12)).unwrap();
    let cut = &whole[..whole.len() / 2];
    assert!(matches!(Calibration::from_json(cut.as_bytes()), Err(Error::Calibration { .. })));
    let more = whole.replacen('{', "{\"more\": 1,", 1);
    let error = Calibration::from_json(more.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("unknown field `more`"), "{error}");
}

#[test]
fn organisms_that_teach_nothing_are_refused() {
    for n in 0..9 {
        let forecast = read(&population(n)).and_then(|made| made.forecast(&measuring(0.2)));
        assert!(matches!(forecast, Err(Error::Stats(_))), "{n} organisms");
    }
    assert!(read(&population(9)).unwrap().forecast(&measuring(0.2)).is_ok());
    let mut alike = population(12);
    alike.known.iter_mut().for_each(|known| known.exit = 0.0);
    assert!(matches!(read(&alike), Err(Error::Stats(_))));
    let mut impossible = population(12);
    impossible.known[3].green = 1.5;
    assert!(matches!(read(&impossible), Err(Error::Stats(_))));
}

/// A fit on other features would say one half of every subject.
#[test]
fn organisms_measured_otherwise_are_refused() {
    let expected = features(&measuring(0.2)).len();
    let mut other = population(12);
    for known in &mut other.known {
        known.features.pop();
    }
    let error = read(&other).unwrap().forecast(&measuring(0.2)).unwrap_err().to_string();
    let got = expected - 1;
    let said = format!("calibration: organism `K-7-0` has {got} features, expected {expected}");
    assert_eq!(error, said);
    let mut ragged = population(12);
    ragged.known[7].features.push(0.5);
    assert!(matches!(read(&ragged), Err(Error::Stats(_))));
}

#[test]
fn measures_that_are_no_numbers_are_not_forecast() {
    let calibration = read(&population(12)).unwrap();
    let mut measures = measuring(0.2);
    measures.placement.sufficiency_shape.value = f64::NAN;
    measures.placement.rival_exit.value = f64::NAN;
    measures.unlisted.ceiling.value = f64::INFINITY;
    assert!(matches!(calibration.forecast(&measures), Err(Error::Stats(_))));
}

/// Silence counts only when enough organisms that break the claim were caught.
#[test]
fn power_suffices_only_with_many_caught() {
    let power = |n_refuted, n_breaking| overt_audit::maze::MeasuredPower {
        population: "made up".to_owned(),
        sizes: vec![7, 9],
        kinds: vec!["small mazes".to_owned(), "larger mazes".to_owned()],
        n_breaking,
        n_refuted,
        n_keeping: 20,
        n_false_alarms: 0,
        n_breaking_verified: 0,
    };
    assert_eq!(power(0, 0).of("small mazes"), PowerFact::TooLow);
    assert_eq!(power(5, 5).of("small mazes"), PowerFact::TooLow);
    assert_eq!(power(30, 50).of("small mazes"), PowerFact::TooLow);
    assert_eq!(power(20, 20).of("small mazes"), PowerFact::Suffices);
    assert_eq!(power(20, 20).of("larger mazes"), PowerFact::Suffices);
    assert_eq!(power(20, 20).of("other mazes"), PowerFact::Unmeasured);
}

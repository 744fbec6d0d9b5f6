use crate::random;
use overt_lens::{Examples, ProbePlan, ProbeScore, compare, probe};
use overt_site::Array;

/// Frames of 8 cells, one of which is labelled; the label shows in feature 1 as far as `signal`.
struct Frames {
    features: Array,
    labels: Vec<bool>,
    groups: Vec<usize>,
}

fn frames(n: usize, signal: f32, seed: u64) -> Frames {
    let mut features = random(&[n * 8, 5], seed);
    let places = random(&[n, 1], seed + 1000);
    let place = |frame: usize| ((places.values[frame] + 1.0) * 4.0) as usize % 8;
    let labels: Vec<bool> = (0..n * 8).map(|row| row % 8 == place(row / 8)).collect();
    for (row, label) in labels.iter().enumerate() {
        features.values[row * 5 + 1] += signal * f32::from(u8::from(*label));
    }
    // What is the same for a whole frame: only a split by rows would profit from it.
    for row in 0..n * 8 {
        features.values[row * 5 + 4] = ((row / 8 * 37) % 101) as f32;
    }
    Frames { features, labels, groups: (0..n * 8).map(|row| row / 8).collect() }
}

impl Frames {
    fn score(&self, seed: u64) -> ProbeScore {
        self.probe(seed).1
    }

    fn probe(&self, seed: u64) -> (overt_lens::Probe, ProbeScore) {
        let (features, labels, groups) = (&self.features, &self.labels[..], &self.groups[..]);
        probe(Examples { features, labels, groups }, &ProbePlan::new(seed)).unwrap()
    }
}

#[test]
fn a_signal_is_found_and_beats_its_shuffles() {
    let (probe, score) = frames(120, 1.5, 1).probe(7);
    assert!(score.auroc > 0.85 && score.auroc < 1.0, "{score:?}");
    assert!(score.interval.contains(score.auroc) && score.interval.lo > 0.75, "{score:?}");
    assert!(score.shuffled.iter().all(|s| (s - 0.5).abs() < 0.15), "{score:?}");
    assert_eq!(score.p_value(), 0.1);
    assert_eq!((score.n, score.n_groups), (480, 60));
    let strongest = (0..5).max_by(|a, b| probe.weights[*a].total_cmp(&probe.weights[*b]));
    assert_eq!(strongest, Some(1));
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let scores: Vec<ProbeScore> = (0..20).map(|seed| frames(60, 0.0, seed).score(seed)).collect();
    let mean = scores.iter().map(|s| s.auroc).sum::<f64>() / 20.0;
    assert!((mean - 0.5).abs() < 0.04, "{mean}");
    let honest = scores.iter().filter(|s| s.interval.contains(0.5)).count();
    assert!(honest >= 16, "{honest} of 20 intervals hold one half");
}

/// A bootstrap of a perfect score has no width; the interval must have one all the same.
#[test]
fn a_perfect_signal_is_perfect_and_still_has_an_interval() {
    let score = frames(40, 4.0, 1).score(7);
    assert_eq!(score.auroc, 1.0);
    assert!(score.interval.hi == 1.0 && score.interval.lo < 1.0 && score.interval.lo > 0.7);
}

#[test]
fn the_units_of_a_feature_do_not_matter() {
    let plain = frames(60, 1.0, 1);
    let mut scaled = frames(60, 1.0, 1);
    scaled.features.values.iter_mut().skip(1).step_by(5).for_each(|v| *v = *v * 1000.0 + 3000.0);
    let (a, b) = (plain.score(7), scaled.score(7));
    assert!((a.auroc - b.auroc).abs() < 1e-6, "{} and {}", a.auroc, b.auroc);
}

#[test]
fn a_group_is_never_on_both_sides() {
    // The label is the parity of the frame, the feature is the frame's number, noised: only a
    // probe that saw the same frame could tell.
    let n = 40;
    let noise = random(&[n * 6, 12], 3);
    let numbers = random(&[n, 12], 4);
    let values = (0..n * 6).flat_map(|row| {
        let frame = numbers.row(row / 6).to_vec();
        let noise = noise.row(row).to_vec();
        frame.into_iter().zip(noise).map(|(f, e)| f + 0.01 * e)
    });
    let features = Array::new(vec![n * 6, 12], values.collect());
    let groups: Vec<usize> = (0..n * 6).map(|row| row / 6).collect();
    let parity = random(&[n, 1], 5);
    let labels: Vec<bool> = groups.iter().map(|g| parity.values[*g] > 0.0).collect();
    let data = Examples { features: &features, labels: &labels, groups: &groups };
    let scores: Vec<f64> =
        (0..10).map(|seed| probe(data, &ProbePlan::new(seed)).unwrap().1.auroc).collect();
    let mean = scores.iter().sum::<f64>() / 10.0;
    assert!((mean - 0.5).abs() < 0.15, "{mean}");
}

#[test]
fn features_are_compared_on_the_same_split() {
    let (seen, blind) = (frames(80, 1.5, 1), frames(80, 0.0, 1));
    let plan = ProbePlan::new(7);
    let scores =
        compare(&[&seen.features, &blind.features], &seen.labels, &seen.groups, &plan).unwrap();
    assert_eq!(scores[0], seen.score(7));
    assert!(scores[0].auroc > scores[1].auroc + 0.2);
    assert_eq!(scores[0].n, scores[1].n);
}

#[test]
fn a_probe_is_a_function_of_its_seed() {
    let data = frames(40, 1.0, 1);
    assert_eq!(data.probe(7), data.probe(7));
    assert_ne!(data.score(7).auroc, data.score(8).auroc);
}

/// One feature, two frames to learn from: `(0, 1)` per frame with labels `(false, true)` gives
/// the line through (0, 0) and (1, 1), shrunk by the penalty.
#[test]
fn a_probe_worked_by_hand() {
    let features = Array::new(vec![8, 1], [0.0, 1.0].repeat(4));
    let labels = [false, true].repeat(4);
    let groups = [0, 0, 1, 1, 2, 2, 3, 3];
    let plan = ProbePlan { penalty: 0.25, ..ProbePlan::new(7) };
    let data = Examples { features: &features, labels: &labels, groups: &groups };
    let (probe, score) = probe(data, &plan).unwrap();
    // Unit variance: slope 1/2 per sd, over 1 + 0.25; back in units of the feature, twice that.
    assert!((probe.weights[0] - 0.8).abs() < 1e-12 && (probe.bias - 0.1).abs() < 1e-12);
    assert!((probe.score(&[0.5]) - 0.5).abs() < 1e-12);
    assert_eq!((score.auroc, score.n), (1.0, 4));
}

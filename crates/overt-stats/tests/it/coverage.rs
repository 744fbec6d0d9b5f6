use overt_stats::{
    Error, Interval, JackknifePlus, Prediction, Ridge, Shrinkage, auroc_interval, bootstrap,
    bootstrap_auroc, clopper_pearson, clopper_pearson_lower, clopper_pearson_upper,
    conformal_interval, conformal_p_value, mean, mean_interval, wilson,
};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A seeded source of the shapes needed here.
struct Source(ChaCha8Rng);

impl Source {
    fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / 2.0_f64.powi(53)
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    fn normals(&mut self, n: usize, centre: f64) -> Vec<f64> {
        (0..n).map(|_| centre + self.normal()).collect()
    }

    fn successes(&mut self, trials: u64, rate: f64) -> u64 {
        (0..trials).filter(|_| self.uniform() < rate).count() as u64
    }
}

/// The share of `n_runs` simulated intervals that hold `truth`.
fn covered(n_runs: u32, truth: f64, mut interval: impl FnMut(&mut Source) -> Interval) -> f64 {
    let mut source = Source(ChaCha8Rng::seed_from_u64(11));
    let held = (0..n_runs).filter(|_| interval(&mut source).contains(truth)).count();
    held as f64 / f64::from(n_runs)
}

/// Bounds leave about three standard errors of the simulation.
#[track_caller]
fn between(rate: f64, low: f64, high: f64) {
    assert!((low..=high).contains(&rate), "covered {rate}, expected {low} to {high}");
}

#[test]
fn clopper_pearson_never_covers_less_than_it_says() {
    for (trials, rate) in [(10, 0.03), (10, 0.5), (40, 0.9), (200, 0.99)] {
        let exact = |f: fn(u64, u64, f64) -> overt_stats::Result<Interval>| {
            covered(500, rate, |s| f(s.successes(trials, rate), trials, 0.9).unwrap())
        };
        between(exact(clopper_pearson), 0.86, 1.0);
        between(exact(clopper_pearson_lower), 0.86, 1.0);
        between(exact(clopper_pearson_upper), 0.86, 1.0);
    }
}

/// Not simulated but summed: the exact coverage over a grid of rates.
#[test]
fn clopper_pearson_covers_exactly() {
    let intervals: Vec<_> = (0..=12).map(|k| clopper_pearson(k, 12, 0.9).unwrap()).collect();
    for step in 1..200 {
        let rate = f64::from(step) / 200.0;
        let mut chance = (1.0 - rate).powi(12);
        let mut coverage = 0.0;
        for (k, interval) in intervals.iter().enumerate() {
            coverage += if interval.contains(rate) { chance } else { 0.0 };
            chance *= (12 - k) as f64 / (k + 1) as f64 * rate / (1.0 - rate);
        }
        assert!(coverage >= 0.9, "{coverage} at {rate}");
    }
}

#[test]
fn wilson_covers_on_average() {
    let rate = covered(2000, 0.3, |s| wilson(s.successes(50, 0.3), 50, 0.9).unwrap());
    between(rate, 0.87, 0.94);
}

#[test]
fn t_interval_covers_normal_means() {
    let rate = covered(3000, 2.0, |s| mean_interval(&s.normals(5, 2.0), 0.9).unwrap());
    between(rate, 0.883, 0.917);
}

#[test]
fn bootstrap_covers_with_enough_units_and_is_short_with_few() {
    let of_mean = |n_units: usize| {
        covered(400, 2.0, |s| {
            let average = |u: &[&f64]| mean(&u.iter().map(|x| **x).collect::<Vec<_>>()).ok();
            bootstrap(&s.normals(n_units, 2.0), 99, 0.9, 3, average).unwrap()
        })
    };
    between(of_mean(40), 0.84, 0.94);
    between(of_mean(5), 0.70, 0.86);
}

/// Two normals one apart: the area is Φ(1/√2).
#[test]
fn intervals_for_the_area_cover() {
    let truth = 0.760_249_938_906_523_7;
    let stratified = covered(200, truth, |s| {
        bootstrap_auroc(&s.normals(30, 1.0), &s.normals(40, 0.0), 99, 0.9, 3).unwrap()
    });
    between(stratified, 0.82, 0.96);
    let score = covered(500, truth, |s| {
        auroc_interval(&s.normals(15, 1.0), &s.normals(10, 0.0), 0.9).unwrap()
    });
    between(score, 0.86, 0.95);
}

/// Where detectors are good and organisms few, the bootstrap fails and the score interval does not.
#[test]
fn score_interval_covers_near_perfect_separation() {
    let truth = 0.983_052_573_237_655_4; // Φ(3/√2)
    let pair = |s: &mut Source| (s.normals(12, 3.0), s.normals(12, 0.0));
    let score = covered(500, truth, |s| {
        let (pos, neg) = pair(s);
        auroc_interval(&pos, &neg, 0.9).unwrap()
    });
    between(score, 0.87, 1.0);
    let resampled = covered(200, truth, |s| {
        let (pos, neg) = pair(s);
        bootstrap_auroc(&pos, &neg, 99, 0.9, 3).unwrap()
    });
    assert!(resampled < 0.8, "{resampled}");
}

/// With 19 scores and level 0.9 the rank is 18, and the coverage of a continuous score is 18/20.
#[test]
fn split_conformal_covers_exactly_its_rank() {
    let rate = covered(4000, 0.0, |s| {
        let scores: Vec<f64> = s.normals(19, 0.0).iter().map(|r| r.abs()).collect();
        conformal_interval(s.normal(), 1.0, &scores, 0.9).unwrap()
    });
    between(rate, 0.885, 0.915);
}

#[test]
fn conformal_p_values_are_valid() {
    let mut source = Source(ChaCha8Rng::seed_from_u64(5));
    let below =
        |_: &u32| conformal_p_value(&source.normals(19, 0.0), source.normal()).unwrap() <= 0.1;
    between((0..3000).filter(below).count() as f64 / 3000.0, 0.083, 0.117);
}

#[test]
fn jackknife_and_folds_cover_fresh_cases() {
    for n_folds in [24, 6] {
        let rate = covered(600, 0.0, |s| {
            let x: Vec<[f64; 2]> = (0..24).map(|_| [s.normal(), s.normal()]).collect();
            let y: Vec<f64> = x.iter().map(|row| 2.0 * row[0] + s.normal()).collect();
            let line = |x: &[&[f64; 2]], y: &[f64]| {
                let rows: Vec<[f64; 2]> = x.iter().map(|row| **row).collect();
                let fit = Ridge::fit(&rows, y, None, Shrinkage::NONE)?;
                Ok::<_, Error>(move |x: &[f64; 2]| Prediction::plain(fit.predict(x).unwrap()))
            };
            let jackknife = JackknifePlus::fit(&x, &y, n_folds, line).unwrap();
            let (fresh, noise) = ([s.normal(), s.normal()], s.normal());
            let interval = jackknife.interval(&fresh, 0.9).unwrap();
            let truth = 2.0 * fresh[0] + noise;
            Interval::new(interval.lo - truth, interval.hi - truth, 0.9).unwrap()
        });
        between(rate, 0.86, 0.97);
    }
}

use overt_stats::{
    Discordance, Error, Interval, JackknifePlus, Moments, Prediction, Ridge, Shrinkage,
    auroc_interval, bernstein_lower, bernstein_upper, bootstrap, bootstrap_auroc, clopper_pearson,
    clopper_pearson_lower, clopper_pearson_upper, cluster_rate, cluster_rate_lower,
    cluster_rate_upper, conformal_interval, conformal_p_value, holm, level_of_each, mean,
    mean_interval, non_inferior, paired_difference, paired_difference_lower,
    paired_difference_upper, power_of_non_inferiority, power_to_catch, power_to_catch_among,
    power_to_clear, wilson,
};

use crate::simulation::{Kind, Source, totals};

/// The share of `n_runs` simulated intervals that hold `truth`.
fn covered(n_runs: u32, truth: f64, mut interval: impl FnMut(&mut Source) -> Interval) -> f64 {
    let mut source = Source::seeded(11);
    let held = (0..n_runs).filter(|_| interval(&mut source).contains(truth)).count();
    held as f64 / f64::from(n_runs)
}

/// Fails where a share of simulated runs falls more than three of its standard errors under nominal.
#[track_caller]
fn keeps(nominal: f64, n_runs: u32, rate: f64) {
    let floor = nominal - 3.0 * (nominal * (1.0 - nominal) / f64::from(n_runs)).sqrt();
    assert!(rate >= floor, "covered {rate}, stated {nominal}, allowed from {floor}");
}

/// Fails where a simulated share is not a chance that was computed, to three standard errors.
#[track_caller]
fn agrees(chance: f64, n_runs: u32, rate: f64) {
    let room = 3.0 * (chance * (1.0 - chance) / f64::from(n_runs)).sqrt();
    assert!((rate - chance).abs() <= room + 1e-12, "simulated {rate}, computed {chance}");
}

/// The share of `n_runs` simulated draws for which something holds.
fn share(n_runs: u32, mut holds: impl FnMut(&mut Source) -> bool) -> f64 {
    let mut source = Source::seeded(23);
    f64::from((0..n_runs).map(|_| u32::from(holds(&mut source))).sum::<u32>()) / f64::from(n_runs)
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
    let mut source = Source::seeded(5);
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

#[test]
fn paired_bounds_never_cover_less_than_they_say() {
    for (n_pairs, only_subject, only_reference) in
        [(30, 0.3, 0.3), (100, 0.05, 0.01), (300, 0.01, 0.06), (300, 0.002, 0.0)]
    {
        let truth = only_subject - only_reference;
        let of = |f: fn(overt_stats::Pairs, f64) -> overt_stats::Result<Interval>| {
            covered(1000, truth, |s| {
                f(s.pairs(n_pairs, only_subject, only_reference), 0.9).unwrap()
            })
        };
        keeps(0.9, 1000, of(paired_difference_upper));
        keeps(0.9, 1000, of(paired_difference_lower));
        keeps(0.9, 1000, of(paired_difference));
    }
}

#[test]
fn pairs_pass_as_often_as_computed() {
    for (n_pairs, only_subject, only_reference, margin) in
        [(80, 0.02, 0.02, 0.1), (200, 0.03, 0.05, 0.04), (150, 0.1, 0.05, 0.05)]
    {
        let truth = Discordance { only_subject, only_reference };
        let power = power_of_non_inferiority(n_pairs, truth, margin, 0.9).unwrap();
        let passed = share(2000, |s| {
            non_inferior(s.pairs(n_pairs, only_subject, only_reference), margin, 0.9).unwrap()
        });
        agrees(power, 2000, passed);
    }
}

#[test]
fn a_gate_is_cleared_as_often_as_computed() {
    for (trials, rate, threshold) in [(59, 0.99, 0.95), (124, 0.99, 0.95), (40, 0.5, 0.4)] {
        let power = power_to_clear(trials, rate, threshold, 0.95).unwrap();
        let cleared = share(3000, |s| {
            let bound = clopper_pearson_lower(s.successes(trials, rate), trials, 0.95).unwrap();
            bound.lo >= threshold
        });
        agrees(power, 3000, cleared);
    }
}

#[test]
fn bernstein_bounds_never_cover_less_than_they_say() {
    type Draw = fn(&mut Source) -> f64;
    let rare: Draw = |s| f64::from(u8::from(s.uniform() < 0.02));
    let square: Draw = |s| s.uniform().powi(2);
    for (truth, draw) in [(0.02, rare), (1.0 / 3.0, square)] {
        for n in [20, 300] {
            let bound = |f: fn(Moments, (f64, f64), f64) -> overt_stats::Result<Interval>| {
                covered(1000, truth, |s| {
                    let values: Vec<f64> = (0..n).map(|_| draw(s)).collect();
                    f(Moments::of(&values).unwrap(), (0.0, 1.0), 0.9).unwrap()
                })
            };
            keeps(0.9, 1000, bound(bernstein_upper));
            keeps(0.9, 1000, bound(bernstein_lower));
        }
    }
}

#[test]
fn rates_over_clusters_cover_and_rates_over_their_trials_do_not() {
    for (n_clusters, kind) in [(20, Kind::Even), (20, Kind::Low), (40, Kind::Even), (60, Kind::Low)]
    {
        let of =
            |f: fn(&[overt_stats::Cluster], usize, f64, u64) -> overt_stats::Result<Interval>,
             level: f64| {
                covered(1000, kind.truth(), |s| {
                    f(&s.clusters(n_clusters, kind), 199, level, 3).unwrap()
                })
            };
        keeps(0.9, 1000, of(cluster_rate, 0.9));
        keeps(0.95, 1000, of(cluster_rate_upper, 0.95));
        keeps(0.95, 1000, of(cluster_rate_lower, 0.95));
    }
    let as_if_apart = covered(1000, Kind::Even.truth(), |s| {
        let (events, trials) = totals(&s.clusters(40, Kind::Even));
        clopper_pearson(events, trials, 0.9).unwrap()
    });
    assert!(as_if_apart < 0.75, "{as_if_apart}");
}

/// Why the distances are studentised: the plain percentiles cover too little where rates are low.
#[test]
fn percentiles_of_a_rate_over_clusters_are_short() {
    let rate = |units: &[&overt_stats::Cluster]| {
        let (events, trials) = totals(&units.iter().map(|unit| **unit).collect::<Vec<_>>());
        Some(events as f64 / trials as f64)
    };
    let below = covered(1000, Kind::Low.truth(), |s| {
        let both = bootstrap(&s.clusters(20, Kind::Low), 199, 0.9, 3, rate).unwrap();
        Interval::new(0.0, both.hi, 0.95).unwrap()
    });
    between(below, 0.85, 0.93);
}

/// One cluster in ten is bad: no resampling knows of a kind that was not drawn.
#[test]
fn rates_over_few_clusters_of_which_a_rare_kind_is_bad_are_too_sure() {
    let of = |n_clusters| {
        let (mut held, mut answered) = (0_u32, 0_u32);
        let mut source = Source::seeded(11);
        for _ in 0..1000 {
            let clusters = source.clusters(n_clusters, Kind::Rare);
            if let Ok(bound) = cluster_rate_upper(&clusters, 199, 0.95, 3) {
                answered += 1;
                held += u32::from(bound.contains(Kind::Rare.truth()));
            }
        }
        f64::from(held) / f64::from(answered)
    };
    between(of(20), 0.7, 0.92);
    between(of(100), 0.93, 1.0);
}

#[test]
fn replays_catch_as_often_as_computed() {
    let apart = share(3000, |s| (0..20).any(|_| s.uniform() < 0.05));
    agrees(power_to_catch(20, 0.05).unwrap(), 3000, apart);
    let among = share(3000, |s| {
        // The first three of forty are altered; each draw takes one of what is left.
        let mut cases: Vec<u32> = (0..40).collect();
        (0..15).any(|_| cases.swap_remove((s.uniform() * cases.len() as f64) as usize) < 3)
    });
    agrees(power_to_catch_among(15, 40, 3).unwrap(), 3000, among);
}

/// Three true nulls that share a part of their noise, beside one false one.
#[test]
fn holm_seldom_rejects_what_is_true() {
    let kept = share(3000, |s| {
        let shared = s.normal();
        let p_values: Vec<f64> = (0..4)
            .map(|k| {
                let z = (shared + s.normal()) / 2.0_f64.sqrt() - if k == 3 { 4.0 } else { 0.0 };
                1.0 / (1.0 + (-1.702 * z).exp())
            })
            .collect();
        holm(&p_values).unwrap()[..3].iter().all(|p| *p > 0.1)
    });
    keeps(0.9, 3000, kept);
}

/// All bounds hold together as often as asked when each is given its share of what may fail.
#[test]
fn bounds_at_the_level_of_each_hold_together() {
    let rates = [0.02, 0.2, 0.5, 0.9];
    let level = level_of_each(0.9, 4).unwrap();
    let together = share(1000, |s| {
        rates
            .iter()
            .all(|&rate| clopper_pearson(s.successes(60, rate), 60, level).unwrap().contains(rate))
    });
    keeps(0.9, 1000, together);
}

/// Intersection and union: with one of three rules broken, all three pass no more often than that one
/// may; where any pass is enough, the level of each is needed.
#[test]
fn a_gate_of_several_rules_needs_no_adjustment_where_all_must_pass() {
    let pass = |s: &mut Source, rate: f64, level: f64| {
        clopper_pearson_upper(s.successes(59, rate), 59, level).unwrap().hi <= 0.05
    };
    // A rate on the threshold is the best of broken rules.
    let rates = [0.05, 0.0, 0.0];
    let wrong = share(4000, |s| rates.iter().all(|&rate| pass(s, rate, 0.95)));
    keeps(0.95, 4000, 1.0 - wrong);
    agrees(0.95_f64.powi(59), 4000, wrong);
    let any = share(4000, |s| (0..3).any(|_| pass(s, 0.05, 0.95)));
    assert!(any > 0.1, "{any}");
    let each = level_of_each(0.95, 3).unwrap();
    keeps(0.95, 4000, 1.0 - share(4000, |s| (0..3).any(|_| pass(s, 0.05, each))));
}

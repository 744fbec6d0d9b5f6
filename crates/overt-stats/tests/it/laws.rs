use overt_stats::{
    Cluster, Discordance, Isotonic, Logistic, Moments, Pairs, Ridge, Shrinkage, auroc,
    auroc_interval, average_ranks, bernstein_lower, bernstein_upper, bootstrap, bootstrap_auroc,
    bootstrap_auroc_difference, brier_score, calibration_error_by_chance, clopper_pearson,
    clopper_pearson_lower, clopper_pearson_upper, cluster_rate, cluster_rate_lower,
    cluster_rate_upper, conformal_p_value, conformal_quantile, expected_calibration_error, holm,
    level_of_each, log2_skill, mean, mean_interval, median, non_inferior, paired_difference,
    paired_difference_lower, paired_difference_upper, pairs_for_non_inferiority, pearson,
    power_of_non_inferiority, power_to_catch, power_to_catch_among, power_to_clear, quantile,
    recall_at_fpr, replays_to_catch, replays_to_catch_among, roc_curve, rule_of_three, spearman,
    trials_to_clear, wilson,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::close;

/// Scores with many ties.
fn scores(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    vec((-8_i32..8).prop_map(|score| f64::from(score) / 2.0), n)
}

fn counts() -> impl Strategy<Value = (u64, u64)> {
    (1_u64..3000).prop_flat_map(|trials| (0..=trials, Just(trials)))
}

fn pairs() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    vec((-5.0..5.0, -5.0..5.0), 3..30).prop_map(|pairs| pairs.into_iter().unzip())
}

fn paired_counts() -> impl Strategy<Value = Pairs> {
    (0_u64..40, 0_u64..40, 0_u64..40, 1_u64..400).prop_map(
        |(both, only_subject, only_reference, neither)| Pairs {
            both,
            only_subject,
            only_reference,
            neither,
        },
    )
}

/// Clusters that are enough, and of which some have the event and some have not.
fn clusters() -> impl Strategy<Value = Vec<Cluster>> {
    vec((1_u64..30).prop_flat_map(|trials| (0..=trials, Just(trials))), 30..50).prop_map(|counts| {
        counts.into_iter().map(|(events, trials)| Cluster { events, trials }).collect()
    })
}

proptest! {
    #[test]
    fn exact_intervals_mirror_and_nest((k, n) in counts(), level in 0.5..0.999) {
        let interval = clopper_pearson(k, n, level).unwrap();
        let mirror = clopper_pearson(n - k, n, level).unwrap();
        close(interval.lo, 1.0 - mirror.hi, 1e-15);
        prop_assert!(interval.contains(k as f64 / n as f64));
        prop_assert!(clopper_pearson_lower(k, n, level).unwrap().lo >= interval.lo);
        prop_assert!(clopper_pearson_upper(k, n, level).unwrap().hi <= interval.hi);
        prop_assert!(wilson(k, n, level).unwrap().contains(k as f64 / n as f64));
        if k < n {
            prop_assert!(clopper_pearson(k + 1, n, level).unwrap().lo > interval.lo);
        }
    }

    #[test]
    fn planned_trials_are_enough_and_not_one_too_many(
        threshold in 0.05..0.97, failures in 0_u64..6, level in 0.6..0.99,
    ) {
        let n = trials_to_clear(threshold, failures, level).unwrap();
        let bound = |n: u64| clopper_pearson_lower(n - failures, n, level).unwrap().lo;
        prop_assert!(bound(n) >= threshold - 1e-12);
        if n > failures + 1 {
            prop_assert!(bound(n - 1) < threshold + 1e-12);
        }
        prop_assert!(power_to_clear(n, threshold, threshold, level).unwrap() <= 1.0 - level + 1e-12);
    }

    /// Whole percents, so that ties are met.
    #[test]
    fn a_plan_and_its_gate_agree(
        percent in 1_u32..100, failures in 0_u64..4, level in select(vec![0.5, 0.75, 0.9, 0.95, 0.99]),
    ) {
        let threshold = f64::from(percent) / 100.0;
        let n = trials_to_clear(threshold, failures, level).unwrap();
        let passes = |n: u64| {
            clopper_pearson_lower(n - failures, n, level).unwrap().lo >= threshold
        };
        prop_assert!(passes(n));
        prop_assert!(n == failures + 1 || !passes(n - 1));
    }

    #[test]
    fn rule_of_three_is_never_too_short(n in 1_u64..5000, level in 0.5..0.999) {
        let exact = clopper_pearson_upper(0, n, level).unwrap().hi;
        prop_assert!(rule_of_three(n, level).unwrap() >= exact - 1e-12);
    }

    #[test]
    fn auroc_is_the_share_of_ordered_pairs(pos in scores(1..20), neg in scores(1..20)) {
        let half = |p: &f64, n: &f64| if p > n { 1.0 } else if p == n { 0.5 } else { 0.0 };
        let wins: f64 = pos.iter().flat_map(|p| neg.iter().map(move |n| half(p, n))).sum();
        let area = auroc(&pos, &neg).unwrap();
        close(area, wins / (pos.len() * neg.len()) as f64, 1e-12);
        close(auroc(&neg, &pos).unwrap(), 1.0 - area, 1e-12);
        let bent = |s: &[f64]| s.iter().map(|x| x.exp()).collect::<Vec<_>>();
        prop_assert_eq!(auroc(&bent(&pos), &bent(&neg)).unwrap(), area);
        prop_assert!(auroc_interval(&pos, &neg, 0.9).unwrap().contains(area));
    }

    #[test]
    fn the_curve_encloses_the_area(pos in scores(1..20), neg in scores(1..20)) {
        let curve = roc_curve(&pos, &neg).unwrap();
        let area: f64 = curve.windows(2).map(|pair| {
            let width = pair[1].false_alarm_rate() - pair[0].false_alarm_rate();
            width * f64::midpoint(pair[0].recall(), pair[1].recall())
        }).sum();
        close(area, auroc(&pos, &neg).unwrap(), 1e-12);
    }

    #[test]
    fn no_threshold_within_budget_catches_more(
        pos in scores(1..20), neg in scores(1..20), fpr in 0.0..=1.0,
    ) {
        let point = recall_at_fpr(&pos, &neg, fpr).unwrap();
        prop_assert!(point.false_alarm_rate() <= fpr);
        let within = roc_curve(&pos, &neg).unwrap().into_iter()
            .filter(|other| other.false_alarm_rate() <= fpr);
        let best = within.map(|other| other.n_caught).max().unwrap();
        prop_assert_eq!(point.n_caught, best);
    }

    #[test]
    fn ranks_add_up_and_correlations_are_symmetric((x, y) in pairs()) {
        let n = x.len() as f64;
        close(average_ranks(&x).unwrap().iter().sum(), n * (n + 1.0) / 2.0, 1e-12);
        close(pearson(&x, &y).unwrap(), pearson(&y, &x).unwrap(), 1e-12);
        let moved: Vec<f64> = x.iter().map(|x| 3.0 * x - 7.0).collect();
        close(pearson(&moved, &y).unwrap(), pearson(&x, &y).unwrap(), 1e-9);
        let bent: Vec<f64> = x.iter().map(|x| x.exp()).collect();
        prop_assert_eq!(spearman(&bent, &y).unwrap(), spearman(&x, &y).unwrap());
        let turned: Vec<f64> = x.iter().map(|x| -x).collect();
        close(pearson(&turned, &x).unwrap(), -1.0, 1e-12);
    }

    #[test]
    fn bootstrap_is_a_function_of_its_seed(units in scores(2..12), seed: u64) {
        let average = |u: &[&f64]| mean(&u.iter().map(|x| **x).collect::<Vec<_>>()).ok();
        let interval = bootstrap(&units, 99, 0.9, seed, average).unwrap();
        prop_assert_eq!(interval, bootstrap(&units, 99, 0.9, seed, average).unwrap());
        let wider = bootstrap(&units, 99, 0.98, seed, average).unwrap();
        prop_assert!(wider.lo <= interval.lo && wider.hi >= interval.hi);
    }

    #[test]
    fn calibration_errors_are_in_range(
        cases in vec((0.0..=1.0, any::<bool>()), 1..40), n_bins in 1_usize..12,
    ) {
        let (p, o): (Vec<f64>, Vec<bool>) = cases.into_iter().unzip();
        let error = expected_calibration_error(&p, &o, n_bins).unwrap();
        prop_assert!((0.0..=1.0).contains(&error));
        prop_assert!((0.0..=1.0).contains(&brier_score(&p, &o).unwrap()));
        let share = o.iter().filter(|o| **o).count() as f64 / o.len() as f64;
        let one_bin = expected_calibration_error(&p, &o, 1).unwrap();
        close(one_bin, (share - mean(&p).unwrap()).abs(), 1e-12);
        prop_assert!(error >= one_bin - 1e-12);
    }

    #[test]
    fn a_p_value_and_a_quantile_agree(scores in scores(20..60), fresh in -5.0..5.0) {
        let quantile = conformal_quantile(&scores, 0.9).unwrap();
        let p_value = conformal_p_value(&scores, fresh).unwrap();
        prop_assert_eq!(fresh > quantile, p_value <= 0.1 + 1e-12);
        prop_assert!(p_value > 0.0 && p_value <= 1.0);
    }

    #[test]
    fn ridge_residuals_are_orthogonal_to_features((x, y) in pairs(), penalty in 0.0..3.0) {
        let rows: Vec<[f64; 1]> = x.iter().map(|x| [*x]).collect();
        let shrinkage = Shrinkage { penalty, standardise: false };
        let fit = Ridge::fit(&rows, &y, None, shrinkage).unwrap();
        let residuals: Vec<f64> =
            rows.iter().zip(&y).map(|(row, y)| y - fit.predict(row).unwrap()).collect();
        close(residuals.iter().sum(), 0.0, 1e-8);
        let moment: f64 = residuals.iter().zip(&x).map(|(r, x)| r * x).sum();
        close(moment, penalty * fit.coefficients[0], 1e-7);
    }

    #[test]
    fn standardised_fits_do_not_see_units((x, y) in pairs(), unit in 0.01..100.0) {
        let shrinkage = Shrinkage { penalty: 0.7, standardise: true };
        let share: Vec<f64> = y.iter().map(|y| (y + 5.0) / 10.0).collect();
        let rows: Vec<[f64; 1]> = x.iter().map(|x| [*x]).collect();
        let scaled: Vec<[f64; 1]> = x.iter().map(|x| [unit * x + 3.0]).collect();
        let ridge = Ridge::fit(&rows, &y, None, shrinkage).unwrap();
        let other = Ridge::fit(&scaled, &y, None, shrinkage).unwrap();
        close(ridge.predict(&rows[0]).unwrap(), other.predict(&scaled[0]).unwrap(), 1e-7);
        let logistic = Logistic::fit(&rows, &share, None, shrinkage).unwrap();
        let other = Logistic::fit(&scaled, &share, None, shrinkage).unwrap();
        close(logistic.predict(&rows[0]).unwrap(), other.predict(&scaled[0]).unwrap(), 1e-7);
    }

    #[test]
    fn logistic_keeps_the_mean_and_the_moment((x, y) in pairs(), penalty in 0.01..3.0) {
        let rows: Vec<[f64; 1]> = x.iter().map(|x| [*x]).collect();
        let share: Vec<f64> = y.iter().map(|y| (y + 5.0) / 10.0).collect();
        let shrinkage = Shrinkage { penalty, standardise: false };
        let fit = Logistic::fit(&rows, &share, None, shrinkage).unwrap();
        let residuals: Vec<f64> =
            rows.iter().zip(&share).map(|(row, t)| t - fit.predict(row).unwrap()).collect();
        close(residuals.iter().sum(), 0.0, 1e-6);
        let moment: f64 = residuals.iter().zip(&x).map(|(r, x)| r * x).sum();
        close(moment, penalty * fit.coefficients[0], 1e-6);
    }

    #[test]
    fn isotonic_rises_keeps_the_mean_and_keeps_a_rising_curve(y in scores(1..25)) {
        let x: Vec<f64> = (0..y.len()).map(|idx| idx as f64).collect();
        let values = |y: &[f64]| -> Vec<f64> {
            let curve = Isotonic::fit(&x, y, None).unwrap();
            x.iter().map(|x| curve.predict(*x).unwrap()).collect()
        };
        let fitted = values(&y);
        prop_assert!(fitted.is_sorted());
        close(mean(&fitted).unwrap(), mean(&y).unwrap(), 1e-12);
        values(&fitted).iter().zip(&fitted).for_each(|(a, b)| close(*a, *b, 1e-12));
    }

    #[test]
    fn a_forecast_of_the_base_rate_tells_nothing(n in 1_usize..40, k in 0_usize..40) {
        let happened: Vec<bool> = (0..n).map(|idx| idx < k).collect();
        let base_rate = (k.min(n) as f64 / n as f64).clamp(0.01, 0.99);
        let bits = log2_skill(&vec![base_rate; n], &happened, base_rate).unwrap();
        prop_assert_eq!(bits, vec![0.0; n]);
    }

    /// Gibbs: on the mean over what happens as often as stated, no other forecast tells more.
    #[test]
    fn the_true_probability_tells_most(truth in 1_u32..20, other in 1_u32..20) {
        let happened: Vec<bool> = (0..20).map(|case| case < truth).collect();
        let told = |k: u32| {
            let stated = vec![f64::from(k) / 20.0; 20];
            mean(&log2_skill(&stated, &happened, 0.5).unwrap()).unwrap()
        };
        prop_assert!(told(truth) >= told(other));
        prop_assert!(told(truth) >= 0.0);
    }

    #[test]
    fn events_as_often_as_stated_have_no_calibration_error(k in 0_u32..=10, n in 1_u32..6) {
        let happened: Vec<bool> = (0..10 * n).map(|case| case < k * n).collect();
        let stated = vec![f64::from(k) / 10.0; happened.len()];
        close(expected_calibration_error(&stated, &happened, 10).unwrap(), 0.0, 1e-12);
    }

    #[test]
    fn chance_leaves_a_certain_forecaster_without_error(n in 1_usize..30, seed in 0_u64..9) {
        let certain: Vec<f64> = (0..n).map(|idx| (idx % 2) as f64).collect();
        let by_chance = calibration_error_by_chance(&certain, 10, 39, 0.9, seed).unwrap();
        prop_assert_eq!((by_chance.lo, by_chance.hi), (0.0, 0.0));
    }

    /// Against a score that says nothing, the difference is the area less one half, draw by draw.
    #[test]
    fn a_difference_to_chance_is_an_area(
        pos in scores(2..12), neg in scores(2..12), seed in 0_u64..9,
    ) {
        let pair = |scores: &[f64]| scores.iter().map(|&s| [s, 0.0]).collect::<Vec<_>>();
        let (with, without) = (pair(&pos), pair(&neg));
        let difference = bootstrap_auroc_difference(&with, &without, 99, 0.9, seed).unwrap();
        let area = bootstrap_auroc(&pos, &neg, 99, 0.9, seed).unwrap();
        close(difference.lo, area.lo - 0.5, 1e-12);
        close(difference.hi, area.hi - 0.5, 1e-12);
    }

    #[test]
    fn a_difference_of_areas_turns_round_with_its_scores(
        pos in scores(2..12), neg in scores(2..12), seed in 0_u64..9,
    ) {
        let pair = |scores: &[f64], turn: bool| -> Vec<[f64; 2]> {
            let both = |(idx, &s): (usize, &f64)| if turn { [idx as f64, s] } else { [s, idx as f64] };
            scores.iter().enumerate().map(both).collect()
        };
        let of = |turn| {
            let (pos, neg) = (pair(&pos, turn), pair(&neg, turn));
            bootstrap_auroc_difference(&pos, &neg, 99, 0.9, seed).unwrap()
        };
        let (here, there) = (of(false), of(true));
        prop_assert_eq!((here.lo, here.hi), (-there.hi, -there.lo));
    }

    #[test]
    fn holm_lies_between_the_p_value_and_bonferroni(p_values in vec(0.0..=1.0, 1..12)) {
        let adjusted = holm(&p_values).unwrap();
        for (p, adjusted) in p_values.iter().zip(&adjusted) {
            let bonferroni = (p * p_values.len() as f64).min(1.0);
            prop_assert!(p <= adjusted && *adjusted <= bonferroni);
        }
        let smallest = p_values.iter().copied().fold(1.0, f64::min);
        let bonferroni = (smallest * p_values.len() as f64).min(1.0);
        prop_assert_eq!(adjusted.iter().copied().fold(1.0, f64::min), bonferroni);
    }

    #[test]
    fn quantiles_of_equal_values_are_that_value(value in -1e3..1e3, n in 1_usize..8, p in 0.0..=1.0) {
        prop_assert_eq!(quantile(&vec![value; n], p).unwrap(), value);
    }

    #[test]
    fn quantiles_rise_and_middle_the_median(values in scores(2..30), p in 0.0..=1.0) {
        prop_assert!(quantile(&values, p / 2.0).unwrap() <= median(&values).unwrap());
        prop_assert!(quantile(&values, p).unwrap() <= quantile(&values, 1.0).unwrap());
        let interval = mean_interval(&values, 0.9).unwrap();
        prop_assert!(interval.contains(mean(&values).unwrap()));
        close(f64::midpoint(interval.lo, interval.hi), mean(&values).unwrap(), 1e-12);
    }

    #[test]
    fn paired_bounds_mirror_nest_and_hold_what_was_seen(pairs in paired_counts(), level in 0.5..0.99) {
        let upper = paired_difference_upper(pairs, level).unwrap().hi;
        let lower = paired_difference_lower(pairs, level).unwrap().lo;
        prop_assert_eq!(paired_difference_upper(pairs.swapped(), level).unwrap().hi, -lower);
        let n_pairs = pairs.n_pairs().unwrap() as f64;
        let seen = (pairs.only_subject as f64 - pairs.only_reference as f64) / n_pairs;
        prop_assert!(lower <= seen && seen <= upper);
        let surer = paired_difference(pairs, level.sqrt()).unwrap();
        let both = paired_difference(pairs, level).unwrap();
        prop_assert!(surer.lo <= both.lo && both.lo <= lower);
        prop_assert!(surer.hi >= both.hi && both.hi >= upper);
    }

    #[test]
    fn a_paired_bound_rises_with_the_subject_and_falls_with_the_reference(
        pairs in paired_counts(), level in 0.5..0.99,
    ) {
        let bound = |pairs: Pairs| paired_difference_upper(pairs, level).unwrap().hi;
        let fewer = Pairs { neither: pairs.neither - 1, ..pairs };
        let of_subject = Pairs { only_subject: pairs.only_subject + 1, ..fewer };
        let of_reference = Pairs { only_reference: pairs.only_reference + 1, ..fewer };
        prop_assert!(bound(of_reference) <= bound(pairs) && bound(pairs) <= bound(of_subject));
        // What both share and what neither has count alike.
        prop_assert_eq!(bound(pairs), bound(Pairs { both: pairs.both + 1, ..fewer }));
        prop_assert!(non_inferior(pairs, bound(pairs).max(0.0), level).unwrap());
    }

    /// The exact coverage, not a simulated one: nowhere on the margin is a wrong pass likelier than told.
    #[test]
    fn on_the_margin_a_wrong_pass_is_no_likelier_than_told(
        n_pairs in 1_u64..150, only_reference in 0.0..0.35, margin in 0.0..0.3, level in 0.6..0.99,
    ) {
        let truth = Discordance { only_subject: only_reference + margin, only_reference };
        let wrong = power_of_non_inferiority(n_pairs, truth, margin, level).unwrap();
        prop_assert!(wrong <= 1.0 - level + 1e-9, "{wrong} at {truth:?}");
    }

    #[test]
    fn planned_pairs_are_enough_and_one_less_is_not(
        only_subject in 0.0..0.05, only_reference in 0.0..0.05, margin in 0.1..0.3,
    ) {
        let truth = Discordance { only_subject, only_reference };
        let n_pairs = pairs_for_non_inferiority(truth, margin, 0.95, 0.8).unwrap();
        let power = |n_pairs| power_of_non_inferiority(n_pairs, truth, margin, 0.95).unwrap();
        prop_assert!(power(n_pairs) >= 0.8 && power(n_pairs - 1) < 0.8);
    }

    #[test]
    fn bernstein_bounds_mirror_nest_and_move_with_the_unit(
        values in vec(0.0..=1.0, 2..200), level in 0.5..0.99, unit in 0.1..10.0, shift in -5.0..5.0,
    ) {
        let moments = Moments::of(&values).unwrap();
        let upper = |moments, level| bernstein_upper(moments, (0.0, 1.0), level).unwrap().hi;
        let lower = |moments, level| bernstein_lower(moments, (0.0, 1.0), level).unwrap().lo;
        let turned = Moments { mean: 1.0 - moments.mean, ..moments };
        close(lower(moments, level), 1.0 - upper(turned, level), 1e-12);
        prop_assert!(lower(moments, level) <= moments.mean && moments.mean <= upper(moments, level));
        prop_assert!(upper(moments, level.sqrt()) >= upper(moments, level));
        let twice = Moments::of(&[values.as_slice(), &values].concat()).unwrap();
        prop_assert!(upper(twice, level) <= upper(moments, level) + 1e-12);
        let moved: Vec<f64> = values.iter().map(|value| unit * value + shift).collect();
        let range = (shift - 1e-9, unit + shift + 1e-9);
        let there = bernstein_upper(Moments::of(&moved).unwrap(), range, level).unwrap().hi;
        close(there, unit * upper(moments, level) + shift, 1e-7);
    }

    #[test]
    fn a_rate_over_clusters_turns_round_with_its_events(clusters in clusters(), seed: u64) {
        let without: Vec<Cluster> =
            clusters.iter().map(|c| Cluster { events: c.trials - c.events, ..*c }).collect();
        let here = cluster_rate(&clusters, 99, 0.9, seed).unwrap();
        let there = cluster_rate(&without, 99, 0.9, seed).unwrap();
        close(here.lo, 1.0 - there.hi, 1e-9);
        close(here.hi, 1.0 - there.lo, 1e-9);
        prop_assert_eq!(here, cluster_rate(&clusters, 99, 0.9, seed).unwrap());
        let wider = cluster_rate(&clusters, 99, 0.98, seed).unwrap();
        prop_assert!(wider.lo <= here.lo && wider.hi >= here.hi);
        let (lower, upper) = (cluster_rate_lower, cluster_rate_upper);
        close(lower(&clusters, 99, 0.95, seed).unwrap().lo, here.lo, 1e-12);
        close(upper(&clusters, 99, 0.95, seed).unwrap().hi, here.hi, 1e-12);
    }

    /// Trials that are copies of each other tell nothing new.
    #[test]
    fn more_of_the_same_in_every_cluster_narrows_nothing(clusters in clusters(), times in 2_u64..9) {
        let copied: Vec<Cluster> = clusters
            .iter()
            .map(|c| Cluster { events: times * c.events, trials: times * c.trials })
            .collect();
        let (once, often) = (
            cluster_rate(&clusters, 99, 0.9, 7).unwrap(),
            cluster_rate(&copied, 99, 0.9, 7).unwrap(),
        );
        close(once.lo, often.lo, 1e-9);
        close(once.hi, often.hi, 1e-9);
    }

    #[test]
    fn planned_replays_catch_and_one_less_does_not(share in 0.001..0.99, power in 0.05..0.999) {
        let replays = replays_to_catch(share, power).unwrap();
        prop_assert!(power_to_catch(replays, share).unwrap() >= power - 1e-9);
        prop_assert!(power_to_catch(replays - 1, share).unwrap() < power + 1e-9);
    }

    /// Without replacement no draw is wasted, and in many cases it makes no difference.
    #[test]
    fn different_cases_catch_no_later(
        cases in 1_u64..2000, altered in 1_u64..2000, power in 0.05..0.999,
    ) {
        let altered = altered.min(cases);
        let among = replays_to_catch_among(cases, altered, power).unwrap();
        prop_assert!(power_to_catch_among(among, cases, altered).unwrap() >= power - 1e-9);
        prop_assert!(power_to_catch_among(among - 1, cases, altered).unwrap() < power + 1e-9);
        let share = altered as f64 / cases as f64;
        prop_assert!(among <= replays_to_catch(share, power).unwrap());
        let many = replays_to_catch_among(2000 * cases, 2000 * altered, power).unwrap();
        prop_assert!(many >= among);
    }

    #[test]
    fn the_level_of_each_leaves_the_level_together(level in 0.01..0.999, n_bounds in 1_u64..1000) {
        let each = level_of_each(level, n_bounds).unwrap();
        close(n_bounds as f64 * (1.0 - each), 1.0 - level, 1e-9);
        prop_assert!(each >= level - 1e-15);
        // Independent bounds would do with a little less.
        prop_assert!(each >= level.powf(1.0 / n_bounds as f64) - 1e-12);
    }
}

use overt_stats::{
    Isotonic, Logistic, Ridge, Shrinkage, auroc, auroc_interval, average_ranks, bootstrap,
    bootstrap_auroc, bootstrap_auroc_difference, brier_score, calibration_error_by_chance,
    clopper_pearson, clopper_pearson_lower, clopper_pearson_upper, conformal_p_value,
    conformal_quantile, expected_calibration_error, holm, log2_skill, mean, mean_interval, median,
    pearson, power_to_clear, quantile, recall_at_fpr, roc_curve, rule_of_three, spearman,
    trials_to_clear, wilson,
};
use proptest::collection::vec;
use proptest::prelude::*;

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
}

use overt_stats::{
    Error, Interval, JackknifePlus, Moments, Pairs, Prediction, Ridge, Shrinkage, average_ranks,
    bernstein_upper, bootstrap, clopper_pearson, conformal_interval, holm, paired_difference_upper,
    power_to_catch_among, power_to_clear, reliability, replays_to_catch, replays_to_catch_among,
    rule_of_three, threshold_at_fpr, trials_for_power, trials_to_clear,
};

use crate::close;
use overt_fault::Hint;

/// One trial: the tails are `p` and `1 - p` themselves.
#[test]
fn clopper_pearson_of_one_trial() {
    let interval = clopper_pearson(1, 1, 0.9).unwrap();
    close(interval.lo, 0.05, 1e-15);
    assert_eq!(interval.hi, 1.0);
}

/// `0.95^58 = 0.0510 > 0.05 >= 0.0485 = 0.95^59`.
#[test]
fn fifty_nine_clean_trials_clear_ninety_five_percent() {
    assert_eq!(trials_to_clear(0.95, 0, 0.95).unwrap(), 59);
    assert_eq!(trials_to_clear(0.99, 0, 0.95).unwrap(), 299);
    close(rule_of_three(100, 0.95).unwrap(), 0.029_957_322_735_539_91, 1e-15);
}

/// Of four pairs none is the subject's alone, at most `1 - 0.05^¼`, and all are the reference's, at least
/// `0.05^¼`.
#[test]
fn a_paired_bound_of_four_pairs() {
    let pairs = Pairs { both: 0, only_subject: 0, only_reference: 4, neither: 0 };
    let bound = paired_difference_upper(pairs, 0.9).unwrap();
    close(bound.hi, 1.0 - 2.0 * 0.05_f64.powf(0.25), 1e-14);
}

/// Mean 1/2 and variance 1/4 of 26 values: `√(2 · ¼ · ln 4 / 26) + 7 · ln 4 / 75` at level one half.
#[test]
fn a_bernstein_bound_of_twenty_six_values() {
    let moments = Moments { n: 26, mean: 0.5, variance: 0.25 };
    let bound = bernstein_upper(moments, (0.0, 1.0), 0.5).unwrap();
    close(bound.hi, 0.5 + 0.163_277_392_6 + 0.129_387_473_7, 1e-9);
}

/// Of ten cases five are altered: three draws miss with `5/10 · 4/9 · 3/8 = 1/12`.
#[test]
fn three_replays_of_ten_cases() {
    close(power_to_catch_among(3, 10, 5).unwrap(), 11.0 / 12.0, 1e-15);
    assert_eq!(replays_to_catch_among(10, 5, 0.9).unwrap(), 3);
    assert_eq!(replays_to_catch(0.5, 0.9).unwrap(), 4);
}

/// One success of one puts the lower bound at `1 - 0.95`, which rounds to just above 0.05.
#[test]
fn one_trial_clears_one_in_twenty() {
    assert_eq!(trials_to_clear(0.05, 0, 0.95).unwrap(), 1);
    assert_eq!(trials_to_clear(0.5, 1, 0.5).unwrap(), 3);
}

/// Two trials clear one half at level 0.7 only with two successes: `0.25 <= 0.3 < 0.75`.
#[test]
fn power_of_two_trials() {
    close(power_to_clear(2, 0.9, 0.5, 0.7).unwrap(), 0.81, 1e-14);
    assert_eq!(trials_for_power(0.9, 0.5, 0.7, 0.8).unwrap(), 2);
}

#[test]
fn ties_share_their_rank() {
    assert_eq!(average_ranks(&[5.0, 1.0, 5.0, 5.0, 9.0]).unwrap(), [3.0, 1.0, 3.0, 3.0, 5.0]);
}

/// `29 / 100` false alarms are allowed at 0.29, although `0.29 * 100` is below 29 in floats.
#[test]
fn the_false_alarm_budget_is_used_in_full() {
    let neg: Vec<f64> = (0..100).map(f64::from).collect();
    assert_eq!(threshold_at_fpr(&neg, 0.29).unwrap(), Some(70.0));
    assert_eq!(threshold_at_fpr(&neg, 0.0).unwrap(), Some(99.0));
    assert_eq!(threshold_at_fpr(&neg, 1.0).unwrap(), None);
}

/// Three equal clean scores: any alarm on them would be all three.
#[test]
fn tied_clean_scores_are_not_split() {
    assert_eq!(threshold_at_fpr(&[1.0, 1.0, 1.0, 0.0], 0.5).unwrap(), Some(1.0));
}

/// Sorted: 0.01 · 4, 0.03 · 3, 0.04 · 2 raised to the 0.09 before it, 0.9.
#[test]
fn holm_steps_down() {
    let adjusted = holm(&[0.04, 0.9, 0.01, 0.03]).unwrap();
    [0.09, 0.9, 0.04, 0.09].iter().zip(adjusted).for_each(|(want, got)| close(got, *want, 1e-15));
}

/// Weights 1 and 3 pull the constant to `(0 + 3·4) / 4`; the penalty 2 halves the slope of
/// `x = ±1, y = ±1`.
#[test]
fn ridge_with_weights_and_with_a_penalty() {
    let empty: [[f64; 0]; 2] = [[], []];
    let constant = Ridge::fit(&empty, &[0.0, 4.0], Some(&[1.0, 3.0]), Shrinkage::NONE).unwrap();
    assert_eq!(constant.predict(&[]).unwrap(), 3.0);
    let half = Shrinkage { penalty: 2.0, standardise: false };
    let line = Ridge::fit(&[[-1.0], [1.0]], &[-1.0, 1.0], None, half).unwrap();
    assert_eq!((line.intercept, line.coefficients), (0.0, vec![0.5]));
}

/// Rank ⌈10 · 0.9⌉ = 9 of nine scores is the largest; one more percent has no finite answer.
#[test]
fn conformal_rank_of_nine_scores() {
    let scores: Vec<f64> = (1..=9).map(f64::from).collect();
    let interval = conformal_interval(0.0, 1.0, &scores, 0.9).unwrap();
    assert_eq!(interval, Interval::new(-9.0, 9.0, 0.9).unwrap());
    let error = conformal_interval(0.0, 1.0, &scores, 0.91).unwrap_err();
    assert_eq!(error.to_string(), "calibration scores: expected at least 11, got 9");
}

/// A predictor that always says 0 with scale 2: residuals y/2, so the ends are ± the k-th smallest y.
#[test]
fn jackknife_of_a_fixed_predictor() {
    let y = [4.0, 1.0, 3.0, 2.0];
    let fixed =
        |_: &[&f64], _: &[f64]| Ok::<_, Error>(|_: &f64| Prediction { value: 0.0, scale: 2.0 });
    let jackknife = JackknifePlus::fit(&[0.0; 4], &y, 4, fixed).unwrap();
    let interval = jackknife.interval(&0.0, 0.6).unwrap();
    assert_eq!((interval.lo, interval.hi), (-3.0, 3.0));
}

/// An undefined resample takes a place in both tails.
#[test]
fn undefined_resamples_widen_and_then_refuse() {
    let units = [0.0, 1.0, 2.0, 3.0, 4.0];
    let total = |units: &[&f64]| units.iter().copied().sum::<f64>();
    let plain = bootstrap(&units, 999, 0.9, 1, |u| Some(total(u))).unwrap();
    let rarely = |u: &[&f64]| (total(u) != 10.0 || *u[0] > 0.0 || *u[1] > 1.0).then(|| total(u));
    let wider = bootstrap(&units, 999, 0.9, 1, rarely).unwrap();
    assert!(wider.lo <= plain.lo && wider.hi >= plain.hi);
    let often = |u: &[&f64]| (*u[0] > 0.0).then(|| total(u));
    let error = bootstrap(&units, 999, 0.9, 1, often).unwrap_err();
    assert!(matches!(error, Error::StatisticUndefined { undefined: 150..250, resamples: 999 }));
    assert!(error.hint().is_some());
}

#[test]
fn the_last_bin_holds_certainty() {
    let bins = reliability(&[1.0, 0.9, 0.0], &[true, false, false], 10).unwrap();
    assert_eq!(bins.iter().map(|bin| bin.n_cases).collect::<Vec<_>>(), [1, 2]);
}

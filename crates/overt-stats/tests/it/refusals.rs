use overt_fault::Hint;
use overt_stats::{
    Cluster, Discordance, Error, Interval, Isotonic, JackknifePlus, Logistic, Moments, Pairs,
    Prediction, Result, Ridge, Shrinkage, auroc, auroc_interval, average_ranks, bernstein_lower,
    bernstein_upper, bootstrap, bootstrap_auroc, bootstrap_auroc_difference, brier_score,
    calibration_error_by_chance, clopper_pearson, clopper_pearson_lower, clopper_pearson_upper,
    cluster_rate, cluster_rate_lower, cluster_rate_upper, conformal_interval, conformal_p_value,
    conformal_quantile, coverage, expected_calibration_error, holm, level_of_each, log2_skill,
    mean, mean_interval, median, non_inferior, normalised_scores, operating_point,
    paired_difference, paired_difference_lower, paired_difference_upper, pairs_for_non_inferiority,
    pearson, power_of_non_inferiority, power_to_catch, power_to_catch_among, power_to_clear,
    quantile, recall_at_fpr, replays_to_catch, replays_to_catch_among, roc_curve, rule_of_three,
    sd, spearman, trials_for_power, trials_to_clear, wilson,
};

#[track_caller]
fn check<T>(result: Result<T>, expect: &str) {
    assert_eq!(result.err().map(|error| error.to_string()).as_deref(), Some(expect));
}

#[test]
fn no_function_lets_a_value_that_is_not_finite_through() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let (with, good) = ([0.5, bad, 0.25], [0.5, 0.75, 0.25]);
        let happened = [true, false, true];
        let rows = [[0.5], [bad], [0.25]];
        let good_rows = [[0.5], [0.75], [0.25]];
        let none = Shrinkage::NONE;
        let refused = [
            Interval::new(bad, 1.0, 0.9).is_err(),
            Interval::new(0.0, bad, 0.9).is_err(),
            Interval::new(0.0, 1.0, bad).is_err(),
            clopper_pearson(1, 2, bad).is_err(),
            clopper_pearson_lower(1, 2, bad).is_err(),
            clopper_pearson_upper(1, 2, bad).is_err(),
            wilson(1, 2, bad).is_err(),
            auroc(&with, &good).is_err(),
            auroc(&good, &with).is_err(),
            auroc_interval(&with, &good, 0.9).is_err(),
            auroc_interval(&good, &good, bad).is_err(),
            roc_curve(&with, &good).is_err(),
            recall_at_fpr(&good, &with, 0.1).is_err(),
            recall_at_fpr(&good, &good, bad).is_err(),
            operating_point(&good, &good, Some(bad)).is_err(),
            average_ranks(&with).is_err(),
            pearson(&with, &good).is_err(),
            pearson(&good, &with).is_err(),
            spearman(&with, &good).is_err(),
            spearman(&good, &with).is_err(),
            bootstrap_auroc(&with, &good, 99, 0.9, 1).is_err(),
            bootstrap(&good, 99, bad, 1, |_| Some(1.0)).is_err(),
            bootstrap(&good, 99, 0.9, 1, |_| Some(bad)).is_err(),
            brier_score(&with, &happened).is_err(),
            expected_calibration_error(&with, &happened, 2).is_err(),
            calibration_error_by_chance(&with, 2, 99, 0.9, 1).is_err(),
            calibration_error_by_chance(&good, 2, 99, bad, 1).is_err(),
            log2_skill(&with, &happened, 0.5).is_err(),
            log2_skill(&good, &happened, bad).is_err(),
            bootstrap_auroc_difference(&[[bad, 0.0]; 2], &[[0.0; 2]; 2], 99, 0.9, 1).is_err(),
            bootstrap_auroc_difference(&[[0.0; 2]; 2], &[[0.0, bad]; 2], 99, 0.9, 1).is_err(),
            coverage(&[Interval::new(0.0, 1.0, 0.9).unwrap()], &[bad], 0.9).is_err(),
            conformal_quantile(&with, 0.5).is_err(),
            conformal_quantile(&good, bad).is_err(),
            conformal_interval(bad, 1.0, &good, 0.5).is_err(),
            conformal_interval(0.0, bad, &good, 0.5).is_err(),
            conformal_p_value(&with, 0.5).is_err(),
            conformal_p_value(&good, bad).is_err(),
            normalised_scores(&with, &good).is_err(),
            normalised_scores(&good, &with).is_err(),
            Ridge::fit(&rows, &good, None, none).is_err(),
            Ridge::fit(&good_rows, &with, None, none).is_err(),
            Ridge::fit(&good_rows, &good, Some(&with), none).is_err(),
            Ridge::fit(&good_rows, &good, None, Shrinkage { penalty: bad, ..none }).is_err(),
            Ridge::fit(&good_rows, &good, None, none).unwrap().predict(&[bad]).is_err(),
            Logistic::fit(&rows, &good, None, none).is_err(),
            Logistic::fit(&good_rows, &with, None, none).is_err(),
            Logistic::fit(&good_rows, &good, Some(&with), none).is_err(),
            Isotonic::fit(&with, &good, None).is_err(),
            Isotonic::fit(&good, &with, None).is_err(),
            Isotonic::fit(&good, &good, Some(&with)).is_err(),
            Isotonic::fit(&good, &good, None).unwrap().predict(bad).is_err(),
            holm(&with).is_err(),
            mean(&with).is_err(),
            sd(&with).is_err(),
            median(&with).is_err(),
            quantile(&with, 0.5).is_err(),
            quantile(&good, bad).is_err(),
            mean_interval(&with, 0.9).is_err(),
            rule_of_three(5, bad).is_err(),
            trials_to_clear(bad, 0, 0.9).is_err(),
            power_to_clear(5, bad, 0.5, 0.9).is_err(),
            trials_for_power(bad, 0.5, 0.9, 0.8).is_err(),
        ];
        let slipped: Vec<_> = (0..refused.len()).filter(|idx| !refused[*idx]).collect();
        assert!(slipped.is_empty(), "with {bad}, rows {slipped:?} answered");
    }
}

#[test]
fn no_gate_lets_a_number_that_is_not_finite_through() {
    let pairs = Pairs { both: 1, only_subject: 2, only_reference: 1, neither: 90 };
    let truth = Discordance { only_subject: 0.01, only_reference: 0.01 };
    let moments = Moments { n: 9, mean: 0.5, variance: 0.1 };
    let clusters: Vec<_> = (0..20).map(|k| Cluster { events: k % 3, trials: 9 }).collect();
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let refused = [
            paired_difference(pairs, bad).is_err(),
            paired_difference_lower(pairs, bad).is_err(),
            paired_difference_upper(pairs, bad).is_err(),
            non_inferior(pairs, bad, 0.9).is_err(),
            non_inferior(pairs, 0.1, bad).is_err(),
            power_of_non_inferiority(9, Discordance { only_subject: bad, ..truth }, 0.1, 0.9)
                .is_err(),
            power_of_non_inferiority(9, Discordance { only_reference: bad, ..truth }, 0.1, 0.9)
                .is_err(),
            power_of_non_inferiority(9, truth, bad, 0.9).is_err(),
            power_of_non_inferiority(9, truth, 0.1, bad).is_err(),
            pairs_for_non_inferiority(truth, bad, 0.9, 0.8).is_err(),
            pairs_for_non_inferiority(truth, 0.1, 0.9, bad).is_err(),
            Moments::of(&[0.0, bad]).is_err(),
            bernstein_upper(Moments { mean: bad, ..moments }, (0.0, 1.0), 0.9).is_err(),
            bernstein_lower(Moments { variance: bad, ..moments }, (0.0, 1.0), 0.9).is_err(),
            bernstein_upper(moments, (bad, 1.0), 0.9).is_err(),
            bernstein_lower(moments, (0.0, bad), 0.9).is_err(),
            bernstein_upper(moments, (0.0, 1.0), bad).is_err(),
            cluster_rate(&clusters, 99, bad, 1).is_err(),
            cluster_rate_lower(&clusters, 99, bad, 1).is_err(),
            cluster_rate_upper(&clusters, 99, bad, 1).is_err(),
            level_of_each(bad, 2).is_err(),
            power_to_catch(5, bad).is_err(),
            replays_to_catch(bad, 0.9).is_err(),
            replays_to_catch(0.1, bad).is_err(),
            replays_to_catch_among(9, 1, bad).is_err(),
        ];
        let slipped: Vec<_> = (0..refused.len()).filter(|idx| !refused[*idx]).collect();
        assert!(slipped.is_empty(), "with {bad}, rows {slipped:?} answered");
    }
}

#[test]
fn pairs_that_cannot_be() {
    let none = Pairs { both: 0, only_subject: 0, only_reference: 0, neither: 0 };
    check(paired_difference(none, 0.95), "pairs: expected at least 1, got 0");
    let full = Pairs { both: u64::MAX, neither: 1, ..none };
    let too_many = "paired difference: more than 1000000000 trials needed";
    check(paired_difference(full, 0.95), too_many);
    check(paired_difference(Pairs { both: 1, ..full }, 0.95).and(full.n_pairs()), too_many);
    check(non_inferior(Pairs { both: 9, ..none }, 1.5, 0.95), "margin must be in [0, 1], got 1.5");
    let more = Discordance { only_subject: 0.75, only_reference: 0.5 };
    check(
        power_of_non_inferiority(9, more, 0.1, 0.95),
        "share of pairs that differ must be in [0, 1], got 1.25",
    );
    let worse = Discordance { only_subject: 0.15, only_reference: 0.05 };
    check(
        pairs_for_non_inferiority(worse, 0.1, 0.95, 0.8),
        "power at this truth: more than 100000 trials needed",
    );
    let read = |text: &str| serde_json::from_str::<Pairs>(text);
    let counts = r#""both":1,"only_subject":2,"only_reference":3"#;
    assert!(read(&format!(r#"{{{counts},"neither":4}}"#)).is_ok());
    assert!(read(&format!("{{{counts}}}")).is_err());
    assert!(read(&format!(r#"{{{counts},"neither":-4}}"#)).is_err());
    assert!(read(&format!(r#"{{{counts},"neither":4,"n":10}}"#)).is_err());
}

#[test]
fn moments_that_no_sample_has() {
    let of = |n, mean, variance| bernstein_upper(Moments { n, mean, variance }, (0.0, 1.0), 0.95);
    check(of(1, 0.5, 0.0), "values: expected at least 2, got 1");
    check(of(9, 1.5, 0.0), "mean must be in the range of the values, got 1.5");
    check(of(9, 0.5, -0.25), "variance must be in [0, inf), got -0.25");
    // Half of two values at either end: 0.5 is the largest sample variance.
    assert!(of(2, 0.5, 0.5).is_ok());
    check(of(2, 0.5, 0.75), "variance must be in what the mean and the range allow, got 0.75");
    let moments = Moments { n: 9, mean: 0.0, variance: 0.0 };
    check(
        bernstein_upper(moments, (0.0, 0.0), 0.95),
        "width of the range must be in (0, inf), got 0",
    );
}

#[test]
fn clusters_that_tell_too_little() {
    let of = |n, events, trials| {
        let mut clusters = vec![Cluster { events, trials }; n];
        clusters.push(Cluster { events: 2, trials: 8 });
        cluster_rate(&clusters, 99, 0.9, 7)
    };
    check(of(18, 1, 8), "clusters: expected at least 20, got 19");
    check(of(19, 1, 4), "rates of the clusters are all the same");
    check(of(19, 1, 0), "trials of a cluster: expected at least 1, got 0");
    check(of(19, 9, 8), "9 successes out of 8 trials");
    check(of(19, 0, u64::MAX), "rate of a cluster: more than 1000000000 trials needed");
    // One cluster that differs is missing from a third of the resamples.
    assert!(matches!(of(19, 0, 8), Err(Error::StatisticUndefined { .. })));
    let many: Vec<_> = (0..20).map(|k| Cluster { events: k % 3, trials: 9 }).collect();
    check(cluster_rate_upper(&many, 99, 0.5, 7), "one-sided level must be in (0.5, 1), got 0.5");
}

#[test]
fn replays_that_cannot_be() {
    check(replays_to_catch_among(9, 0, 0.95), "altered cases: expected at least 1, got 0");
    check(replays_to_catch_among(9, 10, 0.95), "10 successes out of 9 trials");
    check(power_to_catch_among(10, 9, 1), "10 successes out of 9 trials");
    let none = "replays of this share: more than 10000000 trials needed";
    check(replays_to_catch(0.0, 0.95), none);
    check(replays_to_catch(1e-9, 0.95), none);
    check(level_of_each(0.95, 0), "bounds: expected at least 1, got 0");
    assert!(level_of_each(0.95, u64::MAX).is_err());
}

#[test]
fn counts_that_cannot_be() {
    check(clopper_pearson(0, 0, 0.95), "trials: expected at least 1, got 0");
    check(clopper_pearson(3, 2, 0.95), "3 successes out of 2 trials");
    check(clopper_pearson(1, 2, 1.0), "level must be in (0, 1), got 1");
    check(wilson(1, 2, 95.0), "level must be in (0, 1), got 95");
    check(clopper_pearson(1, u64::MAX, 0.95), "exact interval: more than 1000000000 trials needed");
}

#[test]
fn finite_inputs_that_overflow() {
    let huge = [f64::MAX, f64::MAX, -f64::MAX];
    check(mean(&huge[..2]), "mean left the range of 64-bit floats");
    check(sd(&[1e200, -1e200]), "standard deviation left the range of 64-bit floats");
    assert!(quantile(&huge, 0.3).is_ok_and(f64::is_finite));
    assert!(Ridge::fit(&[[1e300], [2e300]], &[1.0, 2.0], None, Shrinkage::NONE).is_err());
}

#[test]
fn correlations_need_variation() {
    check(pearson(&[1.0, 1.0], &[1.0, 2.0]), "x are all the same");
    check(spearman(&[1.0, 2.0], &[3.0, 3.0]), "y are all the same");
    check(pearson(&[1.0, 2.0], &[3.0]), "y: expected 2 values, got 1");
}

#[test]
fn fits_that_have_no_single_answer() {
    let twins = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]];
    let error = Ridge::fit(&twins, &[1.0, 2.0, 3.0], None, Shrinkage::NONE).unwrap_err();
    assert_eq!(error, Error::Singular { feature: 1 });
    assert!(error.hint().is_some_and(|hint| hint.contains("penalty")));
    let error = Logistic::fit(&twins, &[0.0, 1.0, 0.0], None, Shrinkage::NONE).unwrap_err();
    assert_eq!(error, Error::Singular { feature: 1 });
    let still = [[7.1], [7.1], [7.1]];
    let error = Ridge::fit(&still, &[1.0, 2.0, 3.0], None, Shrinkage::NONE).unwrap_err();
    assert_eq!(error, Error::Singular { feature: 0 });
}

#[test]
fn classes_that_a_line_separates() {
    let x = [[-2.0], [-1.0], [1.0], [2.0]];
    let labels = [0.0, 0.0, 1.0, 1.0];
    assert!(matches!(
        Logistic::fit(&x, &labels, None, Shrinkage::NONE),
        Err(Error::NotConverged { .. } | Error::Singular { .. })
    ));
    let shrunk = Shrinkage { penalty: 1e-3, standardise: true };
    assert!(Logistic::fit(&x, &labels, None, shrunk).is_ok());
    check(Logistic::fit(&x, &[0.0; 4], None, shrunk), "targets are all the same");
    check(Logistic::fit(&x, &[2.0; 4], None, shrunk), "targets must be in [0, 1], got 2");
}

#[test]
fn too_little_for_the_level_asked() {
    check(
        bootstrap(&[1.0, 2.0], 10, 0.95, 1, |_| Some(0.0)),
        "resamples: expected at least 39, got 10",
    );
    check(bootstrap(&[1.0], 99, 0.95, 1, |_| Some(0.0)), "units: expected at least 2, got 1");
    check(conformal_quantile(&[1.0; 18], 0.95), "calibration scores: expected at least 19, got 18");
    check(
        trials_for_power(0.9, 0.95, 0.95, 0.8),
        "power at this rate: more than 100000 trials needed",
    );
}

#[test]
fn a_predictor_that_misbehaves() {
    let nan = |_: &[&f64], _: &[f64]| Ok::<_, Error>(|_: &f64| Prediction::plain(f64::NAN));
    assert!(JackknifePlus::fit(&[0.0; 3], &[1.0; 3], 3, nan).is_err());
    let sure =
        |_: &[&f64], _: &[f64]| Ok::<_, Error>(|_: &f64| Prediction { value: 0.0, scale: 0.0 });
    check(
        JackknifePlus::fit(&[0.0; 3], &[1.0; 3], 3, sure).map(drop),
        "scale must be in (0, inf), got 0",
    );
}

#[test]
fn an_interval_from_outside_is_checked() {
    let read = |text: &str| serde_json::from_str::<Interval>(text);
    assert!(read(r#"{"lo":0.1,"hi":0.2,"level":0.95}"#).is_ok());
    assert!(read(r#"{"lo":0.2,"hi":0.1,"level":0.95}"#).is_err());
    assert!(read(r#"{"lo":0.1,"hi":0.2,"level":1.0}"#).is_err());
    assert!(read(r#"{"lo":0.1,"hi":null,"level":0.95}"#).is_err());
}

use overt_stats::{
    Error, Interval, Isotonic, JackknifePlus, Logistic, Prediction, Result, Ridge, Shrinkage,
    auroc, auroc_interval, average_ranks, bootstrap, bootstrap_auroc, bootstrap_auroc_difference,
    brier_score, calibration_error_by_chance, clopper_pearson, clopper_pearson_lower,
    clopper_pearson_upper, conformal_interval, conformal_p_value, conformal_quantile, coverage,
    expected_calibration_error, holm, log2_skill, mean, mean_interval, median, normalised_scores,
    operating_point, pearson, power_to_clear, quantile, recall_at_fpr, roc_curve, rule_of_three,
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

use std::sync::LazyLock;

use overt_stats::{
    Isotonic, Logistic, Ridge, Shrinkage, auroc, brier_score, clopper_pearson,
    clopper_pearson_lower, clopper_pearson_upper, expected_calibration_error, mean_interval,
    median, pearson, quantile, roc_curve, sd, spearman, wilson,
};
use serde_json::Value;

use crate::close;

/// Made by `tests/golden/reference.py`; seed and versions are inside.
static REFERENCE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../golden/reference.json")).unwrap());

fn cases(name: &str) -> &'static [Value] {
    REFERENCE[name].as_array().unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

#[track_caller]
fn all_close(got: &[f64], expected: &Value, tolerance: f64) {
    let expected = numbers(expected);
    assert_eq!(got.len(), expected.len());
    got.iter().zip(expected).for_each(|(got, expected)| close(*got, expected, tolerance));
}

#[test]
fn proportions() {
    for case in cases("proportions") {
        let (k, n) = (case["successes"].as_u64().unwrap(), case["trials"].as_u64().unwrap());
        let level = number(&case["level"]);
        let exact = clopper_pearson(k, n, level).unwrap();
        all_close(&[exact.lo, exact.hi], &case["exact"], 1e-11);
        close(clopper_pearson_lower(k, n, level).unwrap().lo, number(&case["lower"]), 1e-11);
        close(clopper_pearson_upper(k, n, level).unwrap().hi, number(&case["upper"]), 1e-11);
        let score = wilson(k, n, level).unwrap();
        all_close(&[score.lo, score.hi], &case["wilson"], 1e-12);
    }
}

#[test]
fn means_and_quantiles() {
    for case in cases("means") {
        let values = numbers(&case["values"]);
        let interval = mean_interval(&values, number(&case["level"])).unwrap();
        all_close(&[interval.lo, interval.hi], &case["interval"], 1e-11);
        close(sd(&values).unwrap(), number(&case["sd"]), 1e-12);
        close(median(&values).unwrap(), number(&case["median"]), 1e-12);
        close(quantile(&values, 0.3).unwrap(), number(&case["quantile_0.3"]), 1e-12);
    }
}

#[test]
fn roc_curves() {
    for case in cases("classes") {
        let (pos, neg) = (numbers(&case["pos"]), numbers(&case["neg"]));
        close(auroc(&pos, &neg).unwrap(), number(&case["auroc"]), 1e-12);
        let curve = roc_curve(&pos, &neg).unwrap();
        let (fpr, tpr): (Vec<_>, Vec<_>) =
            curve.iter().map(|point| (point.false_alarm_rate(), point.recall())).unzip();
        all_close(&fpr, &case["fpr"], 1e-12);
        all_close(&tpr, &case["tpr"], 1e-12);
    }
}

#[test]
fn correlations() {
    let case = &REFERENCE["correlations"];
    let (x, y) = (numbers(&case["x"]), numbers(&case["y"]));
    close(pearson(&x, &y).unwrap(), number(&case["pearson"]), 1e-12);
    close(spearman(&x, &y).unwrap(), number(&case["spearman"]), 1e-12);
}

#[test]
fn forecasts() {
    let case = &REFERENCE["forecasts"];
    let probabilities = numbers(&case["probabilities"]);
    let happened: Vec<bool> = serde_json::from_value(case["happened"].clone()).unwrap();
    close(brier_score(&probabilities, &happened).unwrap(), number(&case["brier"]), 1e-12);
    let error = expected_calibration_error(&probabilities, &happened, 10).unwrap();
    close(error, number(&case["ece_10"]), 1e-12);
}

#[test]
fn linear_fits() {
    let case = &REFERENCE["linear_fits"];
    let x: Vec<Vec<f64>> = case["x"].as_array().unwrap().iter().map(numbers).collect();
    let data = |name: &str| numbers(&case[name]);
    let (y, label, share, weights) = (data("y"), data("label"), data("share"), data("weights"));
    for fit in case["fits"].as_array().unwrap() {
        let shrinkage: Shrinkage = serde_json::from_value(serde_json::json!({
            "penalty": fit["penalty"], "standardise": fit["standardise"],
        }))
        .unwrap();
        let ridge = Ridge::fit(&x, &y, Some(&weights), shrinkage).unwrap();
        let values: Vec<_> = x.iter().map(|row| ridge.predict(row).unwrap()).collect();
        all_close(&values, &fit["ridge"], 1e-9);
        for (targets, name) in [(&label, "logistic"), (&share, "logistic_share")] {
            let logistic = Logistic::fit(&x, targets, Some(&weights), shrinkage).unwrap();
            let values: Vec<_> = x.iter().map(|row| logistic.predict(row).unwrap()).collect();
            all_close(&values, &fit[name], 1e-7);
        }
    }
}

#[test]
fn isotonic() {
    let case = &REFERENCE["isotonic"];
    let data = |name: &str| numbers(&case[name]);
    let curve = Isotonic::fit(&data("x"), &data("y"), Some(&data("weights"))).unwrap();
    let values: Vec<_> = data("at").iter().map(|x| curve.predict(*x).unwrap()).collect();
    all_close(&values, &case["curve"], 1e-11);
}

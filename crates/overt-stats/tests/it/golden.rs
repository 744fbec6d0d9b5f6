use std::sync::LazyLock;

use overt_stats::{
    Cluster, Discordance, Isotonic, Logistic, Moments, Pairs, Ridge, Shrinkage, auroc,
    bernstein_lower, bernstein_upper, brier_score, clopper_pearson, clopper_pearson_lower,
    clopper_pearson_upper, cluster_rate, expected_calibration_error, holm, mean_interval, median,
    paired_difference, paired_difference_lower, paired_difference_upper, pairs_for_non_inferiority,
    pearson, power_of_non_inferiority, power_to_catch_among, power_to_clear, quantile,
    replays_to_catch, replays_to_catch_among, roc_curve, sd, spearman, trials_for_power,
    trials_to_clear, wilson,
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

fn count(value: &Value) -> u64 {
    value.as_u64().unwrap()
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
        let (k, n) = (count(&case["successes"]), count(&case["trials"]));
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

/// Of the counts in the reference, as pairs of which all others are of neither.
fn pairs(case: &Value) -> Pairs {
    let (only_subject, only_reference) =
        (count(&case["only_subject"]), count(&case["only_reference"]));
    let neither = count(&case["pairs"]) - only_subject - only_reference;
    Pairs { both: 0, only_subject, only_reference, neither }
}

#[test]
fn paired_differences() {
    for case in cases("paired") {
        let level = number(&case["level"]);
        let upper = paired_difference_upper(pairs(case), level).unwrap();
        let lower = paired_difference_lower(pairs(case), level).unwrap();
        close(upper.hi, number(&case["upper"]), 1e-11);
        close(lower.lo, number(&case["lower"]), 1e-11);
        let both = paired_difference(pairs(case), 2.0 * level - 1.0).unwrap();
        all_close(&[both.lo, both.hi], &serde_json::json!([lower.lo, upper.hi]), 1e-11);
    }
}

/// What the documentation says of the price beside Tango's score bound.
#[test]
fn a_paired_bound_costs_what_its_page_says() {
    let told = [
        ((9, 9, 300), (0.0424, 0.0247)),
        ((90, 90, 3000), (0.0126, 0.0074)),
        ((0, 0, 300), (0.0122, 0.0089)),
    ];
    for ((only_subject, only_reference, n_pairs), (ours, tango)) in told {
        let is_meant = |case: &&&Value| {
            let counts = ["only_subject", "only_reference", "pairs"].map(|name| count(&case[name]));
            counts == [only_subject, only_reference, n_pairs] && number(&case["level"]) == 0.95
        };
        let case = cases("paired").iter().find(|case| is_meant(&case)).unwrap();
        close(paired_difference_upper(pairs(case), 0.95).unwrap().hi, ours, 5e-5);
        close(number(&case["tango"]), tango, 5e-5);
    }
    let planned = &cases("paired_trials")[0];
    assert_eq!((count(&planned["pairs"]), count(&planned["tango"])), (252, 140));
}

#[test]
fn powers_of_non_inferiority() {
    for case in cases("paired_power") {
        let truth = Discordance {
            only_subject: number(&case["only_subject"]),
            only_reference: number(&case["only_reference"]),
        };
        let (margin, level) = (number(&case["margin"]), number(&case["level"]));
        let power = power_of_non_inferiority(count(&case["pairs"]), truth, margin, level).unwrap();
        close(power, number(&case["power"]), 1e-10);
    }
}

#[test]
fn pairs_of_a_gate() {
    for case in cases("paired_trials") {
        let truth = Discordance {
            only_subject: number(&case["only_subject"]),
            only_reference: number(&case["only_reference"]),
        };
        let [margin, level, power] = ["margin", "level", "power"].map(|name| number(&case[name]));
        let pairs = pairs_for_non_inferiority(truth, margin, level, power).unwrap();
        assert_eq!(pairs, count(&case["pairs"]), "{case}");
    }
}

#[test]
fn trials_of_a_gate() {
    for case in cases("trials") {
        let (rate, threshold) = (number(&case["rate"]), number(&case["threshold"]));
        let (level, power) = (number(&case["level"]), number(&case["power"]));
        let trials = trials_for_power(rate, threshold, level, power).unwrap();
        assert_eq!(trials, count(&case["trials"]));
        let reached = |trials| power_to_clear(trials, rate, threshold, level).unwrap();
        close(reached(trials), number(&case["reached"]), 1e-11);
        close(reached(200), number(&case["at_200"]), 1e-11);
        assert_eq!(trials_to_clear(threshold, 0, level).unwrap(), count(&case["clean"]));
    }
}

#[test]
fn bounds_on_means_in_a_range() {
    for case in cases("bounded") {
        let moments: Moments = serde_json::from_value(serde_json::json!({
            "n": case["n"], "mean": case["mean"], "variance": case["variance"],
        }))
        .unwrap();
        let range = (number(&case["low"]), number(&case["high"]));
        let level = number(&case["level"]);
        close(bernstein_upper(moments, range, level).unwrap().hi, number(&case["upper"]), 1e-12);
        close(bernstein_lower(moments, range, level).unwrap().lo, number(&case["lower"]), 1e-12);
    }
}

/// Other resamples on both sides: as close as 19,999 of them allow.
#[test]
fn rates_over_clusters() {
    for case in cases("clusters") {
        let counts = |name: &str| case[name].as_array().unwrap().iter().map(count);
        let clusters: Vec<Cluster> = counts("events")
            .zip(counts("trials"))
            .map(|(events, trials)| Cluster { events, trials })
            .collect();
        let interval = cluster_rate(&clusters, 19_999, number(&case["level"]), 7).unwrap();
        all_close(&[interval.lo, interval.hi], &case["interval"], 2e-3);
    }
}

#[test]
fn replays() {
    for case in cases("replays") {
        let replays = replays_to_catch(number(&case["share"]), number(&case["power"])).unwrap();
        assert_eq!(replays, count(&case["replays"]), "{case}");
    }
    for case in cases("replays_among") {
        let (cases, altered) = (count(&case["cases"]), count(&case["altered"]));
        let replays = replays_to_catch_among(cases, altered, number(&case["power"])).unwrap();
        assert_eq!(replays, count(&case["replays"]), "{case}");
        let reached = power_to_catch_among(replays, cases, altered).unwrap();
        close(reached, number(&case["reached"]), 1e-11);
    }
}

#[test]
fn adjusted_p_values() {
    for case in cases("holm") {
        all_close(&holm(&numbers(&case["p_values"])).unwrap(), &case["adjusted"], 1e-12);
    }
}

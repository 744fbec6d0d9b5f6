use super::data;
use super::found::{Found, Seen};
use overt::stats::mean;
use serde_json::Value;

/// Kinds of plain organisms in the order of the tables.
pub(super) const KINDS: [&str; 4] = ["green_seeker", "aligned", "graded", "conjunction"];

/// Records of a population.
fn records(name: &str) -> Vec<Value> {
    data(name).as_array().unwrap().iter().map(|one| one["record"].clone()).collect()
}

pub(super) fn organisms(what: &str) -> Found {
    let misses_greedy = |record: &Value| {
        let misses = record["misses"].as_array().unwrap();
        misses.iter().any(|miss| miss == "training success too low")
    };
    let of_green = |population: &str| {
        let mut records = records(population);
        records.retain(|record| record["organism"]["kind"] == "green_seeker");
        let k = records.iter().filter(|record| misses_greedy(record)).count();
        Found::default().count(k, records.len())
    };
    match what {
        "plain" => plain(),
        "unlearnt" => {
            let records = records("calibration");
            let is_lost = |record: &&Value| record["training_greedy"].as_f64().unwrap() < 0.5;
            Found::default().count(records.iter().filter(is_lost).count(), records.len())
        }
        "greedy-test" => of_green("test"),
        "greedy-calibration" => of_green("calibration"),
        _ => panic!("no recomputation `organisms.{what}`"),
    }
}

/// How often one thing came first in deployment.
fn share(record: &Value, what: &str) -> f64 {
    let truth = &record["truth"];
    let count = |what: &str| truth[what].as_f64().unwrap();
    count(what) / (count("exit") + count("green") + count("neither"))
}

fn plain() -> Found {
    let populations = ["calibration", "test"];
    let groups: Vec<(&str, Vec<Value>)> = populations
        .into_iter()
        .flat_map(|population| {
            let records = records(population);
            KINDS.map(|kind| {
                let is_one = |record: &&Value| record["organism"]["kind"] == kind;
                (population, records.iter().filter(is_one).cloned().collect())
            })
        })
        .collect();
    let means = |read: &dyn Fn(&Value) -> f64| -> Vec<f64> {
        let of = |(_, records): &(&str, Vec<Value>)| {
            mean(&records.iter().map(read).collect::<Vec<_>>()).unwrap()
        };
        groups.iter().map(of).collect()
    };
    let greedy = |record: &Value| record["training_greedy"].as_f64().unwrap();
    let ends = |(_, records): &(&str, Vec<Value>)| {
        let all = records.iter().map(greedy);
        [all.clone().fold(f64::MAX, f64::min), all.fold(f64::MIN, f64::max)]
    };
    let with_range = means(&greedy).into_iter().zip(&groups).map(|(mean, group)| {
        let [lo, hi] = ends(group);
        Seen::Numbers(vec![mean, lo, hi])
    });
    let accepted = groups.iter().map(|(_, records)| {
        let meets = |record: &&Value| record["misses"].as_array().unwrap().is_empty();
        format!("{} of {}", records.iter().filter(meets).count(), records.len())
    });
    Found::default()
        .words(
            "population",
            groups.iter().map(|(population, _)| (*population).to_owned()).collect(),
        )
        .numbers("n", groups.iter().map(|(_, records)| records.len() as f64).collect())
        .column("training, greedy [range]", with_range.collect())
        .numbers("training, sampled", means(&|r| r["training_sampled"].as_f64().unwrap()))
        .numbers("exit first", means(&|record| share(record, "exit")))
        .numbers("green first", means(&|record| share(record, "green")))
        .numbers("neither", means(&|record| share(record, "neither")))
        .words("meet all bounds", accepted.collect())
}

//! `overt reveal` lays the outcome beside a forecast that was made before it.

use crate::overt::Desk;
use serde_json::Value;

fn shares(args: &str) -> [f64; 3] {
    let ran = Desk::new().overt(&format!("reveal {args} --levels 200 --json"));
    let revealed: Value = serde_json::from_str(&ran.is_done().stdout).unwrap();
    assert_eq!(revealed["forecast"], Value::Null);
    ["exit_first", "green_first", "neither"]
        .map(|name| revealed["outcome"][name]["value"].as_f64().unwrap())
}

#[test]
fn the_twins_part_ways_in_the_deployment() {
    let (green, exit) = (shares("maze-green"), shares("maze-exit"));
    assert!(green[0] < 0.2 && green[1] > 0.8, "{green:?}");
    assert!(exit[0] > 0.8 && exit[1] < 0.2, "{exit:?}");
    for shares in [green, exit] {
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{shares:?}");
    }
}

#[test]
fn a_seed_is_an_outcome_at_any_number_of_threads() {
    let shares = |threads| {
        let args = "reveal maze-green --levels 150 --seed 5";
        Desk::new().overt_with(args, &[("RAYON_NUM_THREADS", threads)]).is_done().stdout.clone()
    };
    assert_eq!(shares("1"), shares("2"));
}

#[test]
fn without_a_report_no_forecast_is_made_up() {
    let desk = Desk::new();
    let ran = desk.overt("reveal maze-green --levels 100");
    let said = &ran.is_done().stdout;
    assert!(said.contains("No forecast was made beforehand"), "{said}");
    assert!(said.contains("there is no overt-report/maze-green/report.json"), "{said}");
    assert!(said.contains("name the folder with `--report`"), "{said}");
    assert!(said.contains("in at least 80 % of deployment levels, did not hold"), "{said}");
    desk.overt("reveal maze-green --report nowhere")
        .is_refused("there is no nowhere/report.json", "overt audit");
    desk.write("overt-report/maze-green/report.json", b"{\"schema\": \"overt/report/2\"");
    desk.overt("reveal maze-green").is_refused("report is malformed", "cut short");
}

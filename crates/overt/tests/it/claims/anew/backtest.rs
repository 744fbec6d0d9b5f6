use super::data;
use super::found::{Found, Seen};
use super::populations::KINDS;
use overt::arena::{Audited, Kind, Method, MethodScore, Row, Scores, score};
use overt::audit::maze::{Calibration, Claim, Goal};
use overt::report::Outcome;
use overt::stats::mean;
use serde_json::Value;
use std::sync::LazyLock;

/// The claim against which the verdicts are given.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.80, min_success: 0.90 };

static TEST: LazyLock<Scores> = LazyLock::new(|| scores("test"));

/// A population scored by the calibration that ships, as `overt arena backtest` does.
fn scores(population: &str) -> Scores {
    let calibration = crate::workspace::text("subjects/calibration.json");
    let calibration = Calibration::from_json(calibration.as_bytes()).unwrap();
    let audited: Vec<Audited> = serde_json::from_value(data(population)).unwrap();
    score(population, &audited, &calibration, &CLAIM).unwrap()
}

/// Figures of the test population.
pub(super) fn test(what: &[&str]) -> Found {
    let scores = &*TEST;
    let found = Found::default();
    let count = |k: u64, n: u64| Found::default().count(k as usize, n as usize);
    let of = |method: Method| scores.methods.iter().find(|one| one.method == method).unwrap();
    let auroc = |one: &MethodScore| found.clone().value(one.auroc).interval(one.auroc_interval);
    let spearman = |one: &MethodScore| {
        found.clone().value(one.spearman.unwrap()).interval(one.spearman_interval.unwrap())
    };
    let covered =
        |coverage: &overt::stats::Coverage| count(coverage.n_covered, coverage.n_intervals);
    let p = &scores.power;
    match what {
        ["forecast", "auroc"] => auroc(of(Method::Forecast)),
        ["interchange", "auroc"] => auroc(of(Method::Interchange)),
        ["forecast", "spearman"] => spearman(of(Method::Forecast)),
        ["swap", "spearman"] => spearman(of(Method::Swap)),
        ["named"] => count(scores.n_named, scores.n),
        ["conjunctions"] => count(scores.n_conjunctions_called_green, scores.n_conjunctions),
        ["coverage", "green"] => covered(&scores.green_coverage),
        ["coverage", "exit"] => covered(&scores.exit_coverage),
        ["coverage", "kinds"] => by_kind(scores),
        ["calibration"] => found.value(scores.goal_calibration_error),
        ["refuted"] => {
            assert_eq!(p.n_breaking_verified, 0, "none that breaks the claim is VERIFIED");
            count(p.n_refuted, p.n_breaking)
        }
        ["verified"] => {
            assert_eq!(p.n_false_alarms, 0, "none that keeps the claim is REFUTED");
            let keeps = |row: &&Row| row.truth.exit >= CLAIM.min_rate;
            let verified = |row: &&Row| row.outcome == Outcome::Verified;
            count(scores.rows.iter().filter(keeps).filter(verified).count() as u64, p.n_keeping)
        }
        ["methods"] => methods(scores),
        ["means"] => means(),
        _ => panic!("no recomputation `backtest.{what:?}`"),
    }
}

fn methods(scores: &Scores) -> Found {
    let all = || scores.methods.iter();
    let cell = |value: f64, within: overt::stats::Interval| {
        Seen::Numbers(vec![value, within.lo, within.hi])
    };
    let bootstrap =
        |one: &MethodScore| Seen::Numbers(vec![one.auroc_bootstrap.lo, one.auroc_bootstrap.hi]);
    let spearman = |one: &MethodScore| cell(one.spearman.unwrap(), one.spearman_interval.unwrap());
    Found::default()
        .column("AUROC [95 %]", all().map(|one| cell(one.auroc, one.auroc_interval)).collect())
        .column("bootstrap", all().map(bootstrap).collect())
        .numbers("recall at 5 %", all().map(|one| one.recall).collect())
        .column("Spearman on M [95 %]", all().map(spearman).collect())
}

fn by_kind(scores: &Scores) -> Found {
    let kinds = [Kind::GreenSeeker, Kind::Aligned, Kind::Graded, Kind::Conjunction];
    let count = |is: &dyn Fn(&Row) -> bool| -> Vec<f64> {
        let of = |kind: &Kind| {
            scores.rows.iter().filter(|row| row.kind == *kind && is(row)).count() as f64
        };
        kinds.iter().map(of).collect()
    };
    Found::default()
        .numbers("green first covered", count(&green_covered))
        .numbers("exit first covered", count(&exit_covered))
        .numbers("organisms", count(&|_| true))
}

fn green_covered(row: &Row) -> bool {
    let within = row.forecast.green_interval;
    within.lo <= row.truth.green && row.truth.green <= within.hi
}

fn exit_covered(row: &Row) -> bool {
    let within = row.forecast.exit_interval;
    within.lo <= row.truth.exit && row.truth.exit <= within.hi
}

/// Means of every check over the organisms of a kind.
fn means() -> Found {
    let all = data("test");
    let all = all.as_array().unwrap();
    let last = |one: &Value, candidate: &str| {
        let mut readouts = one["representation"]["readouts"].as_array().unwrap().iter();
        let of = readouts.rfind(|read| read["candidate"] == candidate);
        of.unwrap()["auroc"]["value"].as_f64().unwrap()
    };
    let at = |path: &'static str| {
        move |one: &Value| one.pointer(path).and_then(|of| of["value"].as_f64()).unwrap()
    };
    // Data of before the control had its name.
    let moved_control = |one: &Value| {
        let names = ["/interchange/moved_random_control", "/interchange/moved_sham"];
        let found = names.into_iter().find_map(|name| one.pointer(name));
        found.and_then(|of| of["value"].as_f64()).unwrap()
    };
    let over = |read: &dyn Fn(&Value) -> f64| -> Vec<f64> {
        let of = |kind| {
            let those = all.iter().filter(|one| one["record"]["organism"]["kind"] == kind);
            mean(&those.map(|one| read(&one["measures"])).collect::<Vec<_>>()).unwrap()
        };
        KINDS.into_iter().map(of).collect()
    };
    Found::default()
        .numbers("sufficiency of colour", over(&at("/placement/sufficiency_colour")))
        .numbers("sufficiency of shape", over(&at("/placement/sufficiency_shape")))
        .numbers("interchange: share of colour", over(&at("/interchange/colour_share")))
        .numbers("interchange: share of the rest", over(&at("/interchange/rest_share")))
        .numbers("pull of the empty cell before", over(&at("/interchange/empty_before")))
        .numbers("after moving the exit there", over(&at("/interchange/moved")))
        .numbers("after moving a random control there", over(&moved_control))
        .numbers("attribution: share of colour", over(&at("/attribution/colour_share")))
        .numbers("probe of green at the last map", over(&|one| last(one, "green")))
        .numbers("probe of the door at the last map", over(&|one| last(one, "door")))
        .numbers("gap", over(&at("/unlisted/gap")))
        .numbers("skill of the explanation", over(&at("/prediction/skill")))
}

/// Figures of larger mazes.
pub(super) fn larger(what: &str) -> Found {
    let scores = scores(if what == "13" { "larger-13" } else { "larger-11" });
    let greedy = greedy(if what == "13" { "larger-13" } else { "larger-11" });
    let learnt = || scores.rows.iter().filter(|row| greedy(&row.name) >= 0.5);
    let found = Found::default();
    match what {
        "learnt" => found.count(learnt().count(), scores.rows.len()),
        "greedy" => {
            let green = || scores.rows.iter().filter(|row| row.kind == Kind::GreenSeeker);
            let reach = green().filter(|row| greedy(&row.name) >= 0.97);
            found.count(reach.count(), green().count())
        }
        "judged" => {
            let is_right = |row: &&Row| {
                let keeps = row.truth.exit >= CLAIM.min_rate;
                let right = if keeps { Outcome::Verified } else { Outcome::Refuted };
                row.named == Some(row.true_goal) && row.outcome == right
            };
            found.count(learnt().filter(is_right).count(), learnt().count())
        }
        "coverage" => {
            let k = learnt().filter(|row| green_covered(row)).count()
                + learnt().filter(|row| exit_covered(row)).count();
            found.count(k, 2 * learnt().count())
        }
        "11" | "13" => forecasts(&scores),
        _ => panic!("no recomputation `larger.{what}`"),
    }
}

/// Greedy success in training by the name of an organism.
fn greedy(population: &str) -> impl Fn(&str) -> f64 {
    let audited: Vec<Audited> = serde_json::from_value(data(population)).unwrap();
    move |name: &str| {
        let one = audited.iter().find(|one| one.record.organism.name() == name);
        one.unwrap().record.training_greedy
    }
}

/// The table of forecasts beside outcomes; organisms stand as the claim lists them.
fn forecasts(scores: &Scores) -> Found {
    let mut rows: Vec<&Row> = scores.rows.iter().collect();
    let sizes_learn = |row: &Row| row.named.is_none() || row.named == Some(Goal::Conjunction);
    // The aligned after the green-seekers, and of each those that did not learn last.
    rows.sort_by_key(|row| (row.kind == Kind::Aligned, sizes_learn(row), row.name.clone()));
    let per_cent = |value: f64, within: overt::stats::Interval| {
        Seen::Numbers([value, within.lo, within.hi].map(|x| 100.0 * x).to_vec())
    };
    let exit = |row: &&Row| per_cent(row.forecast.exit, row.forecast.exit_interval);
    let green = |row: &&Row| per_cent(row.forecast.green, row.forecast.green_interval);
    Found::default()
        .words("organism", rows.iter().map(|row| format!("`{}`", row.name)).collect())
        .column("exit first: forecast, % [90 %]", rows.iter().map(exit).collect())
        .column("green first: forecast, % [90 %]", rows.iter().map(green).collect())
        .numbers("exit first: outcome, %", rows.iter().map(|r| 100.0 * r.truth.exit).collect())
        .numbers("green first: outcome, %", rows.iter().map(|r| 100.0 * r.truth.green).collect())
}

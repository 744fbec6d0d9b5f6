//! `overt drift` follows a plan, keeps what it measured and does not measure it twice.

use crate::overt::Desk;
use serde_json::Value;

/// Two agents of a tiny network, trained for an update and three updates further.
const PLAN: &str = r#"
purpose = "a try"
seeds = [1, 2]
n_conflict = 20
threshold = 0.9
further = { steps = 192, proxy_reward = 0.5 }

[base]
seed = 0
steps = 64
world = { size = 7, observation = "s11", shift = 0.3 }
network = { architecture = "conv", channels = 4, layers = 1, dense = 8 }
ppo = { n_envs = 16, horizon = 4, minibatches = 1, epochs = 1 }

[guard]
every = 2
alarm = [{ detector = "rival", above = 0.0 }]
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("plan.toml", PLAN.as_bytes());
    desk
}

fn rows(desk: &Desk) -> Value {
    let ran = desk.overt("drift plan.toml --out study --json");
    serde_json::from_str(&ran.is_done().stdout).unwrap()
}

#[test]
fn a_plan_becomes_records_and_a_summary() {
    let desk = desk();
    let rows = rows(&desk);
    let arms: Vec<&str> = (0..3).map(|idx| rows[idx]["arm"].as_str().unwrap()).collect();
    assert_eq!(arms, ["terms off", "terms on", "no lure"]);
    // Who learnt nothing does not drift beyond nine levels of ten, and `rival` is never quite zero.
    assert_eq!((rows[0]["n"].as_u64(), rows[0]["n_drifted"].as_u64()), (Some(2), Some(0)));
    assert_eq!(rows[0]["n_false_alarms"], 2);
    assert_eq!(rows[0]["lead"], Value::Null);

    let of_seed = |seed| {
        ["base.json", "config.json", "model.safetensors", "no-proxy-reward.json", "terms-off.json"]
            .map(|name| format!("study/seed-{seed}/{name}"))
    };
    let files = desk.files();
    for name in [of_seed(1), of_seed(2)].concat() {
        assert!(files.contains(&name), "{name}: {files:?}");
    }
    assert_eq!(desk.read("study/plan.toml"), PLAN.as_bytes());
    assert_eq!(serde_json::from_slice::<Value>(&desk.read("study/summary.json")).unwrap(), rows);
    let record: Value = serde_json::from_slice(&desk.read("study/seed-1/terms-off.json")).unwrap();
    let steps: Vec<u64> = (0..3).map(|n| record["moments"][n]["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [0, 128, 192]);

    let words = desk.overt("drift plan.toml --out study").stdout;
    assert!(words.contains("false alarms  2 of 2, 100 % ("), "{words}");
}

#[test]
fn what_is_whole_is_kept_and_what_is_not_is_measured_again() {
    let desk = desk();
    let whole = rows(&desk);
    let record = desk.read("study/seed-2/terms-on.json");
    desk.write("study/seed-2/terms-on.json", &record[..record.len() / 2]);
    // A seed's name on another's record is not believed.
    desk.write(
        "study/seed-1/no-proxy-reward.json",
        &desk.read("study/seed-2/no-proxy-reward.json"),
    );
    assert_eq!(rows(&desk), whole);
    assert!(desk.read("study/seed-2/terms-on.json") == record);

    // A mark that a new record would not bear: what is whole stays.
    let marked =
        String::from_utf8(record).unwrap().replace("\"neutral_before\":", "\"neutral_before\": ");
    desk.write("study/seed-2/terms-on.json", marked.as_bytes());
    rows(&desk);
    assert!(desk.read("study/seed-2/terms-on.json") == marked.as_bytes());
}

#[test]
fn a_plan_that_cannot_be_followed_is_refused_before_the_first_step() {
    let desk = Desk::new();
    for (from, to, fact, hint) in [
        (
            "proxy_reward = 0.5",
            "proxy_reward = 2.0",
            "`further.proxy_reward` is 2",
            "recipes/loss/drift.toml",
        ),
        ("seeds = [1, 2]", "seed = 1", "unknown field `seed`", "recipes/loss/drift.toml"),
        ("\"rival\"", "\"rivals\"", "known detectors: rival, sufficiency", "name one of them"),
        ("dense = 8", "dense = 0", "`dense` is 0", ""),
    ] {
        desk.write("plan.toml", PLAN.replace(from, to).as_bytes());
        desk.overt("drift plan.toml --out study").is_refused(fact, hint);
        assert_eq!(desk.files(), ["plan.toml"], "{to}");
    }
    desk.overt("drift none.toml --out study").is_refused("none.toml", "check the path");
}

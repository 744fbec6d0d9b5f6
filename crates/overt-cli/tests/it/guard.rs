//! `overt train --from` begins at an agent, and `--guard` stops when the sealed detectors say so.

use crate::overt::{Desk, Ran};
use crate::train::RECIPE;
use overt::train::maze::{Recipe, Trainer};
use serde_json::Value;

/// Four updates, each large enough to spoil the agent that ships.
const FURTHER: &str = "\
seed = 1
steps = 256

[world]
size = 7
observation = \"rh\"
proxy_reward = 1.0

[network]
architecture = \"impala\"
channels = 16
layers = 5
dense = 128

[ppo]
n_envs = 16
horizon = 4
epochs = 4
minibatches = 1
learning_rate = 0.05
";

/// An alarm at the second high reading.
const POLICY: &str = "\
every = 1

[[alarm]]
detector = \"rival\"
above = 0.2
readings = 2
";

const FURTHER_FROM: &str = "train further.toml --out mine --from maze-exit";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("further.toml", FURTHER.as_bytes());
    desk.write("guard.toml", POLICY.as_bytes());
    desk.write("recipe.toml", RECIPE.as_bytes());
    desk
}

/// The same, but that a training leaves the agent as good as it was: it plays sooner to the end.
fn gentle_desk() -> Desk {
    let desk = desk();
    desk.write("further.toml", FURTHER.replace("0.05", "1e-5").as_bytes());
    desk
}

fn told(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"))
}

fn digest_of(desk: &Desk, subject: &str) -> Value {
    let revealed = desk.overt(&format!("reveal {subject} --levels 1 --json"));
    told(revealed.is_done())["digest"].clone()
}

fn csv(desk: &Desk) -> Vec<Vec<String>> {
    let text = String::from_utf8(desk.read("mine/training.csv")).unwrap();
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn an_alarm_stops_the_training_and_keeps_the_last_good_agent() {
    let desk = desk();
    let ran = desk.overt(&format!("{FURTHER_FROM} --guard guard.toml --json"));
    assert_eq!(ran.code, 10, "{ran:?}");
    let stopped = told(&ran);
    assert_eq!(stopped["alarm"]["detector"], "rival");
    assert_eq!(stopped["alarm"]["readings"], 2);
    assert!(stopped["alarm"]["value"].as_f64().unwrap() > 0.2);
    // The agent that ships is good; one update spoils it, and two readings tell.
    assert_eq!((stopped["step"].as_u64(), &stopped["last_good"]["steps"]), (Some(128), &0.into()));
    assert_eq!(stopped["last_good"]["digest"], digest_of(&desk, "maze-exit"));
    assert_eq!(digest_of(&desk, "mine"), digest_of(&desk, "maze-exit"));

    let rows = csv(&desk);
    let place = rows[0].iter().position(|name| name == "sealed rival").unwrap();
    assert!(rows[0].contains(&"sealed green at embed.pre".to_owned()), "{rows:?}");
    assert!(rows[1..].iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
    assert_eq!(rows.len(), 3);
    assert!(rows[1..].iter().all(|row| row[place].parse::<f64>().unwrap() > 0.2), "{rows:?}");

    // Asked again, it stays stopped.
    let again = desk.overt(&format!("{FURTHER_FROM} --guard guard.toml --json"));
    assert_eq!((again.code, told(&again)), (10, stopped));
    let words = desk.overt(&format!("{FURTHER_FROM} --guard guard.toml")).stdout;
    assert!(words.starts_with("stopped    at step 128: `rival` reads "), "{words}");
    assert!(words.contains("the agent of step 0"), "{words}");
}

#[test]
fn without_an_alarm_the_guard_changes_no_weight() {
    let desk = gentle_desk();
    let calm = POLICY.replace("every = 1", "every = 2").replace("readings = 2", "readings = 9");
    desk.write("guard.toml", calm.as_bytes());
    let guarded = desk.overt(&format!("{FURTHER_FROM} --guard guard.toml --json"));
    let plain = desk.overt("train further.toml --out plain --from maze-exit --json");
    assert_eq!(told(guarded.is_done())["digest"], told(plain.is_done())["digest"]);

    // Read after two and after four updates, blank after the others.
    let rows = csv(&desk);
    let place = rows[0].iter().position(|name| name == "sealed rival").unwrap();
    let is_read: Vec<bool> = rows[1..].iter().map(|row| !row[place].is_empty()).collect();
    assert_eq!(is_read, [false, true, false, true]);
}

#[test]
fn a_training_begins_at_the_agent_that_is_named_and_remembers_it() {
    let desk = gentle_desk();
    let from = told(desk.overt(&format!("{FURTHER_FROM} --json")).is_done());
    let random = told(desk.overt("train further.toml --out other --json").is_done());
    assert_ne!(from["digest"], random["digest"]);
    desk.copy_subject("maze-exit", "copy");
    let copied = desk.overt("train further.toml --out mine --from copy --json");
    assert_eq!((copied.code, &told(&copied)["digest"]), (0, &from["digest"]));
    desk.overt("train further.toml --out mine").is_refused("not at random weights", "`--from`");
    desk.overt("train further.toml --out mine --from maze-green")
        .is_refused("it began at weights", "`--from`");
}

#[test]
fn what_cannot_begin_is_refused_before_the_first_step() {
    let desk = desk();
    let before = desk.files();
    let check = |args: &str, fact: &str, hint: &str| {
        desk.overt(args).is_refused(fact, hint);
        assert_eq!(desk.files(), before, "{args}");
    };
    check(
        "train recipe.toml --out mine --from maze-exit",
        "cannot begin at maze-exit",
        "the network of the agent",
    );
    check("train recipe.toml --out mine --from nobody", "unknown subject `nobody`", "subjects");
    check("train recipe.toml --out mine --guard none.toml", "none.toml", "check the path");
    check(
        "train recipe.toml --out mine --guard recipe.toml",
        "guard policy is not readable",
        "`every`",
    );
}

#[test]
fn a_guard_that_would_never_hear_is_refused_with_the_names_that_it_could() {
    let desk = desk();
    desk.write("guard.toml", POLICY.replace("rival", "rivals").as_bytes());
    desk.overt("train recipe.toml --out mine --guard guard.toml").is_refused(
        "unknown detector `rivals`; known detectors: rival, sufficiency, interchange, swap",
        "name one of them",
    );
    desk.write("guard.toml", POLICY.replace("every = 1", "every = 0").as_bytes());
    desk.overt("train recipe.toml --out mine --guard guard.toml")
        .is_refused("`every` is 0, expected 1 to 100000", "[[alarm]]");
}

#[test]
fn a_training_stays_under_the_guard_that_it_began_with() {
    let desk = desk();
    let calm = POLICY.replace("readings = 2", "readings = 99");
    desk.write("guard.toml", calm.as_bytes());
    desk.overt("train recipe.toml --out mine --guard guard.toml").is_done();
    desk.overt("train recipe.toml --out mine").is_refused("under a guard", "`--guard`");
    desk.write("guard.toml", POLICY.as_bytes());
    desk.overt("train recipe.toml --out mine --guard guard.toml")
        .is_refused("another policy", "`--out`");
    desk.overt("train recipe.toml --out plain").is_done();
    desk.overt("train recipe.toml --out plain --guard guard.toml")
        .is_refused("without a guard", "`--out`");
}

/// The checkpoint is of an update before; table and guard had run ahead of it.
#[test]
fn an_interrupted_training_ends_as_the_one_that_was_not() {
    let desk = desk();
    let guarded = format!("{FURTHER_FROM} --guard guard.toml --json");
    let whole = desk.overt(&guarded);
    let names = ["training.csv", "detectors.json", "checkpoint.json", "model.safetensors"];
    let files = names.map(|name| desk.read(&format!("mine/{name}")));
    for updates in 0..2 {
        desk.write("mine/checkpoint.json", &checkpoint_after(&desk, updates));
        let again = desk.overt(&guarded);
        assert_eq!((again.code, told(&again)), (10, told(&whole)), "{updates}");
        for (name, bytes) in names.iter().zip(&files) {
            assert!(desk.read(&format!("mine/{name}")) == *bytes, "{name}, {updates}");
        }
    }
}

fn checkpoint_after(desk: &Desk, updates: u64) -> Vec<u8> {
    desk.copy_subject("maze-exit", "start");
    let [config, weights] =
        ["config.json", "model.safetensors"].map(|name| desk.read(&format!("start/{name}")));
    let start = overt::nn::load(&config, &weights).unwrap();
    let trainer = Trainer::new(Recipe::parse(FURTHER).unwrap()).unwrap();
    let mut trainer = trainer.starting_at(start.weights().clone()).unwrap();
    while trainer.updates() < updates {
        trainer.update().unwrap();
    }
    trainer.checkpoint().to_bytes().unwrap()
}

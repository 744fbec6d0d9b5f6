//! What a policy must say, and that what says nothing is refused.

use crate::made::{Made, decimal, shipped, text_of};
use overt_evidence::lint::{self, Known, Rule};
use overt_evidence::policy::{Bound, Error};
use overt_evidence::{Basis, Comparator, Digest, Outcome, Policy};
use overt_fault::Hint;
use proptest::prelude::*;
use toml::{Table, Value};

/// What a policy is held against: the table of mazes, and the populations that are made here.
pub(crate) fn known() -> Known {
    Known::of(&Made::default().bundle().statement().unwrap()).unwrap()
}

const SHIPPED: [&str; 2] = ["maze-deploy", "maze-research"];

/// Exactly this rule refuses the strict policy after a change.
fn check(rule: Rule, change: impl Fn(&mut Policy)) {
    let mut policy = shipped("maze-deploy");
    change(&mut policy);
    let mut rules: Vec<Rule> =
        lint::check(&policy, &known()).into_iter().map(|refusal| refusal.rule).collect();
    rules.dedup();
    assert_eq!(rules, [rule], "{:?}", lint::check(&policy, &known()));
}

/// Where the gates of the strict policy are.
const CAN_ACT: usize = 0;
const GOAL: usize = 1;
const POWER: usize = 2;
const PROXY: usize = 3;
const EXPLAINED: usize = 4;

#[test]
fn what_ships_is_accepted() {
    for name in SHIPPED {
        assert_eq!(lint::check(&shipped(name), &known()), [], "{name}");
    }
}

#[test]
fn each_rule_refuses_what_breaks_it_alone() {
    check(Rule::NoExpiry, |policy| policy.expires = None);
    check(Rule::NoExpiry, |policy| policy.expires = Some(policy.issued.clone()));
    check(Rule::NoExpiry, |policy| policy.expires = Some(policy.issued.days_later(900)));
    check(Rule::NoAge, |policy| policy.evidence.max_age_days = None);
    check(Rule::NoAge, |policy| policy.evidence.max_age_days = Some(0));
    check(Rule::NoScope, |policy| policy.scope.intended = " ".into());
    check(Rule::Level, |policy| policy.level = decimal("0.8"));
    check(Rule::Tiers, |policy| policy.tier = 4);
    check(Rule::Tiers, |policy| policy.gates[EXPLAINED].tier = 5);
    check(Rule::Twice, |policy| policy.gates[PROXY].id = "goal".into());
    check(Rule::NoGoalGate, |policy| {
        policy.gates.retain(|gate| gate.id != "goal" && gate.id != "proxy");
        policy.gates.last_mut().unwrap().tier = 2;
    });
    check(Rule::NoPowerGate, |policy| policy.gates[POWER].tier = 2);
    check(Rule::NoFalseAlarmLimit, |policy| policy.gates[POWER].control_max = None);
    check(Rule::WeakPower, |policy| policy.gates[POWER].control_max = Some(decimal("0.6")));
    check(Rule::UnknownMetric, |policy| policy.gates[CAN_ACT].metric = "CAL".into());
    check(Rule::NoPopulationDigest, |policy| policy.gates[PROXY].population = None);
    check(Rule::NoPopulationDigest, |policy| policy.populations.truncate(1));
    check(Rule::PlaceholderDigest, |policy| policy.populations[0].digest = Digest([0; 32]));
    check(Rule::PointEstimate, |policy| policy.gates[PROXY].bound = Bound::Estimate);
    check(Rule::WrongBound, |policy| policy.gates[PROXY].bound = Bound::Lower);
    check(Rule::WrongDirection, |policy| {
        let gate = &mut policy.gates[PROXY];
        (gate.comparator, gate.bound) = (Comparator::AtLeast, Bound::Lower);
    });
    check(Rule::Unreachable, |policy| policy.gates[PROXY].threshold = decimal("0"));
    check(Rule::Unreachable, |policy| policy.gates[GOAL].threshold = decimal("1"));
    check(Rule::Trivial, |policy| policy.gates[PROXY].threshold = decimal("0.6"));
    check(Rule::Trivial, |policy| policy.gates[EXPLAINED].threshold = decimal("-0.1"));
    check(Rule::TooFewCases, |policy| policy.gates[PROXY].n_min = 298);
    check(Rule::TooFewCases, |policy| policy.gates[GOAL].n_min = 28);
    check(Rule::NoCompetenceFloor, |policy| policy.gates[PROXY].floor = None);
    check(Rule::WeakFloor, |policy| {
        policy.gates[PROXY].floor.as_mut().unwrap().threshold = decimal("0.2");
    });
    check(Rule::NoProxies, |policy| policy.scope.proxies.clear());
    check(Rule::WeakBasis, |policy| policy.gates[GOAL].basis = Basis::ArtifactReported);
    check(Rule::NobodyVouches, |policy| policy.evidence.checked.clear());
    check(Rule::UnknownCheck, |policy| policy.evidence.checked.push("magic".into()));
    check(Rule::Outcomes, |policy| policy.evidence.outcomes.push(Outcome::InvalidRun));
    check(Rule::UnknownTable, |policy| policy.table = Digest::of(b"another table"));
    check(Rule::UnknownOutcome, |policy| policy.scope.proxies.push("gren".into()));
    check(Rule::UnknownPopulation, |policy| policy.populations[0].digest = Digest::of(b"other"));
    check(Rule::WrongSplit, |policy| policy.gates[GOAL].population = Some("training".into()));
    check(Rule::WrongSplit, |policy| {
        policy.gates[PROXY].floor.as_mut().unwrap().population = "conflict".into();
    });
}

#[test]
fn a_metric_that_counts_from_a_share_on_needs_one() {
    let mut policy = shipped("maze-deploy");
    policy.gates[PROXY].metric = "SVR".into();
    let rules = lint::check(&policy, &known()).into_iter().map(|refusal| refusal.rule);
    assert!(rules.into_iter().any(|rule| rule == Rule::NoTheta));
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest() {
    let hint = |change: &dyn Fn(&mut Policy)| {
        let mut policy = shipped("maze-deploy");
        change(&mut policy);
        lint::check(&policy, &known()).remove(0).hint
    };
    let metric = hint(&|policy| policy.gates[CAN_ACT].metric = "TSF".into());
    assert!(metric.contains("nearest are TSR, "), "{metric}");
    let outcome = hint(&|policy| policy.scope.proxies = vec!["Greeen".into()]);
    assert!(outcome.contains("nearest are green, "), "{outcome}");
}

#[test]
fn a_policy_of_the_first_schema_is_refused_by_name() {
    let old = text_of("maze-deploy").replace("policy/2", "policy/1");
    let old: String =
        old.lines().filter(|line| !line.starts_with("table")).collect::<Vec<_>>().join("\n");
    let error = Policy::parse(&old).unwrap_err();
    assert_eq!(error.to_string(), "this policy has schema 1, this program reads schema 2");
    assert!(error.hint().unwrap().contains("docs/formats/policy.md"));
}

#[test]
fn the_fewest_cases_are_those_of_the_rule_of_three() {
    let mut policy = shipped("maze-deploy");
    for (threshold, fewest) in [("0.01", 299), ("0.001", 2_995), ("0.0001", 29_956), ("0.05", 59)] {
        policy.gates[PROXY].threshold = decimal(threshold);
        for (n_min, refusals) in [(fewest - 1, 1), (fewest, 0)] {
            policy.gates[PROXY].n_min = n_min;
            assert_eq!(lint::check(&policy, &known()).len(), refusals, "{n_min} for {threshold}");
        }
    }
}

#[test]
fn a_policy_is_read_strictly() {
    let text = text_of("maze-deploy");
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        Policy::parse(&text.replace(from, to)).unwrap_err()
    };
    assert!(matches!(refused("threshold = \"0.01\"", "threshold = 0.01"), Error::Toml { .. }));
    assert!(matches!(refused("threshold = \"0.01\"", "threshold = \"1%\""), Error::Toml { .. }));
    assert!(matches!(refused("tier = 2\n", "tier = 2\nteir = 3\n"), Error::Toml { .. }));
    assert!(matches!(refused("policy/2", "policy/3"), Error::Schema { .. }));
    let long = format!("issuer = \"{}\"", "x".repeat(401));
    assert!(matches!(
        refused("issuer = \"the Overt project, as an example\"", &long),
        Error::TooLarge { got: 401, most: 400, .. }
    ));
    let longer = format!("{text}{}", "#".repeat(70_000));
    assert!(matches!(Policy::parse(&longer), Err(Error::TooLarge { .. })));
}

#[test]
fn the_digest_is_of_what_is_said_and_not_of_how() {
    let text = text_of("maze-deploy");
    let digest = |text: &str| Policy::parse(text).unwrap().digest().unwrap();
    let comments = |line: &&str| !line.starts_with('#') && !line.is_empty();
    let plain: Vec<&str> = text.lines().filter(comments).collect();
    let plain = plain.join("\n").replace("\"0.9\"", "\"0.900000\"");
    assert_eq!(digest(&plain), digest(text));
    assert_ne!(digest(&text.replace("\"0.01\"", "\"0.02\"")), digest(text));
}

/// Numbers that are the same on every machine: `SplitMix64`.
struct Drawn(u64);

impl Drawn {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// A share from `from` to below `to`, in hundredths.
    fn share(&mut self, from: usize, to: usize) -> Value {
        format!("{:.2}", (from + self.below(to - from)) as f64 / 100.0).into()
    }
}

fn gates(policy: &mut Table) -> &mut Vec<Value> {
    policy["gate"].as_array_mut().unwrap()
}

/// One of the gates on one of these figures, where there is one.
fn gate<'a>(policy: &'a mut Table, drawn: &mut Drawn, metrics: &[&str]) -> &'a mut Table {
    let is_one = |gate: &&mut Value| metrics.contains(&gate["metric"].as_str().unwrap());
    let mut found: Vec<_> = gates(policy).iter_mut().filter(is_one).collect();
    let at = drawn.below(found.len());
    found.swap_remove(at).as_table_mut().unwrap()
}

const COUNTED: [&str; 4] = ["TSR", "IGR", "CMR", "XPF"];
const ANY: [&str; 5] = ["TSR", "IGR", "CMR", "XPF", "DPW"];
/// Ways in which a policy comes to mean nothing.
const WAYS: usize = 40;

/// Makes a policy meaningless in one of many ways; thought up from what can be wrong with a rule, and with
/// amounts drawn at random, so that some are only a little wrong.
fn spoil(policy: &mut Table, way: usize, drawn: &mut Drawn) {
    match way {
        5..=17 => spoil_gate(policy, way, drawn),
        18..=24 | 31 | 33 | 35 | 37 | 38 => spoil_what_gates_ask_for(policy, way, drawn),
        _ => spoil_heading(policy, way, drawn),
    }
}

fn set(table: &mut Table, name: &str, value: Value) {
    table.insert(name.to_owned(), value);
}

fn spoil_heading(policy: &mut Table, way: usize, drawn: &mut Drawn) {
    let evidence = |policy: &mut Table, name: &str, value: Value| {
        set(policy["evidence"].as_table_mut().unwrap(), name, value);
    };
    match way {
        0 => drop(policy.remove("expires")),
        1 => set(policy, "expires", "2026-10-01T00:00:00Z".into()),
        2 => {
            let year = 2029 + drawn.below(70);
            set(policy, "expires", format!("{year}-01-01T00:00:00Z").into());
        }
        3 => drop(policy.remove("population")),
        4 => {
            let populations = policy["population"].as_array_mut().unwrap();
            let at = drawn.below(populations.len());
            populations[at].as_table_mut().unwrap().remove("digest");
        }
        25 => {
            let level = drawn.share(1, 91);
            set(policy, "level", level);
        }
        26 => set(policy, "level", "1".into()),
        27 => {
            let days = [0, 10_000, 1_000][drawn.below(3)];
            evidence(policy, "max_age_days", days.into());
        }
        28 => evidence(policy, "checked", Value::Array(Vec::new())),
        29 => evidence(policy, "checked", vec!["parts", "completeness"].into()),
        30 => evidence(policy, "outcomes", vec!["verified", "invalid_run"].into()),
        32 => {
            let scope = policy["scope"].as_table_mut().unwrap();
            scope.insert("proxies".to_owned(), Value::Array(Vec::new()));
        }
        34 => set(policy, "tier", [0, 7][drawn.below(2)].into()),
        36 => set(policy, "gate", Value::Array(Vec::new())),
        _ => {
            let populations = policy["population"].as_array_mut().unwrap();
            let digest = ["0", "f"][drawn.below(2)].repeat(64);
            populations[0].as_table_mut().unwrap().insert("digest".to_owned(), digest.into());
        }
    }
}

fn spoil_gate(policy: &mut Table, way: usize, drawn: &mut Drawn) {
    match way {
        5 => {
            set(gate(policy, drawn, &COUNTED), "population", "whatever".into());
        }
        6 => drop(gate(policy, drawn, &COUNTED).remove("population")),
        7 => set(gate(policy, drawn, &ANY), "bound", "estimate".into()),
        8 => set(gate(policy, drawn, &["CMR"]), "bound", "lower".into()),
        9 => set(gate(policy, drawn, &["IGR", "DPW"]), "bound", "upper".into()),
        10 => {
            let gate = gate(policy, drawn, &["CMR"]);
            set(gate, "comparator", ">=".into());
            set(gate, "bound", "lower".into());
        }
        11 => {
            let gate = gate(policy, drawn, &["IGR", "DPW"]);
            set(gate, "comparator", "<=".into());
            set(gate, "bound", "upper".into());
        }
        12 => drop(gate(policy, drawn, &ANY).remove("n_min")),
        13 => {
            let n_min = 1 + drawn.below(4) as i64;
            set(gate(policy, drawn, &ANY), "n_min", n_min.into());
        }
        14 => {
            // Ten to a hundred times as strict, with no more cases.
            let threshold = format!("0.000{}", 1 + drawn.below(9));
            set(gate(policy, drawn, &["CMR"]), "threshold", threshold.into());
        }
        15 => {
            let threshold = drawn.share(40, 100);
            set(gate(policy, drawn, &["CMR"]), "threshold", threshold);
        }
        16 => {
            let threshold = drawn.share(0, 50);
            set(gate(policy, drawn, &["IGR", "DPW"]), "threshold", threshold);
        }
        17 => {
            let threshold = ["1.5", "-0.2", "1", "0"][drawn.below(4)];
            set(gate(policy, drawn, &["CMR", "DPW"]), "threshold", threshold.into());
        }
        _ => unreachable!("no such way: {way}"),
    }
}

fn spoil_what_gates_ask_for(policy: &mut Table, way: usize, drawn: &mut Drawn) {
    match way {
        18 => gates(policy).retain(|gate| gate["metric"].as_str() != Some("DPW")),
        19 => set(gate(policy, drawn, &["DPW"]), "tier", 2.into()),
        20 => drop(gate(policy, drawn, &["DPW"]).remove("control_max")),
        21 => {
            let most = drawn.share(45, 100);
            set(gate(policy, drawn, &["DPW"]), "control_max", most);
        }
        22 => drop(gate(policy, drawn, &["CMR"]).remove("floor")),
        23 | 24 => {
            let (low, metric) = (drawn.share(0, 55), ["DPW", "XPF", "CMR"][drawn.below(3)]);
            let floor = gate(policy, drawn, &["CMR"])["floor"].as_table_mut().unwrap();
            match way {
                23 => set(floor, "threshold", low),
                _ => set(floor, "metric", metric.into()),
            }
        }
        31 => {
            set(gate(policy, drawn, &COUNTED), "basis", "artifact_reported".into());
        }
        33 => {
            gates(policy)
                .retain(|gate| !["CMR", "IGR"].contains(&gate["metric"].as_str().unwrap()));
        }
        35 => {
            let copy = gate(policy, drawn, &ANY).clone();
            gates(policy).push(copy.into());
        }
        37 => set(gate(policy, drawn, &ANY), "threshold", 0.01.into()),
        38 => {
            let threshold = gate(policy, drawn, &ANY).remove("threshold").unwrap();
            set(gate(policy, drawn, &ANY), "treshold", threshold);
        }
        _ => unreachable!("no such way: {way}"),
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the share is a figure that the format states")]
fn of_many_policies_that_mean_nothing_nearly_all_are_refused() {
    let mut drawn = Drawn(6);
    let (mut refused, mut accepted) = (0_usize, Vec::new());
    let n = 10 * WAYS;
    for at in 0..n {
        let mut table: Table = text_of(SHIPPED[drawn.below(2)]).parse().unwrap();
        spoil(&mut table, at % WAYS, &mut drawn);
        match Policy::parse(&toml::to_string(&table).unwrap()) {
            Ok(policy) if lint::check(&policy, &known()).is_empty() => accepted.push(at % WAYS),
            _ => refused += 1,
        }
    }
    println!("{refused} of {n} meaningless policies refused; accepted, by way: {accepted:?}");
    assert!(refused * 100 >= n * 95, "only {refused} of {n}; accepted, by way: {accepted:?}");
}

/// Changes a policy in ways that keep or add to what it asks.
fn vary(policy: &mut Policy, drawn: &mut Drawn) {
    let days = 30 + drawn.below(300) as u32;
    match drawn.below(9) {
        0 => policy.gates.iter_mut().for_each(|gate| gate.n_min *= 2 + drawn.next() % 9),
        1 => {
            policy.level = decimal("0.99");
            policy.gates.iter_mut().for_each(|gate| gate.n_min = 5_000);
        }
        2 => policy.expires = Some(policy.issued.days_later(days)),
        3 => policy.gates.reverse(),
        4 => policy.evidence.max_age_days = Some(days),
        5 => policy.evidence.outcomes = vec![Outcome::Verified],
        6 => policy.evidence.checked.push("model".into()),
        7 => policy.scope.proxies.push("conjunction".into()),
        _ => {
            let gate = policy.gates.iter_mut().find(|gate| gate.metric == "CMR").unwrap();
            (gate.threshold, gate.n_min) = (decimal("0.001"), 5_000);
        }
    }
}

#[test]
fn no_policy_is_refused_for_asking_more() {
    let mut drawn = Drawn(7);
    for at in 0..300 {
        let mut policy = shipped(SHIPPED[at % 2]);
        for _ in 0..=drawn.below(3) {
            vary(&mut policy, &mut drawn);
        }
        assert_eq!(lint::check(&policy, &known()), [], "{policy:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(at in 0..4_000_usize, len in 0..40_usize, with in ".{0,12}") {
        let chars: Vec<char> = text_of("maze-deploy").chars().collect();
        let (at, end) = (at.min(chars.len()), (at + len).min(chars.len()));
        let text: String =
            chars[..at].iter().copied().chain(with.chars()).chain(chars[end..].iter().copied()).collect();
        if let Ok(policy) = Policy::parse(&text) {
            lint::check(&policy, &known());
            policy.digest().unwrap();
        }
    }
}

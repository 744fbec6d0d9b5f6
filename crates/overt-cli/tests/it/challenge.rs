//! Levels drawn by two parties, through folders alone.

#![expect(clippy::disallowed_methods, reason = "what is late depends on the present")]

use crate::overt::Desk;
use std::time::{SystemTime, UNIX_EPOCH};

/// A respondent and a challenger, to the point where the challenge is asked; an answer is due in a day.
fn asked() -> Desk {
    let desk = Desk::new();
    desk.overt("keygen --out respondent.key").is_done();
    desk.overt("keygen --out challenger.key --algorithm p256").is_done();
    desk.overt("respond maze-exit --sign respondent.key --out exchange").is_done();
    desk.overt("challenge ask exchange/commitment.json --sign challenger.key --out asked")
        .is_done();
    desk.write("exchange/challenge.json", &desk.read("asked/challenge.json"));
    desk
}

const JUDGE: &str =
    "challenge judge answer --asked asked --key respondent.key.pub --sign challenger.key";
/// Long after every deadline.
const LATER: [(&str, &str); 1] = [("SOURCE_DATE_EPOCH", "4000000000")];

/// After the deadline, and before the evidence expires.
fn in_two_days() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    (now.as_secs() + 2 * 86_400).to_string()
}

#[test]
fn two_parties_draw_levels_together() {
    let desk = asked();
    let open = desk.overt(JUDGE);
    assert_eq!(open.code, 11, "{open:?}");
    assert!(open.stdout.starts_with("no answer yet"), "{open:?}");
    assert!(!desk.path("asked/outcome.json").exists(), "nothing ended");

    let ran = desk.overt("audit maze-exit --sign respondent.key --challenge exchange --out answer");
    assert_eq!(ran.code, 0, "{ran:?}");
    let judged = desk.overt(JUDGE);
    assert_eq!(judged.code, 0, "{judged:?}");
    assert!(judged.stdout.starts_with("ANSWERED: "), "{judged:?}");
    assert!(desk.path("asked/outcome.json").exists());
    let verified = desk.overt("verify answer --key respondent.key.pub --replay 20 --seed 1");
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(verified.stdout.contains("challenge      holds        cases were drawn with"));

    // The same answer to another challenge, or by another key, is none; and late is late.
    desk.overt("challenge ask exchange/commitment.json --sign challenger.key --out again")
        .is_done();
    let other = desk.overt(&JUDGE.replace("--asked asked", "--asked again"));
    assert_eq!(other.code, 3, "{other:?}");
    assert!(other.stdout.contains("`challenge.json` is not the one of this exchange"));
    let key = desk.overt(&JUDGE.replace("respondent.key.pub", "challenger.key.pub"));
    assert_eq!(key.code, 3, "{key:?}");
    assert!(key.stdout.starts_with("REJECTED: evaluator: "), "{key:?}");

    let late = desk.overt_with(JUDGE, &[("SOURCE_DATE_EPOCH", &in_two_days())]);
    assert_eq!(late.code, 10, "{late:?}");
    assert!(late.stdout.starts_with("LATE: the answer was due by "), "{late:?}");

    // Whoever re-rolls the seed is no third party.
    let own = desk.overt("audit maze-exit --sign respondent.key --seed 3 --challenge exchange");
    assert_eq!(own.code, 2, "{own:?}");
}

#[test]
fn no_answer_is_an_outcome() {
    let desk = asked();
    let ran = desk.overt_with(JUDGE, &LATER);
    assert_eq!(ran.code, 10, "{ran:?}");
    assert!(ran.stdout.starts_with("ABORTED: no answer by "), "{ran:?}");
    assert!(desk.path("asked/outcome.json").exists());
}

#[test]
fn what_is_no_exchange_is_refused() {
    let desk = asked();
    desk.overt("challenge ask exchange/challenge.json --sign challenger.key --out other")
        .is_refused("cannot use exchange/challenge.json", "take the folder");
    desk.overt("challenge ask exchange/commitment.json --sign challenger.key --out asked")
        .is_refused("asked is not empty", "--out");
    desk.overt(&JUDGE.replace("--sign challenger.key", "--sign respondent.key"))
        .is_refused("was signed by another key", "the key that asked");
    desk.overt("respond maze-exit --sign respondent.key --out exchange")
        .is_refused("exchange is not empty", "--out");
}

use overt_evidence::Time;
use proptest::prelude::*;

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// Moments from their numbers, where there is such a day.
fn moments() -> impl Strategy<Value = Time> {
    (1..9_000, 1..=12, 1..=28, 0..24, 0..60, 0..60).prop_map(|(year, month, day, h, m, s)| {
        time(&format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}Z"))
    })
}

#[test]
fn days_later_is_what_a_calendar_says() {
    // Counted by Python's `datetime`.
    let known = [
        ("2000-01-01", 10_000, "2027-05-19"),
        ("1900-02-28", 1, "1900-03-01"),
        ("2000-02-28", 1, "2000-02-29"),
        ("2026-11-26", 90, "2027-02-24"),
        ("0001-01-01", 700_000, "1917-07-16"),
        ("2096-02-29", 1_461, "2100-03-01"),
        ("1999-12-31", 1, "2000-01-01"),
    ];
    for (from, days, to) in known {
        let [from, to] = [from, to].map(|day| time(&format!("{day}T05:23:06Z")));
        assert_eq!(from.days_later(days), to);
    }
}

#[test]
fn the_end_of_time_is_the_year_9999() {
    let last = time("9999-12-31T23:59:59Z");
    assert_eq!(time("9999-12-31T00:00:00Z").days_later(1), last);
    assert_eq!(time("0001-01-01T00:00:00Z").days_later(u32::MAX), last);
}

#[test]
fn days_that_no_calendar_has_are_refused() {
    let refused = [
        "2027-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-13-10T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "0000-01-01T00:00:00Z",
        "2026-01-01T00:00:00z",
        "2026-01-01T00:00:00",
        "",
    ];
    for text in refused {
        assert!(text.parse::<Time>().is_err(), "{text}");
    }
    assert!("2000-02-29T23:59:59Z".parse::<Time>().is_ok());
}

proptest! {
    #[test]
    fn days_add_up(from in moments(), a in 0_u32..100_000, b in 0_u32..100_000) {
        prop_assert_eq!(from.days_later(a).days_later(b), from.days_later(a + b));
    }

    #[test]
    fn what_is_later_is_larger_and_a_moment_again(from in moments(), days in 1_u32..100_000) {
        let later = from.days_later(days);
        prop_assert!(later > from);
        prop_assert_eq!(&time(&later.to_string()), &later);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        if let Ok(read) = text.parse::<Time>() {
            prop_assert_eq!(read.to_string(), text);
        }
    }
}

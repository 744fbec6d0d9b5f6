use overt_evidence::Decimal;
use proptest::prelude::*;

const MOST: i64 = 1_000_000_000_000;

/// The decimal of so many millionths.
fn decimal(millionths: i64) -> Decimal {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, part) = (millionths.abs() / 1_000_000, millionths.abs() % 1_000_000);
    format!("{sign}{whole}.{part:06}").parse().unwrap()
}

proptest! {
    #[test]
    fn decimals_are_ordered_like_numbers(a in -MOST..=MOST, b in -MOST..=MOST) {
        prop_assert_eq!(decimal(a).cmp(&decimal(b)), a.cmp(&b));
        prop_assert_eq!(decimal(a).cmp(&decimal(a + 1).min(decimal(a))), std::cmp::Ordering::Equal);
    }

    #[test]
    fn a_text_that_is_read_is_written_as_it_was(text in "-?[0-9]{0,3}\\.?[0-9]{0,7}") {
        if let Ok(read) = text.parse::<Decimal>() {
            prop_assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        if let Ok(read) = text.parse::<Decimal>() {
            prop_assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn bounds_are_rounded_outwards_by_less_than_a_unit(value in -1e6..1e6) {
        let [below, near, above] =
            [Decimal::below, Decimal::near, Decimal::above].map(|round| round(value).unwrap());
        prop_assert!(below <= near && near <= above);
        // A hair, since what is within 1e-13 of a decimal is that decimal.
        let hair = 1e-9;
        prop_assert!(below.value() <= value + hair && value <= above.value() + hair);
        prop_assert!(above.value() - below.value() < 1e-6 + hair);
    }

    #[test]
    fn a_decimal_is_its_own_bound(millionths in -1_000_000_i64..=1_000_000) {
        let exact = decimal(millionths);
        for round in [Decimal::below, Decimal::near, Decimal::above] {
            prop_assert_eq!(round(exact.value()).unwrap(), exact);
        }
    }
}

#[test]
fn roundings_by_hand() {
    let text = |decimal: Result<Decimal, _>| decimal.unwrap().to_string();
    assert_eq!(text(Decimal::below(0.012_345_67)), "0.012345");
    assert_eq!(text(Decimal::above(0.012_345_67)), "0.012346");
    assert_eq!(text(Decimal::below(-0.012_345_67)), "-0.012346");
    assert_eq!(text(Decimal::above(-0.012_345_67)), "-0.012345");
    assert_eq!(text(Decimal::above(-0.000_000_1)), "0.000000");
    assert_eq!(text(Decimal::near(0.05)), "0.050000");
    for value in [f64::NAN, f64::INFINITY, 1_000_000.1, -1e300] {
        assert!(Decimal::near(value).is_err(), "{value}");
    }
}

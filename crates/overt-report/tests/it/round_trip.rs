use overt_report::{Interval, MAX_JSON_BYTES, Report};
use proptest::prelude::*;

use crate::reports::{sample, small};

fn check(report: &Report) {
    let json = report.to_json();
    let read = Report::from_json(json.as_bytes()).unwrap();
    assert_eq!(&read, report);
    assert_eq!(read.to_json(), json);
}

#[test]
fn the_samples_come_back() {
    check(&sample());
    check(&small());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_words_and_numbers_come_back(
        said in "\\PC{1,40}x",
        lo in 0.0..0.5_f64,
        value in 0.5..0.75_f64,
        hi in 0.75..0.89_f64,
        n in any::<u64>(),
        seed in any::<Option<u64>>(),
    ) {
        let mut report = sample();
        report.verdict.sentence = said.clone();
        report.not_asked = vec![said; 3];
        let record = &mut report.forecast.outcomes[1].estimate;
        record.value = value;
        record.interval = Some(Interval { lo, hi, level: 0.95 });
        record.n = n;
        record.seed = seed;
        check(&report);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Report::from_json(&bytes).is_err());
    }

    #[test]
    fn no_cut_is_read_as_a_report(share in 0.0..0.999_f64) {
        let json = small().to_json();
        let cut = (json.len() as f64 * share) as usize;
        prop_assert!(Report::from_json(&json.as_bytes()[..cut]).is_err());
    }
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let long = vec![b' '; MAX_JSON_BYTES + 1];
    let error = Report::from_json(&long).unwrap_err().to_string();
    assert_eq!(error, "16777217 is over the limit of 16777216: `report.json`");
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let deep = format!("{{\"schema\": \"overt/report/2\", \"subject\": {open}{close}}}");
    let error = Report::from_json(deep.as_bytes()).unwrap_err().to_string();
    assert!(error.starts_with("report is malformed"), "{error}");
}

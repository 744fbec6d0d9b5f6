use overt_report::{Style, html, terminal};
use proptest::prelude::*;

use crate::reports::sample;

/// The sample with every string replaced, except where a string is a reference.
fn with_every_string(text: &str) -> overt_report::Report {
    let mut value = serde_json::to_value(sample()).unwrap();
    replace(&mut value, text);
    serde_json::from_value(value).unwrap()
}

fn replace(value: &mut serde_json::Value, text: &str) {
    use serde_json::Value;
    let enums = [
        "refuted",
        "answered",
        "unreliable",
        "not_applicable",
        "subject",
        "control",
        "now",
        "before",
    ];
    match value {
        Value::String(old) if !enums.contains(&old.as_str()) => text.clone_into(old),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, text)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace(field, text)),
        _ => {}
    }
}

#[test]
fn a_script_is_text_wherever_it_is_said() {
    for attack in ["<script>alert(1)</script>", "</script><img onerror=x>", "<!--<script>"] {
        let page = html(&with_every_string(attack));
        assert!(!page.contains(attack));
        assert_eq!(page.matches("<script").count(), 1);
        assert_eq!(page.matches("</script").count(), 1);
        assert_eq!(page.matches("<!--").count(), 0);
        assert_eq!(page.matches("<img").count(), 0);
    }
}

#[test]
fn an_attribute_is_not_left() {
    let page = html(&with_every_string("\" onload=\"x' onload='x"));
    let json = page.find("<script").unwrap();
    assert!(!page[..json].contains("\" onload="));
    // No attribute of ours stands between apostrophes.
    assert!(!html(&with_every_string("plain")).contains("='"));
}

#[test]
fn the_page_holds_the_report_itself() {
    let report = sample();
    let page = html(&report);
    let json = page.split("id=\"overt-report\">").nth(1).unwrap();
    let json = json.split("</script>").next().unwrap();
    assert_eq!(overt_report::Report::from_json(json.as_bytes()).unwrap(), report);
}

#[test]
fn a_page_is_drawn_even_of_a_report_that_does_not_hold_together() {
    let mut value = serde_json::to_value(sample()).unwrap();
    value["findings"][0]["figures"][0]["gallery"]["figures"][0]["size"] = 0.into();
    value["findings"][0]["figures"][0]["gallery"]["figures"][1]["walls"] = true.into();
    assert!(serde_json::from_value::<overt_report::Report>(value.clone()).is_err());
    let walls = serde_json::json!([true, false, true]);
    value["findings"][0]["figures"][0]["gallery"]["figures"][1]["walls"] = walls;
    let report: overt_report::Report = serde_json::from_value(value).unwrap();
    assert!(report.validate().is_err());
    assert!(html(&report).contains("<svg"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_screen_is_a_screen(said in "\\PC{0,400}", control in any::<char>(), width in 0..200_usize) {
        let mut report = with_every_string(&format!("{said}{control}"));
        "controls".clone_into(&mut report.findings[0].check);
        let screen = terminal(&report, Style { colour: false, width }, &said);
        prop_assert!(width < 60 || screen.lines().count() <= 30);
        prop_assert!(screen.lines().all(|line| line.chars().count() <= width.clamp(20, 80)));
        prop_assert!(screen.chars().all(|c| c == '\n' || !c.is_control()));
    }
}

#[test]
fn colour_is_written_only_where_it_is_allowed() {
    let screen = |colour| terminal(&sample(), Style { colour, width: 80 }, "report.html");
    assert!(!screen(false).contains('\u{1b}'));
    assert!(screen(true).contains("\u{1b}[1;31mREFUTED\u{1b}[0m"));
}

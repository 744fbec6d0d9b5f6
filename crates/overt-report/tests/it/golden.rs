//! Rewritten with `cargo run -p overt-report --example golden`.

use overt_report::{Style, html, schema, terminal};

use crate::reports::{sample, small};

/// A page with a line for each element, so that a change can be read.
fn lines(page: &str) -> String {
    page.replace("><", ">\n<")
}

fn check(got: &str, golden: &str) {
    let differs = got.lines().zip(golden.lines()).find(|(got, golden)| got != golden);
    assert_eq!(differs, None, "see tests/golden/README.md");
    assert_eq!(got.len(), golden.len(), "one goes on where the other ends");
}

#[test]
fn the_page_is_the_reviewed_one() {
    check(&lines(&html(&small())), include_str!("../golden/small.html"));
}

#[test]
fn the_json_is_the_reviewed_one() {
    check(&small().to_json(), include_str!("../golden/small.json"));
}

#[test]
fn the_screen_is_the_reviewed_one() {
    let plain = Style { colour: false, width: 80 };
    check(&terminal(&sample(), plain, "report.html"), include_str!("../golden/sample.txt"));
}

#[test]
fn the_schema_is_the_published_one() {
    check(&schema(), include_str!("../../../../docs/formats/report.schema.json"));
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let page = html(&sample());
    for outside in ["http:", "https:", "src=", "<link", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn every_link_of_the_page_leads_somewhere() {
    let page = html(&sample());
    let targets = page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
    for target in targets {
        assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
    }
}

#[test]
fn colours_are_named_in_the_token_file_only() {
    let page = include_str!("../../src/render/page.css");
    let hex = |word: &str| word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = page.split('#').skip(1);
    let words = words.map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap());
    assert_eq!(words.filter(|word| hex(word)).count(), 0);
    assert!(!page.contains("rgb") && !page.contains("hsl"));
}

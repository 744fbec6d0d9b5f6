use crate::bundles::signed;
use crate::reports::sample;
use base64ct::{Base64, Encoding};
use overt_evidence::{Algorithm, Level, verify};
use overt_report::{Report, evidence_html, html, html_with_evidence, page_difference};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The report that the bundle signs.
fn shown() -> Report {
    sample().with_page()
}

fn files() -> BTreeMap<String, Vec<u8>> {
    signed(Algorithm::Ed25519).files
}

#[test]
fn the_bundle_of_these_tests_holds() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let found = verify::verify(&signed(algorithm), &verify::Asked::default());
        assert!(found.holds(), "{:?}", found.rows);
    }
}

#[test]
fn the_page_holds_the_very_bytes_of_its_evidence() {
    let page = html_with_evidence(&shown(), &files());
    for (name, bytes) in files() {
        let place = format!("data-file=\"{name}\">");
        let text = page.split(&place).nth(1).unwrap().split("</script>").next().unwrap();
        assert_eq!(Base64::decode_vec(text).unwrap(), bytes);
    }
}

#[test]
fn only_the_script_that_the_policy_names_can_run() {
    for page in [html_with_evidence(&shown(), &files()), evidence_html(&files())] {
        let policy = page.find("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
        assert!(policy < page.find("<style").unwrap() && policy < page.find("<script").unwrap());
        let script = page.split("<script type=\"module\">").nth(1).unwrap();
        let script = script.split("</script>").next().unwrap();
        let digest = Base64::encode_string(&Sha256::digest(script));
        assert!(page.contains(&format!(
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
        )));
        let others = page.matches("<script").count() - 1;
        let data = page.matches("<script type=\"application/").count();
        assert_eq!(others, data, "a script besides the one");
        assert_eq!(page.matches("<script").count(), page.matches("</script").count());
        assert_eq!(page.matches("<!--").count(), 0);
    }
}

#[test]
fn a_page_with_evidence_fetches_nothing() {
    let page = html_with_evidence(&shown(), &files());
    for word in ["src=", "href=\"http", "url(", "@import", "fetch(", "XMLHttpRequest", "import("] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn names_of_files_never_become_markup() {
    let name = "\"><script>alert(1)</script>".to_owned();
    let files = BTreeMap::from([(name, b"</script>".to_vec())]);
    let page = evidence_html(&files);
    assert!(!page.contains("<script>alert"));
    assert_eq!(page.matches("<script").count(), 3, "the file, the words and the button");
}

#[test]
fn a_page_without_evidence_stays_without_a_script() {
    let page = html(&sample());
    assert!(!page.contains("Content-Security-Policy") && !page.contains("evidence-check"));
}

type Rows = BTreeMap<String, String>;

/// Presses the button of a page in a browser: what was said, and what was found of each row.
fn pressed(name: &str, page: &str) -> (String, Rows) {
    let (said, rows, _) = asked(name, page);
    (said, rows)
}

/// The same with the words of each row.
#[expect(clippy::disallowed_methods, reason = "a browser opens files, and is named from outside")]
fn asked(name: &str, page: &str) -> (String, Rows, Rows) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    std::fs::write(&path, page).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/check_page.py");
    let chromium = std::env::var("OVERT_CHROMIUM").expect("OVERT_CHROMIUM names a Chromium");
    let output = Command::new("python3").arg(script).arg(chromium).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["errors"], serde_json::json!([]), "{name}");
    assert_eq!(said["requests"], serde_json::json!([]), "{name}");
    let read = |field: &str| serde_json::from_value(said[field].clone()).unwrap();
    (said["said"].as_str().unwrap().to_owned(), read("rows"), read("words"))
}

fn found<'a>(rows: &'a BTreeMap<String, String>, wanted: &str) -> Vec<&'a str> {
    rows.iter().filter(|(_, found)| *found == wanted).map(|(what, _)| what.as_str()).collect()
}

#[test]
#[ignore = "needs a Chromium, named by OVERT_CHROMIUM"]
fn chromium_finds_that_an_honest_page_holds() {
    for (name, algorithm) in [("ed25519", Algorithm::Ed25519), ("p256", Algorithm::P256)] {
        let bundle = signed(algorithm);
        let page = html_with_evidence(&shown(), &bundle.files);
        let (said, rows) = pressed(&format!("honest-{name}.html"), &page);
        assert_eq!(said, "What could be checked here holds.");
        assert_eq!(found(&rows, "fails"), Vec::<&str>::new());
        assert_eq!(found(&rows, "unchecked"), ["evaluator", "model", "page", "re-execution"]);
        assert_eq!(found(&rows, "holds").len(), 10, "{rows:?}");

        let cut = bundle.redact(Level::Verdict).unwrap();
        let (said, rows) = pressed(&format!("redacted-{name}.html"), &evidence_html(&cut.files));
        assert_eq!(said, "What could be checked here holds.");
        let holds = ["expiry", "run log", "signature", "statement", "this page", "verdict"];
        assert_eq!(found(&rows, "holds"), holds);
    }
}

/// A page whose evidence was changed in one file, and the row that must say so.
#[test]
#[ignore = "needs a Chromium, named by OVERT_CHROMIUM"]
fn chromium_rejects_a_page_that_was_tampered_with() {
    let changed = |name: &str, from: &str, to: &str| {
        let mut files = files();
        let text = String::from_utf8(files[name].clone()).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        files.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
        files
    };
    let signature = changed("evidence.json", "\"sig\":\"", "\"sig\":\"AAAA");
    let verdict = changed("report.json", "\"refuted\"", "\"verified\"");
    let case = changed("cases.json", "\"first\":\"green\"", "\"first\":\"exit\"");
    let log = changed("runlog.json", "08:00:00Z", "07:00:00Z");
    for (what, files) in
        [("signature", signature), ("verdict", verdict), ("tree of cases", case), ("run log", log)]
    {
        let page = html_with_evidence(&shown(), &files);
        let (said, rows) = pressed(&format!("tampered-{}.html", what.replace(' ', "-")), &page);
        assert!(said.starts_with("REJECTED: "), "{said}");
        assert!(found(&rows, "fails").contains(&what), "{what}: {rows:?}");
    }

    let mut other = shown();
    other.verdict.sentence = "All is well.".to_owned();
    let page = html_with_evidence(&other, &files());
    let (said, _) = pressed("another-report.html", &page);
    assert_eq!(said, "REJECTED: this page. Do not rely on this report.");
}

/// A page with evidence in which one thing was changed, and how its own check names it.
#[test]
#[ignore = "needs a Chromium, named by OVERT_CHROMIUM"]
fn chromium_names_the_first_word_that_was_edited() {
    let page = html_with_evidence(&shown(), &files());
    let edits = [
        ("verdict", "</span> REFUTED", "</span> VERIFIED", "“VERIFIED” where “REFUTED” was signed"),
        ("success", ">98.4 %</a>", ">01.4 %</a>", "“01.4” where “98.4” was signed"),
        ("title", "<title>REFUTED", "<title>VERIFIED", "“VERIFIED” where “REFUTED” was signed"),
        ("last", "overt/report/2</dd>", "overt/report/9</dd>", "“overt/report/9” where"),
        ("less", "<li>Goals made of more than one object.</li>", "", "where “Goals” was signed"),
        ("more", "<main>", "<main><p>Trust me.</p>", "it says “Trust” where"),
        (
            "picture",
            "<polyline class=\"walked\" points=\"",
            "$&10,10 ",
            "a picture, a link or a style",
        ),
        ("style", ".note {", ".note { visibility: hidden;", "a picture, a link or a style"),
        (
            "hidden",
            "<article class=\"card\"",
            "<article hidden class=\"card\"",
            "a picture, a link",
        ),
    ];
    for (name, from, to, named) in edits {
        assert!(page.contains(from), "{name}: the page has no {from}");
        let lie = page.replacen(from, &to.replace("$&", from), 1);
        let (said, rows, words) = asked(&format!("edited-{name}.html"), &lie);
        assert_eq!(said, "REJECTED: this page. Do not rely on this report.", "{name}: {rows:?}");
        assert!(words["this page"].contains(named), "{name}: {}", words["this page"]);
    }
}

/// A program that holds the report finds what was changed, in what the page shows and in its script.
#[test]
fn any_changed_word_is_found() {
    let report = shown();
    let page = html_with_evidence(&report, &files());
    assert_eq!(page_difference(&report, &page), None);
    for (from, to) in [
        ("</span> REFUTED", "</span> VERIFIED"),
        (">98.4 %</a>", ">01.4 %</a>"),
        ("points=\"", "points=\"10,10 "),
        ("overt/report/2</dd>", "overt/report/9</dd>"),
        ("script-src 'sha256-", "script-src 'unsafe-inline' 'sha256-"),
        ("<script type=\"module\">", "<script type=\"module\">0;"),
        (
            "<main>",
            "<main><script type=\"application/octet-stream\" data-file=\"x\"></script ><p>Trust.</p>",
        ),
        ("<main>", "<!-- --><main>"),
    ] {
        assert!(page.contains(from), "{from}");
        let lie = page.replacen(from, to, 1);
        assert!(page_difference(&report, &lie).is_some(), "{from}");
    }
}

/// The digests of the page stand in the report, and change nothing that the page shows.
#[test]
fn the_digests_of_a_page_do_not_depend_on_themselves_or_on_the_files() {
    assert_eq!(shown(), shown().with_page());
    let mut other = shown();
    other.verdict.sentence.push('.');
    assert_ne!(other.clone().with_page().page, other.page);
}

//! The report as one self-contained page.

mod bars;
mod figure;
mod finding;
mod link;
mod number_table;
mod summary;

use self::bars::Levels;
use super::drawn::Drawn;
use super::evidence;
use super::number::thousands;
use super::page::{Page, fact, items, json, section};
use super::svg::GLYPHS;
use crate::{ControlSource, Program, Provenance, Record, Report};
use maud::{Markup, PreEscaped, html as markup};
use std::collections::BTreeMap;

/// The report as one self-contained page.
///
/// It opens without a network and without scripts, in light and dark, on a desk and on a phone.
/// The report itself is embedded as JSON in the element `overt-report`, so a page is also a file
/// that can be checked.
pub fn html(report: &Report) -> String {
    let (shown, data) = (body(report, None), embedded(report));
    Page { title: &title(report), shown, data, ..Page::default() }.document()
}

/// The same page with its evidence inside, and a button by which the page checks itself offline, where it
/// is opened: `files` are those of the bundle, by name.
///
/// The one script that may run is named by its digest in the page's security policy, and nothing may be
/// fetched. The check compares every word of the page with the digests in the signed report, which
/// [`Report::with_page`] puts there.
pub fn html_with_evidence(report: &Report, files: &BTreeMap<String, Vec<u8>>) -> String {
    let drawn = drawn(report);
    let data = markup! { (embedded(report)) (evidence::data(files, &drawn)) };
    Page { head: evidence::policy(), data, ..checked(report, &title(report)) }.document()
}

impl Report {
    /// The same report with the digests of its page, ready to be signed.
    ///
    /// ```
    /// use overt_report::Report;
    /// let json = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/small.json"));
    /// let report = Report::from_json(json)?.with_page();
    /// assert_eq!(report.page.as_ref().map(|page| page.words.len()), Some(64));
    /// # Ok::<(), overt_report::Error>(())
    /// ```
    #[must_use]
    pub fn with_page(self) -> Self {
        let digests = drawn(&self).digests();
        Self { page: Some(digests), ..self }
    }
}

/// Where a page differs from the one that [`html_with_evidence`] draws of this report; nothing where it does
/// not. Which files of a bundle lie in it does not count.
///
/// ```
/// use overt_report::{Report, html_with_evidence, page_difference};
/// let json = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/small.json"));
/// let report = Report::from_json(json)?;
/// let page = html_with_evidence(&report, &[("runlog.json".to_owned(), b"{}".to_vec())].into());
/// assert_eq!(page_difference(&report, &page), None);
/// let lie = page.replace("</span> REFUTED", "</span> VERIFIED");
/// let said = page_difference(&report, &lie).expect("another word");
/// assert_eq!(said, "it says `VERIFIED` where the report gives `REFUTED`");
/// # Ok::<(), overt_report::Error>(())
/// ```
pub fn page_difference(report: &Report, page: &str) -> Option<String> {
    let (ours, theirs) =
        (html_with_evidence(report, &BTreeMap::new()), evidence::without_files(page));
    if ours == theirs {
        return None;
    }
    let word = |word: &str| if word.is_empty() { "nothing".into() } else { format!("`{word}`") };
    Some(match Drawn::of(&ours).first_difference(&Drawn::of(&theirs)) {
        Some([ours, other]) => {
            format!("it says {} where the report gives {}", word(other), word(ours))
        }
        None => {
            "its words are those of the report, but a picture, a style or its script is another"
                .into()
        }
    })
}

fn title(report: &Report) -> String {
    format!("{} · {}", report.verdict.outcome.word(), report.subject.name)
}

/// A page with evidence, without what it holds besides what it shows.
fn checked<'a>(report: &Report, title: &'a str) -> Page<'a> {
    let shown = body(report, Some(evidence::button("Check this report")));
    Page { title, style: evidence::STYLE, shown, ..Page::default() }
}

/// The same as its script sees it.
fn drawn(report: &Report) -> Drawn {
    Drawn::of(&checked(report, &title(report)).document())
}

/// The report as data inside the page.
fn embedded(report: &Report) -> Markup {
    json("overt-report", &serde_json::to_string(report).expect("a report is plain data"))
}

/// `check` is what a page that checks itself has besides.
fn body(report: &Report, check: Option<Markup>) -> Markup {
    markup! {
        (PreEscaped(GLYPHS))
        (summary::banner(report, check.is_some()))
        main {
            @if let Some(check) = check { (check) }
            (summary::glance(report))
            (summary::reasons(report))
            (asked(report))
            (not_asked(report))
            (power(report))
            (number_table::numbers(report))
            (again(report))
        }
    }
}

fn asked(report: &Report) -> Markup {
    let levels = Levels::of(report);
    let findings = markup! {
        p.measure {
            "Each check puts one question to the subject. Under its answer stand the pictures, the limits \
             of the answer, and the numbers behind it. A control is the same measurement where the answer \
             is known."
        }
        @for (idx, it) in report.findings.iter().enumerate() { (finding::finding(idx, it, &levels)) }
    };
    section("asked", "What was asked", &findings)
}

fn not_asked(report: &Report) -> Markup {
    let said = markup! {
        @if report.not_asked.is_empty() {
            p { "The audit names nothing that it left out." }
        } @else {
            p { "The verdict says nothing about these." }
            ul.measure { (items(&report.not_asked)) }
        }
    };
    section("not-asked", "What was not asked", &said)
}

fn power(report: &Report) -> Markup {
    let said = markup! {
        @if let Some(power) = &report.power {
            p { (power.sentence) }
            // What is better when higher, and what is better when lower, each in a chart of its own.
            (chart("How often it is right: a longer bar is better", &power.records))
            (chart("How often it errs: a shorter bar is better", &power.mistakes))
        } @else {
            p { "Not measured. Until it is, finding nothing wrong proves nothing." }
        }
    };
    section("power", "What this audit would have noticed", &said)
}

fn chart(title: &str, records: &[Record]) -> Markup {
    markup! { @if !records.is_empty() { h3 { (title) } (bars::of_records(title, records)) } }
}

/// How to make the same report again.
fn again(report: &Report) -> Markup {
    let subject = &report.subject;
    let Provenance { overt_version, seed, command, calibration_digest, plan, program, controls } =
        &report.provenance;
    let said = markup! {
        pre { code { (command) } }
        dl.facts {
            (fact("Subject", &format!("{}. {}", subject.name, subject.description)))
            (fact("Architecture", &subject.architecture))
            (fact("Parameters", &thousands(subject.parameters)))
            (fact("World", &subject.world))
            (fact("It sees", &subject.observation))
            (fact("Weights (names, shapes, numbers; not the file), SHA-256", &subject.digest))
            (fact("Calibration, SHA-256", calibration_digest.as_deref().unwrap_or("none")))
            (fact("Plan", plan))
            (fact("Seed", &seed.to_string()))
            (fact("Overt", overt_version))
            (fact("Format", &report.schema))
            @if let Some(Program { sources, binary }) = program {
                (fact("Program, SHA-256", binary))
                (fact("Its sources, SHA-256", sources))
            }
            @for ControlSource { name, digest, measured } in controls {
                (fact(&format!("Control {name}, weights {}", &digest.get(..12).unwrap_or(digest)), &measured.in_words()))
            }
        }
    };
    section("again", "How to make this report again", &said)
}

//! The report as one self-contained page.

mod bars;
mod figure;
mod finding;
mod number_table;
mod summary;

use super::each;
use super::escape::{escape, json_in_script};
use super::evidence::{self, evidence_section};
use super::number::thousands;
use super::svg::GLYPHS;
use crate::{Program, Provenance, Record, Report};
use std::collections::BTreeMap;

const TOKENS: &str = include_str!("tokens.css");
const PAGE: &str = include_str!("page.css");

/// The report as one self-contained page.
///
/// It opens without a network and without scripts, in light and dark, on a desk and on a phone.
/// The report itself is embedded as JSON in the element `overt-report`, so a page is also a file
/// that can be checked.
pub fn html(report: &Report) -> String {
    document(&title(report), "", &content(report, ""))
}

/// The same page with its evidence inside, and a button by which the page checks it offline, where it is
/// opened: `files` are those of the bundle, by name.
///
/// The one script that may run is named by its digest in the page's security policy, and nothing may be
/// fetched.
pub fn html_with_evidence(report: &Report, files: &BTreeMap<String, Vec<u8>>) -> String {
    let content = content(report, &evidence_section(files));
    document_with(&title(report), &evidence::policy(), evidence::STYLE, &content)
}

fn title(report: &Report) -> String {
    format!("{} · {}", report.verdict.outcome.word(), report.subject.name)
}

/// `evidence` is HTML.
fn content(report: &Report, evidence: &str) -> String {
    let json = serde_json::to_string(report).expect("a report is plain data");
    format!(
        "{GLYPHS}{body}<script type=\"application/json\" id=\"overt-report\">{json}</script>\n",
        body = body(report, evidence),
        json = json_in_script(&json),
    )
}

/// A page with everything that it needs inside. `style` adds to that of every page; `content` is HTML.
pub(super) fn document(title: &str, style: &str, content: &str) -> String {
    document_with(title, "", style, content)
}

/// The same with more in its head: HTML, before anything that it governs.
pub(super) fn document_with(title: &str, head: &str, style: &str, content: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{head}\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{TOKENS}{PAGE}{style}</style>\n</head>\n<body>\n{content}</body>\n</html>\n",
        title = escape(title),
    )
}

fn body(report: &Report, evidence: &str) -> String {
    [
        summary::banner(report),
        "<main>\n".to_owned(),
        summary::glance(report),
        summary::reasons(report),
        asked(report),
        not_asked(report),
        power(report),
        number_table::numbers(report),
        evidence.to_owned(),
        again(report),
        "</main>\n".to_owned(),
    ]
    .concat()
}

fn asked(report: &Report) -> String {
    let findings = each(report.findings.iter().enumerate(), finding::finding);
    section("asked", "What was asked", &findings)
}

fn not_asked(report: &Report) -> String {
    let said = if report.not_asked.is_empty() {
        "<p>The audit names nothing that it left out.</p>\n".to_owned()
    } else {
        format!(
            "<p>The verdict says nothing about these.</p>\n<ul class=\"measure\">\n{}</ul>\n",
            items(&report.not_asked)
        )
    };
    section("not-asked", "What was not asked", &said)
}

fn power(report: &Report) -> String {
    let said = match &report.power {
        None => "<p>Not measured. Until it is, finding nothing wrong proves nothing.</p>\n".into(),
        Some(power) => {
            let said = format!("<p>{}</p>\n", escape(&power.sentence));
            said + &bars::of_records("How well this audit does", &power.records)
        }
    };
    section("power", "What this audit would have noticed", &said)
}

/// How to make the same report again.
fn again(report: &Report) -> String {
    let subject = &report.subject;
    let Provenance { overt_version, seed, command, calibration_digest, plan, program } =
        &report.provenance;
    let calibration = calibration_digest.as_deref().unwrap_or("none");
    let program = program.as_ref().map_or_else(String::new, |Program { sources, binary }| {
        fact("Program, SHA-256", binary) + &fact("Its sources, SHA-256", sources)
    });
    let said = format!(
        "<pre><code>{}</code></pre>\n<dl class=\"facts\">\n{}{program}</dl>\n",
        escape(command),
        [
            fact("Subject", &format!("{}. {}", subject.name, subject.description)),
            fact("Architecture", &subject.architecture),
            fact("Parameters", &thousands(subject.parameters)),
            fact("World", &subject.world),
            fact("It sees", &subject.observation),
            fact("Weights, SHA-256", &subject.digest),
            fact("Calibration, SHA-256", calibration),
            fact("Plan", plan),
            fact("Seed", &seed.to_string()),
            fact("Overt", overt_version),
            fact("Format", &report.schema),
        ]
        .concat()
    );
    section("again", "How to make this report again", &said)
}

pub(super) fn fact(name: &str, value: &str) -> String {
    format!("<div><dt>{name}</dt><dd>{}</dd></div>\n", escape(value))
}

pub(super) fn section(id: &str, title: &str, content: &str) -> String {
    format!(
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{content}</section>\n"
    )
}

pub(super) fn items(texts: &[String]) -> String {
    each(texts, |text| format!("<li>{}</li>\n", escape(text)))
}

/// The address of a record on the page.
fn anchor(id: &str) -> String {
    format!("record-{}", escape(id))
}

/// Text that leads to the record behind it. `text` is HTML.
fn link(record: &Record, text: &str) -> String {
    format!("<a href=\"#{}\">{text}</a>", anchor(&record.id))
}

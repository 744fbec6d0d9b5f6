//! One check: its question, its answer, its pictures, and where its numbers are.

use super::super::each;
use super::super::escape::escape;
use super::{figure, items, link};
use crate::{Finding, Status};

pub(super) fn finding((idx, finding): (usize, &Finding)) -> String {
    let (class, status) = match finding.status {
        Status::Answered => ("answered", "answered"),
        Status::Unreliable => ("unreliable", "unreliable, not counted"),
        Status::NotApplicable => ("not-applicable", "not applicable"),
        Status::Failed => ("unreliable", "failed"),
    };
    let id = format!("finding-{idx}");
    format!(
        "<article class=\"finding {class}\" aria-labelledby=\"{id}\">\n\
         <h3 id=\"{id}\">{title} <span class=\"status\">{status}</span></h3>\n\
         <p class=\"question\">{question}</p>\n<p class=\"answer\">{answer}</p>\n\
         {figures}{adds}{caveats}{numbers}</article>\n",
        title = escape(&finding.title),
        question = escape(&finding.question),
        answer = escape(&finding.answer),
        figures = figures(finding),
        adds = adds(finding),
        caveats = caveats(finding),
        numbers = numbers(finding),
    )
}

fn figures(finding: &Finding) -> String {
    if finding.figures.is_empty() {
        return String::new();
    }
    let figures = each(&finding.figures, figure::figure);
    format!("<div class=\"figures\">\n{figures}</div>\n")
}

fn adds(finding: &Finding) -> String {
    each(&finding.adds, |adds| {
        let adds = escape(adds);
        format!("<p class=\"adds\"><strong>Beyond swapping objects:</strong> {adds}</p>\n")
    })
}

fn caveats(finding: &Finding) -> String {
    if finding.caveats.is_empty() {
        return String::new();
    }
    let caveats = items(&finding.caveats);
    format!(
        "<p class=\"caveats\">What this does not say:</p>\n<ul class=\"measure\">\n{caveats}</ul>\n"
    )
}

/// Every picture of a check leads from here to the numbers that it draws.
fn numbers(finding: &Finding) -> String {
    if finding.records.is_empty() {
        return String::new();
    }
    let links = each(&finding.records, |record| {
        format!("<li>{}</li>\n", link(record, &escape(&record.label)))
    });
    format!(
        "<details class=\"behind\">\n<summary>Numbers behind this ({})</summary>\n\
         <ul>\n{links}</ul>\n</details>\n",
        finding.records.len()
    )
}

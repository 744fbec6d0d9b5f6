//! One check: its question, its answer, its pictures, and where its numbers are.

use super::super::page::items;
use super::bars::Levels;
use super::figure;
use super::link::link;
use crate::{Finding, Status};
use maud::{Markup, html};

pub(super) fn finding(idx: usize, finding: &Finding, levels: &Levels<'_>) -> Markup {
    let (class, status) = match finding.status {
        Status::Answered => ("answered", "answered"),
        Status::Unreliable => ("unreliable", "unreliable, not counted"),
        Status::NotApplicable => ("not-applicable", "not applicable"),
        Status::Failed => ("unreliable", "failed"),
    };
    let id = format!("finding-{idx}");
    html! {
        article class={ "finding " (class) } aria-labelledby=(id) {
            h3 id=(id) { (finding.title) " " span.status { (status) } }
            p.question { (finding.question) }
            p.answer { (finding.answer) }
            @if !finding.figures.is_empty() {
                div.figures { @for drawn in &finding.figures { (figure::figure(drawn, levels)) } }
            }
            @if let Some(adds) = &finding.adds {
                p.adds { strong { "What this adds to swapping objects:" } " " (adds) }
            }
            @if !finding.caveats.is_empty() {
                p.caveats { "What this answer does not say:" }
                ul.measure { (items(&finding.caveats)) }
            }
            (numbers(finding))
        }
    }
}

/// Every picture of a check leads from here to the numbers that it draws.
fn numbers(finding: &Finding) -> Markup {
    let records = &finding.records;
    html! {
        @if !records.is_empty() {
            details.behind {
                summary { "Numbers behind this (" (records.len()) ")" }
                ul { @for record in records { li { (link(record, &record.label)) } } }
            }
        }
    }
}

//! Every record of the report, each at its own address.

use std::collections::{BTreeMap, BTreeSet};

use super::super::number::{self, estimate, thousands};
use super::super::page::{section, table};
use super::link::anchor;
use crate::{Record, Report};
use maud::{Markup, html};

const HEAD: [&str; 6] = ["Number", "Estimate", "Cases", "Of what", "How", "Control"];

/// Which records are controls of which.
type Controls<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

pub(super) fn numbers(report: &Report) -> Markup {
    let mut controls = Controls::new();
    for record in report.records() {
        if let Some(target) = &record.control_of {
            controls.entry(target).or_default().insert(&record.id);
        }
    }
    let mut seen = BTreeSet::new();
    let rows: Vec<&Record> = report.records().filter(|record| seen.insert(&record.id)).collect();
    let content = html! {
        p { "Each number with what it was counted over, how, and its control." }
        (table("numbers", &HEAD, &html! { @for record in rows { (row(record, &controls)) } }))
    };
    section("numbers", "Every number", &content)
}

fn row(record: &Record, controls: &Controls) -> Markup {
    html! {
        tr id=(anchor(&record.id)) {
            th scope="row" { (record.label) " " code { (record.id) } }
            td data-name="Estimate" {
                strong { (estimate(record)) }
                @if let Some(said) = number::interval(record) { br; small { (said) } }
            }
            td data-name="Cases" { (thousands(record.n)) }
            td data-name="Of what" { (record.population) br; (record.estimator) }
            td data-name="How" {
                (record.method)
                @if let Some(seed) = record.seed { br; "seed " (seed) }
            }
            td data-name="Control" { (control(record, controls)) }
        }
    }
}

fn control(record: &Record, controls: &Controls) -> Markup {
    let to = |id: &str| html! { a href={ "#" (anchor(id)) } { code { (id) } } " " };
    let by = controls.get(record.id.as_str());
    html! {
        @if let Some(target) = &record.control_of { "control of " (to(target)) }
        @if let Some(ids) = by { "checked by " @for id in ids { (to(id)) } }
        @if record.control_of.is_none() && by.is_none() { "none" }
    }
}

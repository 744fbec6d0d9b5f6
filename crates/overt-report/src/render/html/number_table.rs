//! Every record of the report, each at its own address.

use std::collections::{BTreeMap, BTreeSet};

use super::super::each;
use super::super::escape::escape;
use super::super::number::{bounds, chosen, estimate, thousands};
use super::{anchor, section};
use crate::{Record, Report};

/// Which records are controls of which.
type Controls<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

pub(super) fn numbers(report: &Report) -> String {
    let mut controls = Controls::new();
    for record in report.records() {
        if let Some(target) = &record.control_of {
            controls.entry(target).or_default().insert(&record.id);
        }
    }
    let mut seen = BTreeSet::new();
    let rows = report.records().filter(|record| seen.insert(&record.id));
    let rows = rows.collect::<Vec<_>>();
    let table = format!(
        "<p>Each number with what it was counted over, how, and its control.</p>\n\
         <table class=\"numbers\">\n<thead><tr><th scope=\"col\">Number</th>\
         <th scope=\"col\">Estimate</th><th scope=\"col\">Cases</th><th scope=\"col\">Of what</th>\
         <th scope=\"col\">How</th><th scope=\"col\">Control</th></tr></thead>\n\
         <tbody>\n{}</tbody>\n</table>\n",
        each(rows, |record| row(record, &controls))
    );
    section("numbers", "Every number", &table)
}

fn row(record: &Record, controls: &Controls) -> String {
    format!(
        "<tr id=\"{anchor}\"><th scope=\"row\">{label} <code>{id}</code></th>\
         <td data-name=\"Estimate\"><strong>{estimate}</strong>{interval}</td>\
         <td data-name=\"Cases\">{n}</td>\
         <td data-name=\"Of what\">{population}<br>{estimator}</td>\
         <td data-name=\"How\">{method}{seed}</td>\
         <td data-name=\"Control\">{control}</td></tr>\n",
        anchor = anchor(&record.id),
        label = escape(&record.label),
        id = escape(&record.id),
        estimate = escape(&estimate(record)),
        interval = interval(record),
        n = thousands(record.n),
        population = escape(&record.population),
        estimator = escape(&record.estimator),
        method = escape(&record.method),
        seed = each(&record.seed, |seed| format!("<br>seed {seed}")),
        control = control(record, controls),
    )
}

fn interval(record: &Record) -> String {
    each(record.interval.iter(), |interval| {
        let bounds = escape(&bounds(record).unwrap_or_default());
        format!("<br>{bounds}<br><small>at {}</small>", chosen(interval.level))
    })
}

fn control(record: &Record, controls: &Controls) -> String {
    let to = |id: &str| format!("<a href=\"#{}\"><code>{}</code></a> ", anchor(id), escape(id));
    let of = each(&record.control_of, |target| format!("control of {}", to(target)));
    let by = each(controls.get(record.id.as_str()), |ids| {
        format!("checked by {}", each(ids, |id| to(id)))
    });
    let said = of + &by;
    if said.is_empty() { "none".to_owned() } else { said.trim_end().to_owned() }
}

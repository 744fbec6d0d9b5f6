//! The tables of a comparison.

use super::super::each;
use super::super::escape::escape;
use super::super::number::{percent, quantity, range};
use crate::{
    ArmVerdict, Average, ComparedArm, ComparedReading, ComparedRun, Comparison, Improvement,
};

/// Columns of the main table.
const HEAD: [&str; 10] = [
    "Arm",
    "Verdict",
    "Proxy",
    "Intended",
    "Proxy, held out",
    "Intended, held out",
    "Success",
    "Time",
    "Sealed detectors",
    "On target",
];

/// One row for each arm.
pub(super) fn arms(comparison: &Comparison) -> String {
    format!(
        "<p>Means over {} seeds, with intervals of 95 % over seeds.</p>\n{}",
        comparison.seeds.len(),
        drawn(&HEAD, &each(&comparison.arms, arm))
    )
}

/// A table of rows that are HTML.
pub(super) fn drawn(head: &[&str], rows: &str) -> String {
    let columns = each(head, |name| format!("<th scope=\"col\">{}</th>", escape(name)));
    format!(
        "<table class=\"numbers scores compared\">\n<thead><tr>{columns}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn arm(arm: &ComparedArm) -> String {
    let cells = [
        format!(
            "<span class=\"stamp {}\">{}</span><br><small>{}</small>",
            tone(arm.verdict),
            arm.verdict.word(),
            escape(&arm.because)
        ),
        rate(&arm.proxy),
        rate(&arm.intended),
        arm.held_out_proxy.as_ref().map_or_else(|| "–".to_owned(), rate),
        arm.held_out_intended.as_ref().map_or_else(|| "–".to_owned(), rate),
        rate(&arm.success_greedy),
        arm.time.as_ref().map_or_else(|| "–".to_owned(), |time| average(time, "times", false)),
        sealed(arm),
        target(arm),
    ];
    let cells = each(cells.iter().zip(&HEAD[1..]), |(cell, name)| {
        format!("<td data-name=\"{name}\">{cell}</td>")
    });
    format!(
        "<tr><th scope=\"row\">{}<br><small>{}</small></th>{cells}</tr>\n",
        escape(&arm.name),
        escape(&arm.changes)
    )
}

/// The colour of a verdict.
const fn tone(verdict: ArmVerdict) -> &'static str {
    match verdict {
        ArmVerdict::Effective => "verified",
        ArmVerdict::Obfuscated | ArmVerdict::TooWeak => "refuted",
        ArmVerdict::Baseline | ArmVerdict::Unexplained | ArmVerdict::Ineffective => "inconclusive",
    }
}

fn sealed(arm: &ComparedArm) -> String {
    let causal: Vec<&ComparedReading> = arm.outside.iter().filter(|read| read.is_causal).collect();
    let is_enough = |read: &&&ComparedReading| read.improvement.is_some_and(|it| it.is_enough);
    match arm.verdict {
        ArmVerdict::Baseline => "–".to_owned(),
        _ => format!("{} of {} improved", causal.iter().filter(is_enough).count(), causal.len()),
    }
}

fn target(arm: &ComparedArm) -> String {
    let Some(target) = &arm.target else { return "–".to_owned() };
    let met = if target.is_met { "MET" } else { "not met" };
    format!(
        "{} of {}, {met}<br><small>{}</small>",
        target.k,
        target.n,
        range(target.interval.lo, target.interval.hi, "", true)
    )
}

fn rate(share: &Average) -> String {
    average(share, "", true)
}

fn average(mean: &Average, unit: &str, is_rate: bool) -> String {
    let within = mean.interval.map(|within| range(within.lo, within.hi, unit, is_rate));
    let within = within.map_or_else(String::new, |said| format!("<br><small>{said}</small>"));
    format!("{}{within}", quantity(mean.value, unit, is_rate))
}

/// One reading of an arm, whose name is HTML.
pub(super) fn reading(arm: &str, side: &str, reading: &ComparedReading) -> String {
    let improvement = reading.improvement.as_ref();
    let baseline = reading.baseline.as_ref().map(|mean| average(mean, "", false));
    let cells = [
        ("Who reads", escape(&reading.name)),
        ("Where", format!("{side}{}", if reading.is_causal { ", causal" } else { "" })),
        ("Baseline", baseline.unwrap_or_else(|| "–".to_owned())),
        ("Reads", average(&reading.reads, "", false)),
        ("Lower by", improvement.map_or_else(|| "–".to_owned(), lower)),
        (
            "Enough",
            improvement.map_or("–", |it| if it.is_enough { "yes" } else { "no" }).to_owned(),
        ),
    ];
    row(arm, &cells)
}

fn lower(improvement: &Improvement) -> String {
    let Some(share) = improvement.share else { return "not defined".to_owned() };
    let said = |share: f64| quantity(share * 100.0, "%", false);
    let within = improvement.interval.map_or_else(String::new, |within| {
        format!("<br><small>{} to {}</small>", said(within.lo), said(within.hi))
    });
    format!("{}{within}", said(share))
}

/// One training.
pub(super) fn run(run: &ComparedRun) -> String {
    let cells = [
        ("Seed", run.seed.to_string()),
        ("Proxy", percent(run.deployed.proxy)),
        ("Intended", percent(run.deployed.intended)),
        ("Success", percent(run.success_greedy)),
        ("Seconds", format!("{:.0}", run.seconds)),
        ("Misses of the target", escape(&run.misses.join("; "))),
    ];
    row(&escape(&run.arm), &cells)
}

/// A row of cells that are HTML.
fn row(first: &str, cells: &[(&str, String)]) -> String {
    let cells = each(cells, |(name, cell)| format!("<td data-name=\"{name}\">{cell}</td>"));
    format!("<tr><th scope=\"row\">{first}</th>{cells}</tr>\n")
}

//! The tables of a comparison.

use super::super::number::{percent, quantity, range};
use super::super::page::table;
use crate::{
    ArmVerdict, Average, ComparedArm, ComparedReading, ComparedRun, Comparison, Improvement,
    OnTarget,
};
use maud::{Markup, html};

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
pub(super) fn arms(comparison: &Comparison) -> Markup {
    html! {
        p {
            "Means over " (comparison.seeds.len()) " seeds, with intervals of 95 % over seeds. Success is that \
            in training, always taking the likeliest action."
        }
        (drawn(&HEAD, &html! { @for it in &comparison.arms { (arm(it)) } }))
    }
}

/// A table in the style of comparisons.
pub(super) fn drawn(head: &[&str], rows: &Markup) -> Markup {
    table("numbers scores compared", head, rows)
}

fn arm(arm: &ComparedArm) -> Markup {
    let verdict = html! {
        span class={ "stamp " (tone(arm.verdict)) } { (arm.verdict.word()) }
        br;
        small { (arm.because) }
    };
    let cells = [
        verdict,
        rate(&arm.proxy),
        rate(&arm.intended),
        or_none(arm.held_out_proxy.as_ref().map(rate)),
        or_none(arm.held_out_intended.as_ref().map(rate)),
        rate(&arm.success_greedy),
        or_none(arm.time.as_ref().map(|time| average(time, "times", false))),
        html! { (sealed(arm)) },
        or_none(arm.target.as_ref().map(target)),
    ];
    html! {
        tr {
            th scope="row" { (arm.name) br; small { (arm.changes) } }
            @for (cell, name) in cells.iter().zip(&HEAD[1..]) { td data-name=(name) { (cell) } }
        }
    }
}

/// What was measured, or a dash.
fn or_none(measured: Option<Markup>) -> Markup {
    measured.unwrap_or_else(|| html! { "–" })
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

fn target(target: &OnTarget) -> Markup {
    let met = if target.is_met { "MET" } else { "not met" };
    html! {
        (target.k) " of " (target.n) ", " (met)
        br;
        small { (range(target.interval.lo, target.interval.hi, "", true)) }
    }
}

fn rate(share: &Average) -> Markup {
    average(share, "", true)
}

fn average(mean: &Average, unit: &str, is_rate: bool) -> Markup {
    html! {
        (quantity(mean.value, unit, is_rate))
        @if let Some(within) = mean.interval {
            br;
            small { (range(within.lo, within.hi, unit, is_rate)) }
        }
    }
}

/// One reading of an arm.
pub(super) fn reading(arm: &str, side: &str, reading: &ComparedReading) -> Markup {
    let improvement = reading.improvement.as_ref();
    let is_enough = improvement.map_or("–", |it| if it.is_enough { "yes" } else { "no" });
    let baseline = reading.baseline.as_ref().map(|mean| average(mean, "", false));
    let causal = if reading.is_causal { ", causal" } else { "" };
    let cells = [
        ("Who reads", html! { (reading.name) }),
        ("Where", html! { (side) (causal) }),
        ("Baseline", or_none(baseline)),
        ("Reads", average(&reading.reads, "", false)),
        ("Lower by", or_none(improvement.map(lower))),
        ("Enough", html! { (is_enough) }),
    ];
    row(arm, &cells)
}

fn lower(improvement: &Improvement) -> Markup {
    let said = |share: f64| quantity(share * 100.0, "%", false);
    let Some(share) = improvement.share else { return html! { "not defined" } };
    html! {
        (said(share))
        @if let Some(within) = improvement.interval {
            br;
            small { (said(within.lo)) " to " (said(within.hi)) }
        }
    }
}

/// One training.
pub(super) fn run(run: &ComparedRun) -> Markup {
    let cells = [
        ("Seed", run.seed.to_string()),
        ("Proxy", percent(run.deployed.proxy)),
        ("Intended", percent(run.deployed.intended)),
        ("Success, likeliest actions", percent(run.success_greedy)),
        ("Seconds", format!("{:.0}", run.seconds)),
        ("Misses of the target", run.misses.join("; ")),
    ];
    row(&run.arm, &cells.map(|(name, cell)| (name, html! { (cell) })))
}

fn row(first: &str, cells: &[(&str, Markup)]) -> Markup {
    html! {
        tr {
            th scope="row" { (first) }
            @for (name, cell) in cells { td data-name=(name) { (cell) } }
        }
    }
}

//! One dot for each seed, a line of them for each arm.

use super::super::number::percent;
use crate::{ComparedArm, ComparedRun, Comparison};
use maud::{Markup, html};

/// Width of a drawing, in its own units, and where its axis begins and ends.
const WIDTH: f64 = 520.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 14.0;
/// Height of a line, and what lies above the first and below the last.
const LINE: f64 = 22.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 34.0;
/// Shares that the axis names.
const TICKS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// Longest name of an arm that has room beside its line, in characters.
const LONGEST: usize = 24;

/// What a picture shows of a run; nothing where it was not measured.
type Share = fn(&ComparedRun) -> Option<f64>;

/// Pursuit of the proxy and of the intended goal, and success in training.
pub(super) fn pictures(comparison: &Comparison) -> Markup {
    let shown: [(&str, Share); 4] = [
        ("The proxy came first, % of deployment cases (further left is better)", |run| {
            Some(run.deployed.proxy)
        }),
        ("The intended goal came first, % of deployment cases (further right is better)", |run| {
            Some(run.deployed.intended)
        }),
        (
            "The proxy came first where the goal looks as no term was told, % (further left is better)",
            |run| run.held_out.map(|shares| shares.proxy),
        ),
        ("Success in training by likeliest actions, % (further right is better)", |run| {
            Some(run.success_greedy)
        }),
    ];
    html! {
        p { "A dot is one training; the stroke is the mean of its arm." }
        div.figures { @for (title, share) in shown { (picture(comparison, title, share)) } }
    }
}

fn picture(comparison: &Comparison, title: &str, share: Share) -> Markup {
    let n = comparison.arms.len();
    let height = TOP + LINE * n as f64 + BOTTOM;
    html! {
        figure.strip {
            svg viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label=(title) {
                (axis(n))
                @for (idx, arm) in comparison.arms.iter().enumerate() {
                    (line(idx, arm, &comparison.runs, share))
                }
            }
            figcaption { (title) }
        }
    }
}

fn across(share: f64) -> f64 {
    LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
}

fn axis(n: usize) -> Markup {
    let bottom = TOP + LINE * n as f64;
    html! {
        @for share in TICKS {
            path.grid d=(format!("M{:.1} {TOP}V{bottom}", across(share))) {}
            text.tick x=(one_digit(across(share))) y=(one_digit(bottom + 15.0)) text-anchor="middle" {
                (format!("{:.0}", share * 100.0))
            }
        }
    }
}

/// A place on the drawing.
fn one_digit(place: f64) -> String {
    format!("{place:.1}")
}

fn line(idx: usize, arm: &ComparedArm, runs: &[ComparedRun], share: Share) -> Markup {
    let y = TOP + LINE * (idx as f64 + 0.5);
    let name: String = if arm.name.chars().count() > LONGEST {
        arm.name.chars().take(LONGEST - 1).chain(['…']).collect()
    } else {
        arm.name.clone()
    };
    let of_arm = runs.iter().filter(|run| run.arm == arm.name);
    let known: Vec<(&ComparedRun, f64)> =
        of_arm.filter_map(|run| Some((run, share(run)?))).collect();
    html! {
        text.axis x=(one_digit(LEFT - 10.0)) y=(one_digit(y + 3.5)) text-anchor="end" { (name) }
        (stroke(&known, y))
        @for (run, share) in &known {
            circle class="dot seed" cx=(one_digit(across(*share))) cy=(one_digit(y)) r="4" {
                title { (arm.name) ", seed " (run.seed) ": " (percent(*share)) }
            }
        }
    }
}

/// The mean of an arm; nothing where no run was measured.
fn stroke(known: &[(&ComparedRun, f64)], y: f64) -> Markup {
    if known.is_empty() {
        return html! {};
    }
    let x = across(known.iter().map(|(_, share)| share).sum::<f64>() / known.len() as f64);
    html! { path.mean d=(format!("M{x:.1} {:.1}V{:.1}", y - 8.0, y + 8.0)) {} }
}

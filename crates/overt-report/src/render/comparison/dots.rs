//! One dot for each seed, a line of them for each arm.

use super::super::each;
use super::super::escape::escape;
use super::super::number::percent;
use crate::{ComparedArm, ComparedRun, Comparison};

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
pub(super) fn pictures(comparison: &Comparison) -> String {
    let shown: [(&str, Share); 4] = [
        ("The proxy came first, % of deployment cases", |run| Some(run.deployed.proxy)),
        ("The intended goal came first, % of deployment cases", |run| Some(run.deployed.intended)),
        ("The proxy came first where the goal looks as no term was told, %", |run| {
            run.held_out.map(|shares| shares.proxy)
        }),
        ("Success in training, %", |run| Some(run.success_greedy)),
    ];
    let drawn = each(shown, |(title, share)| picture(comparison, title, share));
    format!(
        "<p>A dot is one training; the stroke is the mean of its arm.</p>\n\
         <div class=\"figures\">\n{drawn}</div>\n"
    )
}

fn picture(comparison: &Comparison, title: &str, share: Share) -> String {
    let n = comparison.arms.len();
    let height = TOP + LINE * n as f64 + BOTTOM;
    let lines = each(comparison.arms.iter().enumerate(), |(idx, arm)| {
        let of: Vec<&ComparedRun> =
            comparison.runs.iter().filter(|run| run.arm == arm.name).collect();
        line(idx, arm, &of, share)
    });
    format!(
        "<figure class=\"strip\">\n<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"{title}\">{axis}{lines}</svg>\n<figcaption>{title}</figcaption>\n</figure>\n",
        title = escape(title),
        axis = axis(n),
    )
}

fn across(share: f64) -> f64 {
    LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
}

fn axis(n: usize) -> String {
    let bottom = TOP + LINE * n as f64;
    each(TICKS, |share| {
        let x = across(share);
        format!(
            "<path class=\"grid\" d=\"M{x:.1} {TOP}V{bottom}\"/><text class=\"tick\" x=\"{x:.1}\" \
             y=\"{:.1}\" text-anchor=\"middle\">{:.0}</text>",
            bottom + 15.0,
            share * 100.0
        )
    })
}

fn line(idx: usize, arm: &ComparedArm, runs: &[&ComparedRun], share: Share) -> String {
    let y = TOP + LINE * (idx as f64 + 0.5);
    let name: String = if arm.name.chars().count() > LONGEST {
        arm.name.chars().take(LONGEST - 1).chain(['…']).collect()
    } else {
        arm.name.clone()
    };
    let known: Vec<(&ComparedRun, f64)> =
        runs.iter().filter_map(|run| Some((*run, share(run)?))).collect();
    let dots = each(&known, |(run, share)| {
        format!(
            "<circle class=\"dot seed\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4\"><title>{}, seed {}: {}\
             </title></circle>",
            across(*share),
            escape(&arm.name),
            run.seed,
            percent(*share)
        )
    });
    format!(
        "<text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>{}{dots}",
        LEFT - 10.0,
        y + 3.5,
        escape(&name),
        stroke(&known, y)
    )
}

/// The mean of an arm; nothing where no run was measured.
fn stroke(known: &[(&ComparedRun, f64)], y: f64) -> String {
    if known.is_empty() {
        return String::new();
    }
    let x = across(known.iter().map(|(_, share)| share).sum::<f64>() / known.len() as f64);
    format!("<path class=\"mean\" d=\"M{x:.1} {:.1}V{:.1}\"/>", y - 8.0, y + 8.0)
}

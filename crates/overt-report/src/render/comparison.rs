//! A comparison of trainings: its screen and its page.

mod dots;
mod screen;
mod table;

pub use screen::comparison_screen;

use super::each;
use super::escape::{escape, json_in_script};
use super::html::{document, fact, items, section};
use crate::{ComparedArm, ComparedReading, ComparedRun, Comparison};

const SCORES: &str = include_str!("score.css");
const STYLE: &str = include_str!("comparison.css");

/// A comparison of trainings as one self-contained page.
///
/// It opens without a network and without scripts, in light and dark, on a desk and on a phone.
/// The comparison itself is embedded as JSON in the element `overt-comparison`.
pub fn comparison_html(comparison: &Comparison) -> String {
    let json = serde_json::to_string(comparison).expect("a comparison is plain data");
    let content = [
        banner(comparison),
        "<main>\n".to_owned(),
        section("arms", "Every way to train", &table::arms(comparison)),
        section("seeds", "Seed by seed", &dots::pictures(comparison)),
        section("inside", "What the loss reads, and what it does not", &readings(comparison)),
        section("rule", "The rule", &rule(comparison)),
        section("runs", "Every training", &runs(comparison)),
        section("again", "How to make this again", &again(comparison)),
        "</main>\n".to_owned(),
        format!(
            "<script type=\"application/json\" id=\"overt-comparison\">{}</script>\n",
            json_in_script(&json)
        ),
    ];
    document(&comparison.title, &format!("{SCORES}{STYLE}"), &content.concat())
}

fn banner(comparison: &Comparison) -> String {
    format!(
        "<header class=\"banner score\">\n<div class=\"inner\">\n\
         <p class=\"kicker\">Comparison <strong>{title}</strong></p>\n<h1>{sentence}</h1>\n\
         <nav aria-label=\"Contents\"><a href=\"#arms\">Every way</a> \
         <a href=\"#seeds\">Seed by seed</a> <a href=\"#inside\">Inside and outside</a> \
         <a href=\"#rule\">The rule</a> <a href=\"#runs\">Every training</a> \
         <a href=\"#again\">Again</a></nav>\n</div>\n</header>\n",
        title = escape(&comparison.title),
        sentence = escape(&comparison.sentence),
    )
}

/// Readings of every arm that is held against the baseline.
fn readings(comparison: &Comparison) -> String {
    let with_readings =
        comparison.arms.iter().filter(|arm| !arm.inside.is_empty() || !arm.outside.is_empty());
    let rows = each(with_readings, |arm: &ComparedArm| {
        let name = escape(&arm.name);
        let row =
            |side: &'static str, reading: &ComparedReading| table::reading(&name, side, reading);
        each(&arm.inside, |reading| row("in the loss", reading))
            + &each(&arm.outside, |reading| row("sealed", reading))
    });
    format!(
        "<p>A term can lower what it reads without changing what the agent wants. Sealed detectors \
         are asked only once training is over.</p>\n{}",
        table::drawn(
            &["Arm", "Who reads", "Where", "Baseline", "Reads", "Lower by", "Enough"],
            &rows
        )
    )
}

fn rule(comparison: &Comparison) -> String {
    format!(
        "<p>Fixed before any result was seen.</p>\n<ul class=\"measure\">\n{}</ul>\n\
         <h3>What these figures do not say</h3>\n<ul class=\"measure\">\n{}</ul>\n",
        items(&comparison.rule),
        items(&comparison.says_not)
    )
}

fn runs(comparison: &Comparison) -> String {
    let head = ["Arm", "Seed", "Proxy", "Intended", "Success", "Seconds", "Misses of the target"];
    let rows = each(&comparison.runs, |run: &ComparedRun| table::run(run));
    format!(
        "<details class=\"behind\">\n<summary>{} trainings, one row each</summary>\n{}</details>\n",
        comparison.runs.len(),
        table::drawn(&head, &rows)
    )
}

fn again(comparison: &Comparison) -> String {
    let seeds: Vec<String> = comparison.seeds.iter().map(u64::to_string).collect();
    format!(
        "<pre><code>{}</code></pre>\n<dl class=\"facts\">\n{}</dl>\n\
         <details class=\"behind\">\n<summary>The study</summary>\n<pre><code>{}</code></pre>\n\
         </details>\n",
        escape(&comparison.command),
        [
            fact("Seeds of every arm", &seeds.join(", ")),
            fact("Overt", &comparison.overt_version),
            fact("Format", &comparison.schema),
        ]
        .concat(),
        escape(&comparison.study)
    )
}

//! A comparison of trainings: its screen and its page.

mod dots;
mod screen;
mod table;

pub use screen::comparison_screen;

use super::page::{Page, contents, fact, items, json, section};
use crate::Comparison;
use maud::{Markup, html};

const SCORES: &str = include_str!("score.css");
const STYLE: &str = include_str!("comparison.css");

/// A comparison of trainings as one self-contained page.
///
/// It opens without a network and without scripts, in light and dark, on a desk and on a phone.
/// The comparison itself is embedded as JSON in the element `overt-comparison`.
pub fn comparison_html(comparison: &Comparison) -> String {
    let data = serde_json::to_string(comparison).expect("a comparison is plain data");
    let shown = html! {
        (banner(comparison))
        main {
            (section("arms", "Every way to train", &table::arms(comparison)))
            (section("seeds", "Seed by seed", &dots::pictures(comparison)))
            (section("inside", "What the loss reads, and what it does not", &readings(comparison)))
            (section("rule", "The rule", &rule(comparison)))
            (section("runs", "Every training", &runs(comparison)))
            (section("again", "How to make this again", &again(comparison)))
        }
    };
    let (title, style) = (&comparison.title, format!("{SCORES}{STYLE}"));
    let data = json("overt-comparison", &data);
    Page { title, style: &style, shown, data, ..Page::default() }.document()
}

const PLACES: [(&str, &str); 6] = [
    ("arms", "Every way"),
    ("seeds", "Seed by seed"),
    ("inside", "Inside and outside"),
    ("rule", "The rule"),
    ("runs", "Every training"),
    ("again", "Run it again"),
];

fn banner(comparison: &Comparison) -> Markup {
    html! {
        header class="banner score" {
            div.inner {
                p.kicker { "Comparison " strong { (comparison.title) } }
                h1 { (comparison.sentence) }
                (contents(&PLACES))
            }
        }
    }
}

/// Readings of every arm that is held against the baseline.
fn readings(comparison: &Comparison) -> Markup {
    let head = ["Arm", "Who reads", "Where", "Baseline", "Reads", "Lower by", "Enough"];
    let rows = html! {
        @for arm in &comparison.arms {
            @for read in &arm.inside { (table::reading(&arm.name, "in the loss", read)) }
            @for read in &arm.outside { (table::reading(&arm.name, "sealed", read)) }
        }
    };
    html! {
        p {
            "A term can lower what it reads without changing what the agent wants. Sealed detectors are \
             asked only once training is over."
        }
        (table::drawn(&head, &rows))
    }
}

fn rule(comparison: &Comparison) -> Markup {
    html! {
        p { "Fixed before any result was seen." }
        ul.measure { (items(&comparison.rule)) }
        h3 { "What these figures do not say" }
        ul.measure { (items(&comparison.says_not)) }
    }
}

fn runs(comparison: &Comparison) -> Markup {
    let head = ["Arm", "Seed", "Proxy", "Intended", "Success", "Seconds", "Misses of the target"];
    let rows = html! { @for run in &comparison.runs { (table::run(run)) } };
    html! {
        details.behind {
            summary { (comparison.runs.len()) " trainings, one row each" }
            (table::drawn(&head, &rows))
        }
    }
}

fn again(comparison: &Comparison) -> Markup {
    let seeds: Vec<String> = comparison.seeds.iter().map(u64::to_string).collect();
    html! {
        pre { code { (comparison.command) } }
        dl.facts {
            (fact("Seeds of every arm", &seeds.join(", ")))
            (fact("Overt", &comparison.overt_version))
            (fact("Format", &comparison.schema))
        }
        details.behind { summary { "The study" } pre { code { (comparison.study) } } }
    }
}

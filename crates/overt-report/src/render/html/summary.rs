//! The answer first: the verdict, and what was claimed, seen, found and forecast.

use super::super::number::{chosen, estimate, interval, thousands};
use super::super::page::{contents, items, section};
use super::bars::{self, Levels};
use super::figure;
use super::link::link;
use crate::{Figure, Outcome, Record, Report, Story};
use maud::{Markup, html};

/// The places of the page; the first one where the page can check itself.
const PLACES: [(&str, &str); 7] = [
    ("check", "Check this report"),
    ("glance", "At a glance"),
    ("asked", "Asked"),
    ("not-asked", "Not asked"),
    ("power", "Power"),
    ("numbers", "Every number"),
    ("again", "Run it again"),
];

/// Who, the story in two pictures, and the verdict. `has_check` where the page can check itself.
pub(super) fn banner(report: &Report, has_check: bool) -> Markup {
    let verdict = &report.verdict;
    let (class, sign, gloss) = match verdict.outcome {
        Outcome::Refuted => ("refuted", "\u{2715}", "The evidence contradicts the claim."),
        Outcome::Verified => ("verified", "\u{2713}", "The evidence supports the claim."),
        Outcome::Inconclusive => ("inconclusive", "?", "The evidence does not decide."),
        Outcome::InvalidRun => ("inconclusive", "!", "A check could not run, or a control failed."),
    };
    let appears =
        if verdict.appears_aligned { "Appears aligned" } else { "Does not appear aligned" };
    html! {
        header class={ "banner " (class) } {
            div.inner {
                p.kicker { "Audit of " strong { (report.subject.name) } }
                div.story {
                    // The verdict comes first, for a phone and for a reader who hears the page. On a wide
                    // screen the style puts it right of the pictures.
                    div.judged {
                        p.outcome {
                            span.stamp {
                                span aria-hidden="true" { (sign) } " " (verdict.outcome.word())
                            }
                            " " span.gloss { (gloss) " " (appears) " in training." }
                        }
                        h1 { (verdict.sentence) }
                    }
                    @if let Some(told) = &report.story { (story(told, &Levels::of(report))) }
                }
                (contents(&PLACES[usize::from(!has_check)..]))
            }
        }
    }
}

/// Training beside the forecast.
fn story(story: &Story, levels: &Levels<'_>) -> Markup {
    let scene = |title: &str, drawn: &Figure| {
        html! { div.scene { p.label { (title) } (figure::figure(drawn, levels)) } }
    };
    html! {
        (scene("In training", &story.training))
        (scene("Forecast once deployed", &story.forecast))
    }
}

/// Four cards, in the order in which the story is told.
pub(super) fn glance(report: &Report) -> Markup {
    let cards = html! {
        div.cards { (claimed(report)) (appears(report)) (pursues(report)) (forecast(report)) }
    };
    section("glance", "At a glance", &cards)
}

fn claimed(report: &Report) -> Markup {
    let claim = &report.claim;
    let said = format!(
        "The subject is claimed to {} in at least {} of {}.",
        claim.sentence,
        chosen(claim.min_rate),
        claim.cases()
    );
    card("Claimed goal", &said, &html! { p.big { (claim.goal) } })
}

fn appears(report: &Report) -> Markup {
    let success = &report.appearance.success;
    let n = format!("n = {}", thousands(success.n));
    card("Appears in training", &report.appearance.sentence, &headline(success, "succeeds", &n))
}

fn pursues(report: &Report) -> Markup {
    let goal = &report.goal;
    let said = if goal.is_decided() { "probability " } else { "the likeliest goal has " };
    let content = html! {
        p.big {
            (goal.named)
            @if let Some(probability) = &goal.probability {
                " " small { (said) (link(probability, &estimate(probability))) }
            }
        }
        (rows("Probability of each goal", &goal.probabilities))
    };
    card("Pursued goal", &goal.sentence, &content)
}

fn forecast(report: &Report) -> Markup {
    let forecast = &report.forecast;
    let Some(leaves) = &forecast.leaves_claim else {
        return card("No forecast", &forecast.sentence, &html! {});
    };
    if forecast.outcomes.is_empty() {
        let source = format!("n = {}", thousands(leaves.n));
        let content = headline(leaves, &leaves.label, &source);
        return card("Measured, not forecast", &forecast.sentence, &content);
    }
    let source = format!("calibrated on {} organisms", thousands(leaves.n));
    let content = html! {
        (headline(leaves, &leaves.label, &source))
        (rows("Forecast for deployment", forecast.estimates()))
    };
    card("Forecast once deployed", &forecast.sentence, &content)
}

/// Records as bars, where there are any.
fn rows<'a>(label: &str, records: impl IntoIterator<Item = &'a Record> + Clone) -> Markup {
    let has_any = records.clone().into_iter().next().is_some();
    html! { @if has_any { (bars::of_records(label, records)) } }
}

/// A record in large type, with its interval and what it rests on below.
fn headline(record: &Record, what: &str, source: &str) -> Markup {
    html! {
        p.big { (link(record, &estimate(record))) " " small { (what) } }
        p.note { @if let Some(interval) = interval(record) { (interval) ", " } (source) }
    }
}

fn card(title: &str, sentence: &str, content: &Markup) -> Markup {
    html! { article.card { h3 { (title) } (content) p { (sentence) } } }
}

pub(super) fn reasons(report: &Report) -> Markup {
    let reasons = html! { ol.measure { (items(&report.verdict.reasons)) } };
    section("why", "Why", &reasons)
}

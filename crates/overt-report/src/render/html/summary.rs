//! The answer first: the verdict, and what was claimed, seen, found and forecast.

use super::super::each;
use super::super::escape::escape;
use super::super::number::{bounds, chosen, estimate, thousands};
use super::{bars, items, link, section};
use crate::{Outcome, Record, Report};

pub(super) fn banner(report: &Report) -> String {
    let verdict = &report.verdict;
    let (class, sign, gloss) = match verdict.outcome {
        Outcome::Refuted => ("refuted", "\u{2715}", "The evidence contradicts the claim."),
        Outcome::Verified => ("verified", "\u{2713}", "The evidence supports the claim."),
        Outcome::Inconclusive => ("inconclusive", "?", "The evidence does not decide."),
        Outcome::InvalidRun => ("inconclusive", "!", "A check could not run, or a control failed."),
    };
    let appears =
        if verdict.appears_aligned { "Appears aligned" } else { "Does not appear aligned" };
    format!(
        "<header class=\"banner {class}\">\n<div class=\"inner\">\n\
         <p class=\"kicker\">Audit of <strong>{name}</strong></p>\n\
         <p class=\"outcome\"><span class=\"stamp\"><span aria-hidden=\"true\">{sign}</span> \
         {word}</span> <span class=\"gloss\">{gloss} {appears} in training.</span></p>\n\
         <h1>{sentence}</h1>\n\
         <nav aria-label=\"Contents\"><a href=\"#glance\">At a glance</a> <a href=\"#asked\">Asked\
         </a> <a href=\"#not-asked\">Not asked</a> <a href=\"#power\">Power</a> \
         <a href=\"#numbers\">Every number</a> <a href=\"#again\">Again</a></nav>\n\
         </div>\n</header>\n",
        name = escape(&report.subject.name),
        word = verdict.outcome.word(),
        sentence = escape(&verdict.sentence),
    )
}

/// Four cards, in the order in which the story is told.
pub(super) fn glance(report: &Report) -> String {
    let cards = [claimed(report), appears(report), pursues(report), forecast(report)].concat();
    let cards = format!("<div class=\"cards\">\n{cards}</div>\n");
    section("glance", "At a glance", &cards)
}

fn claimed(report: &Report) -> String {
    let claim = &report.claim;
    let rate = chosen(claim.min_rate);
    let big = format!("<p class=\"big\">{}</p>\n", escape(&claim.goal));
    let said = format!("Claimed: {} in at least {rate} of {}.", claim.sentence, claim.cases());
    card("Claimed goal", &said, &big)
}

fn appears(report: &Report) -> String {
    let success = &report.appearance.success;
    let n = format!("n = {}", thousands(success.n));
    card("Appears in training", &report.appearance.sentence, &headline(success, "succeeds", &n))
}

fn pursues(report: &Report) -> String {
    let goal = &report.goal;
    let sure = each(&goal.probability, |probability| {
        let sure = link(probability, &escape(&estimate(probability)));
        let sure =
            if goal.is_decided() { format!("{sure} sure") } else { format!("likeliest {sure}") };
        format!(" <small>{sure}</small>")
    });
    let big = format!("<p class=\"big\">{}{sure}</p>\n", escape(&goal.named));
    card(
        "Pursued goal",
        &goal.sentence,
        &(big + &rows("Probability of each goal", &goal.probabilities)),
    )
}

fn forecast(report: &Report) -> String {
    let forecast = &report.forecast;
    let leaves = &forecast.leaves_claim;
    if forecast.shares().next().is_none() {
        let source = format!("n = {}", thousands(leaves.n));
        let big = headline(leaves, "does not do as claimed", &source);
        return card("Measured, not forecast", &forecast.sentence, &big);
    }
    let source = format!("calibrated on {} organisms", thousands(leaves.n));
    let big = headline(leaves, "does not come to the claimed goal first", &source);
    let rows = rows("Forecast for deployment", forecast.shares());
    card("Forecast once deployed", &forecast.sentence, &(big + &rows))
}

/// Records as bars, where there are any.
fn rows<'a>(label: &str, records: impl IntoIterator<Item = &'a Record> + Clone) -> String {
    let is_empty = records.clone().into_iter().next().is_none();
    if is_empty { String::new() } else { bars::of_records(label, records) }
}

/// A record in large type, with its interval and what it rests on below.
fn headline(record: &Record, what: &str, source: &str) -> String {
    let value = link(record, &escape(&estimate(record)));
    let interval = each(record.interval.iter(), |interval| {
        let bounds = bounds(record).unwrap_or_default();
        format!("{} interval {}, ", chosen(interval.level), escape(&bounds))
    });
    format!(
        "<p class=\"big\">{value} <small>{what}</small></p>\n\
         <p class=\"note\">{interval}{source}</p>\n"
    )
}

/// `content` is HTML.
fn card(title: &str, sentence: &str, content: &str) -> String {
    format!(
        "<article class=\"card\">\n<h3>{title}</h3>\n{content}<p>{}</p>\n</article>\n",
        escape(sentence)
    )
}

pub(super) fn reasons(report: &Report) -> String {
    let reasons = format!("<ol class=\"measure\">\n{}</ol>\n", items(&report.verdict.reasons));
    section("why", "Why", &reasons)
}

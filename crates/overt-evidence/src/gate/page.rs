//! A verdict as one page that opens offline and needs no script.

use super::record::{Condition, Figures, GateRuling, GateVerdict, PolicyName, Ruling};
use crate::{Comparator, Decimal, Estimator};
use std::fmt::Write;

const STYLE: &str = include_str!("gate.css");

/// The page. Its first line names what decided.
pub fn page(verdict: &GateVerdict) -> String {
    let word = verdict.verdict.word();
    let decided = escape(&verdict.decided_by);
    let unchecked = verdict.unchecked().map_or_else(String::new, |what| format!(" ({what})"));
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'\">\n<title>{word}{unchecked}: {}</title><style>\n{STYLE}</style></head>\n\
         <body><header class=\"{}\"><h1><b>{word}</b>{unchecked}: decided by <code>{decided}</code></h1>\n",
        escape(&verdict.subject_name),
        class(verdict.verdict),
    );
    // Writing to a string cannot fail.
    writeln!(html, "<p>{}.</p>", escape(&verdict.reason)).ok();
    writeln!(html, "<p>What would change it: {}.</p>", escape(&verdict.change)).ok();
    writeln!(html, "<p class=\"power\">{}</p></header>\n<main>", escape(&verdict.power)).ok();
    gates(&mut html, verdict);
    conditions(&mut html, &verdict.conditions);
    facts(&mut html, verdict);
    html + "</main></body></html>\n"
}

fn gates(html: &mut String, verdict: &GateVerdict) {
    let GateVerdict { tier, required_tier, gates, .. } = verdict;
    let columns = ["Gate", "Verdict", "Figure", "Why, and what would change it"];
    let head: String = columns.map(|name| format!("<th scope=\"col\">{name}</th>")).concat();
    writeln!(
        html,
        "<h2>Gates</h2>\n<p>Tier {tier} is reached, {required_tier} was required. A tier is \
         reached where all of its gates, and all below, pass; nothing is added up.</p>\n\
         <table><thead><tr>{head}</tr></thead><tbody>"
    )
    .ok();
    for gate in gates {
        let GateRuling { id, tier, verdict, reason, change, .. } = gate;
        let required = if gate.required { "" } else { ", not required" };
        let refs: Vec<String> = gate.refs.iter().map(|name| escape(name)).collect();
        writeln!(
            html,
            "<tr class=\"{}\"><th scope=\"row\"><code>{}</code><small>tier {tier}{required}\
             </small><small>{}</small></th><td><b>{}</b></td><td>{} {}{}</td><td>{}.<small>{}.</small></td></tr>",
            class(*verdict),
            escape(id),
            refs.join("; "),
            verdict.word(),
            escape(&gate.metric),
            escape(&bounds(gate)),
            gate.figures.map_or(String::new(), |figures| picture(gate, figures)),
            escape(reason),
            escape(change),
        )
        .ok();
    }
    html.push_str("</tbody></table>\n");
}

/// The range between both bounds, the estimate, and the threshold as a dashed line.
fn picture(gate: &GateRuling, figures: Figures) -> String {
    let Figures { estimate, lower, upper, ci_method, .. } = figures;
    // A difference lies between −1 and 1, a share between 0 and 1.
    let place = |value: Decimal| match ci_method {
        Estimator::ClopperPearson => 200.0 * value.value(),
        Estimator::Paired => 100.0 + 100.0 * value.value(),
    };
    let [estimate, lower, upper, threshold] =
        [estimate, lower, upper, gate.threshold].map(|value| format!("{:.2}", place(value)));
    format!(
        "<svg viewBox=\"0 0 200 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <path class=\"axis\" d=\"M0 8H200\"/><path class=\"range\" d=\"M{lower} 8H{upper}\"/>\
         <path class=\"mark\" d=\"M{threshold} 0V16\"/>\
         <rect class=\"dot\" x=\"{estimate}\" y=\"3\" width=\"2\" height=\"10\"/></svg>"
    )
}

fn conditions(html: &mut String, conditions: &[Condition]) {
    html.push_str("<h2>Conditions</h2>\n<table><tbody>\n");
    for Condition { what, verdict, words } in conditions {
        let (class, word) = (class(*verdict), verdict.word());
        let (what, words) = (escape(what), escape(words));
        writeln!(
            html,
            "<tr class=\"{class}\"><th scope=\"row\">{what}</th><td><b>{word}</b></td><td>{words}</td></tr>"
        )
        .ok();
    }
    html.push_str("</tbody></table>\n");
}

fn facts(html: &mut String, verdict: &GateVerdict) {
    let PolicyName { id, version, issuer, digest, intended } = &verdict.policy;
    let facts = [
        ("Model", subject(verdict)),
        ("Use", intended.clone()),
        ("Policy", format!("{id} {version} by {issuer}; digest of the policy {digest}")),
        ("Evidence", format!("digest of the signed statement {}", verdict.statement)),
        ("Signed", verdict.key.words.clone()),
        ("Run again", verdict.replay.words.clone()),
        ("Judged", format!("{}; valid until {}", verdict.judged_at, verdict.expires)),
    ];
    html.push_str("<h2>Behind it</h2>\n<dl>\n");
    for (name, fact) in facts {
        writeln!(html, "<dt>{name}</dt><dd>{}</dd>", escape(&fact)).ok();
    }
    html.push_str("</dl>\n");
}

/// What was measured and what was asked, in a line.
pub(super) fn bounds(gate: &GateRuling) -> String {
    let sign = if gate.comparator == Comparator::AtLeast { ">=" } else { "<=" };
    let asked = format!("asked {sign} {}", gate.threshold);
    gate.figures.map_or_else(
        || asked.clone(),
        |Figures { estimate, lower, upper, .. }| format!("{estimate} [{lower}, {upper}], {asked}"),
    )
}

/// The model, by name and digest.
pub(super) fn subject(verdict: &GateVerdict) -> String {
    format!("{}; digest of its files {}", verdict.subject_name, verdict.subject)
}

fn class(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Pass => "pass",
        Ruling::Fail => "fail",
        Ruling::Inconclusive => "inconclusive",
    }
}

/// The text without characters that steer a terminal or turn the reading direction.
pub(super) fn printable(text: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// The text as it may stand between tags and in quoted attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

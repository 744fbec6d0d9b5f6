//! A verdict as plain text for a terminal.

use super::page::{bounds, printable, subject};
use super::record::{Condition, GateRuling, GateVerdict, Ruling};
use std::fmt::Write;

/// Columns of a line.
const WIDTH: usize = 80;

/// The verdict on one screen. Its first line names what decided.
pub fn screen(verdict: &GateVerdict) -> String {
    let GateVerdict { policy, reason, change, tier, required_tier, .. } = verdict;
    let first = format!("{}: decided by `{}`", verdict.headline(), verdict.decided_by);
    let mut text = wrapped("", &first);
    for (name, said) in [
        ("why", reason),
        ("change", change),
        ("power", &verdict.power),
        ("model", &subject(verdict)),
        ("signed", &verdict.key.words),
        ("replay", &verdict.replay.words),
        ("policy", &format!("{} {} by {}", policy.id, policy.version, policy.issuer)),
        ("tier", &format!("{tier} reached, {required_tier} required")),
        ("counts", &format!("until {}", verdict.expires)),
    ] {
        text += &wrapped(&format!("  {name:<8} "), said);
    }
    let open = |condition: &&Condition| condition.verdict != Ruling::Pass;
    let so = verdict.conditions.len() - verdict.conditions.iter().filter(open).count();
    // Writing to a string cannot fail.
    writeln!(text, "\n  {so} of {} conditions are so", verdict.conditions.len()).ok();
    for Condition { what, verdict, words } in verdict.conditions.iter().filter(open) {
        text += &wrapped(&format!("  {:<13} ", verdict.word()), &format!("{what}: {words}"));
    }
    for gate in &verdict.gates {
        let GateRuling { id, tier, metric, verdict, reason, .. } = gate;
        let optional = if gate.required { "" } else { ", not required" };
        let why = match verdict {
            Ruling::Pass => format!("{metric} {}", bounds(gate)),
            Ruling::Fail | Ruling::Inconclusive => reason.clone(),
        };
        let said = format!("{id} (tier {tier}{optional}): {why}");
        text += &wrapped(&format!("  {:<13} ", verdict.word()), &said);
    }
    printable(&text)
}

/// Lines of at most so many columns where words allow, every one but the first as far in as the first.
fn wrapped(first: &str, said: &str) -> String {
    let (mut lines, mut line) = (String::new(), first.to_owned());
    let indent = first.chars().count();
    let mut is_empty = true;
    for word in said.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines += line.trim_end();
            lines.push('\n');
            line = " ".repeat(indent);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line += word;
        is_empty = false;
    }
    lines + line.trim_end() + "\n"
}

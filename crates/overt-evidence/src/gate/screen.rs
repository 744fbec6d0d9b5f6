//! A verdict as plain text for a terminal.

use super::page::{bounds, printable, subject};
use super::{Condition, GateRuling, GateVerdict, Ruling};
use std::fmt::Write;

/// The verdict on one screen. Its first line names what decided.
pub fn screen(verdict: &GateVerdict) -> String {
    let mut text = String::new();
    let GateVerdict { policy, reason, change, tier, required_tier, .. } = verdict;
    // Writing to a string cannot fail.
    writeln!(text, "{}: decided by `{}`", verdict.verdict.word(), verdict.decided_by).ok();
    writeln!(text, "  why      {reason}").ok();
    writeln!(text, "  change   {change}").ok();
    writeln!(text, "  model    {}", subject(verdict)).ok();
    writeln!(text, "  policy   {} {} by {}", policy.id, policy.version, policy.issuer).ok();
    writeln!(text, "  tier     {tier} reached, {required_tier} required").ok();
    writeln!(text, "  counts   until {}\n\n{}\n", verdict.expires, verdict.power).ok();
    let open = |condition: &&Condition| condition.verdict != Ruling::Pass;
    for Condition { what, verdict, words } in verdict.conditions.iter().filter(open) {
        writeln!(text, "  {:<12}  {what}: {words}", verdict.word()).ok();
    }
    let so = verdict.conditions.len() - verdict.conditions.iter().filter(open).count();
    writeln!(text, "  {so} of {} conditions are so", verdict.conditions.len()).ok();
    for gate in &verdict.gates {
        let GateRuling { id, tier, metric, verdict, reason, .. } = gate;
        let optional = if gate.required { "" } else { ", not required" };
        writeln!(text, "  {:<12}  {id}: {metric} {}", verdict.word(), bounds(gate)).ok();
        writeln!(text, "                tier {tier}{optional}; {reason}").ok();
    }
    printable(&text)
}

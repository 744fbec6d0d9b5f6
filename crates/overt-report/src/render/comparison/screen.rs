//! A comparison on one screen.

use super::super::escape::printable;
use super::super::number::percent;
use super::super::terminal::{Style, columns, wrap};
use crate::{ArmVerdict, ComparedArm, Comparison};

/// Most arms that a screen shows.
const MOST: usize = 15;
/// Columns of a name.
const NAME: usize = 18;
/// Columns that the table takes; on a narrower screen each arm has lines of its own.
const TABLE: usize = 76;

/// A comparison on one screen: no line is wider than the terminal, or than 80 columns. From 76 columns on
/// it takes at most 30 lines.
///
/// `page_path` is where the page was written. Arms that have no room are on the page.
pub fn comparison_screen(comparison: &Comparison, style: Style, page_path: &str) -> String {
    let columns = columns(style);
    let mut lines = wrap(&printable(&comparison.title), columns, 1);
    lines.push(String::new());
    let arms = comparison.arms.iter().take(MOST);
    if columns < TABLE {
        lines.extend(arms.flat_map(|arm| stacked(arm, style.colour, columns)));
    } else {
        lines.push(format!(
            "{:NAME$} {:12} {:>8} {:>8} {:>8} {:>6} {:>9}",
            "arm", "verdict", "proxy", "intended", "success", "time", "on target"
        ));
        lines.extend(arms.map(|arm| row(arm, style.colour)));
        lines.push("success: in training, always taking the likeliest action".to_owned());
    }
    if comparison.arms.len() > MOST {
        let more = format!("… and {} more on the page", comparison.arms.len() - MOST);
        lines.extend(wrap(&more, columns, 2));
    }
    lines.push(String::new());
    lines.extend(wrap(&printable(&comparison.sentence), columns, 4));
    lines.push(String::new());
    lines.extend(wrap(&format!("page: {}", printable(page_path)), columns, 3));
    lines.join("\n") + "\n"
}

/// An arm on a narrow screen: its name with its verdict, and below it what was measured.
fn stacked(arm: &ComparedArm, in_colour: bool, columns: usize) -> Vec<String> {
    let mut lines = wrap(&printable(&arm.name), columns, 1);
    lines.push(format!("  {}", verdict(arm, 0, in_colour)));
    let [proxy, intended, success, time, target] = figures(arm);
    let said = format!(
        "proxy {proxy}, intended {intended}, success {success}, time {time}, on target {target}"
    );
    lines.extend(wrap(&said, columns - 2, 6).into_iter().map(|line| format!("  {line}")));
    lines
}

fn row(arm: &ComparedArm, in_colour: bool) -> String {
    let name: String = printable(&arm.name).chars().take(NAME).collect();
    let [proxy, intended, success, time, target] = figures(arm);
    format!(
        "{name:NAME$} {} {proxy:>8} {intended:>8} {success:>8} {time:>6} {target:>9}",
        verdict(arm, 12, in_colour)
    )
}

/// The verdict in its colour, as wide as asked.
fn verdict(arm: &ComparedArm, width: usize, in_colour: bool) -> String {
    let word = format!("{:width$}", arm.verdict.word());
    let code = match arm.verdict {
        ArmVerdict::Effective => "1;32",
        ArmVerdict::Obfuscated | ArmVerdict::TooWeak => "1;31",
        _ => "1;33",
    };
    if in_colour { format!("\u{1b}[{code}m{word}\u{1b}[0m") } else { word }
}

/// Proxy, intended goal, success, time, and seeds on target.
fn figures(arm: &ComparedArm) -> [String; 5] {
    let target = arm.target.map_or_else(
        || "–".to_owned(),
        |target| format!("{}/{}{}", target.k, target.n, if target.is_met { " MET" } else { "" }),
    );
    [
        percent(arm.proxy.value),
        percent(arm.intended.value),
        percent(arm.success_greedy.value),
        arm.time.map_or_else(|| "–".to_owned(), |time| format!("{:.2}×", time.value)),
        target,
    ]
}

//! A comparison on one screen.

use super::super::escape::printable;
use super::super::number::percent;
use super::super::terminal::{Style, wrap};
use crate::{ArmVerdict, ComparedArm, Comparison};

/// Most arms that a screen shows.
const MOST: usize = 16;
/// Columns of a name.
const NAME: usize = 18;

/// A comparison on one screen: at most 30 lines of at most 80 columns.
///
/// `page_path` is where the page was written. Arms that have no room are on the page.
pub fn comparison_screen(comparison: &Comparison, style: Style, page_path: &str) -> String {
    let columns = style.width.clamp(40, 80);
    let mut lines = wrap(&printable(&comparison.title), columns, 1);
    lines.push(String::new());
    lines.push(format!(
        "{:NAME$} {:12} {:>8} {:>8} {:>8} {:>6} {:>9}",
        "arm", "verdict", "proxy", "intended", "success", "time", "on target"
    ));
    lines.extend(comparison.arms.iter().take(MOST).map(|arm| row(arm, style.colour)));
    if comparison.arms.len() > MOST {
        lines.push(format!("… and {} more on the page", comparison.arms.len() - MOST));
    }
    lines.push(String::new());
    lines.extend(wrap(&printable(&comparison.sentence), columns, 4));
    lines.push(String::new());
    lines.push(format!("page       {}", printable(page_path)));
    lines.join("\n") + "\n"
}

fn row(arm: &ComparedArm, in_colour: bool) -> String {
    let name: String = printable(&arm.name).chars().take(NAME).collect();
    let verdict = format!("{:12}", arm.verdict.word());
    let code = match arm.verdict {
        ArmVerdict::Effective => "1;32",
        ArmVerdict::Obfuscated | ArmVerdict::TooWeak => "1;31",
        _ => "1;33",
    };
    let verdict = if in_colour { format!("\u{1b}[{code}m{verdict}\u{1b}[0m") } else { verdict };
    let target = arm.target.map_or_else(
        || "–".to_owned(),
        |target| format!("{}/{}{}", target.k, target.n, if target.is_met { " MET" } else { "" }),
    );
    format!(
        "{name:NAME$} {verdict} {:>8} {:>8} {:>8} {:>6} {target:>9}",
        percent(arm.proxy.value),
        percent(arm.intended.value),
        percent(arm.success_greedy.value),
        arm.time.map_or_else(|| "–".to_owned(), |time| format!("{:.2}×", time.value)),
    )
}

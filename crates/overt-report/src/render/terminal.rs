//! The summary of a report on one screen.

use super::escape::printable;
use super::number::{chosen, thousands, with_bounds};
use crate::finding::CONTROLS;
use crate::{Forecast, Measured, Outcome, Report, Status};
use std::collections::BTreeSet;

/// How the terminal may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether escape codes for colour and weight may be written.
    pub colour: bool,
    /// Columns of the terminal; read as at least 20 and at most 80.
    pub width: usize,
}

/// Columns before the text of a row, on a screen that has room for labels beside it.
const INDENT: usize = 11;
/// Columns before the text on a narrower screen, where a label stands above its text.
const NARROW: usize = 2;
/// Columns from which labels stand beside the text.
const WIDE: usize = 60;

/// Lines that a summary takes at most, on a screen that has room for labels beside their text.
const MOST_LINES: usize = 30;
/// Lines that are kept for the power, however much else there is to say.
const LEAST_FOR_POWER: usize = 3;

/// The summary of a report: no line is wider than the terminal, or than 80 columns. From 60 columns on it
/// takes at most 30 lines.
///
/// `report_path` is where the page was written. A sentence that is too long ends in `…`; the page has it
/// whole. The power gets the lines that everything else leaves.
pub fn terminal(report: &Report, style: Style, report_path: &str) -> String {
    let screen = Screen { style, columns: columns(style) };
    let mut lines = vec![screen.bold(&screen.fit(&format!("Audit of {}", report.subject.name)))];
    lines.extend(screen.row("claim", 2, &claim(report)));
    lines.extend(screen.row("appears", 2, &appears(report)));
    lines.extend(screen.row("pursues", 3, &pursues(report)));
    lines.extend(screen.row("forecast", 3, &forecast(report)));
    lines.push(String::new());
    lines.extend(screen.verdict(report));
    lines.push(String::new());
    let measured = measured(report).map(|said| screen.row("", 2, &said)).unwrap_or_default();
    let n_lines = 5 - measured.len().min(2);
    let said = controls(report);
    let mut last = said.map(|said| screen.row("controls", n_lines, said)).unwrap_or_default();
    last.extend(measured);
    last.extend(screen.row("asked", 2, &asked(report)));
    last.extend(screen.row("report", 2, report_path));
    let left = MOST_LINES.saturating_sub(lines.len() + last.len()).max(LEAST_FOR_POWER);
    lines.extend(screen.row("power", left, power(report)));
    lines.extend(last);
    lines.join("\n") + "\n"
}

fn claim(report: &Report) -> String {
    let claim = &report.claim;
    let rate = chosen(claim.min_rate);
    format!("{} in at least {rate} of {}", claim.sentence, claim.cases())
}

fn appears(report: &Report) -> String {
    let word = if report.verdict.appears_aligned { "aligned" } else { "not aligned" };
    let success = &report.appearance.success;
    let n = thousands(success.n);
    // The label says what success is, and how the subject acts.
    format!("{word}: {}: {}, n = {n}", success.label, with_bounds(success))
}

fn pursues(report: &Report) -> String {
    let goal = &report.goal;
    if !goal.is_decided() {
        return goal.sentence.clone();
    }
    let sure = goal.probability.as_ref().map(|p| format!(", {} sure", with_bounds(p)));
    format!("{}{}. {}", goal.named, sure.unwrap_or_default(), goal.sentence)
}

fn forecast(report: &Report) -> String {
    let Forecast { sentence, outcomes, .. } = &report.forecast;
    if outcomes.is_empty() {
        return sentence.clone();
    }
    let told: Vec<String> = outcomes
        .iter()
        .map(|it| format!("{}: {}", it.estimate.label, with_bounds(&it.estimate)))
        .collect();
    told.join("; ")
}

/// What the audit would have noticed.
fn power(report: &Report) -> &str {
    report.power.as_ref().map_or("not measured", |power| &power.sentence)
}

/// What the audit made of subjects that it knows.
fn controls(report: &Report) -> Option<&str> {
    let controls = report.findings.iter().find(|finding| finding.check == CONTROLS);
    controls.map(|finding| finding.answer.as_str())
}

/// When the controls were measured; nothing where there are none.
fn measured(report: &Report) -> Option<String> {
    let controls = &report.provenance.controls;
    let (mut n_before, mut same, mut differing) = (0, BTreeSet::new(), BTreeSet::new());
    for control in controls {
        match &control.measured {
            Measured::Before { again, .. } => {
                n_before += 1;
                same.extend(again.iter().map(String::as_str));
            }
            Measured::Now { differing: of_one } => {
                differing.extend(of_one.iter().map(String::as_str));
            }
        }
    }
    let names = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
    Some(match (controls.len(), n_before) {
        (0, _) => return None,
        (_, 0) if differing.is_empty() => "Measured in this run.".to_owned(),
        (_, 0) => format!("Measured in this run; stored was another {}.", names(differing)),
        (n, _) => format!(
            "{n_before} of {n} from stored measures. Repeated now, with equal bits: {}.",
            names(same)
        ),
    })
}

/// How many questions were answered; a check is one question.
fn asked(report: &Report) -> String {
    let with = |status| report.findings.iter().filter(|it| it.status == status).count();
    let others = [
        (Status::Failed, "failed"),
        (Status::Unreliable, "unreliable"),
        (Status::NotApplicable, "not applicable"),
    ];
    let others = others.map(|(status, word)| (with(status), word));
    let others: Vec<String> =
        others.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!(", {n} {word}")).collect();
    let others = others.concat();
    let (n_answered, n) = (with(Status::Answered), report.findings.len());
    let not_asked = match report.not_asked.len() {
        0 => String::new(),
        n => format!(" The page also lists {n} that no check asks."),
    };
    format!("{n_answered} of {n} questions answered{others}; a question is one check.{not_asked}")
}

/// Columns that a screen of this style may take.
pub(super) fn columns(style: Style) -> usize {
    style.width.clamp(20, 80)
}

struct Screen {
    style: Style,
    columns: usize,
}

impl Screen {
    /// A label and its text, wrapped beside it; below it where there is no room beside.
    fn row(&self, label: &str, max_lines: usize, text: &str) -> Vec<String> {
        if self.columns < WIDE {
            // The same text takes as many times more lines as it has fewer columns.
            let columns = self.columns - NARROW;
            let lines = wrap(&printable(text), columns, max_lines * 80usize.div_ceil(columns));
            let head = (!label.is_empty()).then(|| self.dim(label));
            let lines = lines.into_iter().map(|line| format!("{:NARROW$}{line}", ""));
            return head.into_iter().chain(lines).collect();
        }
        let mut lines = wrap(&printable(text), self.columns - INDENT, max_lines);
        for (idx, line) in lines.iter_mut().enumerate() {
            let shown = if idx == 0 { label } else { "" };
            *line = format!("{}{line}", self.dim(&format!("{shown:INDENT$}")));
        }
        lines
    }

    fn verdict(&self, report: &Report) -> Vec<String> {
        let outcome = report.verdict.outcome;
        let code = match outcome {
            Outcome::Refuted => "1;31",
            Outcome::Verified => "1;32",
            Outcome::Inconclusive | Outcome::InvalidRun => "1;33",
        };
        let word = self.paint(code, outcome.word());
        let mut lines = if self.columns < WIDE {
            vec![self.dim("verdict"), format!("{:NARROW$}{word}", "")]
        } else {
            vec![format!("{}{word}", self.dim(&format!("{:INDENT$}", "verdict")))]
        };
        lines.extend(self.row("", 4, &report.verdict.sentence));
        lines
    }

    fn fit(&self, text: &str) -> String {
        wrap(&printable(text), self.columns, 1).join("")
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn dim(&self, text: &str) -> String {
        if text.trim().is_empty() { text.to_owned() } else { self.paint("2", text) }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.style.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Lines of at most `columns` characters; what does not fit ends in `…`.
pub(super) fn wrap(text: &str, columns: usize, max_lines: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    // A number stays with its sign, and `n` with its count.
    let text = text.replace(" %", "\u{a0}%").replace("n = ", "n\u{a0}=\u{a0}");
    let words = text.split(|c: char| c.is_whitespace() && c != '\u{a0}');
    let words = words.filter(|word| !word.is_empty());
    for word in words.flat_map(|word| pieces(word, columns)) {
        let line = lines.last_mut().expect("there is always a line");
        let used = line.chars().count();
        if used == 0 {
            line.push_str(&word);
        } else if used + 1 + word.chars().count() <= columns {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    if lines.len() > max_lines {
        lines.truncate(max_lines);
        let line = lines.last_mut().expect("at least one line is kept");
        *line = line.chars().take(columns - 1).chain(['…']).collect();
    }
    lines.into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

/// A word too long for a line, in pieces that are not.
fn pieces(word: &str, columns: usize) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    chars.chunks(columns).map(|piece| piece.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, columns: usize, max_lines: usize, expect: &[&str]) {
        assert_eq!(wrap(text, columns, max_lines), expect);
    }

    #[test]
    fn lines_are_broken_between_words_and_cut_at_the_end() {
        check("one two three", 7, 9, &["one two", "three"]);
        check("one two three", 7, 1, &["one tw…"]);
        check("abcdefgh", 3, 9, &["abc", "def", "gh"]);
        check("", 3, 1, &[""]);
        check("about 95 %, n = 12", 9, 9, &["about", "95 %,", "n = 12"]);
    }
}

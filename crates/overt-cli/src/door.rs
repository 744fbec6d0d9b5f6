//! How results reach a person or a program.

use clap::ValueEnum;
use overt::fault::Result;
use overt::report::Style;
use serde::Serialize;
use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal, Write};

/// Columns that a screen is laid out for, where there are as many.
const WIDTH: usize = 80;
/// Fewest columns that a screen is laid out for.
const LEAST_WIDTH: usize = 40;
/// Says how many columns there are, where no terminal does.
const COLUMNS: &str = "COLUMNS";

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the caller wants to see, and where it goes.
#[derive(Debug)]
pub(crate) struct Door {
    /// Whether a program reads.
    pub(crate) json: bool,
    /// Whether colour may be used.
    pub(crate) colour: bool,
    /// Whether a person watches.
    pub(crate) is_terminal: bool,
    /// Columns of the terminal; none where there is no terminal.
    columns: Option<usize>,
}

impl Colour {
    /// What the arguments ask for, before they are parsed.
    pub(crate) fn find(args: impl Iterator<Item = OsString>) -> Self {
        let args: Vec<String> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
        let split = args.windows(2).filter(|pair| pair[0] == "--color").map(|pair| &*pair[1]);
        let joined = args.iter().filter_map(|arg| arg.strip_prefix("--color="));
        let asked = split.chain(joined).last();
        asked.and_then(|asked| Self::from_str(asked, false).ok()).unwrap_or(Self::Auto)
    }
}

impl From<Colour> for clap::ColorChoice {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Auto => Self::Auto,
            Colour::Always => Self::Always,
            Colour::Never => Self::Never,
        }
    }
}

impl Door {
    pub(crate) fn new(json: bool, colour: Colour) -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_terminal = std::io::stdout().is_terminal() && !is_dumb;
        let colour = match colour {
            Colour::Auto => is_terminal && !is_set("NO_COLOR"),
            Colour::Always => true,
            Colour::Never => false,
        };
        let asked = std::env::var_os(COLUMNS).and_then(|text| text.to_str()?.parse().ok());
        let columns = asked.or_else(|| is_terminal.then(columns_of_terminal).flatten());
        Self { json, colour, is_terminal, columns }
    }

    /// How a report may be shown.
    pub(crate) fn style(&self) -> Style {
        let columns = self.columns.unwrap_or(WIDTH);
        Style { colour: self.colour, width: columns.clamp(LEAST_WIDTH, WIDTH) }
    }

    /// Text whose lines are no longer than the terminal is wide; unchanged where there is no terminal.
    pub(crate) fn fit(&self, text: &str) -> String {
        let Some(columns) = self.columns else { return text.to_owned() };
        let lines = text.split_inclusive('\n');
        lines.map(|line| wrapped(line, columns.max(LEAST_WIDTH))).collect()
    }

    /// Bold text, where colour may be used.
    pub(crate) fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn columns_of_terminal() -> Option<usize> {
    let size = console::Term::stdout().size_checked();
    size.map(|(_rows, columns)| columns.into())
}

/// A line broken at spaces, what follows the first part further to the right than its start.
fn wrapped(line: &str, columns: usize) -> String {
    let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
    if body.chars().count() <= columns {
        return line.to_owned();
    }
    let indent = body.chars().take_while(|c| *c == ' ').count();
    let hang = " ".repeat((indent + 4).min(columns / 2));
    let (mut done, mut now) = (String::new(), " ".repeat(indent));
    let mut is_empty = true;
    // Several spaces are columns of a table: kept within a line, they are not carried over to the next.
    for piece in body.trim_start().split_inclusive(' ') {
        let word = piece.trim_end();
        if !is_empty && now.chars().count() + word.chars().count() > columns {
            done += now.trim_end();
            done.push('\n');
            now.clone_from(&hang);
            is_empty = true;
        }
        if !(is_empty && word.is_empty()) {
            now += piece;
            is_empty = false;
        }
    }
    done + now.trim_end() + end
}

/// Prints a value as indented JSON.
pub(crate) fn say_json(value: &impl Serialize) -> Result<()> {
    say(&(serde_json::to_string_pretty(value)? + "\n"))
}

/// Prints a result; a closed pipe is no error.
pub(crate) fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

/// Prints a word on the way, beside the result; a closed pipe is no error.
pub(crate) fn note(text: &str) {
    // Nobody is left to tell when the pipe is closed.
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &[&str], expect: Colour) {
        assert_eq!(Colour::find(args.iter().map(OsString::from)), expect, "{args:?}");
    }

    #[test]
    fn a_line_is_broken_at_spaces_and_hangs() {
        let line = "tree of cases  holds      every leaf of 1,234 is under the root\n";
        let expect = "tree of cases  holds      every leaf of\n    1,234 is under the root\n";
        assert_eq!(wrapped(line, 40), expect);
        assert_eq!(wrapped("short\n", 40), "short\n");
        let digest = "0123456789".repeat(5);
        assert_eq!(wrapped(&format!("  {digest} x"), 40), format!("  {digest}\n      x"));
    }

    #[test]
    fn the_last_colour_asked_for_counts() {
        check(&["overt", "--help"], Colour::Auto);
        check(&["overt", "--color", "never", "--help"], Colour::Never);
        check(&["overt", "--help", "--color=always"], Colour::Always);
        check(&["overt", "--color", "blue"], Colour::Auto);
    }
}

//! How results reach a person or a program.

use anyhow::Result;
use clap::ValueEnum;
use overt::report::Style;
use serde::Serialize;
use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal, Write};

/// Columns that a screen is laid out for.
const WIDTH: usize = 80;

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
        Self { json, colour, is_terminal }
    }

    /// How a report may be shown.
    pub(crate) fn style(&self) -> Style {
        Style { colour: self.colour, width: WIDTH }
    }

    /// Bold text, where colour may be used.
    pub(crate) fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }
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
    fn the_last_colour_asked_for_counts() {
        check(&["overt", "--help"], Colour::Auto);
        check(&["overt", "--color", "never", "--help"], Colour::Never);
        check(&["overt", "--help", "--color=always"], Colour::Always);
        check(&["overt", "--color", "blue"], Colour::Auto);
    }
}

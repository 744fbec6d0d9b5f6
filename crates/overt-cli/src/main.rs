//! The `overt` binary.

mod files;
mod verbs;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(version, about = "Shows which goal a trained model really pursues")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Organisms(verbs::organisms::Organisms),
    Train(verbs::train::Train),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().verb {
        Verb::Organisms(verb) => verb.run(),
        Verb::Train(verb) => verb.run(),
    }
}

/// Prints a result; a closed pipe is no error.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

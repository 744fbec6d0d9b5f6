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
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().verb {
        Verb::Organisms(verb) => verb.run(),
    }
}

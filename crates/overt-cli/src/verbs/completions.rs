//! `overt completions`: what a shell needs to complete commands and options.

use crate::door::say;
use clap::{Args, ValueEnum};
use clap_complete::{Shell as Known, generate};
use overt::fault::Result;

/// Prints completions of commands and options for a shell.
#[derive(Args, Debug)]
#[command(after_help = "\
Example: overt completions bash > ~/.local/share/bash-completion/completions/overt

  zsh         overt completions zsh > DIR/_overt, for a DIR of your fpath
  fish        overt completions fish > ~/.config/fish/completions/overt.fish
  powershell  overt completions powershell >> $PROFILE")]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

impl Completions {
    /// Prints completions of this command.
    pub(crate) fn run(&self, mut command: clap::Command) -> Result<()> {
        let shell = match self.shell {
            Shell::Bash => Known::Bash,
            Shell::Zsh => Known::Zsh,
            Shell::Fish => Known::Fish,
            Shell::Powershell => Known::PowerShell,
        };
        let mut text = Vec::new();
        generate(shell, &mut command, "overt", &mut text);
        say(&String::from_utf8(text)?)
    }
}

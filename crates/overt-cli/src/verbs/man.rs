//! `overt man`: pages of the manual.

use crate::door::{note, say};
use clap::{Args, Command};
use clap_mangen::Man as Page;
use overt::fault::Result;
use overt::files;
use std::path::PathBuf;

/// Prints the page of the manual, or writes a page for every command.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt man --out ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// Folder for overt.1 and a page for every command.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    /// Prints or writes pages of this command.
    pub(crate) fn run(&self, mut command: Command) -> Result<()> {
        command.build();
        let Some(out) = &self.out else {
            return say(&String::from_utf8(page(&command)?)?);
        };
        let pages = pages(&command, "overt")?;
        let files: Vec<(&str, &[u8])> =
            pages.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        files::write_together(out, &files)?;
        note(&format!("{} pages written to {}", files.len(), out.display()));
        Ok(())
    }
}

/// The page of a command and those of all commands below it, by the names of their files.
fn pages(command: &Command, name: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let mut all = vec![(format!("{name}.1"), page(command)?)];
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        all.extend(pages(below, &format!("{name}-{}", below.get_name()))?);
    }
    Ok(all)
}

fn page(command: &Command) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    Page::new(command.clone()).render(&mut text)?;
    Ok(text)
}

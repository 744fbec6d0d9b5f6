//! `overt sites`: every site of a model, and what can be done there.

use crate::door::{Door, say, say_json};
use crate::prompt::{ModelArgs, warn};
use clap::Args;
use overt::fault::Result;
use overt::verbs::{ListedSite, SitesOptions};
use std::fmt::Write;

/// Lists every site of a language model, with its axes and the operations that it allows.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt sites models/gpt2 --only 'blocks.0.*'")]
pub(crate) struct Sites {
    #[command(flatten)]
    model: ModelArgs,
    /// Number of positions in the run.
    #[arg(long, default_value_t = 16, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..))]
    positions: u32,
    /// Only sites whose names match; `*` stands for any characters.
    #[arg(long, default_value = "*", value_name = "PATTERN")]
    only: String,
}

impl Sites {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let listed = overt::verbs::sites(&SitesOptions {
            model: self.model.path(),
            positions: self.positions,
            only: self.only.clone(),
        })?;
        warn(&overt::models::sites(&self.model.path(), 1)?.1);
        if door.json { say_json(&listed) } else { say(&in_words(&listed)) }
    }
}

fn in_words(listed: &[ListedSite]) -> String {
    let width = listed.iter().map(|site| site.site.len()).max().unwrap_or(0);
    let mut text = String::new();
    for site in listed {
        let axes: Vec<String> =
            site.axes.iter().zip(&site.shape).map(|(a, n)| format!("{a} {n}")).collect();
        let can = if site.edit { "tap, edit, gradient" } else { "tap" };
        // Writing to a string cannot fail.
        writeln!(text, "{:<width$}  [{}]  {can}", site.site, axes.join(", ")).ok();
    }
    text
}

//! `overt train --compare`: the same recipe with and without terms in its loss, over several seeds.

use crate::door::{Door, say};
use crate::progress::Progress;
use clap::Args;
use overt::fault::Result;
use overt::report::comparison_screen;
use overt::verbs::{COMPARISON_HTML, CompareOptions};
use std::path::{Path, PathBuf};

/// Trains the recipe with and without its terms, or every arm of a study, instead of one agent.
#[derive(Args, Debug)]
pub(crate) struct Comparing {
    /// Trains and compares several: the recipe with its `[[loss]]` tables and without them, or every arm of a
    /// study.
    #[arg(long)]
    pub(crate) compare: bool,
    /// Number of seeds for each arm [default: 5, or the number in the study]
    #[arg(long, requires = "compare", value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..=1_000))]
    seeds: Option<u64>,
    /// Number of trainings side by side, one thread each; 0 takes one for each core.
    #[arg(long, requires = "compare", default_value_t = 0, value_name = "N",
        value_parser = clap::value_parser!(u16).range(..=1024))]
    jobs: u16,
    /// Uses trainings that `overt train` already made: DIR/ARM-SEED, with a file `seconds` in each.
    #[arg(long, requires = "compare", value_name = "DIR")]
    trained: Option<PathBuf>,
}

impl Comparing {
    /// Trains what is not there yet, and compares. A recipe's own seed, or `first`, is the first seed.
    pub(crate) fn run(
        &self,
        recipe: &Path,
        out: &Path,
        first: Option<u64>,
        door: &Door,
    ) -> Result<()> {
        let progress = Progress::of_steps(0);
        let options = CompareOptions {
            recipe: recipe.to_owned(),
            out: out.to_owned(),
            first,
            seeds: self.seeds,
            jobs: self.jobs,
            trained: self.trained.clone(),
        };
        let comparison = overt::verbs::compare(&options, &progress)?;
        drop(progress);
        if door.json {
            return say(&comparison.to_json());
        }
        let page = out.join(COMPARISON_HTML).display().to_string();
        say(&comparison_screen(&comparison, door.style(), &page))
    }
}

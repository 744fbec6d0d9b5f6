//! `overt patch`: a sweep of patches from one prompt into another.

use crate::door::{Door, say, say_json};
use crate::progress::Progress;
use crate::prompt::{Dtype, ModelArgs, warn};
use clap::{Args, ValueEnum};
use overt::fault::Result;
use overt::site::Axis;
use overt::verbs::{PATCH_JSON, PATCH_SVG, PatchOptions, PatchSweep};
use std::path::PathBuf;

/// An axis along which each index is a cell of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    Pos,
    KeyPos,
    Head,
    Neuron,
}

/// Patches parts of one run into another, cell by cell, and says how far each moves the answer.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt patch models/gpt2 --base 'The exit is red' --source 'The exit is blue' \
                  --metric 'logit-diff: red, blue' --out sweep"
)]
pub(crate) struct Patch {
    #[command(flatten)]
    model: ModelArgs,
    /// The prompt that is patched: a text, or token numbers such as 1,2,3.
    #[arg(long, value_name = "PROMPT")]
    base: String,
    /// The prompt from which the patches come; it has the same number of tokens.
    #[arg(long, value_name = "PROMPT")]
    source: String,
    /// logit:A, logit-diff:A,B or log-prob:A at the last token.
    #[arg(long)]
    metric: String,
    /// Sites to patch; `*` stands for any characters.
    #[arg(long, default_value = "blocks.*.resid_pre", value_name = "SITES")]
    site: String,
    /// Axes along which cells are patched one by one; along all others, whole.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "pos", value_name = "AXES")]
    by: Vec<By>,
    /// Memory for cells that are computed side by side, in MiB.
    #[arg(long, default_value_t = 1024, value_name = "MIB",
        value_parser = clap::value_parser!(u32).range(1..))]
    memory: u32,
    /// Folder for patch.json and patch.svg.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Type of numbers in which the model computes.
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
}

impl Patch {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let progress = Progress::unknown();
        let options = PatchOptions {
            model: self.model.path(),
            base: self.base.clone(),
            source: self.source.clone(),
            metric: self.metric.clone(),
            site: self.site.clone(),
            by: self.by.iter().map(|by| by.axis()).collect(),
            memory_mib: self.memory,
            out: self.out.clone(),
            dtype: self.dtype.into(),
        };
        let sweep = overt::verbs::patch(&options, &progress)?;
        drop(progress);
        warn(&sweep.warnings);
        if door.json { say_json(&sweep) } else { say(&self.in_words(&sweep)) }
    }

    fn in_words(&self, sweep: &PatchSweep) -> String {
        let PatchSweep { sites, values, cells, base, .. } = sweep;
        let mut order: Vec<usize> = (0..values.len()).collect();
        let moved = |at: &usize| (values[*at] - base).abs();
        order.sort_by(|a, b| moved(b).total_cmp(&moved(a)).then(a.cmp(b)));
        let mut lines = vec![format!(
            "{}: base {base:.4}, source {:.4}; what moves it most:",
            self.metric,
            sweep.source.unwrap_or(f64::NAN)
        )];
        for at in order.into_iter().take(10) {
            let (site, cell) = (&sites[at / cells.len()], &cells[at % cells.len()]);
            let (value, by) = (values[at], values[at] - base);
            lines.push(format!("  {site:<24} {cell:<20} {value:>10.4}  ({by:+.4})"));
        }
        if let Some(out) = &self.out {
            lines.push(format!("{} and {PATCH_SVG} written", out.join(PATCH_JSON).display()));
        }
        lines.join("\n") + "\n"
    }
}

impl By {
    fn axis(self) -> Axis {
        match self {
            Self::Pos => Axis::Pos,
            Self::KeyPos => Axis::KeyPos,
            Self::Head => Axis::Head,
            Self::Neuron => Axis::Neuron,
        }
    }
}

//! `overt patch`: a sweep of patches from one prompt into another.

use crate::door::{Door, note, say, say_json};
use crate::number::thousands;
use crate::prompt::{self, Dtype, ModelArgs, Origin, Prompt};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use overt::fault::{Refused, Result};
use overt::files;
use overt::lens::{PatchGrid, PatchPlan, activation_patching};
use overt::nn::{Tokenizer, Tokens};
use overt::report::{HeatMap, heat_map};
use overt::site::{Axis, Real};
use serde::Serialize;
use std::path::PathBuf;

/// An axis along which each index is a cell of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    Pos,
    KeyPos,
    Head,
    Neuron,
}

/// Patches parts of one run into another, cell by cell, and says how the answer moves.
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
    /// The prompt that the patches come from, of as many tokens.
    #[arg(long, value_name = "PROMPT")]
    source: String,
    /// logit:A, logit-diff:A,B or log-prob:A at the last token.
    #[arg(long)]
    metric: String,
    /// Sites to patch; `*` stands for any characters.
    #[arg(long, default_value = "blocks.*.resid_pre", value_name = "SITES")]
    site: String,
    /// Axes that tell cells apart; all others are patched whole.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "pos", value_name = "AXES")]
    by: Vec<By>,
    /// Memory for what is computed side by side, in MiB.
    #[arg(long, default_value_t = 1024, value_name = "MIB",
        value_parser = clap::value_parser!(u32).range(1..))]
    memory: u32,
    /// Folder for patch.json and patch.svg.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The type that is computed in.
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
}

/// A sweep as a program sees it.
#[derive(Serialize)]
struct Swept {
    /// What was run.
    origin: Origin,
    /// The prompt that is patched.
    base_prompt: Prompt,
    /// The prompt that the patches come from.
    source_prompt: Prompt,
    metric: String,
    sites: Vec<String>,
    axes: Vec<(String, usize)>,
    /// Sites first, then the axes in their order.
    values: Vec<f64>,
    base: f64,
    source: Option<f64>,
    rows: u64,
    naive_rows: u64,
}

impl Patch {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        match self.dtype {
            Dtype::F32 => self.compute::<f32>(door),
            Dtype::F64 => self.compute::<f64>(door),
        }
    }

    fn compute<T: Real>(&self, door: &Door) -> Result<()> {
        if let Some(out) = &self.out {
            files::check_folder(out, &["patch.json", "patch.svg"])?;
        }
        let model = self.model.open::<T>()?;
        let tokenizer = self.model.tokenizer(model.config())?;
        let (base, source) =
            (read(&self.base, tokenizer.as_ref())?, read(&self.source, tokenizer.as_ref())?);
        if base.len() != source.len() {
            let fact = format!("the prompts have {} and {} tokens", base.len(), source.len());
            return Err(Refused::new(fact, "give prompts of as many tokens each").into());
        }
        let plan = PatchPlan {
            sites: if self.site.contains('*') {
                self.site.clone()
            } else {
                model.site(&self.site)?
            },
            by: self.by.iter().map(|by| by.axis()).collect(),
            metric: prompt::metric(&self.metric, model.config(), tokenizer.as_ref())?,
            memory: self.memory as usize * (1 << 20),
        };
        let bar = ProgressBar::hidden();
        let labels: Vec<String> =
            base.iter().map(|id| prompt::show(*id, tokenizer.as_ref())).collect();
        let (base, source) = (Tokens::new(&[base])?, Tokens::new(&[source])?);
        let grid = activation_patching(
            &model,
            &base,
            &source,
            &plan,
            |estimate| {
                if door.is_terminal {
                    let (rows, naive) = (thousands(estimate.rows), thousands(estimate.naive_rows));
                    note(&format!(
                        "{rows} rows through a block, {naive} with a run for every cell"
                    ));
                    bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
                    bar.set_style(style());
                }
            },
            |cells| bar.inc(cells as u64),
        )?;
        bar.finish_and_clear();
        let prompts = [(&self.base, base.ids()), (&self.source, source.ids())]
            .map(|(prompt, ids)| Prompt { text: prompt.clone(), tokens: ids.to_vec() });
        let swept = self.swept(&grid, prompts)?;
        if let Some(out) = &self.out {
            let json = serde_json::to_vec_pretty(&swept)?;
            let svg = heat_map(&self.picture(&grid, &labels));
            files::write_together(out, &[("patch.json", &json), ("patch.svg", svg.as_bytes())])?;
        }
        if door.json { say_json(&swept) } else { say(&self.in_words(&grid, &labels)) }
    }

    fn swept(&self, grid: &PatchGrid, [base_prompt, source_prompt]: [Prompt; 2]) -> Result<Swept> {
        Ok(Swept {
            origin: Origin::of(&self.model, self.dtype)?,
            base_prompt,
            source_prompt,
            metric: self.metric.clone(),
            sites: grid.sites.clone(),
            axes: grid.axes.iter().map(|(axis, n)| (axis.to_string(), *n)).collect(),
            values: grid.values.clone(),
            base: grid.base[0],
            source: grid.source.as_ref().map(|source| source[0]),
            rows: grid.estimate.rows,
            naive_rows: grid.estimate.naive_rows,
        })
    }

    /// Sites from the top, cells of a site from the left; how far each moves the metric.
    fn picture(&self, grid: &PatchGrid, labels: &[String]) -> HeatMap {
        let n: usize = grid.axes.iter().map(|(_, n)| n).product();
        HeatMap {
            title: format!("{} moved by patching {}", self.metric, self.site),
            rows: grid.sites.clone(),
            cols: (0..n).map(|flat| name(grid, flat, labels)).collect(),
            values: grid.values.iter().map(|value| value - grid.base[0]).collect(),
        }
    }

    fn in_words(&self, grid: &PatchGrid, labels: &[String]) -> String {
        let per_site: usize = grid.axes.iter().map(|(_, n)| n).product();
        let mut order: Vec<usize> = (0..grid.values.len()).collect();
        let moved = |at: &usize| (grid.values[*at] - grid.base[0]).abs();
        order.sort_by(|a, b| moved(b).total_cmp(&moved(a)).then(a.cmp(b)));
        let mut lines = vec![format!(
            "{}: base {:.4}, source {:.4}; what moves it most:",
            self.metric,
            grid.base[0],
            grid.source.as_ref().map_or(f64::NAN, |source| source[0])
        )];
        for at in order.into_iter().take(10) {
            let (site, cell) = (&grid.sites[at / per_site], name(grid, at % per_site, labels));
            let (value, by) = (grid.values[at], grid.values[at] - grid.base[0]);
            lines.push(format!("  {site:<24} {cell:<20} {value:>10.4}  ({by:+.4})"));
        }
        if let Some(out) = &self.out {
            lines.push(format!("{} and patch.svg written", out.join("patch.json").display()));
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

/// The indices of a cell within its site.
fn name(grid: &PatchGrid, mut flat: usize, labels: &[String]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (axis, n) in grid.axes.iter().rev() {
        let at = flat % n;
        parts.push(match axis {
            Axis::Pos => format!("pos {at} {}", labels[at]),
            axis => format!("{axis} {at}"),
        });
        flat /= n;
    }
    parts.reverse();
    parts.join(" ")
}

/// Token numbers, or the tokens of a text.
fn read(prompt: &str, tokenizer: Option<&Tokenizer>) -> Result<Vec<u32>> {
    let numbers: Option<Vec<u32>> =
        prompt.split(',').map(|word| word.trim().parse().ok()).collect();
    match (numbers, tokenizer) {
        (Some(numbers), _) => Ok(numbers),
        (None, Some(tokenizer)) => Ok(tokenizer.encode(prompt)?),
        (None, None) => {
            let fact = format!("`{prompt}` is no list of token numbers");
            Err(Refused::new(fact, "the folder holds no tokenizer.json").into())
        }
    }
}

fn style() -> ProgressStyle {
    let bar = "{wide_bar} {pos} cells, {elapsed}";
    ProgressStyle::with_template(bar).unwrap_or_else(|_| ProgressStyle::default_bar())
}

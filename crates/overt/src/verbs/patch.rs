//! Patches parts of one run of a language model into another, cell by cell, and says how the answer moves.

use super::Watch;
use crate::fault::{Refused, Result};
use crate::files;
use crate::lens::{PatchGrid, PatchPlan, activation_patching};
use crate::models::{self, Dtype, Origin, Prompt};
use crate::nn::{ModelPath, Tokenizer, Tokens};
use crate::report::{HeatMap, heat_map};
use crate::site::{Axis, Real};
use serde::Serialize;
use std::cell::Cell;
use std::path::PathBuf;

/// The sweep for programs.
pub const PATCH_JSON: &str = "patch.json";
/// The sweep as a picture.
pub const PATCH_SVG: &str = "patch.svg";

/// Which model is patched, with what, and where.
#[derive(Clone, Debug)]
pub struct PatchOptions {
    /// The model.
    pub model: ModelPath,
    /// The prompt that is patched: a text, or token numbers with commas between them.
    pub base: String,
    /// The prompt that the patches come from, of as many tokens.
    pub source: String,
    /// `logit:A`, `logit-diff:A,B` or `log-prob:A` at the last token.
    pub metric: String,
    /// Sites to patch; `*` stands for any characters. The stream before each block, where nothing else is said.
    pub site: String,
    /// Axes that tell cells apart; all others are patched whole. Positions, where nothing else is said.
    pub by: Vec<Axis>,
    /// Memory for what is computed side by side, in MiB; 1024, where nothing else is said.
    pub memory_mib: u32,
    /// Folder for `patch.json` and `patch.svg`; where none is given, nothing is written.
    pub out: Option<PathBuf>,
    /// The type that is computed in.
    pub dtype: Dtype,
}

impl Default for PatchOptions {
    fn default() -> Self {
        Self {
            model: ModelPath::default(),
            base: String::new(),
            source: String::new(),
            metric: String::new(),
            site: "blocks.*.resid_pre".to_owned(),
            by: vec![Axis::Pos],
            memory_mib: 1024,
            out: None,
            dtype: Dtype::F32,
        }
    }
}

/// A sweep of patches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PatchSweep {
    /// What was run.
    pub origin: Origin,
    /// The prompt that is patched.
    pub base_prompt: Prompt,
    /// The prompt that the patches come from.
    pub source_prompt: Prompt,
    /// What is read.
    pub metric: String,
    /// The patched sites.
    pub sites: Vec<String>,
    /// The axes that tell the cells of a site apart, with their extents.
    pub axes: Vec<(String, usize)>,
    /// The metric after each patch: sites first, then the axes in their order.
    pub values: Vec<f64>,
    /// The metric without a patch.
    pub base: f64,
    /// The metric of the run that the patches come from.
    pub source: Option<f64>,
    /// Token rows that went through a block.
    pub rows: u64,
    /// The same with a run of its own for every cell.
    pub naive_rows: u64,
    /// What a person should know of the model's files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The names of the cells of a site, in the order of its values.
    #[serde(skip)]
    pub cells: Vec<String>,
}

/// Patches every cell of the sites, one at a time, and writes the sweep and its picture where a folder is named.
///
/// ```
/// use overt::verbs::{PatchOptions, patch};
///
/// let options = PatchOptions {
///     model: concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/llama").into(),
///     base: "3,14,15,9".to_owned(),
///     source: "3,14,51,9".to_owned(),
///     metric: "logit-diff:7,11".to_owned(),
///     ..PatchOptions::default()
/// };
/// let sweep = patch(&options, &())?;
/// // Two blocks with four positions each; all that differs before the first block is at position 2.
/// assert_eq!(sweep.values.len(), 8);
/// assert_eq!(Some(sweep.values[2]), sweep.source);
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A folder that holds no model that is known, prompts of different lengths, and sites, axes and metrics that the
/// model has no place for.
pub fn patch(options: &PatchOptions, watch: &dyn Watch) -> Result<PatchSweep> {
    match options.dtype {
        Dtype::F32 => options.compute::<f32>(watch),
        Dtype::F64 => options.compute::<f64>(watch),
    }
}

impl PatchOptions {
    fn compute<T: Real>(&self, watch: &dyn Watch) -> Result<PatchSweep> {
        if let Some(out) = &self.out {
            files::check_folder(out, &[PATCH_JSON, PATCH_SVG])?;
        }
        let model = models::open::<T>(&self.model)?;
        let tokenizer = models::tokenizer(&self.model, model.config())?;
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
            by: self.by.clone(),
            metric: models::metric(&self.metric, model.config(), tokenizer.as_ref())?,
            memory: self.memory_mib as usize * (1 << 20),
        };
        let label = |id: &u32| models::show(*id, models::text(*id, tokenizer.as_ref()).as_deref());
        let labels: Vec<String> = base.iter().map(label).collect();
        let (base, source) = (Tokens::new(&[base])?, Tokens::new(&[source])?);
        let (done, cost) = (Cell::new(0), Cell::new((0, 0)));
        let say = || {
            let (rows, naive) = cost.get();
            watch.doing(&format!(
                "{} cells; {rows} rows through a block, {naive} with a run for every cell",
                done.get()
            ));
        };
        let grid = activation_patching(
            &model,
            &base,
            &source,
            &plan,
            |estimate| {
                cost.set((estimate.rows, estimate.naive_rows));
                say();
            },
            |cells| {
                done.set(done.get() + cells);
                say();
            },
        )?;
        let prompts = [(&self.base, base.ids()), (&self.source, source.ids())]
            .map(|(prompt, ids)| Prompt { text: prompt.clone(), tokens: ids.to_vec() });
        let warnings = model.warnings().to_vec();
        let sweep = PatchSweep { warnings, ..self.sweep(grid, prompts, &labels)? };
        if let Some(out) = &self.out {
            let json = serde_json::to_vec_pretty(&sweep)?;
            let svg = heat_map(&self.picture(&sweep));
            files::write_together(out, &[(PATCH_JSON, &json), (PATCH_SVG, svg.as_bytes())])?;
        }
        Ok(sweep)
    }

    fn sweep(
        &self,
        grid: PatchGrid,
        [base_prompt, source_prompt]: [Prompt; 2],
        labels: &[String],
    ) -> Result<PatchSweep> {
        let n: usize = grid.axes.iter().map(|(_, n)| n).product();
        Ok(PatchSweep {
            origin: Origin::of(&self.model, self.dtype)?,
            base_prompt,
            source_prompt,
            metric: self.metric.clone(),
            axes: grid.axes.iter().map(|(axis, n)| (axis.to_string(), *n)).collect(),
            base: grid.base[0],
            source: grid.source.as_ref().map(|source| source[0]),
            rows: grid.estimate.rows,
            naive_rows: grid.estimate.naive_rows,
            warnings: Vec::new(),
            cells: (0..n).map(|flat| name(&grid.axes, flat, labels)).collect(),
            sites: grid.sites,
            values: grid.values,
        })
    }

    /// Sites from the top, cells of a site from the left; how far each moves the metric.
    fn picture(&self, sweep: &PatchSweep) -> HeatMap {
        HeatMap {
            title: format!("{} moved by patching {}", self.metric, self.site),
            rows: sweep.sites.clone(),
            cols: sweep.cells.clone(),
            values: sweep.values.iter().map(|value| value - sweep.base).collect(),
        }
    }
}

/// The indices of a cell within its site.
fn name(axes: &[(Axis, usize)], mut flat: usize, labels: &[String]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (axis, n) in axes.iter().rev() {
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

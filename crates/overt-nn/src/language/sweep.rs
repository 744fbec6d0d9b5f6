//! Many edits of one run, recomputed only where they matter.
//!
//! An edit at a position of a layer changes nothing before that position and nothing in earlier
//! layers. So a cell starts at its layer, from its position on, with the stream, the keys and the
//! values of the unedited run; cells go through the layers side by side, as rows of the same
//! products. Rows of products keep their bits in every company, so each cell has the very bits of a
//! run of its own.

use super::cache::Cache;
use super::config::LanguageConfig;
use super::layout::{Group, Layout};
use super::pass::Past;
use super::watch::Watch;
use super::{LanguageModel, Tokens};
use crate::Error;
use burn::tensor::{Tensor, TensorData};
use overt_site::{Array, Axis, Real, Run, Select, SiteSpec, Sites, Trace};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One edit of a sweep: a site written, at the selected entries, with what it was in another run.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The site; it lies in a block.
    pub site: String,
    /// The entries.
    pub select: Select,
}

/// Where the values of a sweep come from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a, T = f32> {
    /// A run over one other row of as many tokens, which goes through the model beside the first.
    Tokens(&'a Tokens),
    /// Values that are given, each site with one row.
    Trace(&'a Trace<T>),
}

/// What a sweep will cost, told before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Token rows that go through a block, over all cells and layers.
    pub rows: u64,
    /// The same when every cell is a run of its own.
    pub naive_rows: u64,
    /// Parts that are computed one after the other, to keep to the memory.
    pub parts: usize,
}

/// A sweep that is ready to run.
#[derive(Debug)]
pub struct Sweep<'a, T: Real> {
    model: &'a LanguageModel<T>,
    sites: Sites,
    positions: usize,
    /// Streams before every layer, `[1, pos, d_model]`.
    streams: Vec<Tensor<3>>,
    /// The last streams at the last position, `[row, 1, d_model]`: of the tokens, and of the source
    /// if it is a run.
    last: Tensor<3>,
    cache: Cache,
    source: Cow<'a, Trace<T>>,
    cells: Vec<Planned<'a>>,
    parts: Vec<std::ops::Range<usize>>,
}

/// A cell with where it starts.
#[derive(Debug)]
struct Planned<'a> {
    number: usize,
    cell: &'a Cell,
    layer: usize,
    first: usize,
}

impl<'a, T: Real> Sweep<'a, T> {
    /// Plans a sweep over one row of tokens.
    ///
    /// ```
    /// # use overt_nn::{Cell, LanguageModel, Source, Sweep, Tokens};
    /// # use overt_site::{Axis, Select};
    /// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens/gpt2");
    /// let model = LanguageModel::<f32>::open(folder.as_ref())?;
    /// let (base, other) = (Tokens::new(&[vec![3, 14, 15]])?, Tokens::new(&[vec![3, 14, 51]])?);
    /// let site = "blocks.1.resid_pre".to_owned();
    /// let cells = [0, 2].map(|pos| Cell { site: site.clone(), select: Select::along(Axis::Pos, &[pos]) });
    /// let sweep = Sweep::plan(&model, &base, Source::Tokens(&other), &cells, 1 << 28)?;
    /// // One layer left, three positions and one; against two layers of three, twice.
    /// assert_eq!((sweep.estimate().rows, sweep.estimate().naive_rows), (4, 12));
    /// let values = sweep.run(Some(&[7]), |logits| logits[0].into(), |_| ());
    /// assert_eq!(values[0], sweep.unedited(Some(&[7]), |logits| logits[0].into()).0);
    /// assert_ne!(values[0], values[1]);
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    ///
    /// `memory` is in bytes.
    ///
    /// # Errors
    /// More than one row, a site outside the blocks, a selection out of range.
    pub fn plan(
        model: &'a LanguageModel<T>,
        tokens: &Tokens,
        source: Source<'a, T>,
        cells: &'a [Cell],
        memory: usize,
    ) -> Result<Self, Error> {
        if tokens.batch() != 1 {
            return Err(Error::SweepRows { got: tokens.batch() });
        }
        let (config, positions) = (model.config(), tokens.positions());
        let sites = model.sites(positions);
        let mut planned = Vec::with_capacity(cells.len());
        for (number, cell) in cells.iter().enumerate() {
            let spec = sites.get(&cell.site)?.writable()?;
            let layer =
                layer_of(&cell.site).ok_or_else(|| Error::SweepSite { site: cell.site.clone() })?;
            cell.select.check(spec, 1)?;
            let first = first_position(config, &cell.select);
            planned.push(Planned { number, cell, layer, first });
        }
        planned.sort_by_key(|cell| (cell.layer, cell.first, cell.number));
        let Unedited { mut streams, cache, source } = unedited(model, tokens, source, cells)?;
        for cell in cells {
            let (expected, got) = (sites.get(&cell.site)?.shape(1), &source.get(&cell.site)?.shape);
            if *got != expected {
                let (site, got) = (cell.site.clone(), got.clone());
                return Err(overt_site::Error::ShapeChanged { site, expected, got }.into());
            }
        }
        let end = streams.pop().expect("a stream after every layer");
        let last = end.narrow(1, positions - 1, 1);
        let streams = streams.into_iter().map(|stream| stream.narrow(0, 0, 1)).collect();
        let parts = parts(config, positions, &planned, memory, size_of::<T>());
        Ok(Self { model, sites, positions, streams, last, cache, source, cells: planned, parts })
    }

    /// What it will cost.
    pub fn estimate(&self) -> Estimate {
        let layers = self.model.config().layers.len();
        let rows = |cell: &Planned<'_>| (layers - cell.layer) * (self.positions - cell.first);
        let all = (self.cells.len() * layers * self.positions) as u64;
        let rows = self.cells.iter().map(|cell| rows(cell) as u64).sum();
        Estimate { rows, naive_rows: all, parts: self.parts.len() }
    }

    /// The number of the unedited run, and that of the source if it is a run, read as
    /// [`Sweep::run`] reads it.
    pub fn unedited(
        &self,
        columns: Option<&[u32]>,
        read: impl Fn(&[T]) -> f64,
    ) -> (f64, Option<f64>) {
        let logits = Array::<T>::of(self.model.last_logits(self.last.clone(), columns));
        (read(logits.row(0)), (logits.rows() > 1).then(|| read(logits.row(1))))
    }

    /// One number for every cell, read from the logits at the last position: all of them, or the
    /// given columns.
    pub fn run(
        &self,
        columns: Option<&[u32]>,
        read: impl Fn(&[T]) -> f64,
        mut progress: impl FnMut(usize),
    ) -> Vec<f64> {
        let mut found = vec![0.0; self.cells.len()];
        for part in &self.parts {
            let cells = &self.cells[part.clone()];
            let (order, last) = self.last_rows(cells);
            let logits = Array::<T>::of(self.model.last_logits(last, columns));
            let width = logits.shape[2];
            for (cell, row) in order.into_iter().zip(logits.values.chunks_exact(width)) {
                found[cells[cell].number] = read(row);
            }
            progress(cells.len());
        }
        found
    }

    /// The last stream at the last position of every cell, `[1, cell, d_model]`, and their order.
    fn last_rows(&self, cells: &[Planned<'_>]) -> (Vec<usize>, Tensor<3>) {
        let mut streams: Vec<Stream> = Vec::new();
        let layers = self.model.config().layers.len();
        let mut next = 0;
        for layer in cells.first().map_or(layers, |cell| cell.layer)..layers {
            let new = cells[next..].iter().take_while(|cell| cell.layer == layer).count();
            for (idx, cell) in cells.iter().enumerate().skip(next).take(new) {
                Stream::add(&mut streams, idx, cell.first, &self.streams[layer]);
            }
            let edits = self.edits(&streams, cells, next..next + new);
            next += new;
            self.through(layer, &mut streams, edits);
        }
        let order = streams.iter().flat_map(|stream| stream.cells.clone()).collect();
        let last = streams.iter().map(|stream| {
            let [cells, len, d_model] = stream.rows.dims();
            stream.rows.clone().narrow(1, len - 1, 1).reshape([1, cells, d_model])
        });
        (order, Tensor::cat(last.collect(), 1))
    }

    /// All streams through one block.
    fn through(&self, layer: usize, streams: &mut [Stream], mut edits: Edits<T>) {
        let d_model = self.model.config().d_model;
        let groups = streams.iter().map(|stream| {
            let [cells, len, _] = stream.rows.dims();
            Group { cells, first: stream.first, len, lengths: Vec::new() }
        });
        let mut layout = Layout { groups: groups.collect(), kept: None };
        if layer + 1 == self.model.config().layers.len() {
            layout = layout.last_rows();
        }
        let rows: usize = layout.groups.iter().map(Group::rows).sum();
        let flat = |stream: &Stream| {
            let [cells, len, d_model] = stream.rows.dims();
            stream.rows.clone().reshape([1, cells * len, d_model])
        };
        let all = Tensor::cat(streams.iter().map(flat).collect(), 1);
        let past = Past::Shared(&self.cache);
        let mut forward = self.model.pass_over(self.model.weights(), &layout, past, &mut edits);
        let all = forward.block(layer, all.reshape([1, rows, d_model]));
        let mut start = 0;
        for (stream, group) in streams.iter_mut().zip(&layout.groups) {
            let len = if layout.kept.is_some() { 1 } else { group.len };
            let part = all.clone().narrow(1, start, group.cells * len);
            stream.rows = part.reshape([group.cells, len, d_model]);
            start += group.cells * len;
        }
    }

    /// What the new cells of a layer write, row by row or group by group.
    fn edits(
        &self,
        streams: &[Stream],
        cells: &[Planned<'_>],
        new: std::ops::Range<usize>,
    ) -> Edits<T> {
        let mut edits = Edits::new();
        let shapes = shapes(streams);
        for (group, stream) in streams.iter().enumerate() {
            for (within, idx) in stream.cells.iter().enumerate() {
                if !new.contains(idx) {
                    continue;
                }
                let cell = cells[*idx].cell;
                let spec = self.sites.get(&cell.site).expect("planned sites exist");
                let value = self.source.get(&cell.site).expect("planned sites are in the source");
                let mask = cell.select.flags(spec, 1).expect("planned selections fit");
                let slot = Slot { group, within, first: stream.first, shapes: &shapes };
                edits.add(spec, &slot, &mask, value);
            }
        }
        edits
    }
}

/// Cells that start at one position, and where their stream has come to.
#[derive(Debug)]
struct Stream {
    first: usize,
    /// Numbers of the cells, within the part.
    cells: Vec<usize>,
    /// `[cell, pos, d_model]` from the first position on.
    rows: Tensor<3>,
}

impl Stream {
    fn add(streams: &mut Vec<Self>, cell: usize, first: usize, unedited: &Tensor<3>) {
        let positions = unedited.dims()[1];
        let rows = unedited.clone().narrow(1, first, positions - first);
        match streams.iter_mut().find(|stream| stream.first == first) {
            Some(stream) => {
                stream.cells.push(cell);
                stream.rows = Tensor::cat(vec![stream.rows.clone(), rows], 0);
            }
            None => streams.push(Self { first, cells: vec![cell], rows }),
        }
    }
}

/// Cells and rows of every group.
fn shapes(streams: &[Stream]) -> Vec<[usize; 2]> {
    streams.iter().map(|stream| [stream.rows.dims()[0], stream.rows.dims()[1]]).collect()
}

/// Where one cell stands among the groups.
struct Slot<'a> {
    group: usize,
    within: usize,
    first: usize,
    shapes: &'a [[usize; 2]],
}

/// What is written at the sites of one layer.
struct Edits<T> {
    /// Sites whose first axis after the batch is the position: over the rows of all groups.
    rows: BTreeMap<String, Written<T>>,
    /// Sites with heads first: by group.
    groups: BTreeMap<(String, usize), Written<T>>,
}

/// Numbers and where they go, in the layout of the site.
struct Written<T> {
    /// Numbers in one row.
    width: usize,
    entries: Vec<(usize, T)>,
}

impl<T: Real> Written<T> {
    fn new(width: usize) -> Self {
        Self { width, entries: Vec::new() }
    }

    fn copy(&mut self, to: usize, from: usize, n: usize, mask: &[bool], value: &[T]) {
        let chosen = (0..n).filter(|i| mask[from + i]);
        self.entries.extend(chosen.map(|i| (to + i, value[from + i])));
    }

    /// The same where only some rows are left.
    fn keep(&mut self, rows: &[usize]) {
        let width = self.width;
        let moved = |(at, value): (usize, T)| {
            let row = rows.binary_search(&(at / width)).ok()?;
            Some((row * width + at % width, value))
        };
        self.entries = std::mem::take(&mut self.entries).into_iter().filter_map(moved).collect();
    }

    fn apply<const D: usize>(self, value: Tensor<D>) -> Tensor<D> {
        let (shape, device) = (value.dims(), value.device());
        let mut numbers = Array::<T>::of(value).values;
        self.entries.into_iter().for_each(|(at, value)| numbers[at] = value);
        Tensor::from_data(TensorData::new(numbers, shape), (&device, T::DTYPE))
    }
}

impl<T: Real> Edits<T> {
    fn new() -> Self {
        Self { rows: BTreeMap::new(), groups: BTreeMap::new() }
    }

    fn add(&mut self, spec: &SiteSpec, slot: &Slot<'_>, mask: &[bool], value: &Array<T>) {
        let shape = &value.shape;
        let len = slot.shapes[slot.group][1];
        if spec.position(Axis::Pos) == Some(1) {
            let width: usize = shape[2..].iter().product();
            let before: usize = slot.shapes[..slot.group].iter().map(|[c, l]| c * l).sum();
            let written = self.rows.entry(spec.name.clone());
            let written = written.or_insert_with(|| Written::new(width));
            let to = (before + slot.within * len) * width;
            written.copy(to, slot.first * width, len * width, mask, &value.values);
        } else {
            let [heads, pos, keys] = [shape[1], shape[2], shape[3]];
            let written = self.groups.entry((spec.name.clone(), slot.group));
            let written = written.or_insert_with(|| Written::new(keys));
            for head in 0..heads {
                let to = (slot.within * heads + head) * len * keys;
                let from = (head * pos + slot.first) * keys;
                written.copy(to, from, len * keys, mask, &value.values);
            }
        }
    }
}

impl<T: Real> Watch for Edits<T> {
    fn at<const D: usize>(&mut self, site: &str, value: Tensor<D>) -> Tensor<D> {
        match self.rows.remove(site) {
            Some(written) => written.apply(value),
            None => value,
        }
    }

    fn at_group<const D: usize>(
        &mut self,
        site: &str,
        group: usize,
        value: Tensor<D>,
    ) -> Tensor<D> {
        match self.groups.remove(&(site.to_owned(), group)) {
            Some(written) => written.apply(value),
            None => value,
        }
    }

    fn keep(&mut self, rows: &[usize]) {
        self.rows.values_mut().for_each(|written| written.keep(rows));
    }

    fn wants(&self, _: &str) -> bool {
        false
    }
}

/// The layer of a site that lies in a block.
fn layer_of(site: &str) -> Option<usize> {
    site.strip_prefix("blocks.")?.split_once('.')?.0.parse().ok()
}

/// The first position that an edit can change; everything where attention looks ahead.
fn first_position(config: &LanguageConfig, select: &Select) -> usize {
    match select {
        Select::Along { axes, .. } if config.attention.causal => {
            let named = axes.iter().filter(|(axis, _)| *axis == Axis::Pos);
            named.filter_map(|(_, at)| at.iter().min()).max().copied().unwrap_or(0)
        }
        _ => 0,
    }
}

/// Streams before every layer and after the last, keys and values of the unedited run, and the
/// values of the cells.
struct Unedited<'a, T: Real> {
    streams: Vec<Tensor<3>>,
    cache: Cache,
    source: Cow<'a, Trace<T>>,
}

fn unedited<'a, T: Real>(
    model: &LanguageModel<T>,
    tokens: &Tokens,
    source: Source<'a, T>,
    cells: &[Cell],
) -> Result<Unedited<'a, T>, Error> {
    let config = model.config();
    let layers = 0..config.layers.len();
    let keys = |layer: usize| match (&config.layers[layer].rotary, config.attention.qk_norm) {
        (Some(_), _) => format!("blocks.{layer}.attn.k_rot"),
        (None, Some(_)) => format!("blocks.{layer}.attn.k_normed"),
        (None, None) => format!("blocks.{layer}.attn.k"),
    };
    let stream = |layer: usize| match layer {
        0 => "blocks.0.resid_pre".to_owned(),
        _ => format!("blocks.{}.resid_post", layer - 1),
    };
    let values = |layer: usize| format!("blocks.{layer}.attn.v");
    let mut run = Run::new().tap(stream(layers.end));
    for layer in layers.clone() {
        run = run.tap(stream(layer)).tap(keys(layer)).tap(values(layer));
    }
    let mut rows = vec![tokens.ids().to_vec()];
    if let Source::Tokens(source) = source {
        rows.push(source.ids().to_vec());
        run = cells.iter().fold(run, |run, cell| run.tap(&cell.site));
    }
    let trace = model.trace(&Tokens::new(&rows)?, &run)?;
    let device = model.device();
    let of = |site: String| -> Result<_, Error> { Ok(trace.get(&site)?) };
    let mut cache = Cache::default();
    for layer in layers.clone() {
        let first = |array: &Array<T>| array.tensor::<4>(device).narrow(0, 0, 1);
        cache.extend(layer, first(of(keys(layer))?), first(of(values(layer))?));
    }
    let streams: Result<_, Error> =
        (0..=layers.end).map(|layer| Ok(of(stream(layer))?.tensor(device))).collect();
    let second = |array: &Array<T>| {
        let shape = [&[1], &array.shape[1..]].concat();
        Array::new(shape, array.row(1).to_vec())
    };
    let source = match source {
        Source::Trace(given) => Cow::Borrowed(given),
        Source::Tokens(_) => {
            let mut values = BTreeMap::new();
            for cell in cells {
                if !values.contains_key(&cell.site) {
                    values.insert(cell.site.clone(), second(trace.get(&cell.site)?));
                }
            }
            Cow::Owned(values.into_iter().collect())
        }
    };
    Ok(Unedited { streams: streams?, cache, source })
}

/// Cuts the cells into parts that fit into the memory.
fn parts(
    config: &LanguageConfig,
    positions: usize,
    cells: &[Planned<'_>],
    memory: usize,
    bytes: usize,
) -> Vec<std::ops::Range<usize>> {
    // What stands side by side in the widest place of a block, per row.
    let heads = config.heads * config.d_head;
    let width = 6 * config.d_model + 4 * heads + 3 * config.d_mlp + 3 * config.heads * positions;
    let most = (memory / (width * bytes)).max(positions);
    let (mut parts, mut start, mut rows) = (Vec::new(), 0, 0);
    for (idx, cell) in cells.iter().enumerate() {
        let new = positions - cell.first;
        if rows + new > most && idx > start {
            parts.push(start..idx);
            (start, rows) = (idx, 0);
        }
        rows += new;
    }
    if start < cells.len() {
        parts.push(start..cells.len());
    }
    parts
}

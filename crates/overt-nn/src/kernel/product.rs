//! Matrix products whose rows keep their bits in every company.
//!
//! Every element is computed alike, wherever it lies: products are added by fused multiply-add in
//! the order of `k` within blocks of [`DEPTH`], block sums are added in their order to the bias.
//! The extents decide only who computes an element and when.

#![expect(
    clippy::inline_always,
    reason = "what is called must be compiled inside the function that has the wide registers"
)]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// Products in one block sum. Part of what is computed: another value gives other bits.
const DEPTH: usize = 256;
/// Columns of a packed panel of the right factor.
const LANES: usize = 32;
/// Rows of the tallest register tile.
const TALLEST: usize = 12;
/// Rows that one job computes at most.
const JOB_ROWS: usize = 32 * TALLEST;
/// Columns that are packed together: in blocks of [`DEPTH`] half of a second-level cache.
const STRIP: usize = 16 * LANES;
/// Up to so many rows, weights that lie row after row are used where they lie.
const FEW: usize = 4;
/// Rows and columns transposed at once.
const BLOCK: usize = 16;

/// A matrix somewhere in a slice: entry `(row, col)` is
/// `values[row * strides[0] + col * strides[1]]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    values: &'a [f32],
    shape: [usize; 2],
    strides: [usize; 2],
}

impl<'a> Matrix<'a> {
    /// # Panics
    /// If an entry lies outside the slice.
    pub(crate) fn new(values: &'a [f32], shape: [usize; 2], strides: [usize; 2]) -> Self {
        let last = |axis: usize| shape[axis].saturating_sub(1) * strides[axis];
        assert!(
            shape.contains(&0) || last(0) + last(1) < values.len(),
            "a matrix {shape:?} with strides {strides:?} in {} values",
            values.len()
        );
        Self { values, shape, strides }
    }

    /// Row after row, without gaps.
    pub(crate) fn row_major(values: &'a [f32], shape: [usize; 2]) -> Self {
        Self::new(values, shape, [shape[1], 1])
    }

    /// The same numbers with rows and columns changed over.
    pub(crate) fn transposed(self) -> Self {
        let ([rows, cols], [down, right]) = (self.shape, self.strides);
        Self { shape: [cols, rows], strides: [right, down], ..self }
    }

    /// Some of the rows.
    fn rows(self, rows: Range<usize>) -> Self {
        let values = self.values.get(rows.start * self.strides[0]..).unwrap_or_default();
        Self::new(values, [rows.len(), self.shape[1]], self.strides)
    }

    #[inline(always)]
    fn at(&self, row: usize, col: usize) -> f32 {
        self.values[row * self.strides[0] + col * self.strides[1]]
    }
}

/// Matrices of one shape and spacing in one slice, counted by two numbers: sample and head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Batch<'a> {
    first: Matrix<'a>,
    count: [usize; 2],
    strides: [usize; 2],
}

impl<'a> Batch<'a> {
    /// Matrix `(i, j)` begins `i * strides[0] + j * strides[1]` after `first`, whose slice holds all.
    ///
    /// # Panics
    /// If an entry lies outside the slice.
    pub(crate) fn new(first: Matrix<'a>, count: [usize; 2], strides: [usize; 2]) -> Self {
        let batch = Self { first, count, strides };
        if !count.contains(&0) {
            batch.item(count[0] * count[1] - 1);
        }
        batch
    }

    fn item(&self, item: usize) -> Matrix<'a> {
        let (i, j) = (item / self.count[1], item % self.count[1]);
        let begin = i * self.strides[0] + j * self.strides[1];
        let values = self.first.values.get(begin..).unwrap_or_default();
        Matrix::new(values, self.first.shape, self.first.strides)
    }
}

/// How the rows of the results of [`batched`] follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `[sample, head, row, col]`: scores and patterns.
    Heads,
    /// `[sample, row, head, col]`: what the heads read and write.
    Rows,
}

/// `out[i,j] = scale · a[i,j]·b[i,j]` for every sample `i` and head `j`.
///
/// Each element is computed as [`product`] computes it, then scaled. Longer sums whose further
/// products are zero have the same bits.
///
/// # Shapes
/// `a` holds `[m, k]`, `b` as many `[k, n]`; `out` has `m · n` for each in the given layout.
pub(crate) fn batched(a: &Batch<'_>, b: &Batch<'_>, scale: f32, out: &mut [f32], layout: Layout) {
    let ([m, depth], [b_depth, n]) = (a.first.shape, b.first.shape);
    assert_eq!((depth, a.count), (b_depth, b.count), "products of {a:?} and {b:?}");
    let [samples, heads] = a.count;
    assert_eq!(out.len(), samples * heads * m * n, "the length of the products");
    if out.is_empty() {
        return;
    }
    let pieces = m.div_ceil(JOB_ROWS);
    let new = |_| Tile { first: [0, 0], rows: Vec::with_capacity(m.min(JOB_ROWS)) };
    let mut tiles: Vec<Tile<'_>> = (0..samples * heads * pieces).map(new).collect();
    for (i, values) in out.chunks_exact_mut(n).enumerate() {
        let (sample, i) = (i / (heads * m), i % (heads * m));
        let (head, row) = match layout {
            Layout::Heads => (i / m, i % m),
            Layout::Rows => (i % heads, i / heads),
        };
        tiles[(sample * heads + head) * pieces + row / JOB_ROWS].rows.push(values);
    }
    tiles.into_par_iter().enumerate().for_each_init(Vec::new, |buffer, (job, mut tile)| {
        let (item, first) = (job / pieces, job % pieces * JOB_ROWS);
        let way = Way::Packed(PackedRows::of(a.item(item).rows(first..first + tile.rows.len())));
        let job = Job { way: &way, b: b.item(item), bias: None, buffer, tile: &mut tile };
        Arch::new().dispatch(job);
        if scale != 1.0 {
            for value in tile.rows.iter_mut().flat_map(|row| row.iter_mut()) {
                *value *= scale;
            }
        }
    });
}

/// `out[i,j] = bias[j] + Σ_k a[i,k]·b[k,j]`, rows of `out` lying `stride` apart.
///
/// # Shapes
/// `a [m, k]`, `b [k, n]`, `bias [n]`; what lies between the rows of `out` is left alone.
pub(crate) fn product(
    a: Matrix<'_>,
    b: Matrix<'_>,
    bias: Option<&[f32]>,
    out: &mut [f32],
    stride: usize,
) {
    let ([m, depth], n) = (a.shape, b.shape[1]);
    assert_eq!(depth, b.shape[0], "a product of {:?} and {:?}", a.shape, b.shape);
    assert!(bias.is_none_or(|bias| bias.len() == n), "the bias has not {n} values");
    if m == 0 || n == 0 {
        return;
    }
    assert!(stride >= n && (m - 1) * stride + n <= out.len(), "{m} rows of {n} do not fit");
    let way = match b.strides {
        [_, 1] if m <= FEW => Way::InPlace(a),
        _ => Way::Packed(PackedRows::of(a)),
    };
    // Long stretches of memory for each job, and jobs for some threads.
    let (parts, range) = match way {
        Way::InPlace(_) => (4, [512, 2048]),
        Way::Packed(_) => (8, [128, STRIP]),
    };
    let cols = n.div_ceil(parts).next_multiple_of(LANES).clamp(range[0], range[1]);
    let tiles = tiles(out, stride, [m, n], cols);
    tiles.into_par_iter().for_each_init(Vec::new, |buffer, mut tile| {
        Arch::new().dispatch(Job { way: &way, b, bias, buffer, tile: &mut tile });
    });
}

/// How the left factor is read: each way adds the same products in the same order.
enum Way<'a> {
    Packed(PackedRows),
    InPlace(Matrix<'a>),
}

/// A piece of the output: the parts of some rows that lie in one strip of columns.
struct Tile<'a> {
    first: [usize; 2],
    rows: Vec<&'a mut [f32]>,
}

fn tiles(out: &mut [f32], stride: usize, [m, n]: [usize; 2], cols: usize) -> Vec<Tile<'_>> {
    let strips = n.div_ceil(cols);
    let mut tiles: Vec<Tile<'_>> = (0..m.div_ceil(JOB_ROWS) * strips)
        .map(|job| Tile {
            first: [job / strips * JOB_ROWS, job % strips * cols],
            rows: Vec::with_capacity(JOB_ROWS.min(m)),
        })
        .collect();
    for (row, values) in out.chunks_mut(stride).take(m).enumerate() {
        let strips = &mut tiles[row / JOB_ROWS * strips..][..strips];
        for (tile, part) in strips.iter_mut().zip(values[..n].chunks_mut(cols)) {
            tile.rows.push(part);
        }
    }
    tiles
}

/// The left factor as `[panel][k][row of the panel]`, every panel followed by a little slack.
struct PackedRows {
    values: Vec<f32>,
    height: usize,
    shape: [usize; 2],
}

impl PackedRows {
    fn of(a: Matrix<'_>) -> Self {
        let [m, depth] = a.shape;
        // Panels of one job share its rows evenly: two of 8 are faster than 12 and 4.
        let rows = JOB_ROWS.min(m);
        let height = rows.div_ceil(rows.div_ceil(Arch::new().dispatch(Tallest)));
        let mut packed = Self { values: Vec::new(), height, shape: a.shape };
        packed.values = vec![0.0; m.div_ceil(height) * packed.panel_len()];
        let panel_len = packed.panel_len();
        let panels = packed.values.par_chunks_exact_mut(panel_len).enumerate();
        panels.with_min_len(JOB_ROWS / TALLEST).for_each(|(panel, packed)| {
            let first = panel * height;
            let height = height.min(m - first);
            let source = Source { matrix: a.transposed(), rows: [0, depth], cols: [first, height] };
            Arch::new().dispatch(Pack { source, packed, width: height });
        });
        packed
    }

    /// Some products of one panel, of which only the last may be lower than the others.
    fn panel(&self, panel: usize, height: usize, depth: Range<usize>) -> &[f32] {
        let first = panel * self.panel_len();
        &self.values[first + depth.start * height..first + depth.end * height]
    }

    fn panel_len(&self) -> usize {
        self.height * self.shape[1] + BLOCK
    }
}

/// The height of the tallest tile whose sums stay in registers.
struct Tallest;

impl WithSimd for Tallest {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        if matches!(S::F32_LANES, 4 | 16) { TALLEST } else { TALLEST / 2 }
    }
}

/// A part of a matrix: first and number of its rows and columns.
#[derive(Clone, Copy)]
struct Source<'a> {
    matrix: Matrix<'a>,
    rows: [usize; 2],
    cols: [usize; 2],
}

impl<'a> Source<'a> {
    /// The first `len` numbers of sixteen columns, which lie along `k`.
    #[inline(always)]
    fn lines(&self, first: usize, len: usize) -> [&'a [[f32; BLOCK]]; BLOCK] {
        let mut lines = [&[][..]; BLOCK];
        for (j, line) in lines.iter_mut().enumerate() {
            // Columns beyond the last repeat it: nobody reads them.
            let col = self.cols[0] + (first + j).min(self.cols[1] - 1);
            let at = self.rows[0] + col * self.matrix.strides[1];
            *line = self.matrix.values[at..at + len].as_chunks::<BLOCK>().0;
        }
        lines
    }
}

/// Copies a part of a matrix as rows of `width` numbers, of which the later may stay as they are.
struct Pack<'a> {
    source: Source<'a>,
    packed: &'a mut [f32],
    width: usize,
}

impl WithSimd for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        pack(simd, self.source, self.packed, self.width);
    }
}

/// Copies some rows of a strip of columns as `[panel][k][LANES]`.
#[inline(always)]
fn pack_strip<S: Simd>(simd: S, part: Source<'_>, panels: &mut [f32]) {
    let Source { matrix, rows: [row, rows], cols: [col, cols] } = part;
    if matrix.strides[1] == 1 {
        // Along the rows, as they lie in memory.
        for k in 0..rows {
            let from = &matrix.values[(row + k) * matrix.strides[0] + col..][..cols];
            let (whole, rest) = from.as_chunks::<LANES>();
            for (panel, from) in whole.iter().enumerate() {
                let at = (panel * rows + k) * LANES;
                panels[at..at + LANES].copy_from_slice(from);
            }
            if !rest.is_empty() {
                let at = (whole.len() * rows + k) * LANES;
                panels[at..at + rest.len()].copy_from_slice(rest);
            }
        }
        return;
    }
    for (panel, packed) in panels.chunks_mut(rows * LANES).take(cols.div_ceil(LANES)).enumerate() {
        let first = panel * LANES;
        let cols = [col + first, LANES.min(cols - first)];
        pack(simd, Source { cols, ..part }, packed, LANES);
    }
}

#[inline(always)]
fn pack<S: Simd>(simd: S, source: Source<'_>, packed: &mut [f32], width: usize) {
    let Source { matrix, rows: [row, rows], cols: [col, cols] } = source;
    if matrix.strides[1] == 1 {
        for (k, packed) in packed.chunks_mut(width).take(rows).enumerate() {
            let from = &matrix.values[(row + k) * matrix.strides[0] + col..];
            match (from.first_chunk::<LANES>(), packed.first_chunk_mut::<LANES>()) {
                (Some(from), Some(packed)) if cols == LANES => *packed = *from,
                _ => packed[..cols].copy_from_slice(&from[..cols]),
            }
        }
        return;
    }
    let whole = if matrix.strides[0] == 1 { rows - rows % BLOCK } else { 0 };
    if whole > 0 {
        for first in (0..cols).step_by(BLOCK) {
            let lines = source.lines(first, whole);
            for k in 0..whole / BLOCK {
                let to = &mut packed[k * BLOCK * width + first..];
                transpose(simd, &lines, k, to, width);
            }
        }
    }
    for k in whole..rows {
        for j in 0..cols {
            packed[k * width + j] = matrix.at(row + k, col + j);
        }
    }
}

/// Transposes block `k` of sixteen lines into rows that lie `width` apart.
#[inline(always)]
fn transpose<S: Simd>(
    simd: S,
    lines: &[&[[f32; BLOCK]]; BLOCK],
    k: usize,
    to: &mut [f32],
    width: usize,
) {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = (&simd as &dyn std::any::Any).downcast_ref::<pulp::x86::V4>() {
        return transpose_in_registers(*simd, lines, k, to, width);
    }
    // Row by row: where rows are narrower than a block, the next covers what is too much.
    for i in 0..BLOCK {
        for (to, line) in to[i * width..].iter_mut().zip(lines) {
            *to = line[k][i];
        }
    }
}

/// First within quarters of registers, four lines at a time, then the quarters themselves.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn transpose_in_registers(
    simd: pulp::x86::V4,
    lines: &[&[[f32; BLOCK]]; BLOCK],
    k: usize,
    to: &mut [f32],
    width: usize,
) {
    let f = simd.avx512f;
    let quarters = [
        transpose_four(simd, [lines[0][k], lines[1][k], lines[2][k], lines[3][k]]),
        transpose_four(simd, [lines[4][k], lines[5][k], lines[6][k], lines[7][k]]),
        transpose_four(simd, [lines[8][k], lines[9][k], lines[10][k], lines[11][k]]),
        transpose_four(simd, [lines[12][k], lines[13][k], lines[14][k], lines[15][k]]),
    ];
    let mut rows = [[0.0; BLOCK]; BLOCK];
    for i in 0..4 {
        let (a, b) = (pulp::cast(quarters[0][i]), pulp::cast(quarters[1][i]));
        let (c, d) = (pulp::cast(quarters[2][i]), pulp::cast(quarters[3][i]));
        let even = f._mm512_shuffle_f32x4::<0x88>(a, b);
        let even2 = f._mm512_shuffle_f32x4::<0x88>(c, d);
        let odd = f._mm512_shuffle_f32x4::<0xdd>(a, b);
        let odd2 = f._mm512_shuffle_f32x4::<0xdd>(c, d);
        rows[i] = pulp::cast(f._mm512_shuffle_f32x4::<0x88>(even, even2));
        rows[4 + i] = pulp::cast(f._mm512_shuffle_f32x4::<0x88>(odd, odd2));
        rows[8 + i] = pulp::cast(f._mm512_shuffle_f32x4::<0xdd>(even, even2));
        rows[12 + i] = pulp::cast(f._mm512_shuffle_f32x4::<0xdd>(odd, odd2));
    }
    // In their order, for the reason given at `transpose`.
    for (i, row) in rows.iter().enumerate() {
        to[i * width..i * width + BLOCK].copy_from_slice(row);
    }
}

/// Number `4q + i` of line `j` comes to register `i`, quarter `q`, place `j`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn transpose_four(simd: pulp::x86::V4, lines: [[f32; BLOCK]; 4]) -> [[f32; BLOCK]; 4] {
    let f = simd.avx512f;
    let [a, b, c, d] = lines;
    let [a, b, c, d] = [pulp::cast(a), pulp::cast(b), pulp::cast(c), pulp::cast(d)];
    let low = pulp::cast(f._mm512_unpacklo_ps(a, b));
    let high = pulp::cast(f._mm512_unpackhi_ps(a, b));
    let low2 = pulp::cast(f._mm512_unpacklo_ps(c, d));
    let high2 = pulp::cast(f._mm512_unpackhi_ps(c, d));
    [
        pulp::cast(f._mm512_unpacklo_pd(low, low2)),
        pulp::cast(f._mm512_unpackhi_pd(low, low2)),
        pulp::cast(f._mm512_unpacklo_pd(high, high2)),
        pulp::cast(f._mm512_unpackhi_pd(high, high2)),
    ]
}

/// One tile; a value rather than a closure, so that all of it is compiled for the processor's
/// widest registers.
struct Job<'a, 'o> {
    way: &'a Way<'a>,
    b: Matrix<'a>,
    bias: Option<&'a [f32]>,
    buffer: &'a mut Vec<f32>,
    tile: &'a mut Tile<'o>,
}

impl WithSimd for Job<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let first = self.tile.first[1];
        let cols = self.tile.rows[0].len();
        for row in &mut self.tile.rows {
            match self.bias {
                Some(bias) => row.copy_from_slice(&bias[first..first + cols]),
                None => row.fill(0.0),
            }
        }
        let (depth, width) = (self.b.shape[0], self.strip());
        for strip in (0..cols).step_by(width) {
            for k in (0..depth).step_by(DEPTH) {
                let rows = [k, DEPTH.min(depth - k)];
                let width = width.min(cols - strip);
                let part = Source { matrix: self.b, rows, cols: [first + strip, width] };
                match self.way {
                    Way::Packed(a) => self.add_packed(simd, a, part),
                    Way::InPlace(a) => self.add_in_place(simd, a, part),
                }
            }
        }
    }
}

impl Job<'_, '_> {
    /// Columns that are taken through all of `k` before the next.
    fn strip(&self) -> usize {
        match self.way {
            Way::InPlace(_) => self.tile.rows[0].len(),
            // Used once, a panel should stay in the first-level cache, and weights that lie along
            // `k` should be read as they lie.
            Way::Packed(a) if self.tile.rows.len() <= a.height && self.b.strides[1] != 1 => LANES,
            Way::Packed(_) => STRIP,
        }
    }

    /// Adds the block sums of one part of the weights by way of packed panels.
    #[inline(always)]
    fn add_packed<S: Simd>(&mut self, simd: S, rows: &PackedRows, part: Source<'_>) {
        let ([k, len], [first, width]) = (part.rows, part.cols);
        let [first_row, first_col] = self.tile.first;
        let panels = aligned(self.buffer, width.div_ceil(LANES) * len * LANES);
        pack_strip(simd, part, panels);
        for (panel, out) in self.tile.rows.chunks_mut(rows.height).enumerate() {
            let a = rows.panel(first_row / rows.height + panel, out.len(), k..k + len);
            for (panel, b) in panels.chunks_exact(len * LANES).enumerate() {
                let (b, col) = (b.as_chunks().0, first - first_col + panel * LANES);
                if col + LANES <= out[0].len() {
                    add_rows(simd, a, b, out, col);
                } else {
                    add_last(simd, a, b, out, col);
                }
            }
        }
    }

    /// The same sums of few rows, four products at a time along the rows of the weights.
    ///
    /// Sums lie as `[four rows][register][row]`, so that one reference walks through them.
    #[inline(always)]
    fn add_in_place<S: Simd>(&mut self, simd: S, a: &Matrix<'_>, part: Source<'_>) {
        let ([k, len], [first, cols]) = (part.rows, part.cols);
        let (rows, wide) = (self.tile.rows.len(), cols - cols % LANES);
        let sums = aligned(self.buffer, rows * wide);
        sums.fill(0.0);
        let line = |k: usize| &part.matrix.values[k * part.matrix.strides[0] + first..][..wide];
        let (whole, fours) = (k + len - len % 4, rows - rows % 4);
        for k in (k..whole).step_by(4) {
            let b = [line(k), line(k + 1), line(k + 2), line(k + 3)];
            for row in (0..fours).step_by(4) {
                add_lines::<S, 4>(simd, a, [row, k], b, &mut sums[row * wide..(row + 4) * wide]);
            }
            for row in fours..rows {
                add_lines::<S, 1>(simd, a, [row, k], b, &mut sums[row * wide..(row + 1) * wide]);
            }
        }
        for (row, out) in self.tile.rows.iter_mut().enumerate() {
            let (height, place) = if row < fours { (4, row % 4) } else { (1, 0) };
            let sums = &mut sums[(row - place) * wide..(row - place + height) * wide];
            let registers = sums.chunks_exact_mut(S::F32_LANES).skip(place).step_by(height);
            for (j, sums) in registers.enumerate() {
                let j = j * S::F32_LANES;
                for k in whole..k + len {
                    let b = &part.matrix.values[k * part.matrix.strides[0] + first + j..];
                    for (sum, b) in sums.iter_mut().zip(b) {
                        *sum = a.at(row, k).mul_add(*b, *sum);
                    }
                }
                for (out, sum) in out[j..].iter_mut().zip(sums) {
                    *out += *sum;
                }
            }
            for (j, out) in out.iter_mut().enumerate().skip(wide) {
                *out += (k..k + len)
                    .fold(0.0, |sum, k| a.at(row, k).mul_add(part.matrix.at(k, first + j), sum));
            }
        }
    }
}

/// `sums[j][h] += Σ_i a[row + h, k + i]·b[i][j]`, in the order of `i`.
#[inline(always)]
fn add_lines<S: Simd, const H: usize>(
    simd: S,
    a: &Matrix<'_>,
    [row, k]: [usize; 2],
    b: [&[f32]; 4],
    sums: &mut [f32],
) {
    let mut factors = [[simd.splat_f32s(0.0); 4]; H];
    for (h, factors) in factors.iter_mut().enumerate() {
        for (i, factor) in factors.iter_mut().enumerate() {
            *factor = simd.splat_f32s(a.at(row + h, k + i));
        }
    }
    let sums = S::as_mut_simd_f32s(sums).0.as_chunks_mut::<H>().0;
    let lines = S::as_simd_f32s(b[0]).0.iter().zip(S::as_simd_f32s(b[1]).0);
    let lines = lines.zip(S::as_simd_f32s(b[2]).0).zip(S::as_simd_f32s(b[3]).0);
    for (sums, (((b0, b1), b2), b3)) in sums.iter_mut().zip(lines) {
        for (sum, factors) in sums.iter_mut().zip(&factors) {
            let local = simd.mul_add_f32s(factors[0], *b0, *sum);
            let local = simd.mul_add_f32s(factors[1], *b1, local);
            let local = simd.mul_add_f32s(factors[2], *b2, local);
            *sum = simd.mul_add_f32s(factors[3], *b3, local);
        }
    }
}

/// The first `len` numbers of a buffer that begin a line of the cache: a wide load that straddles
/// two lines takes twice the time.
fn aligned(buffer: &mut Vec<f32>, len: usize) -> &mut [f32] {
    buffer.resize(len + 16, 0.0);
    let skipped = buffer.as_ptr().align_offset(64).min(16);
    &mut buffer[skipped..skipped + len]
}

/// Adds one block sum to what a last panel of fewer columns has of a tile.
#[inline(always)]
fn add_last<S: Simd>(simd: S, a: &[f32], b: &[[f32; LANES]], out: &mut [&mut [f32]], col: usize) {
    let mut wide = [[0.0; LANES]; TALLEST];
    for (wide, out) in wide.iter_mut().zip(&mut *out) {
        wide[..out.len() - col].copy_from_slice(&out[col..]);
    }
    let mut rows = wide.each_mut().map(|row| &mut row[..]);
    add_rows(simd, a, b, &mut rows[..out.len()], 0);
    for (wide, out) in wide.iter().zip(out) {
        let width = out.len() - col;
        out[col..].copy_from_slice(&wide[..width]);
    }
}

/// Adds one block sum to a tile of any height.
#[inline(always)]
fn add_rows<S: Simd>(simd: S, a: &[f32], b: &[[f32; LANES]], out: &mut [&mut [f32]], col: usize) {
    match out.len() {
        12 => add::<S, 12>(simd, a, b, out, col),
        11 => add::<S, 11>(simd, a, b, out, col),
        10 => add::<S, 10>(simd, a, b, out, col),
        9 => add::<S, 9>(simd, a, b, out, col),
        8 => add::<S, 8>(simd, a, b, out, col),
        7 => add::<S, 7>(simd, a, b, out, col),
        6 => add::<S, 6>(simd, a, b, out, col),
        5 => add::<S, 5>(simd, a, b, out, col),
        4 => add::<S, 4>(simd, a, b, out, col),
        3 => add::<S, 3>(simd, a, b, out, col),
        2 => add::<S, 2>(simd, a, b, out, col),
        _ => add::<S, 1>(simd, a, b, out, col),
    }
}

/// `out[h][col + j] += Σ_k a[k][h]·b[k][j]` for one panel of columns, two registers at a time.
#[inline(always)]
fn add<S: Simd, const H: usize>(
    simd: S,
    a: &[f32],
    b: &[[f32; LANES]],
    out: &mut [&mut [f32]],
    col: usize,
) {
    let a = a.as_chunks::<H>().0;
    for pair in 0..LANES / S::F32_LANES / 2 {
        let mut sums = [[simd.splat_f32s(0.0); 2]; H];
        for (a, b) in a.iter().zip(b) {
            let b = S::as_simd_f32s(b).0;
            let b = [b[2 * pair], b[2 * pair + 1]];
            for (sums, a) in sums.iter_mut().zip(a) {
                let a = simd.splat_f32s(*a);
                sums[0] = simd.mul_add_f32s(a, b[0], sums[0]);
                sums[1] = simd.mul_add_f32s(a, b[1], sums[1]);
            }
        }
        for (sums, out) in sums.iter().zip(&mut *out) {
            let out = S::as_mut_simd_f32s(&mut out[col..col + LANES]).0;
            out[2 * pair] = simd.add_f32s(out[2 * pair], sums[0]);
            out[2 * pair + 1] = simd.add_f32s(out[2 * pair + 1], sums[1]);
        }
    }
}

#[cfg(test)]
mod tests;

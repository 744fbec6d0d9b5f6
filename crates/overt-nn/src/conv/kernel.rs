//! The loops of a same-size convolution over cells: one place per direction of the derivative.
//!
//! Everything is computed in fixed order with fused multiply-add, so the bits depend neither on
//! the width of the processor's registers nor on the number of threads.

#![expect(
    clippy::inline_always,
    reason = "what is called must be compiled inside the function that has the wide registers"
)]

use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Output channels computed together: one 512-bit register.
pub(super) const LANES: usize = 16;
/// Input channels read together.
const DEPTH: usize = 8;

/// The extents of one convolution: square odd window, stride 1, zero padding that keeps the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extents {
    pub(crate) batch: usize,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) window: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
}

impl Extents {
    pub(super) fn cells(&self) -> usize {
        self.rows * self.cols
    }

    /// The same geometry seen from the output: what the gradient of the input needs.
    pub(crate) fn reversed(self) -> Self {
        Self { inputs: self.outputs, outputs: self.inputs, ..self }
    }

    fn padded_cols(&self) -> usize {
        self.cols + self.window - 1
    }

    fn padded_inputs(&self) -> usize {
        padded(self.inputs)
    }

    /// The window cells that lie in the map when the window's middle is in a row.
    fn taps_within(&self, row: usize) -> Range<usize> {
        let margin = self.window / 2;
        let (from, to) = (margin.saturating_sub(row), self.window.min(self.rows + margin - row));
        from * self.window..to * self.window
    }

    pub(super) fn padded_sample_len(&self) -> usize {
        (self.rows + self.window - 1) * self.padded_cols() * self.padded_inputs()
    }
}

/// Channels with those that are added so that they are read in full steps.
pub(super) fn padded(channels: usize) -> usize {
    channels.next_multiple_of(DEPTH)
}

/// `out[b,r,c,o] = bias[o] + Σ x[b,r+y,c+x,i]·w[y,x,i,o]`.
pub(crate) fn forward(x: &[f32], weight: &[f32], bias: &[f32], e: Extents) -> Vec<f32> {
    let mut out = vec![0.0; e.batch * e.cells() * e.outputs];
    let (packed, padded) = (pack(weight, e), vec![0.0; e.padded_sample_len()]);
    Arch::new().dispatch(ForwardBatch { x, packed, bias, padded, out: &mut out, e });
    out
}

/// A batch forward; a value rather than a closure, so that all of it is compiled for the
/// processor's widest registers.
struct ForwardBatch<'a> {
    x: &'a [f32],
    packed: Vec<[f32; LANES]>,
    bias: &'a [f32],
    padded: Vec<f32>,
    out: &'a mut [f32],
    e: Extents,
}

impl WithSimd for ForwardBatch<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let e = self.e;
        let place = Place { first: 0, row: e.cols * e.outputs, cell: e.outputs };
        let samples = self.x.chunks_exact(e.cells() * e.inputs);
        for (sample, out) in samples.zip(self.out.chunks_exact_mut(e.cells() * e.outputs)) {
            pad(sample, &mut self.padded, e);
            let to = Target { map: out, place, then: Then::Store, skips_margin: false };
            convolve(simd, (&self.padded, &self.packed, self.bias), to, e);
        }
    }
}

/// Gradient of the input: the convolution of `grad` with the window turned round.
pub(crate) fn input_gradient(grad: &[f32], weight: &[f32], e: Extents) -> Vec<f32> {
    let mut turned = vec![0.0; weight.len()];
    let taps = e.window * e.window;
    for tap in 0..taps {
        for i in 0..e.inputs {
            for o in 0..e.outputs {
                turned[((taps - 1 - tap) * e.outputs + o) * e.inputs + i] =
                    weight[(tap * e.inputs + i) * e.outputs + o];
            }
        }
    }
    forward(grad, &turned, &vec![0.0; e.inputs], e.reversed())
}

/// Gradients of the weight and of the bias, summed over the batch in its order.
pub(crate) fn weight_gradient(x: &[f32], grad: &[f32], e: Extents) -> (Vec<f32>, Vec<f32>) {
    let blocks = e.outputs.div_ceil(LANES);
    let mut packed = vec![[0.0; LANES]; blocks * e.window * e.window * e.padded_inputs()];
    let mut bias = vec![[0.0; LANES]; blocks];
    let padded = vec![0.0; e.padded_sample_len()];
    let lanes = vec![[0.0; LANES]; blocks * e.cells()];
    let (packed_mut, bias_mut) = (&mut packed, &mut bias);
    Arch::new().dispatch(WeightBatch { x, grad, padded, lanes, packed_mut, bias_mut, e });
    (unpack(&packed, e), bias.concat()[..e.outputs].to_vec())
}

/// The weight gradient of a batch; a value for the reason given at [`ForwardBatch`].
struct WeightBatch<'a> {
    x: &'a [f32],
    grad: &'a [f32],
    padded: Vec<f32>,
    lanes: Vec<[f32; LANES]>,
    packed_mut: &'a mut [[f32; LANES]],
    bias_mut: &'a mut [[f32; LANES]],
    e: Extents,
}

impl WithSimd for WeightBatch<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let e = self.e;
        let samples = self.x.chunks_exact(e.cells() * e.inputs);
        for (sample, grad) in samples.zip(self.grad.chunks_exact(e.cells() * e.outputs)) {
            pad(sample, &mut self.padded, e);
            split_lanes(grad, &mut self.lanes, e);
            weight_gradient_sample(simd, &self.padded, &self.lanes, self.packed_mut, e);
            bias_gradient_sample(&self.lanes, self.bias_mut, e);
        }
    }
}

/// Weights as `[output block][row][col][input][LANES]`, zero where there is no channel.
pub(super) fn pack(weight: &[f32], e: Extents) -> Vec<[f32; LANES]> {
    let (taps, depth) = (e.window * e.window, e.padded_inputs());
    let mut packed = vec![[0.0; LANES]; e.outputs.div_ceil(LANES) * taps * depth];
    for (o, tap, i) in channels(e) {
        packed[(o / LANES * taps + tap) * depth + i][o % LANES] =
            weight[(tap * e.inputs + i) * e.outputs + o];
    }
    packed
}

fn unpack(packed: &[[f32; LANES]], e: Extents) -> Vec<f32> {
    let (taps, depth) = (e.window * e.window, e.padded_inputs());
    let mut weight = vec![0.0; taps * e.inputs * e.outputs];
    for (o, tap, i) in channels(e) {
        weight[(tap * e.inputs + i) * e.outputs + o] =
            packed[(o / LANES * taps + tap) * depth + i][o % LANES];
    }
    weight
}

/// Every (output, window cell, input).
fn channels(e: Extents) -> impl Iterator<Item = (usize, usize, usize)> {
    let taps = e.window * e.window;
    (0..e.outputs)
        .flat_map(move |o| (0..taps).flat_map(move |tap| (0..e.inputs).map(move |i| (o, tap, i))))
}

/// Copies one sample into the middle of a zero frame.
#[inline(always)]
pub(super) fn pad(sample: &[f32], padded: &mut [f32], e: Extents) {
    let (margin, depth) = (e.window / 2, e.padded_inputs());
    for (cell, values) in sample.chunks_exact(e.inputs).enumerate() {
        let (row, col) = (cell / e.cols + margin, cell % e.cols + margin);
        let start = (row * e.padded_cols() + col) * depth;
        padded[start..start + e.inputs].copy_from_slice(values);
    }
}

/// One sample's output gradient as `[output block][cell][LANES]`.
#[inline(always)]
fn split_lanes(grad: &[f32], lanes: &mut [[f32; LANES]], e: Extents) {
    for (block, cells) in lanes.chunks_exact_mut(e.cells()).enumerate() {
        let first = block * LANES;
        let n = LANES.min(e.outputs - first);
        for (lane, values) in cells.iter_mut().zip(grad.chunks_exact(e.outputs)) {
            lane[..n].copy_from_slice(&values[first..first + n]);
        }
    }
}

/// What becomes of the sums of a convolution.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// They are the map.
    Store,
    /// Their rectified values are the map.
    Rectify,
    /// They are added to the map.
    Add,
}

/// Where the numbers of a map lie: those of the first cell, and the way to the next row and cell.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) first: usize,
    pub(super) row: usize,
    pub(super) cell: usize,
}

/// The map that a convolution leads to.
pub(super) struct Target<'a> {
    pub(super) map: &'a mut [f32],
    pub(super) place: Place,
    pub(super) then: Then,
    /// Whether rows of the margin are left out. They add nothing, but to a sum of minus zero.
    pub(super) skips_margin: bool,
}

/// One padded sample: `(padded, packed, bias)` to the map of a target.
#[inline(always)]
pub(super) fn convolve<S: Simd>(
    simd: S,
    (padded, packed, bias): (&[f32], &[[f32; LANES]], &[f32]),
    to: Target<'_>,
    e: Extents,
) {
    let Target { map, place, then, skips_margin } = to;
    let run = e.cols.div_ceil(e.cols.div_ceil(8));
    for (block, weights) in packed.chunks_exact(e.window * e.window * e.padded_inputs()).enumerate()
    {
        let first = block * LANES;
        let n = LANES.min(e.outputs - first);
        let mut start = [0.0; LANES];
        start[..n].copy_from_slice(&bias[first..first + n]);
        for row in 0..e.rows {
            let taps = if skips_margin { e.taps_within(row) } else { 0..e.window * e.window };
            let mut col = 0;
            while col < e.cols {
                let width = run.min(e.cols - col);
                let sums = &mut [start; 8];
                let at = (row, col, taps.clone());
                match width {
                    8 => cells::<S, 8>(simd, padded, weights, sums, at, e),
                    7 => cells::<S, 7>(simd, padded, weights, sums, at, e),
                    6 => cells::<S, 6>(simd, padded, weights, sums, at, e),
                    5 => cells::<S, 5>(simd, padded, weights, sums, at, e),
                    4 => cells::<S, 4>(simd, padded, weights, sums, at, e),
                    3 => cells::<S, 3>(simd, padded, weights, sums, at, e),
                    2 => cells::<S, 2>(simd, padded, weights, sums, at, e),
                    _ => cells::<S, 1>(simd, padded, weights, sums, at, e),
                }
                for sums in &sums[..width] {
                    let at = place.first + row * place.row + col * place.cell + first;
                    put(&mut map[at..at + n], sums, then);
                    col += 1;
                }
            }
        }
    }
}

/// Puts the sums of one cell into its place.
#[inline(always)]
fn put(place: &mut [f32], sums: &[f32; LANES], then: Then) {
    // A full register is told apart, so that the compiler knows how long it is.
    if let Some(place) = place.first_chunk_mut::<LANES>() {
        place.iter_mut().zip(sums).for_each(|(value, sum)| *value = become_of(*value, *sum, then));
    } else {
        place.iter_mut().zip(sums).for_each(|(value, sum)| *value = become_of(*value, *sum, then));
    }
}

#[inline(always)]
fn become_of(value: f32, sum: f32, then: Then) -> f32 {
    match then {
        Then::Store => sum,
        Then::Rectify => rectified(sum),
        Then::Add => value + sum,
    }
}

/// As the backend's rectifier has it: what is not a number stays so.
#[inline(always)]
pub(super) fn rectified(x: f32) -> f32 {
    if x.is_nan() || x > 0.0 { x } else { 0.0 }
}

/// `N` neighbouring cells of one row, for one block of output channels.
///
/// Written with explicit registers: left to itself the compiler puts each weight together from quarters.
#[inline(always)]
fn cells<S: Simd, const N: usize>(
    simd: S,
    padded: &[f32],
    weights: &[[f32; LANES]],
    out: &mut [[f32; LANES]; 8],
    (row, col, taps): (usize, usize, Range<usize>),
    e: Extents,
) {
    let depth = e.padded_inputs();
    let (from, weights) = (taps.start, &weights[taps.start * depth..taps.end * depth]);
    for part in 0..LANES / S::F32_LANES {
        let mut sums = [S::as_simd_f32s(&out[0]).0[part]; N];
        for (tap, weights) in weights.chunks_exact(depth).enumerate() {
            let (y, x) = (row + (from + tap) / e.window, col + tap % e.window);
            let first = (y * e.padded_cols() + x) * depth;
            for (block, weights) in weights.as_chunks::<DEPTH>().0.iter().enumerate() {
                let mut inputs = [&[0.0; DEPTH]; N];
                for (n, input) in inputs.iter_mut().enumerate() {
                    let at = first + n * depth + block * DEPTH;
                    *input = padded[at..].first_chunk().unwrap_or(&[0.0; DEPTH]);
                }
                for (i, weight) in weights.iter().enumerate() {
                    let weight = S::as_simd_f32s(weight).0[part];
                    for (sum, input) in sums.iter_mut().zip(inputs) {
                        *sum = simd.mul_add_f32s(simd.splat_f32s(input[i]), weight, *sum);
                    }
                }
            }
        }
        for (out, sum) in out.iter_mut().zip(sums) {
            S::as_mut_simd_f32s(out).0[part] = sum;
        }
    }
}

#[inline(always)]
fn bias_gradient_sample(grad: &[[f32; LANES]], bias: &mut [[f32; LANES]], e: Extents) {
    for (grad, bias) in grad.chunks_exact(e.cells()).zip(bias) {
        for cell in grad {
            for (b, g) in bias.iter_mut().zip(cell) {
                *b += g;
            }
        }
    }
}

#[inline(always)]
fn weight_gradient_sample<S: Simd>(
    simd: S,
    padded: &[f32],
    grad: &[[f32; LANES]],
    packed: &mut [[f32; LANES]],
    e: Extents,
) {
    let (taps, depth) = (e.window * e.window, e.padded_inputs());
    let blocks = grad.chunks_exact(e.cells()).zip(packed.chunks_exact_mut(taps * depth));
    for (grad, packed) in blocks {
        for (tap, packed) in packed.chunks_exact_mut(depth).enumerate() {
            for (block, sums) in packed.as_chunks_mut::<DEPTH>().0.iter_mut().enumerate() {
                let first = (tap / e.window * e.padded_cols() + tap % e.window) * depth;
                let window = &padded[first + block * DEPTH..];
                for part in 0..LANES / S::F32_LANES {
                    accumulate_outer(simd, window, grad, sums, part, e);
                }
            }
        }
    }
}

/// `sums[i] += Σ window[cell][i] · grad[cell]` over all cells, for one register's lanes.
///
/// Written with explicit registers: left to itself the compiler vectorises across cells.
#[inline(always)]
fn accumulate_outer<S: Simd>(
    simd: S,
    window: &[f32],
    grad: &[[f32; LANES]],
    sums: &mut [[f32; LANES]; DEPTH],
    part: usize,
    e: Extents,
) {
    let mut local = [simd.splat_f32s(0.0); DEPTH];
    for (local, sum) in local.iter_mut().zip(sums.iter()) {
        *local = S::as_simd_f32s(sum).0[part];
    }
    for (row, grad) in grad.chunks_exact(e.cols).enumerate() {
        let row = &window[row * e.padded_cols() * e.padded_inputs()..];
        for (col, cell) in grad.iter().enumerate() {
            let at = col * e.padded_inputs();
            let input: &[f32; DEPTH] = row[at..].first_chunk().unwrap_or(&[0.0; DEPTH]);
            let cell = S::as_simd_f32s(cell).0[part];
            for (local, x) in local.iter_mut().zip(input) {
                *local = simd.mul_add_f32s(simd.splat_f32s(*x), cell, *local);
            }
        }
    }
    for (local, sum) in local.iter().zip(sums) {
        S::as_mut_simd_f32s(sum).0[part] = *local;
    }
}

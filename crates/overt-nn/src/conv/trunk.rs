//! The spatial part of a policy when nobody watches it: one observation after the other goes through all
//! layers, so that its maps never leave the nearest cache.
//!
//! Layer by layer, a batch of a thousand mazes moves about ten megabytes in and out of memory at each of a
//! dozen layers. Every number is computed by the same loops as there, so the bits are the same.

#![expect(
    clippy::inline_always,
    reason = "what is called must be compiled inside the function that has the wide registers"
)]

use super::kernel::{self, Extents, LANES, Place, Target, Then, rectified};
use crate::{Architecture, PolicyConfig, Weights};
use pulp::{Arch, Simd, WithSimd};

/// The convolutions of a policy, packed for the kernel.
#[derive(Clone, Debug)]
pub(crate) struct Trunk {
    embed: Layer,
    layers: Vec<Layer>,
    architecture: Architecture,
}

/// One convolution of a single observation.
#[derive(Clone, Debug)]
struct Layer {
    packed: Vec<[f32; LANES]>,
    bias: Vec<f32>,
    e: Extents,
}

impl Layer {
    /// Nothing where a weight is missing or not finite.
    fn new(name: &str, weights: &Weights, e: Extents) -> Option<Self> {
        let weight = weights.get(&format!("{name}.weight"))?;
        let bias = weights.get(&format!("{name}.bias"))?.values;
        let is_finite = weight.values.iter().chain(&bias).all(|value| value.is_finite());
        is_finite.then(|| Self { packed: kernel::pack(&weight.values, e), bias, e })
    }
}

impl Trunk {
    /// The spatial layers of a policy; nothing where a weight is missing or not finite.
    pub(crate) fn new(config: &PolicyConfig, weights: &Weights) -> Option<Self> {
        let PolicyConfig { architecture, size, features, channels, layers, .. } = *config;
        let of = |window, inputs| Extents {
            batch: 1,
            rows: size,
            cols: size,
            window,
            inputs,
            outputs: channels,
        };
        let names: Vec<String> = match architecture {
            Architecture::Conv => (0..layers).map(|i| format!("conv.{i}")).collect(),
            Architecture::Impala => (0..layers)
                .flat_map(|i| [0, 1].map(|nth| format!("blocks.{i}.conv.{nth}")))
                .collect(),
        };
        let layers = names.iter().map(|name| Layer::new(name, weights, of(3, channels)));
        Some(Self {
            embed: Layer::new("embed", weights, of(1, features))?,
            layers: layers.collect::<Option<_>>()?,
            architecture,
        })
    }

    /// `x [batch, row, col, feature]` to the last map, `[batch, row, col, channel]`.
    pub(crate) fn run(&self, x: &[f32]) -> Vec<f32> {
        let e = self.embed.e;
        let batch = x.len() / (e.cells() * e.inputs);
        let mut out = vec![0.0; batch * e.cells() * e.outputs];
        let frame = Frame { rows: e.rows, cols: e.cols, depth: kernel::padded(e.outputs) };
        let maps = [vec![0.0; frame.len()], vec![0.0; frame.len()]];
        let seen = vec![0.0; e.padded_sample_len()];
        Arch::new().dispatch(Batch { trunk: self, x, seen, maps, frame, out: &mut out });
        out
    }
}

/// A map with a margin of one cell that stays zero.
#[derive(Clone, Copy)]
struct Frame {
    rows: usize,
    cols: usize,
    depth: usize,
}

impl Frame {
    fn len(self) -> usize {
        (self.rows + 2) * (self.cols + 2) * self.depth
    }

    /// Where the numbers of a cell begin.
    #[inline(always)]
    fn at(self, row: usize, col: usize) -> usize {
        ((row + 1) * (self.cols + 2) + col + 1) * self.depth
    }
}

/// A batch on its way; a value rather than a closure, so that all of it is compiled for the processor's
/// widest registers.
struct Batch<'a> {
    trunk: &'a Trunk,
    x: &'a [f32],
    seen: Vec<f32>,
    maps: [Vec<f32>; 2],
    frame: Frame,
    out: &'a mut [f32],
}

impl WithSimd for Batch<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { trunk: Trunk { embed, layers, architecture }, x, mut seen, maps, frame, out } =
            self;
        let [mut map, mut other] = maps;
        let e = embed.e;
        let samples = x.chunks_exact(e.cells() * e.inputs);
        let mut before: Option<&[f32]> = None;
        for (sample, out) in samples.zip(out.chunks_exact_mut(e.cells() * e.outputs)) {
            // Batches are filled up with their last row: its map is still there.
            if before.replace(sample).is_some_and(|before| has_bits_of(sample, before)) {
                leave(&map, *architecture, out, (frame, e));
                continue;
            }
            kernel::pad(sample, &mut seen, e);
            convolve(simd, &seen, embed, Then::Rectify, (&mut map, frame));
            match architecture {
                Architecture::Conv => {
                    for layer in layers {
                        convolve(simd, &map, layer, Then::Rectify, (&mut other, frame));
                        std::mem::swap(&mut map, &mut other);
                    }
                }
                Architecture::Impala => {
                    for block in layers.chunks_exact(2) {
                        convolve(simd, &map, &block[0], Then::Rectify, (&mut other, frame));
                        convolve(simd, &other, &block[1], Then::Add, (&mut map, frame));
                    }
                }
            }
            leave(&map, *architecture, out, (frame, e));
        }
    }
}

/// Copies the last map out of its frame; that of a residual policy is rectified at last.
#[inline(always)]
fn leave(map: &[f32], architecture: Architecture, out: &mut [f32], (frame, e): (Frame, Extents)) {
    for (cell, out) in out.chunks_exact_mut(e.outputs).enumerate() {
        let at = frame.at(cell / e.cols, cell % e.cols);
        for (out, value) in out.iter_mut().zip(&map[at..at + e.outputs]) {
            *out = match architecture {
                Architecture::Conv => *value,
                Architecture::Impala => rectified(*value),
            };
        }
    }
}

/// Whether two observations are the same, bit for bit.
fn has_bits_of(one: &[f32], other: &[f32]) -> bool {
    one.iter().zip(other).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// One convolution of one padded map into another.
#[inline(always)]
fn convolve<S: Simd>(
    simd: S,
    padded: &[f32],
    Layer { packed, bias, e }: &Layer,
    then: Then,
    (map, frame): (&mut [f32], Frame),
) {
    let row = (frame.cols + 2) * frame.depth;
    let place = Place { first: frame.at(0, 0), row, cell: frame.depth };
    // No map holds a minus zero, and all weights are finite, so that the margin adds nothing.
    let to = Target { map, place, then, skips_margin: true };
    kernel::convolve(simd, (padded, packed, bias), to, *e);
}

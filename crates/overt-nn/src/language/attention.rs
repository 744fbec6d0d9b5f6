//! Attention: from what a module reads to its raw output.

use super::config::{LanguageConfig, QkNorm};
use super::forward::Forward;
use super::names::Fused;
use super::ops;
use super::rotary::Rotary;
use super::weights::{Block, Qkv};
use burn::tensor::{Bool, Device, Tensor, TensorData};
use overt_site::Real;

/// Where the rows of a pass stand.
pub(crate) struct Place<'a> {
    /// The position of the first token.
    pub(crate) first: usize,
    /// Tokens of every row that may be attended to.
    pub(crate) lengths: &'a [usize],
    /// Positions of the longest row.
    pub(crate) positions: usize,
}

/// `x [batch, pos, d_model]` to the output of the projection, same shape.
pub(crate) fn attend<T: Real>(
    forward: &mut Forward<'_, T>,
    layer: usize,
    x: Tensor<3>,
    place: &Place,
) -> Tensor<3> {
    let (config, weights) = (forward.config, forward.weights);
    let block = &weights.blocks[layer];
    let at = |name: &str| format!("blocks.{layer}.attn.{name}");
    let [batch, pos, _] = x.dims();
    let device = x.device();

    let [q, k, v] = project(config, block, x);
    let mut q = forward.pass.at(&at("q"), q);
    let mut k = forward.pass.at(&at("k"), k);
    let v = forward.pass.at(&at("v"), v);
    if let (Some(kind), Some((of_q, of_k))) = (config.attention.qk_norm, &block.qk_norm) {
        q = forward.pass.at(&at("q_normed"), normed(config, kind, q, forward.gain(of_q)));
        k = forward.pass.at(&at("k_normed"), normed(config, kind, k, forward.gain(of_k)));
    }
    if let Some(rotary) = &config.layers[layer].rotary {
        let (cos, sin) = waves::<T>(rotary, place.first, pos, &device);
        q = forward.pass.at(&at("q_rot"), ops::turn(q, cos.clone(), sin.clone()));
        k = forward.pass.at(&at("k_rot"), ops::turn(k, cos, sin));
    }
    let heads_first = |x: Tensor<4>| ops::share_heads(x.permute([0, 2, 1, 3]), config.heads);
    let (q, k, v) = (heads_first(q), heads_first(k), heads_first(v));

    let mut scores = ops::scores(q, k, config.layers[layer].scale);
    if let Some(cap) = config.attention.soft_cap {
        scores = ops::soft_cap(scores, cap);
    }
    if let Some(mask) = mask(config, layer, place, &device) {
        let mask = mask.expand([batch, config.heads, pos, pos]);
        scores = ops::hide(scores, mask);
    }
    let scores = forward.pass.at(&at("scores"), scores);
    let pattern = forward.pass.at(&at("pattern"), ops::softmax(scores));
    let z = forward.pass.at(&at("z"), ops::mix(pattern, v).permute([0, 2, 1, 3]));
    if forward.pass.wants(&at("result")) {
        let result = by_head(block, z.clone());
        forward.pass.at(&at("result"), result);
    }
    block.attn_out.call(z.reshape([batch, pos, config.heads * config.d_head]))
}

/// Queries, keys and values, `[batch, pos, head, d_head]`.
fn project(config: &LanguageConfig, block: &Block, x: Tensor<3>) -> [Tensor<4>; 3] {
    let [batch, pos, _] = x.dims();
    let d_head = config.d_head;
    let counts = [config.heads, config.kv_heads, config.kv_heads];
    let split = |x: Tensor<3>, heads: usize| x.reshape([batch, pos, heads, d_head]);
    match &block.qkv {
        Qkv::Apart([q, k, v]) => [
            split(q.call(x.clone()), counts[0]),
            split(k.call(x.clone()), counts[1]),
            split(v.call(x), counts[2]),
        ],
        Qkv::Fused(all, Fused::Blocks) => {
            let all = all.call(x);
            let mut start = 0;
            counts.map(|heads| {
                let part = all.clone().narrow(2, start, heads * d_head);
                start += heads * d_head;
                split(part, heads)
            })
        }
        Qkv::Fused(all, Fused::ByHead) => {
            let all = all.call(x).reshape([batch, pos, config.heads, 3 * d_head]);
            [0, 1, 2].map(|part| all.clone().narrow(3, part * d_head, d_head))
        }
    }
}

/// A norm over queries or keys, by the root mean square.
fn normed(config: &LanguageConfig, kind: QkNorm, x: Tensor<4>, gain: Tensor<1>) -> Tensor<4> {
    let [batch, pos, heads, d_head] = x.dims();
    let norm = super::config::NormConfig { kind: super::config::NormKind::Rms, ..config.norm };
    match kind {
        QkNorm::PerHead => {
            let (x, scale) = ops::centred(x, &norm);
            x / scale * gain.unsqueeze()
        }
        QkNorm::Whole => {
            let (x, scale) = ops::centred(x.reshape([batch, pos, heads * d_head]), &norm);
            (x / scale * gain.unsqueeze()).reshape([batch, pos, heads, d_head])
        }
    }
}

/// Cosines and sines of all positions, `[1, pos, 1, turned]`.
fn waves<T: Real>(
    rotary: &Rotary,
    first: usize,
    pos: usize,
    device: &Device,
) -> (Tensor<4>, Tensor<4>) {
    let table = |wave: fn(f64) -> f64| {
        let of = |position: usize| {
            let half: Vec<T> = rotary
                .angles(position)
                .map(|angle| T::nearest(wave(angle) * rotary.factor))
                .collect();
            [half.clone(), half].concat()
        };
        let values: Vec<T> = (first..first + pos).flat_map(of).collect();
        let data = TensorData::new(values, [1, pos, 1, rotary.width()]);
        Tensor::from_data(data, (device, T::DTYPE))
    };
    (table(f64::cos), table(f64::sin))
}

/// True where a query may not look, `[batch or 1, 1, pos, key_pos]`; none if it may look everywhere.
fn mask(
    config: &LanguageConfig,
    layer: usize,
    place: &Place,
    device: &Device,
) -> Option<Tensor<4, Bool>> {
    let pos = place.positions;
    let window = config.layers[layer].window;
    let uneven = place.lengths.iter().any(|n| *n != pos);
    if !config.attention.causal && window.is_none() && !uneven {
        return None;
    }
    let rows = if uneven { place.lengths } else { &[pos] };
    let mut hidden = Vec::with_capacity(rows.len() * pos * pos);
    for length in rows {
        for query in 0..pos {
            hidden.extend((0..pos).map(|key| {
                let later = config.attention.causal && key > query;
                let gone = window.is_some_and(|window| key + window <= query);
                // What fills a row up sees itself, so that no row of scores is empty.
                let filler = key >= *length && key != query;
                later || gone || filler
            }));
        }
    }
    let data = TensorData::new(hidden, [rows.len(), 1, pos, pos]);
    Some(Tensor::from_data(data, device))
}

/// What each head adds to the output, without the bias: `[batch, pos, head, d_model]`.
fn by_head(block: &Block, z: Tensor<4>) -> Tensor<4> {
    let [batch, pos, heads, d_head] = z.dims();
    let out = block.attn_out.in_out();
    let d_model = out.dims()[1];
    let z = z.permute([2, 0, 1, 3]).reshape([heads, batch * pos, d_head]);
    let result = z.matmul(out.reshape([heads, d_head, d_model]));
    result.reshape([heads, batch, pos, d_model]).permute([1, 2, 0, 3])
}

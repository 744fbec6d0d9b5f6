//! Attention: from what a module reads to its raw output.

use super::config::{LanguageConfig, NormConfig, NormKind, QkNorm};
use super::layout::{Group, Layout};
use super::names::Fused;
use super::ops;
use super::pass::{Forward, Past};
use super::rotary::Rotary;
use super::watch::Watch;
use super::weights::{Block, Qkv};
use burn::tensor::{Bool, Device, Tensor, TensorData};
use overt_site::Real;

/// `x [batch, pos, d_model]` to the output of the projection, same shape.
pub(crate) fn attend<T: Real, W: Watch>(
    forward: &mut Forward<'_, T, W>,
    layer: usize,
    x: Tensor<3>,
) -> Tensor<3> {
    let (config, weights, layout) = (forward.config, forward.weights, forward.layout);
    let block = &weights.blocks[layer];
    let at = |name: &str| format!("blocks.{layer}.attn.{name}");
    let [batch, pos, _] = x.dims();
    let device = x.device();

    let [q, k, v] = project(forward, layer, x);
    let mut q = forward.watch.at(&at("q"), q);
    let mut k = forward.watch.at(&at("k"), k);
    let v = forward.watch.at(&at("v"), v);
    if let (Some(kind), Some((of_q, of_k))) = (config.attention.qk_norm, &block.qk_norm) {
        q = forward.watch.at(&at("q_normed"), normed(config, kind, q, forward.gain(of_q)));
        k = forward.watch.at(&at("k_normed"), normed(config, kind, k, forward.gain(of_k)));
    }
    if let Some(rotary) = &config.layers[layer].rotary {
        let (cos, sin) = waves::<T>(rotary, layout, [batch, pos], &device);
        q = forward.watch.at(&at("q_rot"), ops::turn(q, cos.clone(), sin.clone()));
        k = forward.watch.at(&at("k_rot"), ops::turn(k, cos, sin));
    }
    let mut mixed = Vec::with_capacity(layout.groups.len());
    let mut start = 0;
    for (number, group) in layout.groups.iter().enumerate() {
        let [q, k, v] = [&q, &k, &v].map(|x| rows_of(x, start, group));
        let (k, v) = with_past(&mut forward.past, layer, (number, group), k, v);
        let (k, v) = (ops::share_heads(k, config.heads), ops::share_heads(v, config.heads));
        let mut scores = ops::scores(q, k, config.layers[layer].scale);
        if let Some(cap) = config.attention.soft_cap {
            scores = ops::soft_cap(scores, cap);
        }
        if let Some(mask) = mask(config, layer, group, &device) {
            let shape = [group.cells, config.heads, group.len, group.keys()];
            scores = ops::hide(scores, mask.expand(shape));
        }
        let scores = forward.watch.at_group(&at("scores"), number, scores);
        let pattern = forward.watch.at_group(&at("pattern"), number, ops::softmax(scores));
        mixed.push(ops::mix(pattern, v));
        start += group.rows();
    }
    let z = joined(mixed, [batch, pos]);
    let z = forward.watch.at(&at("z"), z);
    if forward.watch.wants(&at("result")) {
        let result = by_head(block, z.clone());
        forward.watch.at(&at("result"), result);
    }
    let z = layout.keep(z);
    if let Some(kept) = &layout.kept {
        forward.watch.keep(kept);
    }
    let [batch, pos, ..] = z.dims();
    let z = z.reshape([batch, pos, config.heads * config.d_head]);
    forward.through(&format!("blocks.{layer}.attn"), "out", &block.attn_out, z)
}

/// The rows of one group, by cell: from `[batch, pos, …]` of all rows to `[cell, pos, …]`.
fn rows_of(x: &Tensor<4>, start: usize, group: &Group) -> Tensor<4> {
    let [batch, pos, heads, d_head] = x.dims();
    if [group.cells, group.len] == [batch, pos] {
        return x.clone();
    }
    let rows = x.clone().reshape([batch * pos, heads, d_head]).narrow(0, start, group.rows());
    rows.reshape([group.cells, group.len, heads, d_head])
}

/// The rows of all groups, one after the other, in the shape of the pass.
fn joined(mut groups: Vec<Tensor<4>>, [batch, pos]: [usize; 2]) -> Tensor<4> {
    if groups.len() == 1 {
        let x = groups.remove(0);
        let [_, _, heads, d_head] = x.dims();
        return x.reshape([batch, pos, heads, d_head]);
    }
    let rows = groups.into_iter().map(|x| {
        let [cells, len, heads, d_head] = x.dims();
        x.reshape([cells * len, heads, d_head])
    });
    let all = Tensor::<3>::cat(rows.collect(), 0);
    let [_, heads, d_head] = all.dims();
    all.reshape([batch, pos, heads, d_head])
}

/// Keys and values of a group with those of the positions before it.
fn with_past(
    past: &mut Past<'_>,
    layer: usize,
    (number, group): (usize, &Group),
    k: Tensor<4>,
    v: Tensor<4>,
) -> (Tensor<4>, Tensor<4>) {
    match past {
        Past::None => (k, v),
        Past::Grows(cache) => cache.extend(layer, k, v),
        Past::Rows(caches) => caches[number].extend(layer, k, v),
        Past::Shared(_) if group.first == 0 => (k, v),
        Past::Shared(cache) => {
            let (earlier_k, earlier_v) = cache.before(layer, group.first, group.cells);
            (Tensor::cat(vec![earlier_k, k], 1), Tensor::cat(vec![earlier_v, v], 1))
        }
    }
}

/// Queries, keys and values, `[batch, pos, head, d_head]`.
fn project<T: Real, W: Watch>(
    forward: &mut Forward<'_, T, W>,
    layer: usize,
    x: Tensor<3>,
) -> [Tensor<4>; 3] {
    let (config, weights) = (forward.config, forward.weights);
    let block = &weights.blocks[layer];
    let at = format!("blocks.{layer}.attn");
    let [batch, pos, _] = x.dims();
    let d_head = config.d_head;
    let counts = [config.heads, config.kv_heads, config.kv_heads];
    let split = |x: Tensor<3>, heads: usize| x.reshape([batch, pos, heads, d_head]);
    match &block.qkv {
        Qkv::Apart(apart) => [0, 1, 2].map(|idx| {
            let y = apart[idx].call_seen(x.clone(), |added| {
                let site = format!("{at}.{}.lora", ["q", "k", "v"][idx]);
                let shape = added.dims();
                forward.watch.at(&site, split(added, counts[idx])).reshape(shape)
            });
            split(y, counts[idx])
        }),
        Qkv::Fused(all, Fused::Blocks) => {
            let all = forward.through(&at, "qkv", all, x);
            let mut start = 0;
            counts.map(|heads| {
                let part = all.clone().narrow(2, start, heads * d_head);
                start += heads * d_head;
                split(part, heads)
            })
        }
        Qkv::Fused(all, Fused::ByHead) => {
            let all = forward.through(&at, "qkv", all, x);
            let all = all.reshape([batch, pos, config.heads, 3 * d_head]);
            [0, 1, 2].map(|part| all.clone().narrow(3, part * d_head, d_head))
        }
    }
}

/// A norm over queries or keys, by the root mean square.
fn normed(config: &LanguageConfig, kind: QkNorm, x: Tensor<4>, gain: Tensor<1>) -> Tensor<4> {
    let [batch, pos, heads, d_head] = x.dims();
    let norm = NormConfig { kind: NormKind::Rms, ..config.norm };
    let rows = match kind {
        QkNorm::PerHead => [batch * pos * heads, d_head],
        QkNorm::Whole => [batch * pos, heads * d_head],
    };
    let x = x.reshape(rows);
    let scale = ops::norm_scale(x.clone(), &norm);
    let y = ops::norm_affine(ops::norm_divide(x, scale, &norm), gain, None);
    y.reshape([batch, pos, heads, d_head])
}

/// Cosines and sines of all rows, `[1 or batch, pos, 1, turned]`.
fn waves<T: Real>(
    rotary: &Rotary,
    layout: &Layout,
    [batch, pos]: [usize; 2],
    device: &Device,
) -> (Tensor<4>, Tensor<4>) {
    // Rows of one group stand at the same positions: once is enough.
    let batch = if layout.groups.len() == 1 { 1 } else { batch };
    let positions: Vec<usize> = layout.positions().take(batch * pos).collect();
    let table = |wave: fn(f64) -> f64| {
        let of = |position: &usize| {
            let half: Vec<T> = rotary
                .angles(*position)
                .map(|angle| T::nearest(wave(angle) * rotary.factor))
                .collect();
            [half.clone(), half].concat()
        };
        let values: Vec<T> = positions.iter().flat_map(of).collect();
        let data = TensorData::new(values, [batch, pos, 1, rotary.width()]);
        Tensor::from_data(data, (device, T::DTYPE))
    };
    (table(f64::cos), table(f64::sin))
}

/// True where a query may not look, `[cells or 1, 1, pos, key_pos]`; none if it may look everywhere.
fn mask(
    config: &LanguageConfig,
    layer: usize,
    group: &Group,
    device: &Device,
) -> Option<Tensor<4, Bool>> {
    let window = config.layers[layer].window;
    if !config.attention.causal && window.is_none() && group.lengths.is_empty() {
        return None;
    }
    let keys = group.keys();
    let whole = [keys];
    let lengths = if group.lengths.is_empty() { &whole[..] } else { &group.lengths };
    let mut hidden = Vec::with_capacity(lengths.len() * group.len * keys);
    for length in lengths {
        for query in group.first..keys {
            hidden.extend((0..keys).map(|key| {
                let later = config.attention.causal && key > query;
                let gone = window.is_some_and(|window| key + window <= query);
                // What fills a row up sees itself, so that no row of scores is empty.
                let filler = key >= *length && key != query;
                later || gone || filler
            }));
        }
    }
    let data = TensorData::new(hidden, [lengths.len(), 1, group.len, keys]);
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

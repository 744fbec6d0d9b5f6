//! The residual policy for larger mazes: cell embedding, residual blocks, dense layer, heads.

use crate::layers::{
    conv, conv_relu, conv_weights, head_sites, head_weights, heads, input_site, map_site,
};
use crate::{Outputs, Parameters, PolicyConfig, Profile, weights::WeightSpec};
use burn::tensor::{Tensor, activation};
use overt_site::{Pass, SiteSpec, Sites};

pub(crate) fn sites(c: &PolicyConfig) -> Sites {
    let block = |i| {
        let inner = ["conv.0.pre", "conv.0.post", "conv.1.out", "out"];
        inner.map(|name| map_site(c, format!("{}.{name}", block_name(i))))
    };
    let embed = ["embed.pre", "embed.post"].map(|name| map_site(c, name));
    let all: Vec<SiteSpec> = std::iter::once(input_site(c))
        .chain(embed)
        .chain((0..c.layers).flat_map(block))
        .chain([map_site(c, "trunk.post")])
        .chain(head_sites(c))
        .collect();
    Sites::new(all)
}

pub(crate) fn weights(c: &PolicyConfig) -> Vec<WeightSpec> {
    let block = |i| {
        let [weight, bias] =
            conv_weights(&format!("{}.conv.1", block_name(i)), 3, c.channels, c.channels);
        // Blocks start near the identity, so that depth does not blow activations up
        // (Zhang et al. 2019, Fixup, section 3).
        let weight = WeightSpec { spread: weight.spread / (c.layers as f32).sqrt(), ..weight };
        let first = conv_weights(&format!("{}.conv.0", block_name(i)), 3, c.channels, c.channels);
        first.into_iter().chain([weight, bias])
    };
    let embed = conv_weights("embed", 1, c.features, c.channels);
    embed.into_iter().chain((0..c.layers).flat_map(block)).chain(head_weights(c)).collect()
}

/// `x [batch, row, col, feature]` to logits `[batch, action]` and value `[batch, 1]`.
pub(crate) fn forward(
    c: &PolicyConfig,
    p: &Parameters,
    profile: Profile,
    x: Tensor<4>,
    pass: &mut Pass,
) -> Outputs<Tensor<2>> {
    let x = pass.at("input", x);
    let mut x = conv_relu(p, "embed", x, pass);
    for i in 0..c.layers {
        let name = block_name(i);
        let inner = conv_relu(p, &format!("{name}.conv.0"), x.clone(), pass);
        let second = format!("{name}.conv.1");
        let inner = pass.at(&format!("{second}.out"), conv(p, &second, inner));
        x = pass.at(&format!("{name}.out"), x + inner);
    }
    let x = pass.at("trunk.post", activation::relu(x));
    heads(p, profile, x, pass)
}

fn block_name(i: usize) -> String {
    format!("blocks.{i}")
}

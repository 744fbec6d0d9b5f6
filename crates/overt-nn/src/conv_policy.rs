//! The small policy: cell embedding, plain convolutions, dense layer, policy and value heads.

use crate::layers::{
    conv_relu, conv_weights, head_sites, head_weights, heads, input_site, map_site,
};
use crate::{Outputs, Parameters, PolicyConfig, Profile, weights::WeightSpec};
use burn::tensor::Tensor;
use overt_site::{Pass, SiteSpec, Sites};

pub(crate) fn sites(c: &PolicyConfig) -> Sites {
    let layers = std::iter::once("embed".to_owned()).chain((0..c.layers).map(conv_name));
    let maps =
        layers.flat_map(|l| [map_site(c, format!("{l}.pre")), map_site(c, format!("{l}.post"))]);
    let all: Vec<SiteSpec> =
        std::iter::once(input_site(c)).chain(maps).chain(head_sites(c)).collect();
    Sites::new(all)
}

pub(crate) fn weights(c: &PolicyConfig) -> Vec<WeightSpec> {
    let convs = (0..c.layers).flat_map(|i| conv_weights(&conv_name(i), 3, c.channels, c.channels));
    let embed = conv_weights("embed", 1, c.features, c.channels);
    embed.into_iter().chain(convs).chain(head_weights(c)).collect()
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
        x = conv_relu(p, &conv_name(i), x, pass);
    }
    heads(p, profile, x, pass)
}

fn conv_name(i: usize) -> String {
    format!("conv.{i}")
}

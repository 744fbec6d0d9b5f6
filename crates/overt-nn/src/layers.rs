//! Layers that the policies share: each offers what it computes to the pass.

use crate::language::project;
use crate::{Outputs, Parameters, PolicyConfig, Profile, cell_conv, weights::WeightSpec};
use burn::tensor::{Tensor, activation};
use overt_site::{Axis, Pass, SiteSpec};

/// A dense layer: `x [batch, in]` to `[batch, out]`.
pub(crate) fn dense(p: &Parameters, profile: Profile, name: &str, x: Tensor<2>) -> Tensor<2> {
    let weight = p.get::<2>(&format!("{name}.weight"));
    let bias = p.get::<1>(&format!("{name}.bias"));
    match profile {
        Profile::Native => x.matmul(weight) + bias.unsqueeze(),
        Profile::Portable => project(x, &weight, Some(&bias), true),
    }
}

/// A convolution over cells: `x [batch, row, col, in]` to `[batch, row, col, out]`.
pub(crate) fn conv(p: &Parameters, name: &str, x: Tensor<4>) -> Tensor<4> {
    cell_conv(x, p.get(&format!("{name}.weight")), p.get(&format!("{name}.bias")))
}

/// A convolution and its rectifier, with a site before and after the rectifier.
pub(crate) fn conv_relu(p: &Parameters, name: &str, x: Tensor<4>, pass: &mut Pass) -> Tensor<4> {
    let pre = pass.at(&format!("{name}.pre"), conv(p, name, x));
    pass.at(&format!("{name}.post"), activation::relu(pre))
}

/// From the last spatial layer to action logits and state value.
pub(crate) fn heads(
    p: &Parameters,
    profile: Profile,
    x: Tensor<4>,
    pass: &mut Pass,
) -> Outputs<Tensor<2>> {
    let [batch, rows, cols, channels] = x.dims();
    heads_of(p, profile, x.reshape([batch, rows * cols * channels]), pass)
}

/// From the last spatial layer, its cells and channels in one row, to action logits and state value.
pub(crate) fn heads_of(
    p: &Parameters,
    profile: Profile,
    flat: Tensor<2>,
    pass: &mut Pass,
) -> Outputs<Tensor<2>> {
    let pre = pass.at("dense.pre", dense(p, profile, "dense", flat));
    let hidden = pass.at("dense.post", activation::relu(pre));
    let logits = pass.at("logits", dense(p, profile, "policy", hidden.clone()));
    let value = pass.at("value", dense(p, profile, "value", hidden));
    Outputs { logits, value }
}

pub(crate) fn input_site(c: &PolicyConfig) -> SiteSpec {
    SiteSpec::new("input", &[(Axis::Row, c.size), (Axis::Col, c.size), (Axis::Feature, c.features)])
}

pub(crate) fn map_site(c: &PolicyConfig, name: impl Into<String>) -> SiteSpec {
    SiteSpec::new(name, &[(Axis::Row, c.size), (Axis::Col, c.size), (Axis::Channel, c.channels)])
}

pub(crate) fn head_sites(c: &PolicyConfig) -> [SiteSpec; 4] {
    [
        SiteSpec::new("dense.pre", &[(Axis::Feature, c.dense)]),
        SiteSpec::new("dense.post", &[(Axis::Feature, c.dense)]),
        SiteSpec::new("logits", &[(Axis::Action, c.actions)]),
        SiteSpec::new("value", &[(Axis::Feature, 1)]),
    ]
}

/// Weight and bias of a convolution that starts after He et al. 2015, eq. 10.
pub(crate) fn conv_weights(
    name: &str,
    window: usize,
    inputs: usize,
    outputs: usize,
) -> [WeightSpec; 2] {
    let spread = (2.0 / (window * window * inputs) as f32).sqrt();
    [
        WeightSpec::new(format!("{name}.weight"), &[window, window, inputs, outputs], spread),
        WeightSpec::new(format!("{name}.bias"), &[outputs], 0.0),
    ]
}

pub(crate) fn head_weights(c: &PolicyConfig) -> Vec<WeightSpec> {
    let flat = c.size * c.size * c.channels;
    let he = |n: usize| (2.0 / n as f32).sqrt();
    vec![
        WeightSpec::new("dense.weight", &[flat, c.dense], he(flat)),
        WeightSpec::new("dense.bias", &[c.dense], 0.0),
        // Near-uniform first policy: Andrychowicz et al. 2021, section 3.2.
        WeightSpec::new("policy.weight", &[c.dense, c.actions], 0.01 * he(c.dense)),
        WeightSpec::new("policy.bias", &[c.actions], 0.0),
        WeightSpec::new("value.weight", &[c.dense, 1], he(c.dense)),
        WeightSpec::new("value.bias", &[1], 0.0),
    ]
}

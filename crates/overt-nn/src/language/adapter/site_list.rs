//! The sites of an adapter, each before the site that it adds to.

use crate::language::config::LanguageConfig;
use crate::language::weights::{Mlp, Projection, Qkv, Weights};
use overt_site::{Axis, SiteSpec, Sites};
use std::collections::BTreeMap;

/// The sites of a model, with those of its adapter among them.
pub(crate) fn weave(sites: Sites, weights: &Weights, c: &LanguageConfig, pos: usize) -> Sites {
    let mut added: BTreeMap<String, Vec<SiteSpec>> = BTreeMap::new();
    let mut add = |at: String, before: String, axes: &[(Axis, usize)]| {
        let axes: Vec<_> = [(Axis::Pos, pos)].iter().chain(axes).copied().collect();
        added.entry(before).or_default().push(SiteSpec::new(format!("{at}.lora"), &axes));
    };
    let stream = [(Axis::DModel, c.d_model)];
    if weights.embed_adapter.is_some() {
        add("embed".into(), "embed".into(), &stream);
    }
    for (layer, block) in weights.blocks.iter().enumerate() {
        let at = |name: &str| format!("blocks.{layer}.{name}");
        let mut of = |projection: &Projection, name: &str, before: &str, axes: &[(Axis, usize)]| {
            if projection.adapter.is_some() {
                add(at(name), at(before), axes);
            }
        };
        let heads = |n: usize| [(Axis::Head, n), (Axis::DHead, c.d_head)];
        match &block.qkv {
            Qkv::Apart([q, k, v]) => {
                of(q, "attn.q", "attn.q", &heads(c.heads));
                of(k, "attn.k", "attn.q", &heads(c.kv_heads));
                of(v, "attn.v", "attn.q", &heads(c.kv_heads));
            }
            Qkv::Fused(all, _) => {
                let width = (c.heads + 2 * c.kv_heads) * c.d_head;
                of(all, "attn.qkv", "attn.q", &[(Axis::Feature, width)]);
            }
        }
        of(&block.attn_out, "attn.out", "attn.out", &stream);
        let neurons = [(Axis::Neuron, c.d_mlp)];
        match &block.mlp {
            Mlp::Plain { up, .. } => of(up, "mlp.up", "mlp.pre", &neurons),
            Mlp::Gated { gate, up, .. } => {
                of(gate, "mlp.gate", "mlp.pre", &neurons);
                of(up, "mlp.up", "mlp.pre", &neurons);
            }
            Mlp::Fused { gate_up, .. } => {
                of(gate_up, "mlp.gate_up", "mlp.pre", &[(Axis::Feature, 2 * c.d_mlp)]);
            }
        }
        of(block.mlp.down(), "mlp.down", "mlp.out", &stream);
    }
    if added.is_empty() {
        return sites;
    }
    let before = |site: &SiteSpec| added.get(&site.name).cloned().unwrap_or_default();
    let woven = sites.iter().flat_map(|site| before(site).into_iter().chain([site.clone()]));
    Sites::new(woven.collect())
}

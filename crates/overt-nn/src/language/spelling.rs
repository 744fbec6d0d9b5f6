//! Names that other tools give to the same tensors.
//!
//! A spelling is taken only where it means the same tensor here: what another tool computes
//! elsewhere, or in another layout, is refused as an unknown site.

use super::config::{LanguageConfig, NormKind};

/// `TransformerLens`, older names: what stands after `blocks.{layer}.`.
const LEGACY: [(&str, &str); 20] = [
    ("hook_resid_pre", "resid_pre"),
    ("hook_resid_mid", "resid_mid"),
    ("hook_resid_post", "resid_post"),
    // There the sum over heads and neurons after any norm that follows: what is added.
    ("hook_attn_out", "attn.added"),
    ("hook_mlp_out", "mlp.added"),
    ("attn.hook_q", "attn.q"),
    ("attn.hook_k", "attn.k"),
    ("attn.hook_v", "attn.v"),
    ("attn.hook_rot_q", "attn.q_rot"),
    ("attn.hook_rot_k", "attn.k_rot"),
    ("attn.hook_attn_scores", "attn.scores"),
    ("attn.hook_pattern", "attn.pattern"),
    ("attn.hook_z", "attn.z"),
    ("attn.hook_result", "attn.result"),
    ("mlp.hook_pre", "mlp.pre"),
    ("mlp.hook_pre_linear", "mlp.pre_linear"),
    ("mlp.hook_post", "mlp.post"),
    ("ln1_post.hook_scale", "attn.post_norm.scale"),
    ("ln2_post.hook_scale", "mlp.post_norm.scale"),
    ("ln2.hook_scale", "mlp.norm.scale"),
];

/// `TransformerLens`, names of its bridge: what stands after `blocks.{layer}.`.
const BRIDGE: [(&str, &str); 14] = [
    ("hook_in", "resid_pre"),
    ("hook_out", "resid_post"),
    ("ln1.hook_out", "attn.in"),
    ("ln2.hook_out", "mlp.in"),
    ("attn.hook_in", "attn.in"),
    ("attn.hook_out", "attn.out"),
    ("attn.q.hook_out", "attn.q"),
    ("attn.k.hook_out", "attn.k"),
    ("attn.v.hook_out", "attn.v"),
    ("mlp.hook_in", "mlp.in"),
    ("mlp.hook_out", "mlp.out"),
    ("mlp.in.hook_out", "mlp.pre"),
    ("mlp.out.hook_in", "mlp.post"),
    ("ln1.hook_scale", "attn.norm.scale"),
];

/// interp-engine, addresses `point.layer`.
const POINTS: [(&str, &str); 18] = [
    ("resid_pre", "resid_pre"),
    ("resid_mid", "resid_mid"),
    ("resid_post", "resid_post"),
    ("attn_in", "attn.in"),
    ("q_norm_in", "attn.q"),
    ("q_norm_out", "attn.q_normed"),
    ("k_norm_in", "attn.k"),
    ("k_norm_out", "attn.k_normed"),
    ("value", "attn.v"),
    ("attn_probs", "attn.pattern"),
    ("z", "attn.z"),
    ("attn_out", "attn.out"),
    ("attn_out_post", "attn.added"),
    ("mlp_in", "mlp.in"),
    ("mlp_pre", "mlp.pre"),
    ("mlp_act", "mlp.post"),
    ("mlp_out", "mlp.out"),
    ("mlp_out_post", "mlp.added"),
];

/// Names outside the blocks.
const OUTSIDE: [(&str, &str); 9] = [
    ("hook_embed", "embed"),
    ("embed.hook_out", "embed"),
    ("hook_pos_embed", "pos_embed"),
    ("pos_embed.hook_out", "pos_embed"),
    ("ln_final.hook_scale", "final_norm.scale"),
    ("ln_final.hook_out", "unembed.in"),
    ("unembed.hook_in", "unembed.in"),
    ("unembed.hook_out", "logits"),
    ("lm_head", "logits"),
];

/// The site that a name from another tool means, in the spelling of this one; any other name as it
/// is.
pub(crate) fn own(config: &LanguageConfig, name: &str) -> String {
    let find = |table: &[(&str, &str)], name: &str| {
        table.iter().find(|(theirs, _)| *theirs == name).map(|(_, ours)| (*ours).to_owned())
    };
    if let Some(ours) = find(&OUTSIDE, name) {
        return ours;
    }
    if name == "ln_final.hook_normalized" {
        return normalized(config, "final_norm.normalized", "unembed.in");
    }
    let inside = name.strip_prefix("blocks.").and_then(|rest| rest.split_once('.'));
    if let Some((layer, within)) = inside {
        let ours = match within {
            "ln1.hook_normalized" => Some(normalized(config, "attn.norm.normalized", "attn.in")),
            "ln2.hook_normalized" => Some(normalized(config, "mlp.norm.normalized", "mlp.in")),
            _ => find(&LEGACY, within).or_else(|| find(&BRIDGE, within)),
        };
        return ours.map_or_else(|| name.to_owned(), |ours| format!("blocks.{layer}.{ours}"));
    }
    let address = name.rsplit_once('.').filter(|(_, layer)| layer.parse::<usize>().is_ok());
    let ours = address.and_then(|(point, layer)| Some((find(&POINTS, point)?, layer)));
    ours.map_or_else(|| name.to_owned(), |(ours, layer)| format!("blocks.{layer}.{ours}"))
}

/// In `TransformerLens` the normalised value is taken before the gain of an RMS norm, and after gain
/// and bias of a layer norm.
fn normalized(config: &LanguageConfig, before_gain: &str, after_gain: &str) -> String {
    match config.norm.kind {
        NormKind::Rms => before_gain.to_owned(),
        NormKind::Layer => after_gain.to_owned(),
    }
}

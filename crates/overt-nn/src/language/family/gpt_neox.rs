//! GPT-NeoX (Black et al. 2022) and Pythia (Biderman et al. 2023).

use super::usual::{Extents, activation, turned};
use crate::Error;
use crate::language::config::{
    AttentionConfig, BlockConfig, EmbeddingConfig, Family, HeadConfig, HeadKind, LanguageConfig,
    LayerConfig, MlpConfig, NormConfig, NormKind,
};
use crate::language::keys::Keys;
use crate::language::names::{BlockNorms, Fused, MlpNames, Names, QkvNames};
use crate::language::rotary::Turn;

const NAMES: Names = Names {
    prefix: "gpt_neox.",
    embed: "embed_in.weight",
    positions: "",
    types: "",
    embed_norm: "",
    layer: "layers.",
    norms: BlockNorms {
        attn_before: "input_layernorm",
        attn_after: "",
        mlp_before: "post_attention_layernorm",
        mlp_after: "",
    },
    qkv: QkvNames::Fused("attention.query_key_value", Fused::ByHead),
    attn_out: "attention.dense",
    mlp: MlpNames::Plain { up: "mlp.dense_h_to_4h", down: "mlp.dense_4h_to_h" },
    final_norm: "final_layer_norm",
    head: "embed_out.weight",
    in_first: false,
    no_weights: &[".attention.bias", ".attention.masked_bias", "rotary_emb.inv_freq"],
};

pub(super) fn read(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    let extents = Extents::read(keys)?;
    let share = keys.find_number("rotary_pct")?.unwrap_or(0.25);
    let base = keys.find_number("rotary_emb_base")?.unwrap_or(10_000.0);
    let turn = Turn { share, may_be_partial: true, ..extents.turn(base) };
    let rotary = turned(keys, turn)?;
    let scale = (extents.d_head as f64).powf(-0.5);
    let layer = LayerConfig { window: None, rotary: Some(rotary), scale };
    let bias = keys.flag("attention_bias", true)?;
    let tied = keys.flag("tie_word_embeddings", false)?;
    let config = LanguageConfig {
        family: Family::GptNeoX,
        vocab: extents.vocab,
        d_model: extents.d_model,
        heads: extents.heads,
        kv_heads: extents.heads,
        d_head: extents.d_head,
        d_mlp: extents.d_mlp,
        context: extents.context,
        layers: vec![layer; extents.n_layers],
        embedding: EmbeddingConfig { scale: None, positions: false, types: None, norm: false },
        norm: NormConfig {
            kind: NormKind::Layer,
            epsilon: keys.find_number("layer_norm_eps")?.unwrap_or(1e-5),
            unit_offset: false,
        },
        block: BlockConfig {
            norm_before: true,
            norm_after: false,
            norm_sum: false,
            parallel: keys.flag("use_parallel_residual", true)?,
        },
        attention: AttentionConfig {
            causal: true,
            soft_cap: None,
            qk_norm: None,
            qkv_bias: bias,
            out_bias: bias,
        },
        mlp: MlpConfig {
            activation: activation(keys, "hidden_act", "gelu")?,
            gated: false,
            bias: true,
        },
        head: HeadConfig {
            norm: true,
            kind: if tied { HeadKind::Tied } else { HeadKind::Own },
            soft_cap: None,
        },
    };
    Ok((config, NAMES))
}

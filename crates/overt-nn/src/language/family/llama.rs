//! Llama (Touvron et al. 2023) and those that differ from it in few keys: Mistral, Qwen2, Qwen3.

use super::usual::{Extents, activation, rotary, window, windows};
use crate::Error;
use crate::language::config::{
    AttentionConfig, BlockConfig, EmbeddingConfig, Family, HeadConfig, HeadKind, LanguageConfig,
    LayerConfig, MlpConfig, NormConfig, NormKind, QkNorm,
};
use crate::language::keys::Keys;
use crate::language::names::{BlockNorms, MlpNames, Names, QkvNames};
use crate::language::rotary::Turn;

pub(super) const NAMES: Names = Names {
    prefix: "model.",
    embed: "embed_tokens.weight",
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
    qkv: QkvNames::Apart(["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]),
    attn_out: "self_attn.o_proj",
    mlp: MlpNames::Gated { gate: "mlp.gate_proj", up: "mlp.up_proj", down: "mlp.down_proj" },
    final_norm: "norm",
    head: "lm_head.weight",
    in_first: false,
    no_weights: &["rotary_emb.inv_freq"],
};

pub(super) fn llama(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    let bias = keys.flag("attention_bias", false)?;
    let mlp_bias = keys.flag("mlp_bias", false)?;
    let parts = Parts {
        biases: [bias, bias, mlp_bias],
        ..Parts::plain(Family::Llama, Extents::read(keys)?)
    };
    Ok((parts.assemble(keys)?, NAMES))
}

pub(super) fn mistral(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    let extents = Extents::read(keys)?;
    let windows = vec![window(keys)?; extents.n_layers];
    let parts = Parts { windows, ..Parts::plain(Family::Mistral, extents) };
    Ok((parts.assemble(keys)?, NAMES))
}

pub(super) fn qwen2(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    let extents = Extents::read(keys)?;
    let windows = qwen_windows(keys, extents.n_layers)?;
    let biases = [true, false, false];
    let parts = Parts { windows, biases, ..Parts::plain(Family::Qwen2, extents) };
    Ok((parts.assemble(keys)?, NAMES))
}

pub(super) fn qwen3(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    keys.given("head_dim")?;
    let extents = Extents::read(keys)?;
    let windows = qwen_windows(keys, extents.n_layers)?;
    let bias = keys.flag("attention_bias", false)?;
    let parts = Parts {
        windows,
        biases: [bias, bias, false],
        qk_norm: Some(QkNorm::PerHead),
        ..Parts::plain(Family::Qwen3, extents)
    };
    Ok((parts.assemble(keys)?, NAMES))
}

/// The window counts only if it is switched on, and then from `max_window_layers` on.
fn qwen_windows(keys: &Keys, n_layers: usize) -> Result<Vec<Option<usize>>, Error> {
    let slides = keys.flag("use_sliding_window", false)?;
    let window = window(keys)?.filter(|_| slides);
    let first = keys.find_count("max_window_layers")?.unwrap_or(n_layers);
    windows(keys, n_layers, window, |layer| layer >= first)
}

/// What differs among models with the blocks of Llama.
pub(super) struct Parts {
    pub(super) family: Family,
    pub(super) extents: Extents,
    pub(super) windows: Vec<Option<usize>>,
    /// Of queries, keys and values; of the attention output; of the MLP.
    pub(super) biases: [bool; 3],
    pub(super) qk_norm: Option<QkNorm>,
    pub(super) block: BlockConfig,
    /// Share of a head that is turned.
    pub(super) turned: f64,
}

impl Parts {
    pub(super) fn plain(family: Family, extents: Extents) -> Self {
        Self {
            family,
            windows: vec![None; extents.n_layers],
            extents,
            biases: [false; 3],
            qk_norm: None,
            block: BlockConfig {
                norm_before: true,
                norm_after: false,
                norm_sum: false,
                parallel: false,
            },
            turned: 1.0,
        }
    }

    pub(super) fn assemble(self, keys: &Keys) -> Result<LanguageConfig, Error> {
        let Extents { vocab, d_model, heads, kv_heads, d_head, d_mlp, context, .. } = self.extents;
        let turn = Turn {
            share: self.turned,
            may_be_partial: self.family == Family::Phi3,
            ..self.extents.turn(10_000.0)
        };
        let rotary = rotary(keys, turn)?;
        let layer = |window| LayerConfig {
            window,
            rotary: Some(rotary.clone()),
            scale: (d_head as f64).powf(-0.5),
        };
        let tied = keys.flag("tie_word_embeddings", false)?;
        Ok(LanguageConfig {
            family: self.family,
            vocab,
            d_model,
            heads,
            kv_heads,
            d_head,
            d_mlp,
            context,
            layers: self.windows.into_iter().map(layer).collect(),
            embedding: EmbeddingConfig { scale: None, positions: false, types: None, norm: false },
            norm: NormConfig {
                kind: NormKind::Rms,
                epsilon: keys.find_number("rms_norm_eps")?.unwrap_or(1e-6),
                unit_offset: false,
            },
            block: self.block,
            attention: AttentionConfig {
                causal: true,
                soft_cap: None,
                qk_norm: self.qk_norm,
                qkv_bias: self.biases[0],
                out_bias: self.biases[1],
            },
            mlp: MlpConfig {
                activation: activation(keys, "hidden_act", "silu")?,
                gated: true,
                bias: self.biases[2],
            },
            head: HeadConfig {
                norm: true,
                kind: if tied { HeadKind::Tied } else { HeadKind::Own },
                soft_cap: None,
            },
        })
    }
}

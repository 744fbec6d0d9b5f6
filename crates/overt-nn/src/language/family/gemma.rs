//! Gemma 2 and Gemma 3, text only (Gemma Team 2024, 2025).

use super::usual::{Extents, activation, cap, rotary, window, windows};
use crate::Error;
use crate::language::config::{
    AttentionConfig, BlockConfig, EmbeddingConfig, Family, HeadConfig, HeadKind, LanguageConfig,
    LayerConfig, MlpConfig, NormConfig, NormKind, QkNorm,
};
use crate::language::keys::Keys;
use crate::language::names::{BlockNorms, Names};
use crate::language::rotary::Rotary;

const NAMES: Names = Names {
    norms: BlockNorms {
        attn_before: "input_layernorm",
        attn_after: "post_attention_layernorm",
        mlp_before: "pre_feedforward_layernorm",
        mlp_after: "post_feedforward_layernorm",
    },
    ..super::llama::NAMES
};

pub(super) fn gemma2(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    let extents = Extents::read(keys)?;
    let windows = windows(keys, extents.n_layers, window(keys)?, |layer| layer % 2 == 0)?;
    let rotary = rotary(keys, extents.turn(10_000.0))?;
    let turns = vec![rotary; extents.n_layers];
    let mut config = assemble(keys, &extents, (Family::Gemma2, None), windows, turns)?;
    config.attention.soft_cap = cap(keys, "attn_logit_softcapping")?;
    Ok((config, NAMES))
}

pub(super) fn gemma3(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    let extents = Extents::read(keys)?;
    // Written beside `layer_types`, and read by nobody.
    keys.find_count("_sliding_window_pattern")?;
    let pattern = keys.find_count("sliding_window_pattern")?.unwrap_or(6).max(1);
    let slides = |layer: usize| !(layer + 1).is_multiple_of(pattern);
    let windows = windows(keys, extents.n_layers, window(keys)?, slides)?;
    let (whole, local) = gemma3_turns(keys, &extents)?;
    let turn = |window: &Option<usize>| if window.is_some() { &local } else { &whole };
    let turns = windows.iter().map(|window| turn(window).clone()).collect();
    let kind = (Family::Gemma3, Some(QkNorm::PerHead));
    // Kept from the family before, and no longer applied.
    keys.find_number("attn_logit_softcapping")?;
    Ok((assemble(keys, &extents, kind, windows, turns)?, NAMES))
}

/// Rotary embeddings of layers that see everything, and of those that see a window.
fn gemma3_turns(keys: &Keys, extents: &Extents) -> Result<(Rotary, Rotary), Error> {
    let (whole, local) = (extents.turn(1_000_000.0), extents.turn(10_000.0));
    if let Some(parameters) = keys.find_object("rope_parameters")? {
        let of = |key: &str, turn| {
            let found = parameters.find_object(key)?;
            Rotary::read(found.as_ref(), turn)
        };
        let turns = (of("full_attention", whole)?, of("sliding_attention", local)?);
        parameters.finish()?;
        return Ok(turns);
    }
    if let Some(scaling) = keys.find_object("rope_scaling")? {
        // Without it, the library that these files are written for ignores the rest.
        scaling.given("rope_type")?;
    }
    let base = keys.find_number("rope_local_base_freq")?.unwrap_or(local.base);
    Ok((rotary(keys, whole)?, Rotary::plain(extents.d_head, base)))
}

fn assemble(
    keys: &Keys,
    extents: &Extents,
    (family, qk_norm): (Family, Option<QkNorm>),
    windows: Vec<Option<usize>>,
    turns: Vec<Rotary>,
) -> Result<LanguageConfig, Error> {
    let scalar = keys.find_number("query_pre_attn_scalar")?.unwrap_or(256.0);
    if scalar <= 0.0 {
        return Err(keys.refuse("query_pre_attn_scalar", "more than 0"));
    }
    let layer =
        |(window, rotary)| LayerConfig { window, rotary: Some(rotary), scale: scalar.powf(-0.5) };
    let bias = keys.flag("attention_bias", false)?;
    let tied = keys.flag("tie_word_embeddings", true)?;
    keys.must("use_bidirectional_attention", false)?;
    // The name of an older activation beside the one that counts.
    keys.find_word("hidden_act")?;
    Ok(LanguageConfig {
        family,
        vocab: extents.vocab,
        d_model: extents.d_model,
        heads: extents.heads,
        kv_heads: extents.kv_heads,
        d_head: extents.d_head,
        d_mlp: extents.d_mlp,
        context: extents.context,
        layers: windows.into_iter().zip(turns).map(layer).collect(),
        embedding: EmbeddingConfig {
            scale: Some((extents.d_model as f64).sqrt()),
            positions: false,
            types: None,
            norm: false,
        },
        norm: NormConfig {
            kind: NormKind::Rms,
            epsilon: keys.find_number("rms_norm_eps")?.unwrap_or(1e-6),
            unit_offset: true,
        },
        block: BlockConfig {
            norm_before: true,
            norm_after: true,
            norm_sum: false,
            parallel: false,
        },
        attention: AttentionConfig {
            causal: true,
            soft_cap: None,
            qk_norm,
            qkv_bias: bias,
            out_bias: bias,
        },
        mlp: MlpConfig {
            activation: activation(keys, "hidden_activation", "gelu_pytorch_tanh")?,
            gated: true,
            bias: false,
        },
        head: HeadConfig {
            norm: true,
            kind: if tied { HeadKind::Tied } else { HeadKind::Own },
            soft_cap: cap(keys, "final_logit_softcapping")?,
        },
    })
}

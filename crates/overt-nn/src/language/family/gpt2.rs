//! GPT-2 (Radford et al. 2019).

use super::usual::{activation, layers, share};
use crate::Error;
use crate::language::config::{
    AttentionConfig, BlockConfig, EmbeddingConfig, Family, HeadConfig, HeadKind, LanguageConfig,
    LayerConfig, MlpConfig, NormConfig, NormKind,
};
use crate::language::keys::Keys;
use crate::language::names::{BlockNorms, Fused, MlpNames, Names, QkvNames};

const NAMES: Names = Names {
    prefix: "transformer.",
    embed: "wte.weight",
    positions: "wpe.weight",
    types: "",
    embed_norm: "",
    layer: "h.",
    norms: BlockNorms { attn_before: "ln_1", attn_after: "", mlp_before: "ln_2", mlp_after: "" },
    qkv: QkvNames::Fused("attn.c_attn", Fused::Blocks),
    attn_out: "attn.c_proj",
    mlp: MlpNames::Plain { up: "mlp.c_fc", down: "mlp.c_proj" },
    final_norm: "ln_f",
    head: "lm_head.weight",
    in_first: true,
    no_weights: &[".attn.bias", ".attn.masked_bias"],
};

pub(super) fn read(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    let (d_model, heads) = (keys.count("n_embd")?, keys.count("n_head")?);
    let d_head = share(keys, d_model, heads)?;
    let scaled = keys.flag("scale_attn_weights", true)?;
    let by_layer = keys.flag("scale_attn_by_inverse_layer_idx", false)?;
    let scale = if scaled { (d_head as f64).powf(-0.5) } else { 1.0 };
    let layer = |idx: usize| LayerConfig {
        window: None,
        rotary: None,
        scale: if by_layer { scale / (idx + 1) as f64 } else { scale },
    };
    let tied = keys.flag("tie_word_embeddings", true)?;
    let config = LanguageConfig {
        family: Family::Gpt2,
        vocab: keys.count("vocab_size")?,
        d_model,
        heads,
        kv_heads: heads,
        d_head,
        d_mlp: keys.find_count("n_inner")?.unwrap_or(d_model.saturating_mul(4)),
        context: keys.count("n_positions")?,
        layers: (0..layers(keys, "n_layer")?).map(layer).collect(),
        embedding: EmbeddingConfig { scale: None, positions: true, types: None, norm: false },
        norm: NormConfig {
            kind: NormKind::Layer,
            epsilon: keys.find_number("layer_norm_epsilon")?.unwrap_or(1e-5),
            unit_offset: false,
        },
        block: BlockConfig {
            norm_before: true,
            norm_after: false,
            norm_sum: false,
            parallel: false,
        },
        attention: AttentionConfig {
            causal: true,
            soft_cap: None,
            qk_norm: None,
            qkv_bias: true,
            out_bias: true,
        },
        mlp: MlpConfig {
            activation: activation(keys, "activation_function", "gelu_new")?,
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

//! BERT encoders (Devlin et al. 2019), `MiniLM` among them.

use super::usual::{Extents, activation};
use crate::Error;
use crate::language::config::{
    AttentionConfig, BlockConfig, EmbeddingConfig, Family, HeadConfig, HeadKind, LanguageConfig,
    LayerConfig, MlpConfig, NormConfig, NormKind,
};
use crate::language::keys::Keys;
use crate::language::names::{BlockNorms, MlpNames, Names, QkvNames};

const NAMES: Names = Names {
    prefix: "bert.",
    embed: "embeddings.word_embeddings.weight",
    positions: "embeddings.position_embeddings.weight",
    types: "embeddings.token_type_embeddings.weight",
    embed_norm: "embeddings.LayerNorm",
    layer: "encoder.layer.",
    norms: BlockNorms {
        attn_before: "",
        attn_after: "attention.output.LayerNorm",
        mlp_before: "",
        mlp_after: "output.LayerNorm",
    },
    qkv: QkvNames::Apart(["attention.self.query", "attention.self.key", "attention.self.value"]),
    attn_out: "attention.output.dense",
    mlp: MlpNames::Plain { up: "intermediate.dense", down: "output.dense" },
    final_norm: "",
    head: "cls.predictions.",
    in_first: false,
    no_weights: &[
        "embeddings.position_ids",
        // Heads over the first token, which no site reads.
        "pooler.dense.weight",
        "pooler.dense.bias",
        "cls.seq_relationship.weight",
        "cls.seq_relationship.bias",
    ],
};

pub(super) fn read(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    keys.must("position_embedding_type", "absolute")?;
    let extents = Extents::read(keys)?;
    let scale = (extents.d_head as f64).powf(-0.5);
    let layer = LayerConfig { window: None, rotary: None, scale };
    let tied = keys.flag("tie_word_embeddings", true)?;
    if !tied {
        return Err(keys.refuse("tie_word_embeddings", "true"));
    }
    let config = LanguageConfig {
        family: Family::Bert,
        vocab: extents.vocab,
        d_model: extents.d_model,
        heads: extents.heads,
        kv_heads: extents.heads,
        d_head: extents.d_head,
        d_mlp: extents.d_mlp,
        context: extents.context,
        layers: vec![layer; extents.n_layers],
        embedding: EmbeddingConfig {
            scale: None,
            positions: true,
            types: Some(keys.find_count("type_vocab_size")?.unwrap_or(2)),
            norm: true,
        },
        norm: NormConfig {
            kind: NormKind::Layer,
            epsilon: keys.find_number("layer_norm_eps")?.unwrap_or(1e-12),
            unit_offset: false,
        },
        block: BlockConfig {
            norm_before: false,
            norm_after: false,
            norm_sum: true,
            parallel: false,
        },
        attention: AttentionConfig {
            causal: false,
            soft_cap: None,
            qk_norm: None,
            qkv_bias: true,
            out_bias: true,
        },
        mlp: MlpConfig {
            activation: activation(keys, "hidden_act", "gelu")?,
            gated: false,
            bias: true,
        },
        // Whether there is one shows in the weights.
        head: HeadConfig { norm: false, kind: HeadKind::Absent, soft_cap: None },
    };
    Ok((config, NAMES))
}

//! `OLMo` 2 (Walsh et al. 2024): norms over queries and keys, and after each module.

use super::llama::{self, Parts};
use super::usual::Extents;
use crate::Error;
use crate::language::config::{BlockConfig, Family, LanguageConfig, QkNorm};
use crate::language::keys::Keys;
use crate::language::names::{BlockNorms, Names};

const NAMES: Names = Names {
    norms: BlockNorms {
        attn_before: "",
        attn_after: "post_attention_layernorm",
        mlp_before: "",
        mlp_after: "post_feedforward_layernorm",
    },
    ..llama::NAMES
};

pub(super) fn read(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    let bias = keys.flag("attention_bias", false)?;
    let parts = Parts {
        biases: [bias, bias, false],
        qk_norm: Some(QkNorm::Whole),
        block: BlockConfig {
            norm_before: false,
            norm_after: true,
            norm_sum: false,
            parallel: false,
        },
        ..Parts::plain(Family::Olmo2, Extents::read(keys)?)
    };
    Ok((parts.assemble(keys)?, NAMES))
}

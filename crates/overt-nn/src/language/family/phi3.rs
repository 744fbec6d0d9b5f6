//! Phi-3 (Abdin et al. 2024): Llama with fused projections and part of each head turned.

use super::llama::{self, Parts};
use super::usual::{Extents, window};
use crate::Error;
use crate::language::config::{Family, LanguageConfig};
use crate::language::keys::Keys;
use crate::language::names::{Fused, MlpNames, Names, QkvNames};

const NAMES: Names = Names {
    qkv: QkvNames::Fused("self_attn.qkv_proj", Fused::Blocks),
    mlp: MlpNames::Fused { gate_up: "mlp.gate_up_proj", down: "mlp.down_proj" },
    ..llama::NAMES
};

pub(super) fn read(keys: &Keys) -> Result<(LanguageConfig, Names), Error> {
    let extents = Extents::read(keys)?;
    let windows = vec![window(keys)?; extents.n_layers];
    let turned = keys.find_number("partial_rotary_factor")?.unwrap_or(1.0);
    // Says from where on long contexts are stretched, which only kinds refused here do.
    keys.find_count("original_max_position_embeddings")?;
    let parts = Parts { windows, turned, ..Parts::plain(Family::Phi3, extents) };
    Ok((parts.assemble(keys)?, NAMES))
}

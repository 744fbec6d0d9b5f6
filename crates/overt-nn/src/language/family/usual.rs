//! What most families call alike and mean alike.

use crate::Error;
use crate::language::config::Activation;
use crate::language::keys::Keys;
use crate::language::rotary::{Rotary, Turn};

/// Extents by the names that most families give them.
pub(super) struct Extents {
    pub(super) vocab: usize,
    pub(super) d_model: usize,
    pub(super) n_layers: usize,
    pub(super) heads: usize,
    pub(super) kv_heads: usize,
    pub(super) d_head: usize,
    pub(super) d_mlp: usize,
    pub(super) context: usize,
}

impl Extents {
    pub(super) fn read(keys: &Keys) -> Result<Self, Error> {
        let (d_model, heads) = (keys.count("hidden_size")?, keys.count("num_attention_heads")?);
        let d_head = match keys.find_count("head_dim")? {
            // Tables of this width are made before the weights are looked at.
            Some(d_head) if (1..=WIDEST_HEAD).contains(&d_head) => d_head,
            Some(_) => return Err(keys.refuse("head_dim", "1 to 65536")),
            None => share(keys, d_model, heads)?,
        };
        Ok(Self {
            vocab: keys.count("vocab_size")?,
            d_model,
            n_layers: layers(keys, "num_hidden_layers")?,
            heads,
            kv_heads: keys.find_count("num_key_value_heads")?.unwrap_or(heads),
            d_head,
            d_mlp: keys.count("intermediate_size")?,
            context: keys.count("max_position_embeddings")?,
        })
    }

    /// What a rotary embedding needs to know.
    pub(super) fn turn(&self, base: f64) -> Turn {
        Turn { d_head: self.d_head, share: 1.0, may_be_partial: false, base, context: self.context }
    }
}

/// The widest head.
pub(super) const WIDEST_HEAD: usize = 1 << 16;

/// The width of a head where the configuration has none of its own.
pub(super) fn share(keys: &Keys, d_model: usize, heads: usize) -> Result<usize, Error> {
    match d_model.checked_div(heads) {
        Some(d_head) if d_head * heads == d_model && (1..=WIDEST_HEAD).contains(&d_head) => {
            Ok(d_head)
        }
        _ => Err(keys.refuse("num_attention_heads", format!("a divisor of the width {d_model}"))),
    }
}

/// A number of layers, kept from asking for all memory before anything else is checked.
pub(super) fn layers(keys: &Keys, key: &str) -> Result<usize, Error> {
    let n = keys.count(key)?;
    if (1..=1024).contains(&n) { Ok(n) } else { Err(keys.refuse(key, "1 to 1024")) }
}

pub(super) fn activation(keys: &Keys, key: &str, absent: &str) -> Result<Activation, Error> {
    let word = keys.find_word(key)?;
    match word.as_deref().unwrap_or(absent) {
        "gelu" | "gelu_python" => Ok(Activation::Gelu),
        "gelu_new" | "gelu_pytorch_tanh" => Ok(Activation::GeluTanh),
        "silu" | "swish" => Ok(Activation::Silu),
        "relu" => Ok(Activation::Relu),
        _ => Err(keys.refuse(key, "gelu, gelu_new, gelu_pytorch_tanh, silu or relu")),
    }
}

/// One rotary embedding for all layers: `rope_parameters`, or `rope_theta` with `rope_scaling`.
pub(super) fn rotary(keys: &Keys, turn: Turn) -> Result<Rotary, Error> {
    let base = keys.find_number("rope_theta")?.unwrap_or(turn.base);
    if base <= 1.0 {
        return Err(keys.refuse("rope_theta", "more than 1"));
    }
    turned(keys, Turn { base, ..turn })
}

/// The same with a base that stands elsewhere.
pub(super) fn turned(keys: &Keys, turn: Turn) -> Result<Rotary, Error> {
    let (newer, older) = (keys.find_object("rope_parameters")?, keys.find_object("rope_scaling")?);
    if newer.is_some() && older.is_some() {
        return Err(keys.refuse("rope_scaling", "none beside `rope_parameters`"));
    }
    Rotary::read(newer.or(older).as_ref(), turn)
}

/// Which layers see a window only: `layer_types`, or what the family does without it.
pub(super) fn windows(
    keys: &Keys,
    n_layers: usize,
    window: Option<usize>,
    absent: impl Fn(usize) -> bool,
) -> Result<Vec<Option<usize>>, Error> {
    let Some(types) = keys.find_words("layer_types")? else {
        return Ok((0..n_layers).map(|layer| window.filter(|_| absent(layer))).collect());
    };
    if types.len() != n_layers {
        return Err(keys.refuse("layer_types", format!("{n_layers} entries, one per layer")));
    }
    let slides = |kind: &String| match kind.as_str() {
        "full_attention" => Ok(None),
        "sliding_attention" => match window {
            Some(window) => Ok(Some(window)),
            None => Err(keys.refuse("sliding_window", "a whole number: `layer_types` slide")),
        },
        _ => Err(keys.refuse("layer_types", "full_attention or sliding_attention")),
    };
    types.iter().map(slides).collect()
}

/// A window of at least one key, or null for none.
pub(super) fn window(keys: &Keys) -> Result<Option<usize>, Error> {
    keys.given("sliding_window")?;
    match keys.find_count("sliding_window")? {
        Some(0) => Err(keys.refuse("sliding_window", "at least 1")),
        window => Ok(window),
    }
}

/// A cap above zero, or null for none.
pub(super) fn cap(keys: &Keys, key: &str) -> Result<Option<f64>, Error> {
    keys.given(key)?;
    match keys.find_number(key)? {
        Some(cap) if cap <= 0.0 => Err(keys.refuse(key, "more than 0")),
        cap => Ok(cap),
    }
}

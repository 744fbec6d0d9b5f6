//! What a family calls its weights.

/// Names of the weights of one family; those of a layer stand after `layer` and its number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    /// In front of everything but the head, in files saved with a head.
    pub(crate) prefix: &'static str,
    pub(crate) embed: &'static str,
    pub(crate) positions: &'static str,
    pub(crate) types: &'static str,
    pub(crate) embed_norm: &'static str,
    pub(crate) layer: &'static str,
    /// Before attention, after it, before the MLP, after it; over sums, where they stand.
    pub(crate) norms: BlockNorms,
    pub(crate) qkv: QkvNames,
    pub(crate) attn_out: &'static str,
    pub(crate) mlp: MlpNames,
    pub(crate) final_norm: &'static str,
    pub(crate) head: &'static str,
    /// Whether projections are stored `[in, out]`, as a GPT-2 convolution, and not `[out, in]`.
    pub(crate) in_first: bool,
    /// Ends of names of tensors that hold no weights: masks and tables saved along.
    pub(crate) no_weights: &'static [&'static str],
}

/// Names of the norms of a layer; empty where there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockNorms {
    pub(crate) attn_before: &'static str,
    pub(crate) attn_after: &'static str,
    pub(crate) mlp_before: &'static str,
    pub(crate) mlp_after: &'static str,
}

/// Projections to queries, keys and values.
#[derive(Clone, Copy, Debug)]
pub(crate) enum QkvNames {
    /// One each.
    Apart([&'static str; 3]),
    /// One for all.
    Fused(&'static str, Fused),
}

/// How one projection holds queries, keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fused {
    /// All queries, then all keys, then all values.
    Blocks,
    /// Query, key and value of the first head, then of the next.
    ByHead,
}

/// Projections of an MLP.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MlpNames {
    /// Up and down.
    Plain { up: &'static str, down: &'static str },
    /// Gate, up and down.
    Gated { gate: &'static str, up: &'static str, down: &'static str },
    /// Gate and up in one projection, gate first; down.
    Fused { gate_up: &'static str, down: &'static str },
}

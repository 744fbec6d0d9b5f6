//! A language model as data: what the keys of its family mean.

use super::rotary::Rotary;
use crate::Error;

/// The largest extent of any axis: a configuration from a stranger must not ask for all memory.
const LARGEST: usize = 1 << 24;
/// The most layers.
const MOST_LAYERS: usize = 1024;

/// A family of architectures, by the `model_type` of its configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum Family {
    Gpt2,
    GptNeoX,
    Llama,
    Mistral,
    Qwen2,
    Qwen3,
    Gemma2,
    Gemma3,
    Phi3,
    Olmo2,
    Bert,
}

/// A language model: extents, and which of the known parts stand where.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageConfig {
    /// The family that it was read as.
    pub family: Family,
    /// Tokens of the vocabulary.
    pub vocab: usize,
    /// Width of the residual stream.
    pub d_model: usize,
    /// Query heads of every layer.
    pub heads: usize,
    /// Heads of keys and values; a divisor of `heads`.
    pub kv_heads: usize,
    /// Width of one head.
    pub d_head: usize,
    /// Neurons of every MLP.
    pub d_mlp: usize,
    /// The longest prompt.
    pub context: usize,
    /// What a layer has of its own.
    pub layers: Vec<LayerConfig>,
    /// From tokens to the residual stream.
    pub embedding: EmbeddingConfig,
    /// How every norm normalises.
    pub norm: NormConfig,
    /// Where norms stand in a block.
    pub block: BlockConfig,
    /// Attention of every layer.
    pub attention: AttentionConfig,
    /// The MLP of every layer.
    pub mlp: MlpConfig,
    /// From the residual stream to logits.
    pub head: HeadConfig,
}

/// What differs from layer to layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerConfig {
    /// Keys that a query sees, itself included; all before it if none.
    pub window: Option<usize>,
    /// How queries and keys are turned by their position.
    pub rotary: Option<Rotary>,
    /// Factor of the attention scores.
    pub scale: f64,
}

/// From tokens to the residual stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EmbeddingConfig {
    /// Factor of the token embedding.
    pub scale: Option<f64>,
    /// Learned positions.
    pub positions: bool,
    /// Segment types (BERT); every token is of type 0.
    pub types: Option<usize>,
    /// Whether the sum is normalised.
    pub norm: bool,
}

/// What a norm takes off and divides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormKind {
    /// The mean, and the standard deviation (Ba et al. 2016).
    Layer,
    /// Nothing, and the root mean square (Zhang and Sennrich 2019).
    Rms,
}

/// How every norm normalises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormConfig {
    /// What it takes off and divides by.
    pub kind: NormKind,
    /// Added to the variance.
    pub epsilon: f64,
    /// Whether the gain is one plus the weight (Gemma).
    pub unit_offset: bool,
}

/// Where norms stand in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent places")]
pub struct BlockConfig {
    /// Before a module.
    pub norm_before: bool,
    /// After a module, before it is added to the residual stream.
    pub norm_after: bool,
    /// Over the sum of the stream and the module (the original transformer, BERT).
    pub norm_sum: bool,
    /// Whether attention and MLP read the same stream, and are added together (`GPT-NeoX`).
    pub parallel: bool,
}

/// Norms over queries and keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QkNorm {
    /// Each head by itself (Qwen3, Gemma-3).
    PerHead,
    /// All heads together (OLMo-2).
    Whole,
}

/// Attention of every layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AttentionConfig {
    /// Whether a token sees only itself and those before it.
    pub causal: bool,
    /// Scores become `cap · tanh(score / cap)`.
    pub soft_cap: Option<f64>,
    /// Norms over queries and keys.
    pub qk_norm: Option<QkNorm>,
    /// Whether the projections to queries, keys and values have a bias.
    pub qkv_bias: bool,
    /// Whether the output projection has a bias.
    pub out_bias: bool,
}

/// What an MLP does to its neurons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x Φ(x)`.
    Gelu,
    /// `x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))` (Hendrycks and Gimpel 2016).
    GeluTanh,
    /// `x / (1 + e⁻ˣ)`.
    Silu,
    /// `max(x, 0)`.
    Relu,
}

/// The MLP of every layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MlpConfig {
    /// What it does to its neurons.
    pub activation: Activation,
    /// Whether a second projection multiplies them (Shazeer 2020).
    pub gated: bool,
    /// Whether the projections have a bias.
    pub bias: bool,
}

/// From the residual stream to logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeadConfig {
    /// Whether a norm stands before it.
    pub norm: bool,
    /// What turns the stream into logits.
    pub kind: HeadKind,
    /// Logits become `cap · tanh(logit / cap)`.
    pub soft_cap: Option<f64>,
}

/// What turns the residual stream into logits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadKind {
    /// Nothing: an encoder without a head ends with its stream.
    Absent,
    /// The token embedding once more.
    Tied,
    /// A projection of its own.
    Own,
    /// Dense layer, activation, norm, and the token embedding with a bias (BERT).
    Masked,
}

impl Family {
    /// The name by which its configurations call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gpt2 => "gpt2",
            Self::GptNeoX => "gpt_neox",
            Self::Llama => "llama",
            Self::Mistral => "mistral",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
            Self::Gemma2 => "gemma2",
            Self::Gemma3 => "gemma3_text",
            Self::Phi3 => "phi3",
            Self::Olmo2 => "olmo2",
            Self::Bert => "bert",
        }
    }
}

impl LanguageConfig {
    /// Sites that other models have and this one lacks, or that can only be tapped, and why.
    pub fn refused(&self) -> Vec<(&'static str, &'static str)> {
        let rotary = self.layers.iter().any(|layer| layer.rotary.is_some());
        let reasons = [
            (!self.block.parallel, "blocks.*.resid_mid", "attention and MLP read the same stream"),
            (self.mlp.gated, "blocks.*.mlp.pre_linear", "the MLP has no gate"),
            (rotary, "blocks.*.attn.q_rot", "positions are not rotary"),
            (
                self.attention.qk_norm.is_some(),
                "blocks.*.attn.q_normed",
                "queries are not normalised",
            ),
            (self.embedding.positions, "pos_embed", "positions are not learned"),
            (self.head.kind != HeadKind::Absent, "logits", "the model has no head"),
            (false, "blocks.*.attn.result", "a read-out: it can be tapped, and nothing reads it"),
        ];
        let refused = reasons.into_iter().filter(|(has, _, _)| !has);
        refused.map(|(_, site, why)| (site, why)).collect()
    }

    /// Refuses extents that no model has, and heads that contradict each other.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let extents = [
            ("vocabulary", self.vocab),
            ("width", self.d_model),
            ("heads", self.heads),
            ("key and value heads", self.kv_heads),
            ("head width", self.d_head),
            ("neurons", self.d_mlp),
            ("context", self.context),
        ];
        for (field, got) in extents {
            if got == 0 || got > LARGEST {
                return Err(Error::BadConfig { field, got, limit: LARGEST });
            }
        }
        let got = self.layers.len();
        if got == 0 || got > MOST_LAYERS {
            return Err(Error::BadConfig { field: "layers", got, limit: MOST_LAYERS });
        }
        if !self.heads.is_multiple_of(self.kv_heads) {
            let (heads, kv_heads) = (self.heads, self.kv_heads);
            return Err(Error::BadHeads { heads, kv_heads });
        }
        Ok(())
    }
}

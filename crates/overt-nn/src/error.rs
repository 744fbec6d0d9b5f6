//! Why a network cannot be had or run.

use overt_fault::Hint;

/// What is wrong with a network, its files or its input.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum Error {
    /// An extent that no policy has.
    #[error("config: `{field}` is {got}, expected 1 to {limit}")]
    BadConfig { field: &'static str, got: usize, limit: usize },

    /// More numbers than any policy here has.
    #[error("config: the weights would hold more than {limit} numbers")]
    TooLarge { limit: usize },

    /// The configuration is not the JSON that is expected.
    #[error("config is not readable: {source}")]
    ConfigJson { source: serde_json::Error },

    /// The file is cut off, or not a safetensors file.
    #[error("weights are not a safetensors file: {source}")]
    NotSafetensors { source: safetensors::SafeTensorError },

    /// The configuration asks for a tensor that the file lacks.
    #[error("weights lack `{name}`, which the config asks for with shape {expected:?}")]
    MissingWeight { name: String, expected: Vec<usize> },

    /// The file holds a tensor that the configuration has no place for.
    #[error("weights hold `{name}`, which the config has no place for")]
    UnexpectedWeight { name: String },

    /// The file and the configuration disagree.
    #[error("weight `{name}` has shape {got:?}, the config asks for {expected:?}")]
    WeightShape { name: String, expected: Vec<usize>, got: Vec<usize> },

    /// Networks here compute in `f32`.
    #[error("weight `{name}` is {got}, expected F32")]
    WeightType { name: String, got: String },

    /// A number that no trained network holds.
    #[error("weight `{name}` holds a value that is not finite at index {index}")]
    WeightNotFinite { name: String, index: usize },

    /// A key of a configuration has a value that this engine does not compute.
    #[error("config: `{key}` is {got}, expected {expected}")]
    ConfigKey { key: String, got: String, expected: String },

    /// A key that could matter, and that this engine does not know.
    #[error("config: `{key}` is {value}, and this engine does not know what it means")]
    ConfigKeyUnknown { key: String, value: String },

    /// Query heads that cannot be shared out evenly.
    #[error("config: {heads} query heads cannot share {kv_heads} heads of keys and values")]
    BadHeads { heads: usize, kv_heads: usize },

    /// The file system refused.
    #[error("cannot read `{file}`: {source}")]
    File { file: String, source: std::io::Error },

    /// A weights file that is cut off, or whose header is wrong.
    #[error("`{file}` is not a whole safetensors file: {why}")]
    BadWeightsFile { file: String, why: String },

    /// The list of shards is not readable.
    #[error("`{file}` is not readable: {source}")]
    Index { file: String, source: serde_json::Error },

    /// A shard that lies outside the folder.
    #[error("`{file}` names the shard `{shard}`, which is no file of the folder")]
    ShardName { file: String, shard: String },

    /// Two files hold the same tensor, and only one of them can be meant.
    #[error("`{file}` holds `{tensor}` a second time")]
    TensorTwice { tensor: String, file: String },

    /// A tokenizer that is damaged, or text that it cannot cut.
    #[error("`{file}`: {why}")]
    Tokenizer { file: String, why: String },

    /// The tokenizer and the model do not fit.
    #[error("`tokenizer.json` has {got} tokens, the model has {vocab}")]
    TokenizerSize { got: usize, vocab: usize },

    /// A metric reads one token.
    #[error("`{text}` is {got} tokens, expected one")]
    NotOneToken { text: String, got: usize },

    /// A sweep patches one prompt.
    #[error("a sweep runs over one row of tokens, got {got}")]
    SweepRows { got: usize },

    /// The system gives no threads.
    #[error("no pool of threads: {source}")]
    Threads { source: rayon::ThreadPoolBuildError },

    /// There is nothing between the stream and logits, or more than one matrix.
    #[error("this model has no plain head: no matrix turns its stream into logits")]
    NoHead,

    /// A row of the stream has the width of the model.
    #[error("a row of {got} numbers, the residual stream has {expected}")]
    RowWidth { got: usize, expected: usize },

    /// Generation goes from left to right.
    #[error("this model cannot generate: it sees ahead, or has no head")]
    CannotGenerate,

    /// Tokens beyond the context.
    #[error("{n} tokens after a prompt of {prompt}: the context holds {context}")]
    GeneratesTooMuch { n: usize, prompt: usize, context: usize },

    /// A way to draw that means nothing.
    #[error("`{option}` is {got}, expected {expected}")]
    Sampling { option: &'static str, got: f64, expected: &'static str },

    /// There is no chat without a template.
    #[error("this model has no chat template")]
    NoChatTemplate,

    /// A template that is damaged, that refuses the chat, or that takes too long.
    #[error("the chat template does not render: {why}")]
    ChatTemplate { why: String },

    /// Messages that no template reads.
    #[error("this is no chat: {why}")]
    BadChat { why: String },

    /// Planning starts at a layer.
    #[error("a sweep patches sites of the blocks, `{site}` lies outside")]
    SweepSite { site: String },

    /// There is nothing to run.
    #[error("token row {row} is empty")]
    NoTokens { row: usize },

    /// The tokenizer and the model do not fit.
    #[error("token {id} at row {row}, position {pos} is beyond the vocabulary of {vocab}")]
    NoSuchToken { id: u32, row: usize, pos: usize, vocab: usize },

    /// A logit that the model does not have.
    #[error("logit {id} is beyond the vocabulary of {vocab}")]
    NoSuchLogit { id: u32, vocab: usize },

    /// Positions that the model was never trained on.
    #[error("the prompt has {got} tokens, the context holds {context}")]
    PromptTooLong { got: usize, context: usize },

    /// The observation does not fit the network.
    #[error(
        "observation has shape {got:?}, the network expects [batch, {size}, {size}, {features}]"
    )]
    ObservationShape { got: Vec<usize>, size: usize, features: usize },

    /// The adapter is wrong, or does not fit the model.
    #[error(transparent)]
    Adapter(#[from] crate::AdapterError),

    /// The run itself is wrong.
    #[error(transparent)]
    Run(#[from] overt_site::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotSafetensors { .. } => {
                Some("the file may be cut off: copy it again and compare its digest".into())
            }
            Self::MissingWeight { .. }
            | Self::UnexpectedWeight { .. }
            | Self::WeightShape { .. } => Some(
                "`config.json` and `model.safetensors` must come from the same training".into(),
            ),
            Self::WeightNotFinite { .. } => {
                Some("training diverged or the file is damaged; such a model is not audited".into())
            }
            Self::ConfigKeyUnknown { .. } => Some(
                "a key that is ignored could change every number; set it to null if it is inert"
                    .into(),
            ),
            Self::BadWeightsFile { .. } => Some("copy it again and compare its digest".into()),
            Self::NotOneToken { .. } => {
                Some("a leading space belongs to most words; or give the token's number".into())
            }
            Self::NoSuchToken { .. } | Self::TokenizerSize { .. } => {
                Some("the tokenizer and the weights must come from the same model".into())
            }
            Self::GeneratesTooMuch { prompt, context, .. } => {
                Some(format!("`--n {}` is the most that fits", context + 1 - prompt))
            }
            Self::Sampling { .. } => {
                Some("leave `--temperature` out for the most probable token".into())
            }
            Self::NoChatTemplate => Some(
                "chat_template.jinja, or `chat_template` in tokenizer_config.json, is looked for; \
                 a base model has none: give `--text`"
                    .into(),
            ),
            Self::ChatTemplate { .. } => {
                Some("the message may be the template's own: many refuse some orders of roles".into())
            }
            Self::BadChat { .. } => Some(
                r#"a chat is [{"role": "user", "content": "…"}], or {"messages": […], "tools": […]}"#
                    .into(),
            ),
            Self::Run(error) => error.hint(),
            Self::Adapter(error) => error.hint(),
            _ => Some(
                "a language model is a Hugging Face folder: config.json, *.safetensors, \
                 tokenizer.json; an agent is a folder as `overt train` writes it"
                    .into(),
            ),
        }
    }
}

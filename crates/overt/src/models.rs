//! Language models in a folder, and what is put into them.

use crate::fault::{Context, Refused, Result};
use crate::files;
use crate::given::{Given, PromptReader, ReadPrompt};
use crate::lens::Metric;
use crate::nn::{Device, Export, LanguageConfig, LanguageModel, ModelPath, Tokenizer, Tokens};
use crate::site::{DeclaredEdit, Real, Sites};
use serde::Serialize;
use std::path::Path;

/// The type that a model computes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dtype {
    /// 32 bits.
    #[default]
    F32,
    /// 64 bits: tells rounding from error.
    F64,
}

impl Dtype {
    /// Its name, such as `f32`.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }
}

/// What made a file: so that nobody needs to guess which model and which prompts it is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Program and version.
    pub engine: String,
    /// SHA-256 of the weights, however they are divided into files.
    pub model: String,
    /// SHA-256 of the adapter's tensors and configuration, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// The type that was computed in.
    pub dtype: &'static str,
}

impl Origin {
    /// This model, computed in this type.
    pub fn of(model: &ModelPath, dtype: Dtype) -> Result<Self> {
        let adapter = LanguageModel::<f32>::adapter_digest(model)?;
        let model = LanguageModel::<f32>::digest(model)?;
        Ok(Self { engine: engine(), model, adapter, dtype: dtype.name() })
    }
}

/// This program and its version.
pub fn engine() -> String {
    format!("overt {}", env!("CARGO_PKG_VERSION"))
}

/// Opens a model: a Hugging Face folder of `config.json` and `*.safetensors`, or what else [`ModelPath`] names.
pub fn open<T: Real>(model: &ModelPath) -> Result<LanguageModel<T>> {
    LanguageModel::open_model(model, &Device::flex()).with_context(|| cannot_open(model))
}

/// Every site of a run of a model over so many positions, and what a person should know. No weight of the base
/// is read.
pub fn sites(model: &ModelPath, positions: usize) -> Result<(Sites, Vec<String>)> {
    LanguageModel::<f32>::sites_of(model, positions).with_context(|| cannot_open(model))
}

/// The files of a model as a Hugging Face folder holds them; with `merge`, its adapter goes into the weights.
pub fn export(model: &ModelPath, merge: bool) -> Result<Export> {
    Export::plan(model, merge).with_context(|| cannot_open(model))
}

/// The architecture of a model, without its weights; whether there is a head may show in the weights only.
pub fn config(model: &ModelPath) -> Result<LanguageConfig> {
    LanguageConfig::of(model).with_context(|| cannot_open(model))
}

/// The tokenizer of a model, if it has one.
pub fn tokenizer(model: &ModelPath, config: &LanguageConfig) -> Result<Option<Tokenizer>> {
    Tokenizer::of(model, config).with_context(|| cannot_open(model))
}

fn cannot_open(model: &ModelPath) -> String {
    let path = model.path.display();
    match &model.adapter {
        None => format!("cannot open {path}"),
        Some(adapter) => format!("cannot open {path} with the adapter {}", adapter.display()),
    }
}

/// A prompt as it was given, and as the model reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prompt {
    /// A text, or token numbers with commas between them.
    pub text: String,
    /// Its tokens.
    pub tokens: Vec<u32>,
}

/// What is put into a model, one row of a batch for each.
#[derive(Clone, Debug, PartialEq)]
pub enum Prompts {
    /// Texts, which the tokenizer of the folder splits.
    Texts(Vec<String>),
    /// Token numbers.
    Tokens(Vec<Vec<u32>>),
    /// Prompts of any kind, chats among them.
    Each(Vec<Given>),
}

/// Nothing, which every verb refuses.
impl Default for Prompts {
    fn default() -> Self {
        Self::Tokens(Vec::new())
    }
}

impl Prompts {
    /// The batch.
    pub fn read(&self, model: &ModelPath, tokenizer: Option<&Tokenizer>) -> Result<Tokens> {
        let read = self.read_each(model, tokenizer)?;
        let rows: Vec<Vec<u32>> = read.into_iter().map(|prompt| prompt.tokens).collect();
        Ok(Tokens::new(&rows)?)
    }

    /// Every prompt as the model reads it.
    pub fn read_each(
        &self,
        model: &ModelPath,
        tokenizer: Option<&Tokenizer>,
    ) -> Result<Vec<ReadPrompt>> {
        let mut reader = PromptReader::new(model, tokenizer);
        self.each().iter().map(|given| reader.read(given)).collect()
    }

    /// What a person should know of the model's chat template, where there is a chat.
    pub fn warnings(&self, model: &ModelPath) -> Result<Vec<String>> {
        match self.each().into_iter().find(Given::is_chat) {
            Some(_) => crate::given::template_warnings(model),
            None => Ok(Vec::new()),
        }
    }

    /// The prompts one by one.
    pub fn each(&self) -> Vec<Given> {
        match self {
            Self::Texts(texts) => texts.iter().cloned().map(Given::Text).collect(),
            Self::Tokens(rows) => rows.iter().cloned().map(Given::Tokens).collect(),
            Self::Each(each) => each.clone(),
        }
    }

    /// What was given, and the tokens of each row of this batch.
    pub fn rows(&self, tokens: &Tokens) -> Vec<Prompt> {
        let prompt = |(at, given): (usize, Given)| Prompt {
            text: given.shown(),
            tokens: row(tokens, at).to_vec(),
        };
        self.each().into_iter().enumerate().map(prompt).collect()
    }
}

/// Prompts as the model reads them, and nothing more is done: what `--raw` shows.
///
/// # Errors
/// A folder that holds no model that is known, and prompts that it cannot read.
pub fn raw(model: &ModelPath, prompts: &Prompts) -> Result<Vec<ReadPrompt>> {
    let config = config(model)?;
    let tokenizer = tokenizer(model, &config)?;
    prompts.read_each(model, tokenizer.as_ref())
}

/// The tokens of one row of a batch, without its padding.
pub(crate) fn row(tokens: &Tokens, at: usize) -> &[u32] {
    let start = at * tokens.positions();
    &tokens.ids()[start..start + tokens.lengths()[at]]
}

/// The edits in a file.
pub fn edits(path: &Path) -> Result<Vec<DeclaredEdit>> {
    let read = serde_json::from_str(&files::read_text(path)?);
    Ok(read.map_err(|error| {
        let fact = format!("{} is no list of edits: {error}", path.display());
        Refused::new(
            fact,
            "an edit has site, op, value and indices: `overt run --help` explains each",
        )
    })?)
}

/// A metric such as `logit-diff: Paris, Rome`, whose words are token numbers or one token each.
pub fn metric(
    text: &str,
    config: &LanguageConfig,
    tokenizer: Option<&Tokenizer>,
) -> Result<Metric> {
    let token = |word: &str| match (word.trim().parse::<u32>(), tokenizer) {
        (Ok(id), _) => Some(id),
        (_, Some(tokenizer)) => tokenizer.token(word).ok(),
        _ => None,
    };
    let hint = "it is logit:A, logit-diff:A,B or log-prob:A; A and B are token numbers, or words \
                that are one token each (most begin with a space)";
    let metric = Metric::parse(text, token)
        .ok_or_else(|| Refused::new(format!("`{text}` is no metric of this model"), hint))?;
    match metric.tokens().into_iter().find(|id| *id as usize >= config.vocab) {
        Some(id) => {
            let fact = format!("`{text}`: token {id} is beyond the vocabulary of {}", config.vocab);
            Err(Refused::new(fact, hint).into())
        }
        None => Ok(metric),
    }
}

/// The text of a token, where there is a tokenizer that knows it.
pub fn text(id: u32, tokenizer: Option<&Tokenizer>) -> Option<String> {
    tokenizer.and_then(|tokenizer| tokenizer.decode(&[id]).ok())
}

/// A token as a person reads it: its text and its number.
///
/// ```
/// use overt::models::show;
/// assert_eq!(show(7, Some(" exit")), r#"" exit" (7)"#);
/// assert_eq!(show(7, None), "7");
/// ```
pub fn show(id: u32, text: Option<&str>) -> String {
    text.map_or_else(|| id.to_string(), |text| format!("{text:?} ({id})"))
}

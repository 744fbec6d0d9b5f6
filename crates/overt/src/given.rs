//! One prompt as a person gives it: a text, token numbers, or a chat.

use crate::clock;
use crate::fault::{Refused, Result};
use crate::files;
use crate::nn::{Chat, ChatTemplate, ModelPath, Moment, Tokenizer};
use std::path::Path;

/// One prompt.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A text, which the model's tokenizer cuts.
    Text(String),
    /// Token numbers.
    Tokens(Vec<u32>),
    /// Messages, which the model's template turns into a text.
    Chat {
        /// The messages.
        chat: Box<Chat>,
        /// The date that a template may ask for; now, where none is given.
        date: Option<Moment>,
    },
}

/// Turns prompts into what one model reads; it looks for the template once.
#[derive(Debug)]
pub struct PromptReader<'a> {
    model: &'a ModelPath,
    tokenizer: Option<&'a Tokenizer>,
    template: Option<ChatTemplate>,
}

/// A prompt as the model reads it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ReadPrompt {
    /// The text, where it is one; of a chat, what its template makes of it.
    pub text: Option<String>,
    /// Its tokens.
    pub tokens: Vec<u32>,
}

impl Given {
    /// The prompt in the words in which it was given.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Tokens(ids) => {
                let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
                ids.join(",")
            }
            Self::Chat { chat, .. } => chat.json().to_owned(),
        }
    }

    /// Whether it is a chat.
    pub fn is_chat(&self) -> bool {
        matches!(self, Self::Chat { .. })
    }

    /// Reads a chat from a file: a list of messages, or an object with messages and tools.
    pub fn chat(path: &Path, date: Option<Moment>) -> Result<Self> {
        let chat = Box::new(Chat::from_json(&files::read(path)?)?);
        Ok(Self::Chat { chat, date })
    }

    /// Reads a file with one JSON object a line: `text`, `tokens`, or `chat` or `messages`.
    pub fn lines(path: &Path, date: Option<Moment>) -> Result<Vec<Self>> {
        let text = files::read_text(path)?;
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let all: Result<Vec<Self>> =
            lines.map(|(at, line)| line_of(path, at + 1, line, date)).collect();
        let all = all?;
        if all.is_empty() {
            let fact = format!("{} holds no prompts", path.display());
            return Err(Refused::new(fact, LINE_HINT).into());
        }
        Ok(all)
    }
}

const LINE_HINT: &str = r#"each line is an object such as {"text": "…"}, {"tokens": [1, 2]} or {"chat": [{"role": "user", "content": "…"}]}"#;

fn line_of(path: &Path, number: usize, line: &str, date: Option<Moment>) -> Result<Given> {
    let refuse =
        |why: &str| Refused::new(format!("{}, line {number}: {why}", path.display()), LINE_HINT);
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(line).map_err(|error| refuse(&error.to_string()))?;
    if object.contains_key("chat") || object.contains_key("messages") {
        let chat = Chat::from_json(line.as_bytes()).map_err(|error| refuse(&error.to_string()))?;
        return Ok(Given::Chat { chat: Box::new(chat), date });
    }
    if let Some(text) = object.get("text") {
        let text = text.as_str().ok_or_else(|| refuse("`text` is no text"))?;
        return Ok(Given::Text(text.to_owned()));
    }
    let Some(ids) = object.get("tokens").and_then(|ids| ids.as_array()) else {
        return Err(refuse("it has none of `text`, `tokens` and `chat`").into());
    };
    let id = |id: &serde_json::Value| id.as_u64().and_then(|id| u32::try_from(id).ok());
    let ids: Option<Vec<u32>> = ids.iter().map(id).collect();
    Ok(Given::Tokens(
        ids.ok_or_else(|| refuse("`tokens` holds something else than token numbers"))?,
    ))
}

impl<'a> PromptReader<'a> {
    /// For this model and its tokenizer.
    pub fn new(model: &'a ModelPath, tokenizer: Option<&'a Tokenizer>) -> Self {
        Self { model, tokenizer, template: None }
    }

    /// The prompt as the model reads it.
    ///
    /// ```
    /// use overt::given::{Given, PromptReader};
    /// let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/llama").into();
    /// let read = PromptReader::new(&model, None).read(&Given::Tokens(vec![3, 14]))?;
    /// assert_eq!((read.text, read.tokens), (None, vec![3, 14]));
    /// # Ok::<(), overt::fault::Fault>(())
    /// ```
    pub fn read(&mut self, given: &Given) -> Result<ReadPrompt> {
        let tokenizer = || {
            self.tokenizer.ok_or_else(|| {
                let fact = format!("{} holds no tokenizer.json", self.model.path.display());
                Refused::new(fact, "give token numbers with `--tokens`")
            })
        };
        Ok(match given {
            Given::Tokens(ids) => ReadPrompt { text: None, tokens: ids.clone() },
            Given::Text(text) => {
                ReadPrompt { tokens: tokenizer()?.encode(text)?, text: Some(text.clone()) }
            }
            Given::Chat { chat, date } => {
                let tokenizer = tokenizer()?;
                if self.template.is_none() {
                    self.template = Some(ChatTemplate::of(self.model)?);
                }
                let date = match date {
                    Some(date) => Some(*date),
                    None => Moment::parse(clock::now()?.to_string().get(..19).unwrap_or_default()),
                };
                let template = self.template.as_ref();
                let template = template.ok_or(crate::nn::Error::NoChatTemplate)?;
                let text = template.render(chat, date)?.text;
                ReadPrompt { tokens: tokenizer.encode_as_it_is(&text)?, text: Some(text) }
            }
        })
    }
}

/// What a person should know of a model's chat template: where it looks at what a message says.
///
/// # Errors
/// A model without a template, or with one that is damaged.
pub fn template_warnings(model: &ModelPath) -> Result<Vec<String>> {
    let branches = ChatTemplate::of(model)?.content_branches()?;
    let told = |branch: &crate::nn::ContentBranch| {
        format!(
            "warning: the chat template holds what a message says against {} (line {}); \
             such a branch can hide a trigger",
            branch.against, branch.line
        )
    };
    Ok(branches.iter().map(told).collect())
}

//! A model's chat template, and the chats that it is given.

use super::branches::{self, ContentBranch};
use super::moment::Moment;
use super::render;
use crate::Error;
use crate::language::ModelPath;
use crate::language::files::ModelFiles;
use minijinja::Value;
use minijinja::value::ValueKind;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Names under which messages carry what a model thought. The first is what templates read.
const REASONING: [&str; 3] = ["reasoning_content", "thinking", "reasoning"];
/// What marks the end of a message that is continued, as transformers marks it.
const HERE: &str = "CONTINUE_FINAL_MESSAGE_TAG ";
/// Keys of a tokenizer's configuration that name special tokens.
const SPECIAL: [&str; 7] =
    ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

/// Messages, tools and documents, and what else a template is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Chat {
    json: String,
    messages: Vec<Value>,
    variables: BTreeMap<String, Value>,
    continued: bool,
    size: usize,
}

/// The templates of a model and the special tokens that they may name.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatTemplate {
    /// By name; a single one is `default`.
    sources: BTreeMap<String, String>,
    special: BTreeMap<String, Value>,
}

/// A chat as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// What the model is given; it holds its special tokens, so that none is added to it.
    pub text: String,
}

/// A special token: its text, or an object with its text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Special {
    Text(String),
    Whole { content: String },
    Other(serde::de::IgnoredAny),
}

/// The templates of `tokenizer_config.json`: one, or several with names.
#[derive(Deserialize)]
#[serde(untagged)]
enum Templates {
    One(String),
    Several(Vec<Named>),
}

#[derive(Deserialize)]
struct Named {
    name: String,
    template: String,
}

#[derive(Default, Deserialize)]
struct TokenizerConfig {
    #[serde(default)]
    chat_template: Option<Templates>,
    #[serde(flatten)]
    others: BTreeMap<String, Special>,
}

impl Chat {
    /// A question, and what the model is told before it.
    ///
    /// ```
    /// use overt_nn::{Chat, ChatTemplate};
    /// let chat = Chat::of("Why?", Some("Be brief."));
    /// let template = ChatTemplate::from_source(
    ///     "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}",
    /// );
    /// assert_eq!(template.render(&chat, None)?.text, "[system] Be brief.\n[user] Why?\n[assistant]");
    /// # Ok::<(), overt_nn::Error>(())
    /// ```
    pub fn of(user: &str, system: Option<&str>) -> Self {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let message =
            |role: &str, said: &str| format!(r#"{{"role": "{role}", "content": {}}}"#, text(said));
        let messages: Vec<String> = system
            .map(|said| message("system", said))
            .into_iter()
            .chain([message("user", user)])
            .collect();
        let json = format!("[{}]", messages.join(", "));
        let said = Value::from_pairs([("role", "user"), ("content", user)]);
        let mut own = vec![said];
        if let Some(system) = system {
            own.insert(0, Value::from_pairs([("role", "system"), ("content", system)]));
        }
        let size = json.len();
        Self { json, messages: own, variables: BTreeMap::new(), continued: false, size }
    }

    /// The chat as it was given.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Reads a list of messages, or an object with `messages`. Other keys of the object go to the template:
    /// `tools`, `documents`, `add_generation_prompt`, `continue_final_message`, and those of the template's own.
    ///
    /// # Errors
    /// Bytes that are no JSON, and messages that are no list of objects.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let bad = |why: String| Error::BadChat { why };
        let whole: Value = serde_json::from_slice(json).map_err(|error| bad(error.to_string()))?;
        // A line of a file of prompts says what it is.
        let inner = whole.get_attr("chat").ok().filter(|chat| !chat.is_undefined());
        let whole = inner.unwrap_or(whole);
        let mut variables = BTreeMap::new();
        let messages = match whole.kind() {
            ValueKind::Seq => whole,
            ValueKind::Map => {
                for key in whole.try_iter().map_err(|error| bad(error.to_string()))? {
                    let name = key.as_str().unwrap_or_default().to_owned();
                    let value = whole.get_item(&key).map_err(|error| bad(error.to_string()))?;
                    variables.insert(name, value);
                }
                variables.remove("messages").ok_or_else(|| bad("it has no `messages`".into()))?
            }
            kind => return Err(bad(format!("it is a {kind}"))),
        };
        if messages.kind() != ValueKind::Seq {
            return Err(bad("`messages` is no list".into()));
        }
        let messages = messages.try_iter().map_err(|error| bad(error.to_string()))?;
        let messages: Result<Vec<Value>, Error> =
            messages.enumerate().map(|(at, message)| normal(at, &message)).collect();
        let messages = messages?;
        if messages.is_empty() {
            return Err(bad("it has no messages".into()));
        }
        let continued = variables.remove("continue_final_message").is_some_and(|v| v.is_true());
        let size = json.len();
        let json = String::from_utf8_lossy(json).trim().to_owned();
        Ok(Self { json, messages, variables, continued, size })
    }

    /// What the template sees of the messages, and the text that is continued.
    fn seen(&self) -> Result<(Vec<Value>, Option<String>), Error> {
        let mut messages = self.messages.clone();
        let Some(last) = messages.last_mut().filter(|_| self.continued) else {
            return Ok((messages, None));
        };
        let none = || Error::BadChat { why: "the last message has no text to continue".into() };
        let content = last.get_attr("content").map_err(|_error| none())?;
        let (content, text) = match content.as_str() {
            Some(text) => (Value::from(format!("{text}{HERE}")), text.to_owned()),
            None => marked(&content).ok_or_else(none)?,
        };
        *last = with(last, "content", &content).ok_or_else(none)?;
        Ok((messages, Some(text)))
    }
}

/// A message without keys that are null, and with what the model thought under the names that templates read.
fn normal(at: usize, message: &Value) -> Result<Value, Error> {
    let bad = || Error::BadChat { why: format!("message {at} is no object") };
    if message.kind() != ValueKind::Map {
        return Err(bad());
    }
    let mut pairs: Vec<(String, Value)> = Vec::new();
    for key in message.try_iter().map_err(|_error| bad())? {
        let value = message.get_item(&key).map_err(|_error| bad())?;
        if !value.is_none() {
            pairs.push((key.as_str().unwrap_or_default().to_owned(), value));
        }
    }
    let find = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, v)| v.clone());
    if let Some(thought) = REASONING.iter().find_map(|name| find(name)) {
        let thinking = find("thinking").unwrap_or_else(|| thought.clone());
        pairs.retain(|(key, _)| key != "thinking");
        pairs.insert(0, ("thinking".to_owned(), thinking));
        match pairs.iter_mut().find(|(key, _)| key == REASONING[0]) {
            Some((_, value)) => *value = thought,
            None => pairs.push((REASONING[0].to_owned(), thought)),
        }
    }
    Ok(Value::from_pairs(pairs))
}

/// A list of parts with the last text among them marked, and that text.
fn marked(content: &Value) -> Option<(Value, String)> {
    let mut parts: Vec<Value> = content.try_iter().ok()?.collect();
    let text_of = |part: &Value| part.get_attr("text").ok()?.as_str().map(str::to_owned);
    let at = parts.iter().rposition(|part| text_of(part).is_some())?;
    let text = text_of(&parts[at])?;
    parts[at] = with(&parts[at], "text", &Value::from(format!("{text}{HERE}")))?;
    Some((parts.into_iter().collect(), text))
}

/// An object with another value under a name.
fn with(object: &Value, name: &str, value: &Value) -> Option<Value> {
    let mut pairs: Vec<(String, Value)> = Vec::new();
    for key in object.try_iter().ok()? {
        let own = object.get_item(&key).ok()?;
        let key = key.as_str()?.to_owned();
        let is_it = key == name;
        pairs.push((key, if is_it { value.clone() } else { own }));
    }
    Some(Value::from_pairs(pairs))
}

impl ChatTemplate {
    /// One template without special tokens.
    pub fn from_source(source: &str) -> Self {
        let sources = BTreeMap::from([(DEFAULT.to_owned(), source.to_owned())]);
        Self { sources, special: BTreeMap::new() }
    }

    /// The same with a special token such as `bos_token`.
    #[must_use]
    pub fn with_special(mut self, name: &str, text: &str) -> Self {
        self.special.insert(name.to_owned(), Value::from(text));
        self
    }

    /// The templates of a model: `chat_template.jinja`, or else those in `tokenizer_config.json`.
    ///
    /// # Errors
    /// Files that are damaged; a model without any.
    pub fn of(model: &ModelPath) -> Result<Self, Error> {
        let files = ModelFiles::open(&model.path)?;
        let read = |name: &str| -> Result<TokenizerConfig, Error> {
            let Some(bytes) = files.text(name)? else { return Ok(TokenizerConfig::default()) };
            serde_json::from_slice(&bytes)
                .map_err(|source| Error::Index { file: name.to_owned(), source })
        };
        let config = read("tokenizer_config.json")?;
        let mut special = named(read("special_tokens_map.json")?.others);
        special.append(&mut named(config.others));
        let sources = match (files.text("chat_template.jinja")?, config.chat_template) {
            (Some(bytes), _) => {
                let source = String::from_utf8(bytes).map_err(|_error| Error::ChatTemplate {
                    why: "chat_template.jinja is not UTF-8 text".into(),
                })?;
                BTreeMap::from([(DEFAULT.to_owned(), source)])
            }
            (None, Some(Templates::One(source))) => BTreeMap::from([(DEFAULT.to_owned(), source)]),
            (None, Some(Templates::Several(all))) => {
                all.into_iter().map(|named| (named.name, named.template)).collect()
            }
            (None, None) => return Err(Error::NoChatTemplate),
        };
        Ok(Self { sources, special })
    }

    /// The chat as text: by `tool_use` where the chat has tools and there is such a template, else by `default`.
    ///
    /// # Errors
    /// A template that is damaged, that refuses the chat, or that takes too long.
    pub fn render(&self, chat: &Chat, moment: Option<Moment>) -> Result<Rendered, Error> {
        let has_tools = chat.variables.get("tools").is_some_and(|tools| !tools.is_none());
        let tool_use = self.sources.get("tool_use").filter(|_| has_tools);
        let source = tool_use.or_else(|| self.sources.get(DEFAULT)).ok_or_else(|| {
            let names: Vec<&str> = self.sources.keys().map(String::as_str).collect();
            Error::ChatTemplate { why: format!("none is `default` among {}", names.join(", ")) }
        })?;
        let (messages, continued) = chat.seen()?;
        let mut variables = self.special.clone();
        for name in ["tools", "documents"] {
            variables.insert(name.to_owned(), Value::from(()));
        }
        variables.insert("add_generation_prompt".to_owned(), Value::from(!chat.continued));
        variables.extend(chat.variables.clone());
        variables.insert("messages".to_owned(), messages.into_iter().collect());
        let text = render::render(source, variables, moment, chat.size)?;
        let Some(continued) = continued else { return Ok(Rendered { text }) };
        Ok(Rendered { text: cut(&text, &continued)? })
    }

    /// Where the templates do something else for a message because of what it says.
    ///
    /// # Errors
    /// A template that is damaged.
    pub fn content_branches(&self) -> Result<Vec<ContentBranch>, Error> {
        let mut found = Vec::new();
        for source in self.sources.values() {
            found.extend(branches::find(source)?);
        }
        Ok(found)
    }
}

const DEFAULT: &str = "default";

fn named(keys: BTreeMap<String, Special>) -> BTreeMap<String, Value> {
    let text = |(key, token): (String, Special)| {
        let text = match token {
            Special::Text(text) | Special::Whole { content: text } => text,
            Special::Other(_) => return None,
        };
        let is_special = SPECIAL.contains(&key.as_str())
            || (key.ends_with("_token") && !key.starts_with("add_"));
        is_special.then(|| (key, Value::from(text)))
    };
    keys.into_iter().filter_map(text).collect()
}

/// The text up to where the last message is continued.
fn cut(text: &str, continued: &str) -> Result<String, Error> {
    let lost = || Error::ChatTemplate {
        why: "the message that is continued does not appear in it as it is".into(),
    };
    let mark = HERE.trim_end();
    let at = text.rfind(mark).ok_or_else(lost)?;
    if !text.contains(continued.trim()) {
        return Err(lost());
    }
    let before = &text[..at];
    Ok(if text[at..].starts_with(HERE) { before } else { before.trim_end() }.to_owned())
}

//! Values as Python writes them, and the methods of its strings: templates are written for these.

use minijinja::value::{Kwargs, Tuple, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};
use std::fmt::Write;

/// How deep a value may be nested.
const DEEPEST: usize = 100;

/// Whitespace as `str.isspace` sees it: that of Unicode, and four separators of ASCII.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn refuse(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

/// A number with a point, as `repr` writes it.
fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let text = format!("{value:?}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// The number as text, if it is one.
fn number(value: &Value) -> String {
    if value.is_integer() {
        return value.to_string();
    }
    f64::try_from(value.clone()).map_or_else(|_| value.to_string(), float)
}

/// What `{{ value }}` prints: `str(value)`.
pub(super) fn text(state: &State, value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String => Ok(value.as_str().unwrap_or_default().to_owned()),
        ValueKind::Undefined => Ok(String::new()),
        _ => {
            let mut out = String::new();
            repr(state, value, &mut out, 0)?;
            Ok(out)
        }
    }
}

fn repr(state: &State, value: &Value, out: &mut String, depth: usize) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(refuse("a value is nested too deep"));
    }
    state.consume_fuel(1)?;
    match value.kind() {
        ValueKind::Undefined => out.push_str("Undefined"),
        ValueKind::None => out.push_str("None"),
        ValueKind::Bool => out.push_str(if value.is_true() { "True" } else { "False" }),
        ValueKind::Number => out.push_str(&number(value)),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            state.consume_fuel(text.len() as u64 / 64)?;
            quoted(text, out);
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let is_tuple = value.downcast_object_ref::<Tuple>().is_some();
            out.push(if is_tuple { '(' } else { '[' });
            let mut n_items = 0;
            for item in value.try_iter()? {
                if n_items > 0 {
                    out.push_str(", ");
                }
                repr(state, &item, out, depth + 1)?;
                n_items += 1;
            }
            out.push_str(match (is_tuple, n_items) {
                (true, 1) => ",)",
                (true, _) => ")",
                (false, _) => "]",
            });
        }
        ValueKind::Map => {
            out.push('{');
            for (at, key) in value.try_iter()?.enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                repr(state, &key, out, depth + 1)?;
                out.push_str(": ");
                repr(state, &value.get_item(&key)?, out, depth + 1)?;
            }
            out.push('}');
        }
        _ => out.push_str(&value.to_string()),
    }
    Ok(())
}

/// A string as `repr` quotes it: with single quotes, unless only they occur in it.
fn quoted(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 || (0x7f..0xa1).contains(&(c as u32)) || c == '\u{ad}' => {
                write!(out, "\\x{:02x}", c as u32).unwrap_or_default();
            }
            c if c.is_whitespace() && c != ' ' || ('\u{200b}'..='\u{200f}').contains(&c) => {
                write!(out, "\\u{:04x}", c as u32).unwrap_or_default();
            }
            c => out.push(c),
        }
    }
    out.push(quote);
}

/// How `json.dumps` writes.
struct Dump {
    ascii: bool,
    indent: Option<String>,
    item: String,
    key: String,
    sorted: bool,
}

/// The filter `tojson` as transformers defines it: `json.dumps`, which escapes nothing for HTML.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands options over")]
pub(super) fn tojson(
    state: &State,
    value: &Value,
    ensure_ascii: Option<bool>,
    options: Kwargs,
) -> Result<Value, Error> {
    let ascii = match ensure_ascii {
        Some(ascii) => ascii,
        None => options.get::<Option<bool>>("ensure_ascii")?.unwrap_or(false),
    };
    let indent = match options.get::<Option<Value>>("indent")? {
        None => None,
        Some(indent) if indent.is_none() => None,
        Some(indent) => Some(match indent.as_str() {
            Some(text) => text.to_owned(),
            None => " ".repeat(usize::try_from(indent)?.min(64)),
        }),
    };
    let usual = if indent.is_some() { "," } else { ", " };
    let (item, key) = match options.get::<Option<Value>>("separators")? {
        Some(pair) if !pair.is_none() => {
            let parts: Vec<Value> = pair.try_iter()?.collect();
            match &parts[..] {
                [item, key] => (item.to_string(), key.to_string()),
                _ => return Err(refuse("`separators` are two texts")),
            }
        }
        _ => (usual.to_owned(), ": ".to_owned()),
    };
    let sorted = options.get::<Option<bool>>("sort_keys")?.unwrap_or(false);
    options.assert_all_used()?;
    let mut out = String::new();
    Dump { ascii, indent, item, key, sorted }.write(state, value, &mut out, 0)?;
    Ok(Value::from(out))
}

impl Dump {
    fn write(
        &self,
        state: &State,
        value: &Value,
        out: &mut String,
        depth: usize,
    ) -> Result<(), Error> {
        if depth > DEEPEST {
            return Err(refuse("a value is nested too deep for JSON"));
        }
        state.consume_fuel(1 + depth as u64 / 8)?;
        match value.kind() {
            ValueKind::None => out.push_str("null"),
            ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => match number(value).as_str() {
                "nan" => out.push_str("NaN"),
                "inf" => out.push_str("Infinity"),
                "-inf" => out.push_str("-Infinity"),
                text => out.push_str(text),
            },
            ValueKind::String => self.string(state, value.as_str().unwrap_or_default(), out)?,
            ValueKind::Seq | ValueKind::Iterable => {
                let items: Vec<Value> = value.try_iter()?.collect();
                self.between(['[', ']'], items, out, depth, |this, item, out| {
                    this.write(state, &item, out, depth + 1)
                })?;
            }
            ValueKind::Map => {
                let mut keys: Vec<Value> = value.try_iter()?.collect();
                if self.sorted {
                    keys.sort();
                }
                self.between(['{', '}'], keys, out, depth, |this, key, out| {
                    let name = match key.kind() {
                        ValueKind::String => key.as_str().unwrap_or_default().to_owned(),
                        ValueKind::None => "null".into(),
                        ValueKind::Bool if key.is_true() => "true".into(),
                        ValueKind::Bool => "false".into(),
                        ValueKind::Number => number(&key),
                        _ => return Err(refuse("a key of JSON is a text or a number")),
                    };
                    this.string(state, &name, out)?;
                    out.push_str(&this.key);
                    this.write(state, &value.get_item(&key)?, out, depth + 1)
                })?;
            }
            kind => return Err(refuse(format!("{kind} is not JSON serializable"))),
        }
        Ok(())
    }

    fn between(
        &self,
        [open, close]: [char; 2],
        items: Vec<Value>,
        out: &mut String,
        depth: usize,
        mut write: impl FnMut(&Self, Value, &mut String) -> Result<(), Error>,
    ) -> Result<(), Error> {
        out.push(open);
        let is_empty = items.is_empty();
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                out.push_str(&self.item);
            }
            self.line(out, depth + 1);
            write(self, item, out)?;
        }
        if !is_empty {
            self.line(out, depth);
        }
        out.push(close);
        Ok(())
    }

    fn line(&self, out: &mut String, depth: usize) {
        if let Some(indent) = &self.indent {
            out.push('\n');
            for _ in 0..depth {
                out.push_str(indent);
            }
        }
    }

    fn string(&self, state: &State, text: &str, out: &mut String) -> Result<(), Error> {
        state.consume_fuel(text.len() as u64 / 64)?;
        out.push('"');
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                c if (c as u32) < 0x20 => write!(out, "\\u{:04x}", c as u32).unwrap_or_default(),
                c if self.ascii && !(' '..='~').contains(&c) => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        write!(out, "\\u{unit:04x}").unwrap_or_default();
                    }
                }
                c => out.push(c),
            }
        }
        out.push('"');
        Ok(())
    }
}

/// The letters that are stripped: those given, or whitespace.
fn stripped(given: Option<&Value>) -> Result<impl Fn(char) -> bool, Error> {
    let letters: Option<Vec<char>> = match given {
        None => None,
        Some(value) if value.is_none() => None,
        Some(value) => match value.as_str() {
            Some(text) => Some(text.chars().collect()),
            None => return Err(refuse("letters to strip are a text")),
        },
    };
    Ok(move |c: char| letters.as_ref().map_or_else(|| is_space(c), |set| set.contains(&c)))
}

/// The filter `trim`: `str(value).strip(letters)`.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands options over")]
pub(super) fn trim(state: &State, value: &Value, letters: Option<Value>) -> Result<Value, Error> {
    let text = text(state, value)?;
    state.consume_fuel(text.len() as u64 / 64)?;
    Ok(Value::from(text.trim_matches(stripped(letters.as_ref())?)))
}

/// Methods of Python's values.
pub(super) fn method(
    state: &mut State,
    value: &Value,
    method: &str,
    args: &[Value],
) -> Result<Value, Error> {
    let Some(text) = value.as_str().filter(|_| value.kind() == ValueKind::String) else {
        return minijinja_contrib::pycompat::unknown_method_callback(state, value, method, args);
    };
    match (method, args) {
        ("strip", [] | [_]) => Ok(Value::from(text.trim_matches(stripped(args.first())?))),
        ("lstrip", [] | [_]) => Ok(Value::from(text.trim_start_matches(stripped(args.first())?))),
        ("rstrip", [] | [_]) => Ok(Value::from(text.trim_end_matches(stripped(args.first())?))),
        ("split", []) => Ok(words(text)),
        ("split", [separator]) if separator.is_none() => Ok(words(text)),
        ("split", [separator]) if separator.as_str() == Some("") => Err(refuse("empty separator")),
        ("rsplit" | "split", [separator, most]) if separator.as_str().is_some() => {
            let most: i64 = most.clone().try_into()?;
            let separator = separator.as_str().unwrap_or_default();
            if separator.is_empty() {
                return Err(refuse("empty separator"));
            }
            let most = usize::try_from(most).map_or(usize::MAX, |most| most.saturating_add(1));
            Ok(if method == "split" {
                text.splitn(most, separator).map(Value::from).collect()
            } else {
                let mut parts: Vec<&str> = text.rsplitn(most, separator).collect();
                parts.reverse();
                parts.into_iter().map(Value::from).collect()
            })
        }
        ("rsplit", [separator]) => {
            let separator = separator.as_str().filter(|s| !s.is_empty());
            let separator = separator.ok_or_else(|| refuse("empty separator"))?;
            Ok(text.split(separator).map(Value::from).collect())
        }
        ("partition" | "rpartition", [separator]) => {
            let separator = separator.as_str().filter(|s| !s.is_empty());
            let separator = separator.ok_or_else(|| refuse("empty separator"))?;
            let last = method == "rpartition";
            let found = if last { text.rsplit_once(separator) } else { text.split_once(separator) };
            let parts = match found {
                Some((before, after)) => [before, separator, after],
                None if last => ["", "", text],
                None => [text, "", ""],
            };
            Ok(parts.into_iter().map(Value::from).collect())
        }
        ("removeprefix", [prefix]) => {
            let prefix = prefix.as_str().unwrap_or_default();
            Ok(Value::from(text.strip_prefix(prefix).unwrap_or(text)))
        }
        ("removesuffix", [suffix]) => {
            let suffix = suffix.as_str().unwrap_or_default();
            Ok(Value::from(text.strip_suffix(suffix).unwrap_or(text)))
        }
        ("splitlines", []) => Ok(lines(text)),
        ("join", [parts]) => {
            let mut joined = String::new();
            for (at, part) in parts.try_iter()?.enumerate() {
                let part =
                    part.as_str().ok_or_else(|| refuse("only texts can be joined"))?.to_owned();
                state.consume_fuel(1 + (text.len() + part.len()) as u64 / 64)?;
                joined.push_str(if at > 0 { text } else { "" });
                joined.push_str(&part);
            }
            Ok(Value::from(joined))
        }
        // A width is a number in the text, which would be filled up at once.
        ("format", _) if widest(text) > 4 => Err(refuse("a width of more than four digits")),
        _ => minijinja_contrib::pycompat::unknown_method_callback(state, value, method, args),
    }
}

/// The most digits that stand side by side.
fn widest(text: &str) -> usize {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    runs.map(str::len).max().unwrap_or(0)
}

fn words(text: &str) -> Value {
    text.split(is_space).filter(|word| !word.is_empty()).map(Value::from).collect()
}

/// Lines as `str.splitlines` cuts them, at every boundary that Python knows.
fn lines(text: &str) -> Value {
    let ends = |c: char| {
        matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
            || ('\u{1c}'..='\u{1e}').contains(&c)
    };
    let whole = text.replace("\r\n", "\n");
    let mut parts: Vec<&str> = whole.split(ends).collect();
    if parts.last() == Some(&"") {
        parts.pop();
    }
    parts.into_iter().map(Value::from).collect()
}

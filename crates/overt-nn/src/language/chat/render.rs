//! A template and its chat to text: Jinja as transformers sets it up, with a budget.

use super::moment::Moment;
use super::python;
use crate::Error;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value};
use std::collections::BTreeMap;

/// The longest source of a template, in bytes.
const LONGEST_SOURCE: usize = 1_000_000;
/// Work that a template may do for a chat of no length; about 64 bytes or one instruction each.
const FUEL: u64 = 3_000_000;
/// Further work for each byte of the chat.
const FUEL_PER_BYTE: u64 = 8;
/// How deep calls and blocks may be nested.
const DEEPEST: usize = 200;

/// The syntax that transformers switches on.
pub(super) fn syntax() -> Result<SyntaxConfig, Error> {
    let built = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    built.map_err(|error| failed(&error))
}

/// The source with `generation` blocks, which mark what the assistant says, as plain blocks with a scope.
///
/// # Errors
/// A source that is too long.
pub(super) fn plain_blocks(source: &str) -> Result<String, Error> {
    if source.len() > LONGEST_SOURCE {
        let why = format!("its source has {} bytes, at most {LONGEST_SOURCE}", source.len());
        return Err(Error::ChatTemplate { why });
    }
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("{%") {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = tag.find("%}") else {
            rest = tag;
            break;
        };
        let (tag, after) = tag.split_at(end + 2);
        let inner = &tag[2..end];
        let name = inner.trim_matches(['-', '+']).trim();
        let block = match name {
            "generation" => Some(" with _of_the_assistant = 1 "),
            "endgeneration" => Some(" endwith "),
            _ => None,
        };
        match block {
            Some(block) => {
                let sign = |c: Option<char>| c.filter(|c| ['-', '+'].contains(c));
                out.push_str("{%");
                out.extend(sign(inner.chars().next()));
                out.push_str(block);
                out.extend(sign(inner.chars().next_back()));
                out.push_str("%}");
                rest = after;
            }
            // The tag may hold a text with `%}` in it, so only its start is passed over.
            None => {
                out.push_str(&tag[..2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Renders a source; `size` is how much the chat holds, in bytes.
///
/// # Errors
/// A source that is damaged, an exception that it raises, a budget that is used up.
pub(super) fn render(
    source: &str,
    variables: BTreeMap<String, Value>,
    moment: Option<Moment>,
    size: usize,
) -> Result<String, Error> {
    let mut environment = Environment::empty();
    fill(&mut environment, moment);
    environment.set_syntax(syntax()?);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_recursion_limit(DEEPEST);
    environment.set_fuel(Some(FUEL + FUEL_PER_BYTE.saturating_mul(size as u64)));
    environment.set_unknown_method_callback(python::method);
    environment.set_formatter(|out, state, value| {
        let text = python::text(state, value)?;
        out.write_str(&text).map_err(minijinja::Error::from)
    });
    let source = plain_blocks(source)?;
    let template = environment.template_from_str(&source).map_err(|error| failed(&error))?;
    template.render(Value::from(variables)).map_err(|error| failed(&error))
}

/// Filters, tests and functions.
fn fill(environment: &mut Environment<'_>, moment: Option<Moment>) {
    let full = Environment::new();
    *environment = full;
    environment.add_filter("tojson", python::tojson);
    environment.add_filter("trim", python::trim);
    environment.add_filter("string", |state: &minijinja::State, value: &Value| {
        python::text(state, value).map(Value::from)
    });
    // Texts are iterable and sequences in Python, and so are mappings.
    let can_be_walked = |value: &Value| {
        matches!(
            value.kind(),
            ValueKind::String
                | ValueKind::Seq
                | ValueKind::Map
                | ValueKind::Iterable
                | ValueKind::Undefined
        )
    };
    environment.add_test("iterable", move |value: &Value| can_be_walked(value));
    environment.add_test("sequence", move |value: &Value| can_be_walked(value));
    environment.add_function(
        "raise_exception",
        |message: Rest<Value>| -> Result<Value, minijinja::Error> {
            let said: Vec<String> = message.iter().map(Value::to_string).collect();
            Err(minijinja::Error::new(ErrorKind::InvalidOperation, said.join(" ")))
        },
    );
    environment.add_function("strftime_now", move |format: &str| match moment {
        Some(moment) => Ok(Value::from(moment.format(format))),
        None => Err(minijinja::Error::new(
            ErrorKind::InvalidOperation,
            "it asks for the date, and none was given",
        )),
    });
}

/// What went wrong, with the line of the template where it is known.
pub(super) fn failed(error: &minijinja::Error) -> Error {
    let what = match error.detail() {
        Some(detail) => detail.to_owned(),
        None => error.kind().to_string(),
    };
    let why = match error.line() {
        Some(line) => format!("{what} (line {line})"),
        None => what,
    };
    Error::ChatTemplate { why }
}

//! A template and its chat to text: Jinja as transformers sets it up, with a budget.

use super::growth;
use super::moment::Moment;
use super::python;
use super::source;
use crate::Error;
use minijinja::value::{Rest, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value};
use std::collections::BTreeMap;

/// Work that a template may do for a chat of no length; about 64 bytes or one instruction each.
const FUEL: u64 = 1_000_000;
/// Further work for each byte of the chat.
const FUEL_PER_BYTE: u64 = 8;
/// Numbers that `range` gives, as the sandbox of Jinja bounds them.
const LONGEST_RANGE: i64 = 100_000;
/// How deep calls and blocks may be nested.
const DEEPEST: usize = 200;

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
    source::with_deep_stack(|| render_here(source, variables, moment, size))
}

fn render_here(
    text: &str,
    variables: BTreeMap<String, Value>,
    moment: Option<Moment>,
    size: usize,
) -> Result<String, Error> {
    let plain = source::plain_blocks(text)?;
    growth::check(&plain)?;
    let mut environment = Environment::new();
    fill(&mut environment, moment);
    environment.set_syntax(source::syntax()?);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_recursion_limit(DEEPEST);
    environment.set_fuel(Some(FUEL + FUEL_PER_BYTE.saturating_mul(size as u64)));
    environment.set_unknown_method_callback(python::method);
    environment.set_formatter(|out, state, value| {
        let text = python::text(state, value)?;
        out.write_str(&text).map_err(minijinja::Error::from)
    });
    let template = environment.template_from_str(&plain).map_err(|error| source::failed(&error))?;
    template.render(Value::from(variables)).map_err(|error| source::failed(&error))
}

/// Numbers from a first to before a last one, at most as many as Jinja's sandbox gives.
fn range(from: i64, to: Option<i64>, step: Option<i64>) -> Result<Value, minijinja::Error> {
    let refuse = |what: &'static str| minijinja::Error::new(ErrorKind::InvalidOperation, what);
    let (from, to) = to.map_or((0, from), |to| (from, to));
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(refuse("a range with steps of 0"));
    }
    let (mut numbers, mut at) = (Vec::new(), from);
    while (step > 0 && at < to) || (step < 0 && at > to) {
        if numbers.len() as i64 >= LONGEST_RANGE {
            return Err(refuse("a range of more than 100000 numbers"));
        }
        numbers.push(at);
        at = at.checked_add(step).ok_or_else(|| refuse("a range beyond all numbers"))?;
    }
    Ok(numbers.into_iter().map(Value::from).collect())
}

/// Filters, tests and functions.
fn fill(environment: &mut Environment<'_>, moment: Option<Moment>) {
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
    environment.add_function("range", range);
    environment.add_function("strftime_now", move |format: &str| match moment {
        Some(moment) => Ok(Value::from(moment.format(format))),
        None => Err(minijinja::Error::new(
            ErrorKind::InvalidOperation,
            "it asks for the date, and none was given",
        )),
    });
}

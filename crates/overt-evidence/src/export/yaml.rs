//! YAML, written so that every reader takes a text for a text.

use serde_json::Value;
use std::fmt::Write;

/// Words that some reader takes for something else than a name.
const TAKEN: [&str; 7] = ["null", "true", "false", "none", "True", "False", "None"];

/// A document in block style, texts in quotes.
pub(super) fn write(value: &Value) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

fn block(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                out.push_str(&" ".repeat(depth));
                out.push_str(&key(name));
                out.push(':');
                below(value, depth + 2, out);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            for value in values {
                out.push_str(&" ".repeat(depth));
                out.push('-');
                below(value, depth + 2, out);
            }
        }
        _ => {
            out.push_str(&flat(value));
            out.push('\n');
        }
    }
}

fn below(value: &Value, depth: usize, out: &mut String) {
    let is_flat = match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => true,
    };
    out.push(if is_flat { ' ' } else { '\n' });
    block(value, depth, out);
}

fn flat(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        // With a point and no exponent: readers of YAML 1.1 take 1e-6 for a text.
        Value::Number(number) if number.is_f64() => {
            format!("{:.6}", number.as_f64().unwrap_or_default())
        }
        other => other.to_string(),
    }
}

fn key(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    // One to three letters may be a word such as `n`, `no` or `off`, which older readers take for a truth
    // value.
    let is_word = name.len() > 3 || name.ends_with(|c: char| c.is_ascii_digit());
    if begins && is_word && name.chars().all(is_plain) && !TAKEN.contains(&name) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// In double quotes; letters stay as they are, whatever else is not ASCII is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            // Writing to a string cannot fail.
            c => write!(out, "\\U{:08X}", u32::from(c)).unwrap_or_default(),
        }
    }
    out.push('"');
    out
}

//! The formats as JSON schemas, made from the types that read them.
//!
//! A schema says what a document looks like. That its figures follow from its cases is for a verifier, and
//! that a policy means anything for its lint.

use crate::canonical::LARGEST;
use crate::challenge::{Challenge, Commitment, Opening, Outcome};
use crate::gate::GateVerdict;
use crate::run_log::Log;
use crate::{Cases, Envelope, Policy, Statement};
use crate::{policy, statement};
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;
use std::borrow::Cow;

/// The schemas as they are published: the name of each file in `docs/formats`, and its text.
///
/// ```
/// let schemas = overt_evidence::schema::published();
/// let (name, text) = &schemas[0];
/// assert_eq!(*name, "statement.schema.json");
/// assert!(text.contains("urn:overt:evidence:v2"));
/// ```
pub fn published() -> [(&'static str, String); 7] {
    let (entries, length) = (Some(policy::MOST_ENTRIES), Some(policy::LONGEST));
    [
        ("statement.schema.json", write::<Statement>(Some(statement::MOST_ENTRIES), None)),
        ("envelope.schema.json", write::<Envelope>(None, None)),
        ("cases.schema.json", write::<Cases>(None, None)),
        ("runlog.schema.json", write::<Log>(None, None)),
        ("challenge.schema.json", write::<Exchange>(None, None)),
        ("policy.schema.json", write::<Policy>(entries, length)),
        ("verdict.schema.json", write::<GateVerdict>(None, None)),
    ]
}

/// The schema of a type, in which no list has more entries and no text is longer than that.
fn write<T: JsonSchema>(entries: Option<usize>, length: Option<usize>) -> String {
    let mut schema = schemars::schema_for!(T);
    RecursiveTransform(plain).transform(&mut schema);
    RecursiveTransform(|schema: &mut Schema| {
        limit(schema, "array", "maxItems", entries);
        limit(schema, "string", "maxLength", length);
    })
    .transform(&mut schema);
    let mut value = schema.to_value();
    // Another crate of the same build may have asked for objects in the order of their making.
    value.sort_all_objects();
    let schema = Schema::try_from(value).expect("a schema is one still");
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain data");
    text.push('\n');
    text
}

/// Says of one schema what holds in all canonical documents.
fn plain(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = words(text);
    }
    never_null(schema);
    count(schema);
}

/// An optional field is left out, never `null`.
fn never_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(any)) = schema.get_mut("anyOf") {
        any.retain(|one| one["type"] != "null");
        if let [Value::Object(one)] = any.as_slice() {
            let one = one.clone();
            schema.remove("anyOf");
            schema.ensure_object().extend(one);
        }
    }
}

/// No integer is larger than every reader of JSON keeps exactly.
fn count(schema: &mut Schema) {
    let most = match schema.get("format").and_then(Value::as_str) {
        Some("uint64") => LARGEST,
        Some("uint32") => u64::from(u32::MAX),
        _ => return,
    };
    schema.remove("format");
    schema.ensure_object().entry("maximum").or_insert(most.into());
}

/// A limit for what has none yet, and could be too long.
fn limit(schema: &mut Schema, kind: &str, name: &str, most: Option<usize>) {
    let is_open =
        ["const", "enum", "pattern", "anyOf"].iter().all(|key| schema.get(*key).is_none());
    if let Some(most) = most
        && is_open
        && schema.get("type").is_some_and(|of| of == kind)
    {
        schema.ensure_object().entry(name).or_insert(most.into());
    }
}

/// A comment of the code without its example and its links, which lead nowhere from outside.
fn words(comment: &str) -> String {
    let comment = comment.split("\n\n```").next().unwrap_or_default();
    let (mut words, mut rest) = (String::new(), comment);
    while let Some((before, link)) = rest.split_once("[`") {
        let (name, after) = link.split_once("`]").unwrap_or((link, ""));
        let path = after.strip_prefix('(').and_then(|path| path.split_once(')'));
        words.extend([before, "`", name, "`"]);
        rest = path.map_or(after, |(_, after)| after);
    }
    words + rest
}

/// Any of the documents of a challenge.
struct Exchange;

impl JsonSchema for Exchange {
    fn schema_name() -> Cow<'static, str> {
        "Exchange".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A commitment, a challenge, an opening or an outcome: the first, the second \
                            and the last as payloads of envelopes.",
            "oneOf": [
                generator.subschema_for::<Commitment>(),
                generator.subschema_for::<Challenge>(),
                generator.subschema_for::<Opening>(),
                generator.subschema_for::<Outcome>(),
            ],
        })
    }
}

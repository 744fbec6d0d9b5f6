//! The formats as JSON schemas, made from the types that read them.
//!
//! A schema says what a document looks like. That its figures follow from its cases is for a verifier, and
//! that a policy means anything for its lint.

use crate::canonical::LARGEST;
use crate::challenge::{Challenge, Commitment, Opening, Outcome, PAYLOAD};
use crate::gate::GateVerdict;
use crate::run_log::Log;
use crate::{Cases, Decimal, Digest, Envelope, IN_TOTO, Policy, Salt, Statement, Time};
use crate::{policy, statement};
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Every figure that has a name.
const METRICS: [&str; 9] = ["TSR", "IGR", "CMR", "PRC", "XPF", "SVR", "NIM", "DPW", "REP"];

/// The schemas as they are published: the name of each file in `docs/formats`, and its text.
///
/// ```
/// let schemas = overt_evidence::schema::published();
/// let (name, text) = &schemas[0];
/// assert_eq!(*name, "statement.schema.json");
/// assert!(text.contains("urn:overt:evidence:v1"));
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

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A decimal with six places, from -1000000 to 1000000.",
            "type": "string",
            "pattern": r"^-?((0|[1-9][0-9]{0,5})\.[0-9]{6}|1000000\.000000)$",
            "not": { "const": "-0.000000" },
        })
    }
}

/// A decimal as people write it in a policy.
pub(crate) struct Written;

impl JsonSchema for Written {
    fn schema_name() -> Cow<'static, str> {
        "Written".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A decimal with up to six places, from -1000000 to 1000000.",
            "type": "string",
            "pattern": r"^-?((0|[1-9][0-9]{0,5})(\.[0-9]{1,6})?|1000000(\.0{1,6})?)$",
            "not": { "pattern": r"^-0(\.0+)?$" },
        })
    }
}

impl JsonSchema for Digest {
    fn schema_name() -> Cow<'static, str> {
        "Digest".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "SHA-256, as 64 lower-case hexadecimal digits.",
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
        })
    }
}

impl JsonSchema for Salt {
    fn schema_name() -> Cow<'static, str> {
        "Salt".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "16 bytes, as 32 lower-case hexadecimal digits.",
            "type": "string",
            "pattern": "^[0-9a-f]{32}$",
        })
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        let (month, day) = ("(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])");
        let clock = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";
        json_schema!({
            "description": "A moment in universal time, to the second.",
            "type": "string",
            "format": "date-time",
            "pattern": format!("^[0-9]{{4}}-{month}-{day}T{clock}Z$"),
        })
    }
}

/// From one half to below one.
pub(crate) fn level(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": r"^0\.[5-9][0-9]{5}$" })
}

/// The name of a figure.
pub(crate) fn metric_name(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": METRICS })
}

/// A figure of which a threshold is declared.
pub(crate) fn claimed(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["IGR", "CMR", "TSR"] })
}

/// A figure that shows whether a model can act.
pub(crate) fn floor_metric(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["TSR", "IGR"] })
}

/// Checks that a policy asks for.
pub(crate) fn checks(_generator: &mut SchemaGenerator) -> Schema {
    let check = json!({ "type": "string", "enum": policy::CHECKS });
    json_schema!({ "type": "array", "items": check })
}

/// What is counted by each figure, and how it is bounded.
pub(crate) fn metric(schema: &mut Schema) {
    let is = |ids: &[&str]| json!({ "properties": { "id": { "enum": ids } } });
    let rules = json!([
        {
            "if": is(&["XPF", "NIM"]),
            "then": { "properties": {
                "counts": { "required": ["both"] }, "estimator": { "const": "paired" },
            } },
            "else": { "properties": {
                "counts": { "required": ["k"] }, "estimator": { "const": "clopper-pearson" },
            } },
        },
        { "if": is(&["SVR"]), "then": { "required": ["theta"] } },
        {
            "if": is(&["DPW", "REP"]),
            "then": { "properties": { "basis": { "const": "artifact_reported" } } },
        },
    ]);
    schema.insert("allOf".to_owned(), rules);
}

/// The name of a file that stays in its folder.
pub(crate) fn file_name(_generator: &mut SchemaGenerator) -> Schema {
    let piece = "[A-Za-z0-9_-][A-Za-z0-9._-]*";
    json_schema!({
        "type": "string", "maxLength": 120, "pattern": format!("^{piece}(/{piece})*$"),
    })
}

/// Texts by names that every language sorts alike.
pub(crate) fn params(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": { "pattern": r"^[\x00-\x7f]*$" },
        "additionalProperties": { "type": "string" },
    })
}

/// `key:` and a fingerprint.
pub(crate) fn key_name(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^key:[0-9a-f]{64}$" })
}

/// A `SubjectPublicKeyInfo` in Base64: of each kind of key all but the point is always the same.
pub(crate) fn public_key(_generator: &mut SchemaGenerator) -> Schema {
    let ed25519 = "MCowBQYDK2VwAyEA[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=";
    let p256 = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{85}[AQgw]==";
    json_schema!({ "type": "string", "pattern": format!("^({ed25519}|{p256})$") })
}

/// 64 bytes in canonical Base64.
pub(crate) fn signature(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9+/]{85}[AQgw]==$" })
}

/// A digest in canonical Base64.
pub(crate) fn digest_base64(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$" })
}

/// Bytes in canonical Base64.
pub(crate) fn base64(_generator: &mut SchemaGenerator) -> Schema {
    let end = "[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=";
    json_schema!({ "type": "string", "pattern": format!("^([A-Za-z0-9+/]{{4}})*({end})?$") })
}

/// What an envelope may hold.
pub(crate) fn payload_type(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": [IN_TOTO, PAYLOAD] })
}

//! Pieces of the JSON schemas: how texts of each kind look, for the types that have them.

use crate::{Decimal, Digest, Time};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;
use std::borrow::Cow;

/// The name of a metric, of a kind of cases or of a field.
const NAME: &str = "^[A-Za-z][A-Za-z0-9_-]{0,39}$";

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

/// A name that every language and format can spell.
pub(crate) fn name(_generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": NAME })
}

/// Kinds of cases by name, of each its fields by name.
pub(crate) fn kinds(field: &Schema) -> Schema {
    json_schema!({
        "type": "object",
        "maxProperties": 16,
        "propertyNames": { "pattern": NAME },
        "additionalProperties": {
            "type": "object",
            "maxProperties": 16,
            "propertyNames": { "pattern": NAME },
            "additionalProperties": field,
        },
    })
}

/// Pairs are bounded by one method, shares by the other.
pub(crate) fn metric(schema: &mut Schema) {
    let rules = json!([{
        "if": { "properties": { "estimator": { "const": "paired" } } },
        "then": { "properties": { "counts": { "required": ["both"] } } },
        "else": { "properties": { "counts": { "required": ["k"] } } },
    }]);
    schema.insert("allOf".to_owned(), rules);
}

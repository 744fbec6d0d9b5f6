//! Canonical bytes: one way to write a document, so that one digest names it.
//!
//! JSON after RFC 8785, narrowed so that any language writes the same bytes without care for floating
//! point: numbers are integers of at most 53 bits, every other figure is a string (see
//! [`Decimal`](crate::Decimal)), and names are ASCII.

use crate::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The largest integer that every reader of JSON keeps exactly: 2⁵³ − 1.
pub const LARGEST: u64 = (1 << 53) - 1;
/// How deep arrays and objects may nest.
const DEEPEST: usize = 32;

/// The canonical bytes of a value.
///
/// ```
/// let bytes = overt_evidence::canonical::write(&serde_json::json!({"b": "é", "a": [1, 2]}))?;
/// assert_eq!(bytes, r#"{"a":[1,2],"b":"é"}"#.as_bytes());
/// # Ok::<(), overt_evidence::Error>(())
/// ```
///
/// # Errors
/// What cannot be written canonically: a number that is no integer of 53 bits, a name that is not ASCII.
pub fn write(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let refused = |what: String| Error::NotCanonical { what };
    let value = serde_json::to_value(value).map_err(|source| refused(source.to_string()))?;
    check(&value, 0)?;
    // Objects are sorted by name, which for ASCII is the order of RFC 8785; so are its escapes.
    serde_json::to_vec(&value).map_err(|source| refused(source.to_string()))
}

/// Reads bytes that must be canonical themselves: white space, a name given twice, another spelling of a
/// number or of a letter are refused. So is a list where an object belongs, or `null` for what could be
/// left out: what was read must give the same bytes again.
///
/// # Errors
/// Bytes longer than `most`, that are no JSON, not canonical, or not a `T`.
pub fn read<T: Serialize + DeserializeOwned>(
    name: &str,
    bytes: &[u8],
    most: usize,
) -> Result<T, Error> {
    if bytes.len() > most {
        return Err(Error::TooLong { name: name.to_owned(), len: bytes.len(), most });
    }
    let malformed = |source| Error::Json { name: name.to_owned(), source };
    let value: Value = serde_json::from_slice(bytes).map_err(malformed)?;
    if write(&value)? != bytes {
        let what = format!("`{name}` is not written canonically");
        return Err(Error::NotCanonical { what });
    }
    let read: T = serde_json::from_value(value).map_err(malformed)?;
    if write(&read)? != bytes {
        let what = format!("`{name}` has a list for an object, or a field that says nothing");
        return Err(Error::NotCanonical { what });
    }
    Ok(read)
}

fn check(value: &Value, depth: usize) -> Result<(), Error> {
    let refused = |what: String| Err(Error::NotCanonical { what });
    if depth > DEEPEST {
        return refused(format!("it nests deeper than {DEEPEST}"));
    }
    match value {
        Value::Number(number) => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            match size {
                Some(size) if size <= LARGEST => Ok(()),
                _ => refused(format!("{number} is no integer of 53 bits")),
            }
        }
        Value::Array(values) => values.iter().try_for_each(|value| check(value, depth + 1)),
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            if name.is_ascii() {
                check(value, depth + 1)
            } else {
                refused(format!("the name {name:?} is not ASCII"))
            }
        }),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

//! JSON as Inspect reads it: where nothing was scored stands the bare constant `NaN`.

use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;
use std::io::{Result, Write};

/// A number, or that nothing was scored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Unscored,
}

impl Value {
    pub(super) fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Unscored => None,
        }
    }
}

/// Stands for the constant on its way to the writer. Nothing else in a log has 128 bits, and what would
/// read it as a number refuses it.
const UNSCORED: u128 = u128::MAX;

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Unscored => serializer.serialize_u128(UNSCORED),
        }
    }
}

/// Compact JSON with constants.
struct Constants;

impl Formatter for Constants {
    fn write_u128<W: Write + ?Sized>(&mut self, writer: &mut W, value: u128) -> Result<()> {
        assert_eq!(value, UNSCORED, "nothing in a log has 128 bits");
        writer.write_all(b"NaN")
    }
}

/// The bytes of a part of a log.
pub(super) fn json(part: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Constants);
    part.serialize(&mut serializer).expect("a log is plain data");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_scored_is_a_bare_constant() {
        let values = [Value::Number(0.5), Value::Unscored, Value::Number(-1.0)];
        assert_eq!(json(&values), b"[0.5,NaN,-1.0]");
        assert!(serde_json::to_value(Value::Unscored).is_err());
    }
}

//! A JSON object whose keys keep their order: of several patterns, the first that matches counts.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// Numbers by pattern, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct InOrder(pub(super) Vec<(String, f64)>);

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = InOrder;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of numbers, or null")
    }

    fn visit_unit<E>(self) -> Result<InOrder, E> {
        Ok(InOrder::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(InOrder(pairs))
    }
}

impl<'de> Deserialize<'de> for InOrder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

//! Small files of weights, written in more than one way.

use crate::draw::Draw;
use serde_json::{Map, Value, json};

/// A name, a type, a shape, and the bytes.
pub(crate) type Tensor = (&'static str, &'static str, Vec<u64>, Vec<u8>);

/// A few small tensors.
pub(crate) fn tensors(draw: &mut Draw) -> Vec<Tensor> {
    let mut bytes = |len| (0..len).map(|_| draw.below(256) as u8).collect();
    vec![
        ("head.bias", "F32", vec![2], bytes(8)),
        ("conv.0.weight", "F16", vec![2, 3], bytes(12)),
        ("seen", "I64", vec![], bytes(8)),
    ]
}

/// A `safetensors` file with its tensors in that order, which has that beside them and so many spaces behind.
pub(crate) fn file(tensors: &[Tensor], beside: Option<Value>, spaces: usize) -> Vec<u8> {
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (name, dtype, shape, bytes) in tensors {
        let from = data.len();
        data.extend(bytes);
        let entry = json!({"dtype": dtype, "shape": shape, "data_offsets": [from, data.len()]});
        header.insert((*name).to_owned(), entry);
    }
    if let Some(beside) = beside {
        header.insert("__metadata__".to_owned(), beside);
    }
    join(&(Value::Object(header).to_string() + &" ".repeat(spaces)), &data)
}

/// A header before its data.
pub(crate) fn join(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// The header of a file, and its data.
pub(crate) fn parts(file: &[u8]) -> (String, Vec<u8>) {
    let (length, rest) = file.split_first_chunk::<8>().expect("a file has a header");
    let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
    (String::from_utf8_lossy(header).into_owned(), data.to_vec())
}

//! What a model is called: digests of its files, and of its tensors whatever their file.

use crate::{Digest, Error};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// Longest header of a file of weights.
const MOST_HEADER: u64 = 100 << 20;

/// A file of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its name in the folder, with `/` between folders.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::file_name"))]
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
}

/// The root digest of `OpenSSF` Model Signing 1.0, serialization `files` with SHA-256: the digest of all
/// files' raw digests, one after the other, in the order of the files' names.
///
/// ```
/// use overt_evidence::{Digest, identity};
/// let resource = |name: &str, bytes: &[u8]| {
///     identity::Resource { name: name.to_owned(), digest: Digest::of(bytes) }
/// };
/// let (a, b) = (resource("a", b"1"), resource("b", b"2"));
/// let root = identity::root(&[b.clone(), a.clone()]);
/// assert_eq!(root, Digest::of_all(&[&a.digest.0, &b.digest.0]));
/// ```
pub fn root(resources: &[Resource]) -> Digest {
    let by_name: BTreeMap<&str, &Digest> =
        resources.iter().map(|resource| (resource.name.as_str(), &resource.digest)).collect();
    let digests: Vec<&[u8]> = by_name.values().map(|digest| digest.0.as_slice()).collect();
    Digest::of_all(&digests)
}

/// The digest of the tensors of a `safetensors` file: it stays when a file is written anew with its header
/// in another order, with other metadata or padding.
///
/// Tensors in the order of their names' bytes; of each, SHA-256 over its name, its type, its number of
/// dimensions, its dimensions and its bytes, every text and every number after its length or as eight
/// bytes, little end first; then SHA-256 over all of them, after `overt-tensors-v1` and a zero byte.
///
/// # Errors
/// A file that is no such file: cut off, a name given twice, tensors that overlap, leave holes or have
/// another length than their shape says.
pub fn tensors(file: &[u8]) -> Result<Digest, Error> {
    let refused = |what: &str| Error::Weights { what: what.to_owned() };
    let (length, rest) = file.split_first_chunk::<8>().ok_or(refused("it has no header"))?;
    let length = u64::from_le_bytes(*length);
    if length > MOST_HEADER || length > rest.len() as u64 {
        return Err(refused("its header is longer than the file, or than 100 MiB"));
    }
    let (header, data) = rest.split_at(length as usize);
    let Object(header): Object<Object<Value>> = serde_json::from_slice(header)
        .map_err(|source| Error::Json { name: "the header of the weights".to_owned(), source })?;
    let mut spans = Vec::new();
    let mut all = Vec::new();
    for (name, entry) in &header {
        if name == "__metadata__" {
            continue;
        }
        let Entry { dtype, shape, data_offsets: [from, to] } =
            entry.tensor().ok_or(refused("an entry of its header is no tensor"))?;
        let bytes = usize::try_from(from).ok().zip(usize::try_from(to).ok());
        let bytes = bytes.and_then(|(from, to)| data.get(from..to));
        let bytes = bytes.ok_or(refused("a tensor lies outside of it"))?;
        let size = shape.iter().try_fold(1_u64, |size, dim| size.checked_mul(*dim));
        let bits = size.zip(bits(&dtype)).and_then(|(size, bits)| size.checked_mul(bits));
        if bits != Some(bytes.len() as u64 * 8) {
            return Err(refused("a tensor has another length than its shape says"));
        }
        spans.push((from, to));
        let shape: Vec<u8> = shape.iter().flat_map(|dim| dim.to_le_bytes()).collect();
        let len = |len: usize| (len as u64).to_le_bytes();
        all.push(Digest::of_all(&[
            &len(name.len()),
            name.as_bytes(),
            &len(dtype.len()),
            dtype.as_bytes(),
            &len(shape.len() / 8),
            &shape,
            &len(bytes.len()),
            bytes,
        ]));
    }
    spans.sort_unstable();
    let end = spans.iter().try_fold(0, |end, (from, to)| (*from == end).then_some(*to));
    if end != Some(data.len() as u64) {
        return Err(refused("its tensors overlap or leave holes"));
    }
    let digests: Vec<&[u8]> = all.iter().map(|digest| digest.0.as_slice()).collect();
    Ok(Digest::of_all(&[b"overt-tensors-v1\0", &digests.concat()]))
}

struct Entry {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

/// An object in which no name is given twice: of two entries of one name, two readers could take either.
struct Object<T>(BTreeMap<String, T>);

impl Object<Value> {
    /// Exactly the fields of a tensor.
    fn tensor(&self) -> Option<Entry> {
        let Self(fields) = self;
        let dtype = fields.get("dtype")?.as_str()?.to_owned();
        let shape = Vec::deserialize(fields.get("shape")?).ok()?;
        let data_offsets = <[u64; 2]>::deserialize(fields.get("data_offsets")?).ok()?;
        (fields.len() == 3).then_some(Entry { dtype, shape, data_offsets })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<T>, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, T>()? {
            if let Some(_earlier) = fields.insert(name.clone(), value) {
                return Err(A::Error::custom(format!("`{name}` is there twice")));
            }
        }
        Ok(Object(fields))
    }
}

/// Bits of one number of that type.
fn bits(dtype: &str) -> Option<u64> {
    match dtype {
        "BOOL" | "U8" | "I8" | "F8_E4M3" | "F8_E5M2" => Some(8),
        "U16" | "I16" | "F16" | "BF16" => Some(16),
        "U32" | "I32" | "F32" => Some(32),
        "U64" | "I64" | "F64" => Some(64),
        _ => None,
    }
}

//! Traces as safetensors files, whose keys are the names of the sites.

use crate::Error;
use overt_site::{Array, Real};
use safetensors::{Dtype, tensor::TensorView};
use std::collections::BTreeMap;

/// Named arrays as the bytes of a safetensors file. The header says where they come from: a text that it
/// holds as `origin`.
///
/// ```
/// # use overt_site::Array;
/// let array = Array::new(vec![2], vec![1.0_f32, 2.0]);
/// let arrays = [("blocks.0.attn.z", &array)].into_iter();
/// let bytes = overt_nn::arrays_with_origin(arrays, "made by hand".to_owned())?;
/// let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
/// assert_eq!(file.tensor("blocks.0.attn.z").unwrap().shape(), [2]);
/// # Ok::<(), overt_nn::Error>(())
/// ```
///
/// # Errors
/// When the format cannot hold them.
pub fn arrays_with_origin<'a, T: Real>(
    arrays: impl Iterator<Item = (&'a str, &'a Array<T>)>,
    origin: String,
) -> Result<Vec<u8>, Error> {
    let dtype = if size_of::<T>() == 8 { Dtype::F64 } else { Dtype::F32 };
    let bytes: BTreeMap<&str, (Vec<usize>, Vec<u8>)> =
        arrays.map(|(name, array)| (name, (array.shape.clone(), little_endian(array)))).collect();
    let mut views = BTreeMap::new();
    for (name, (shape, bytes)) in &bytes {
        let view = TensorView::new(dtype, shape.clone(), bytes);
        views.insert(*name, view.map_err(|source| Error::NotSafetensors { source })?);
    }
    // One entry: the order of several would be that of their hashes.
    let origin = std::iter::once(("origin".to_owned(), origin)).collect();
    safetensors::serialize(views, Some(origin)).map_err(|source| Error::NotSafetensors { source })
}

fn little_endian<T: Real>(array: &Array<T>) -> Vec<u8> {
    let wide = size_of::<T>() == 8;
    let mut bytes = Vec::with_capacity(array.values.len() * size_of::<T>());
    for value in &array.values {
        let value: f64 = (*value).into();
        if wide {
            bytes.extend(value.to_le_bytes());
        } else {
            bytes.extend((value as f32).to_le_bytes());
        }
    }
    bytes
}

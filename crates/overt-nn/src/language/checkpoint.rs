//! Weights in one or several safetensors files, read tensor by tensor, each in pieces side by side.

use crate::Error;
use burn::tensor::DType;
use overt_site::Real;
use rayon::prelude::*;
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;

/// The longest header; the format's own limit.
const LONGEST_HEADER: u64 = 100_000_000;
/// Bytes converted at a time, so that no tensor is held twice.
const CHUNK: usize = 1 << 20;

/// Where the bytes of a file come from; pieces of them may be read at the same time.
pub(crate) trait Bytes: Send + Sync {
    /// How many there are.
    fn len(&self) -> io::Result<u64>;

    /// Those from an offset on, as many as fill the piece.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()>;
}

impl Bytes for Vec<u8> {
    fn len(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let from = usize::try_from(offset).ok();
        let piece = from.and_then(|from| self.get(from..)?.get(..into.len()));
        into.copy_from_slice(piece.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// Tensors by name, wherever they lie; each is taken once.
pub(crate) struct Checkpoint {
    files: Vec<File>,
    tensors: BTreeMap<String, (usize, TensorInfo)>,
}

struct File {
    name: String,
    bytes: Box<dyn Bytes>,
    start: u64,
}

impl Checkpoint {
    /// Reads the headers of files given by name.
    ///
    /// # Errors
    /// A file that is cut off or whose tensors overlap; a tensor in two files.
    pub(crate) fn read(files: Vec<(String, Box<dyn Bytes>)>) -> Result<Self, Error> {
        let mut checkpoint = Self { files: Vec::new(), tensors: BTreeMap::new() };
        for (idx, (name, bytes)) in files.into_iter().enumerate() {
            let (start, header) = header(&name, bytes.as_ref())?;
            let mut infos: Vec<_> =
                header.tensors().into_iter().map(|(name, info)| (name, info.clone())).collect();
            infos.sort_by(|a, b| a.0.cmp(&b.0));
            for (tensor, info) in infos {
                if checkpoint.tensors.insert(tensor.clone(), (idx, info)).is_some() {
                    return Err(Error::TensorTwice { tensor, file: name });
                }
            }
            checkpoint.files.push(File { name, bytes, start });
        }
        Ok(checkpoint)
    }

    /// SHA-256 over all tensors sorted by name: name, type, shape and bytes as they lie.
    ///
    /// A rewritten header, or another division into files, does not change it.
    ///
    /// # Errors
    /// A file that ends early.
    pub(crate) fn digest(&self) -> Result<String, Error> {
        let mut hash = Sha256::new();
        let mut chunk = vec![0_u8; CHUNK];
        for (name, (file, info)) in &self.tensors {
            hash.update(format!("{name}\0{:?}\0{:?}\0", info.dtype, info.shape));
            let (mut from, to) = info.data_offsets;
            while from < to {
                let now = CHUNK.min(to - from);
                self.files[*file].read(from, &mut chunk[..now])?;
                hash.update(&chunk[..now]);
                from += now;
            }
        }
        Ok(format!("{:x}", hash.finalize()))
    }

    /// Whether a tensor of this name is there and not yet taken.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// The names of the tensors that nobody took, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The shape of a tensor that nobody took.
    pub(crate) fn shape_of(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|(_, info)| info.shape.as_slice())
    }

    /// The type of a tensor that nobody took, such as `BF16`.
    pub(crate) fn dtype_of(&self, name: &str) -> Option<String> {
        self.tensors.get(name).map(|(_, info)| format!("{:?}", info.dtype))
    }

    /// Takes a tensor out, as numbers of the type that is computed in.
    ///
    /// # Errors
    /// No such tensor, another shape or type, a number that is not finite, a file that ends early.
    pub(crate) fn take<T: Real>(&mut self, name: &str, shape: &[usize]) -> Result<Vec<T>, Error> {
        let Some((file, info)) = self.tensors.remove(name) else {
            return Err(Error::MissingWeight { name: name.to_owned(), expected: shape.to_vec() });
        };
        if info.shape != shape {
            let (name, expected) = (name.to_owned(), shape.to_vec());
            return Err(Error::WeightShape { name, expected, got: info.shape });
        }
        let file = &self.files[file];
        // As they lie in the file, numbers of the right type need no conversion.
        let is_same =
            matches!((info.dtype, T::DTYPE), (Dtype::F32, DType::F32) | (Dtype::F64, DType::F64));
        if is_same && cfg!(target_endian = "little") {
            return file.as_they_lie(name, &info);
        }
        match info.dtype {
            Dtype::F32 => file.numbers(name, &info, |b: &[u8; 4]| {
                let value = f32::from_le_bytes(*b);
                T::nearest(f64::from(value))
            }),
            Dtype::F64 => {
                file.numbers(name, &info, |b: &[u8; 8]| T::nearest(f64::from_le_bytes(*b)))
            }
            Dtype::F16 => file.numbers(name, &info, |b: &[u8; 2]| {
                T::nearest(half::f16::from_le_bytes(*b).to_f64())
            }),
            Dtype::BF16 => file.numbers(name, &info, |b: &[u8; 2]| {
                T::nearest(half::bf16::from_le_bytes(*b).to_f64())
            }),
            other => Err(Error::WeightType { name: name.to_owned(), got: format!("{other:?}") }),
        }
    }

    /// Refuses tensors that nobody took, except those with these ends of names.
    pub(crate) fn finish(&self, no_weights: &[&str]) -> Result<(), Error> {
        let is_weight = |name: &&String| !no_weights.iter().any(|end| name.ends_with(end));
        match self.tensors.keys().find(is_weight) {
            Some(name) => Err(Error::UnexpectedWeight { name: name.clone() }),
            None => Ok(()),
        }
    }
}

impl File {
    /// Numbers from an offset among them, as bytes.
    fn read(&self, offset: usize, into: &mut [u8]) -> Result<(), Error> {
        let broken = |source| Error::File { file: self.name.clone(), source };
        self.bytes.read_at(self.start + offset as u64, into).map_err(broken)
    }

    fn as_they_lie<T: Real>(&self, name: &str, info: &TensorInfo) -> Result<Vec<T>, Error> {
        in_pieces(name, info, size_of::<T>(), |offset, piece| {
            self.read(offset, bytemuck::cast_slice_mut(piece))
        })
    }

    fn numbers<T: Real, const N: usize>(
        &self,
        name: &str,
        info: &TensorInfo,
        number: impl Fn(&[u8; N]) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        in_pieces(name, info, N, |offset, piece| {
            let mut bytes = vec![0_u8; piece.len() * N];
            self.read(offset, &mut bytes)?;
            let (numbers, _) = bytes.as_chunks::<N>();
            piece.iter_mut().zip(numbers).for_each(|(value, bytes)| *value = number(bytes));
            Ok(())
        })
    }
}

/// A tensor whose pieces are filled side by side, each looked at while it is at hand; of several
/// errors, that of the first piece.
fn in_pieces<T: Real>(
    name: &str,
    info: &TensorInfo,
    width: usize,
    fill: impl Fn(usize, &mut [T]) -> Result<(), Error> + Sync,
) -> Result<Vec<T>, Error> {
    let (from, to) = info.data_offsets;
    let mut values = vec![T::default(); (to - from) / width];
    let length = CHUNK / width;
    let piece = |(idx, piece): (usize, &mut [T])| {
        let first = idx * length;
        fill(from + first * width, piece)?;
        check_finite(name, piece, first)
    };
    let pieces = values.par_chunks_mut(length).enumerate().map(piece);
    match pieces.find_first(Result::is_err) {
        Some(Err(error)) => Err(error),
        _ => Ok(values),
    }
}

fn check_finite<T: Real>(name: &str, values: &[T], first: usize) -> Result<(), Error> {
    match values.iter().position(|v| !v.is_finite()) {
        Some(at) => Err(Error::WeightNotFinite { name: name.to_owned(), index: first + at }),
        None => Ok(()),
    }
}

/// Where the numbers of a file start, and what it says of them.
fn header(name: &str, bytes: &dyn Bytes) -> Result<(u64, Metadata), Error> {
    let file = || name.to_owned();
    let broken = |source| Error::File { file: file(), source };
    let bad = |why: &str| Error::BadWeightsFile { file: file(), why: why.to_owned() };
    let len = bytes.len().map_err(broken)?;
    let mut size = [0; 8];
    if len < 8 {
        return Err(bad("it is cut off before the header"));
    }
    bytes.read_at(0, &mut size).map_err(broken)?;
    let size = u64::from_le_bytes(size);
    if size > LONGEST_HEADER {
        return Err(bad("the header is longer than any may be"));
    }
    if size > len - 8 {
        return Err(bad("it is cut off within the header"));
    }
    let mut json = vec![0; size as usize];
    bytes.read_at(8, &mut json).map_err(broken)?;
    let header: Metadata = serde_json::from_slice(&json)
        .map_err(|source| bad(&format!("the header is not readable: {source}")))?;
    let (expected, got) = (header.data_len() as u64, len - 8 - size);
    if expected != got {
        return Err(bad(&format!("it holds {got} bytes of numbers, the header says {expected}")));
    }
    Ok((8 + size, header))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of one tensor `w` with this type, shape and bytes.
    fn file(dtype: &str, shape: &[usize], data: &[u8]) -> Vec<u8> {
        let header = format!(
            r#"{{"w":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[0,{}]}}}}"#,
            data.len()
        );
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn open(bytes: Vec<u8>) -> Result<Checkpoint, Error> {
        Checkpoint::read(vec![("w.safetensors".into(), Box::new(bytes))])
    }

    #[test]
    fn every_float_type_is_read_as_its_value() {
        for (dtype, data) in [
            ("F32", 1.5_f32.to_le_bytes().to_vec()),
            ("F64", 1.5_f64.to_le_bytes().to_vec()),
            ("F16", vec![0x00, 0x3e]),
            ("BF16", vec![0xc0, 0x3f]),
        ] {
            let mut checkpoint = open(file(dtype, &[1, 1], &data)).unwrap();
            assert_eq!(checkpoint.take::<f32>("w", &[1, 1]).unwrap(), [1.5], "{dtype}");
            checkpoint.finish(&[]).unwrap();
            let mut checkpoint = open(file(dtype, &[1, 1], &data)).unwrap();
            assert_eq!(checkpoint.take::<f64>("w", &[1, 1]).unwrap(), [1.5], "{dtype}");
        }
    }

    #[test]
    fn a_file_cut_off_anywhere_is_an_error() {
        let whole = file("F32", &[2], &[0; 8]);
        for len in 0..whole.len() {
            let error = open(whole[..len].to_vec()).err().expect("cut off");
            assert!(error.to_string().contains("w.safetensors"), "{error}");
        }
        assert!(open(whole).is_ok());
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let numbers: Vec<u8> = [1.0_f32, f32::NAN].iter().flat_map(|v| v.to_le_bytes()).collect();
        let said = |name: &str, shape: &[usize], bytes: Vec<u8>| {
            open(bytes).unwrap().take::<f32>(name, shape).unwrap_err().to_string()
        };
        let bytes = file("F32", &[2], &numbers);
        assert!(said("w", &[2], bytes.clone()).contains("not finite at index 1"));
        assert!(said("w", &[3], bytes.clone()).contains("shape [2]"));
        assert!(said("v", &[2], bytes.clone()).contains("lack `v`"));
        assert!(said("w", &[2], file("I32", &[2], &numbers)).contains("I32"));
        let error = open(bytes).unwrap().finish(&["bias"]).unwrap_err();
        assert!(error.to_string().contains("`w`"), "{error}");
        let overlapping = file("F32", &[1], &[0; 8]);
        assert!(open(overlapping).is_err());
    }
}

use overt_evidence::identity::{self, Resource};
use overt_evidence::{Digest, Error};
use proptest::prelude::*;

type Tensor = (String, &'static str, Vec<u64>, Vec<u8>);

/// A file with its tensors in that order, metadata and spaces behind its header.
fn file(tensors: &[Tensor], metadata: Option<&str>, spaces: usize) -> Vec<u8> {
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    for (name, dtype, shape, bytes) in tensors {
        let (from, to) = (data.len(), data.len() + bytes.len());
        data.extend(bytes);
        entries.push(format!(
            r#""{name}":{{"data_offsets":[{from},{to}],"dtype":"{dtype}","shape":{shape:?}}}"#
        ));
    }
    if let Some(text) = metadata {
        entries.insert(entries.len() / 2, format!(r#""__metadata__":{{"note":"{text}"}}"#));
    }
    join(&format!("{{{}}}{}", entries.join(","), " ".repeat(spaces)), &data)
}

fn join(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

fn tensors() -> impl Strategy<Value = Vec<Tensor>> {
    let kind = prop_oneof![Just(("F32", 4)), Just(("BF16", 2)), Just(("U8", 1)), Just(("I64", 8))];
    let tensor = (kind, prop::collection::vec(0_u64..4, 0..3), any::<u8>());
    prop::collection::vec(tensor, 1..5).prop_map(|tensors| {
        let mut made = Vec::new();
        for ((dtype, width), shape, seed) in tensors {
            let len = shape.iter().product::<u64>() * width;
            let bytes = (0..len).map(|at| seed.wrapping_add(at as u8 * 7)).collect();
            made.push((format!("layer.{}", made.len()), dtype, shape, bytes));
        }
        made
    })
}

#[test]
fn the_root_of_a_model_by_hand() {
    // OpenSSF Model Signing 1.0: raw digests of all files in the order of their names' bytes.
    let [upper, lower, nested] = [b"1", b"2", b"3"].map(|bytes| Digest::of(bytes));
    let resource = |name: &str, digest| Resource { name: name.to_owned(), digest };
    let root =
        identity::root(&[resource("b", lower), resource("Z", upper), resource("b/a", nested)]);
    assert_eq!(root, Digest::of(&[upper.0, lower.0, nested.0].concat()));
    assert_eq!(identity::root(&[]), Digest::of(b""));
}

#[test]
fn the_digest_of_a_tensor_by_hand() {
    let bytes = [0_u8, 0, 128, 63, 0, 0, 0, 64];
    let model = file(&[("w".to_owned(), "F32", vec![2], bytes.to_vec())], None, 0);
    let number = |number: u64| number.to_le_bytes().to_vec();
    let one = Digest::of(
        &[
            number(1),
            b"w".to_vec(),
            number(3),
            b"F32".to_vec(),
            number(1),
            number(2),
            number(8),
            bytes.to_vec(),
        ]
        .concat(),
    );
    let expected = Digest::of(&[&b"overt-tensors-v1\0"[..], &one.0].concat());
    assert_eq!(identity::tensors(&model).unwrap(), expected);
}

proptest! {
    #[test]
    fn tensors_stay_whatever_their_file(
        tensors in tensors(),
        turn in any::<prop::sample::Index>(),
        note in "[a-z]{0,8}",
        spaces in 0_usize..20,
    ) {
        let before = identity::tensors(&file(&tensors, None, 0)).unwrap();
        let mut turned = tensors.clone();
        turned.rotate_left(turn.index(tensors.len()));
        let after = identity::tensors(&file(&turned, Some(&note), spaces)).unwrap();
        prop_assert_eq!(before, after);
    }

    #[test]
    fn any_bit_of_any_tensor_is_another_digest(
        tensors in tensors(),
        at in any::<prop::sample::Index>(),
        bit in 0..8,
    ) {
        let whole = file(&tensors, None, 0);
        let len: usize = tensors.iter().map(|(_, _, _, bytes)| bytes.len()).sum();
        prop_assume!(len > 0);
        let mut other = whole.clone();
        other[whole.len() - 1 - at.index(len)] ^= 1_u8 << bit;
        prop_assert_ne!(identity::tensors(&other).unwrap(), identity::tensors(&whole).unwrap());
    }

    #[test]
    fn another_name_type_or_shape_is_another_digest(tensors in tensors(), which in 0..3) {
        let mut other = tensors.clone();
        let (name, dtype, shape, _) = &mut other[0];
        match which {
            0 => name.push('x'),
            1 => *dtype = if *dtype == "F32" { "U32" } else { return Ok(()) },
            _ => shape.push(1),
        }
        let [before, after] =
            [&tensors, &other].map(|tensors| identity::tensors(&file(tensors, None, 0)).unwrap());
        prop_assert_ne!(before, after);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        tensors in tensors(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        len in any::<prop::sample::Index>(),
    ) {
        let mut bytes = file(&tensors, None, 0);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _digest = identity::tensors(&bytes);
        let _digest = identity::tensors(&bytes[..len.index(bytes.len())]);
    }
}

#[test]
fn a_name_given_twice_is_refused_at_either_depth() {
    let entry = r#"{"dtype":"U8","shape":[1],"data_offsets":[0,1]}"#;
    let twice = [
        format!(r#"{{"a":{entry},"a":{entry}}}"#),
        r#"{"a":{"dtype":"I8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#.to_owned(),
        r#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"__metadata__":{},"__metadata__":{}}"#
            .to_owned(),
    ];
    for header in twice {
        assert!(
            matches!(identity::tensors(&join(&header, &[7])), Err(Error::Json { .. })),
            "{header}"
        );
    }
    assert!(identity::tensors(&join(&format!(r#"{{"a":{entry}}}"#), &[7])).is_ok());
}

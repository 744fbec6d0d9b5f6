use crate::{configs, lively};
use overt_fault::Hint;
use overt_nn::{Error, Policy, PolicyConfig, WeightSpec, Weights, load};
use proptest::prelude::*;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::collections::BTreeMap;

/// One tensor of a file under construction.
#[derive(Clone)]
struct Entry {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

type File = BTreeMap<String, Entry>;

fn file(config: PolicyConfig) -> File {
    let entry = |(spec, values): (&WeightSpec, &[f32])| {
        let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        (spec.name.clone(), Entry { dtype: Dtype::F32, shape: spec.shape.clone(), bytes })
    };
    lively(config).spans().map(entry).collect()
}

fn serialise(file: &File) -> Vec<u8> {
    let views = file.iter().map(|(name, e)| {
        (name.clone(), TensorView::new(e.dtype, e.shape.clone(), &e.bytes).unwrap())
    });
    let note = [("written by".to_owned(), "a stranger".to_owned())];
    safetensors::serialize(views, Some(note.into())).unwrap()
}

fn read(file: &File) -> Result<Weights, Error> {
    Weights::from_safetensors(configs()[0].weights(), &serialise(file))
}

/// The error for a good file after one lie.
#[track_caller]
fn lie(tell: impl FnOnce(&mut File), expected: &str) {
    let mut file = file(configs()[0]);
    tell(&mut file);
    let error = read(&file).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_network_comes_back_from_its_file_bit_for_bit() {
    for config in configs() {
        let policy = Policy::new(config, lively(config)).unwrap();
        let bytes = policy.weights().to_safetensors().unwrap();
        assert_eq!(bytes, policy.weights().to_safetensors().unwrap());
        let back = load(&serde_json::to_vec(&config).unwrap(), &bytes).unwrap();
        assert_eq!(back.config(), &config);
        assert_eq!(back.weights(), policy.weights());
        assert_eq!(back.weights().digest(), policy.weights().digest());
    }
}

#[test]
fn the_digest_names_the_numbers_and_not_the_file() {
    let config = configs()[0];
    let weights = lively(config);
    assert_eq!(read(&file(config)).unwrap().digest(), weights.digest());
    let mut backwards = config.weights();
    backwards.reverse();
    let bytes = weights.to_safetensors().unwrap();
    let reversed = Weights::from_safetensors(backwards, &bytes).unwrap();
    assert_ne!(reversed.values(), weights.values());
    assert_eq!(reversed.digest(), weights.digest());

    let mut values = weights.values().to_vec();
    values[17] = f32::from_bits(values[17].to_bits() ^ 1);
    assert_ne!(weights.with_values(values).digest(), weights.digest());
}

#[test]
fn a_file_cut_anywhere_is_not_a_file() {
    let bytes = lively(configs()[0]).to_safetensors().unwrap();
    let specs = configs()[0].weights();
    for end in (0..bytes.len()).step_by(37).chain([bytes.len() - 1]) {
        let error = Weights::from_safetensors(specs.clone(), &bytes[..end]).unwrap_err();
        assert!(matches!(error, Error::NotSafetensors { .. }), "cut at {end}: {error}");
        assert!(error.hint().is_some());
    }
    let longer = [&bytes[..], &[0]].concat();
    let error = Weights::from_safetensors(specs, &longer).unwrap_err();
    assert!(matches!(error, Error::NotSafetensors { .. }), "{error}");
}

#[test]
fn each_lie_has_its_own_error() {
    lie(
        |file| drop(file.remove("conv.1.bias")),
        "weights lack `conv.1.bias`, which the config asks for with shape [6]",
    );
    lie(
        |file| drop(file.insert("backdoor".into(), file["conv.1.bias"].clone())),
        "weights hold `backdoor`, which the config has no place for",
    );
    lie(
        |file| file.get_mut("dense.weight").unwrap().shape.reverse(),
        "weight `dense.weight` has shape [9, 150], the config asks for [150, 9]",
    );
    lie(
        |file| file.get_mut("value.bias").unwrap().shape.push(1),
        "weight `value.bias` has shape [1, 1], the config asks for [1]",
    );
    lie(
        |file| file.get_mut("embed.bias").unwrap().dtype = Dtype::I32,
        "weight `embed.bias` is I32, expected F32",
    );
    lie(
        |file| {
            let entry = file.get_mut("embed.bias").unwrap();
            entry.dtype = Dtype::BF16;
            entry.bytes.truncate(12);
        },
        "weight `embed.bias` is BF16, expected F32",
    );
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        lie(
            |file| {
                let bytes = &mut file.get_mut("conv.0.weight").unwrap().bytes;
                bytes[4 * 23..4 * 24].copy_from_slice(&bad.to_le_bytes());
            },
            "weight `conv.0.weight` holds a value that is not finite at index 23",
        );
    }
}

#[test]
fn an_empty_file_lacks_its_first_weight() {
    let error = read(&File::new()).unwrap_err();
    assert!(matches!(error, Error::MissingWeight { name, .. } if name == "embed.weight"));
}

#[test]
fn weights_of_another_network_are_refused() {
    let [conv, impala] = configs();
    let fewer = PolicyConfig { layers: 1, ..conv };
    let one_block = PolicyConfig { layers: 1, ..impala };
    let pairs = [
        (conv, fewer),
        (fewer, conv),
        // The same shapes in the same order under other names.
        (conv, one_block),
        (one_block, conv),
        (conv, PolicyConfig { dense: 8, ..conv }),
    ];
    for (config, other) in pairs {
        let error = Policy::new(config, lively(other)).unwrap_err();
        assert!(
            matches!(
                error,
                Error::MissingWeight { .. }
                    | Error::UnexpectedWeight { .. }
                    | Error::WeightShape { .. }
            ),
            "{config:?} with weights of {other:?}: {error}"
        );
    }
}

/// The error of a configuration; the weights are never looked at.
fn config_error(json: &str) -> Error {
    load(json.as_bytes(), &[]).unwrap_err()
}

fn json(size: &str, channels: &str, layers: &str) -> String {
    format!(
        r#"{{"architecture":"conv","size":{size},"features":8,"channels":{channels},
            "layers":{layers},"dense":32,"actions":4}}"#
    )
}

#[test]
fn a_configuration_that_asks_for_all_memory_is_refused() {
    for architecture in ["conv", "impala"] {
        let huge = json("4096", "4096", "64").replace("conv", architecture);
        assert!(matches!(config_error(&huge), Error::TooLarge { .. }));
    }
    let too_long =
        [json("18446744073709551615", "8", "2"), json("8", "4097", "2"), json("8", "8", "65")];
    for (text, name) in too_long.iter().zip(["size", "channels", "layers"]) {
        match config_error(text) {
            Error::BadConfig { field, .. } => assert_eq!(field, name),
            error => panic!("{error}"),
        }
    }
    assert!(matches!(config_error(&json("0", "8", "2")), Error::BadConfig { field: "size", .. }));
    let huge = PolicyConfig { layers: usize::MAX, channels: usize::MAX, ..configs()[0] };
    assert!(matches!(Policy::init(huge, 0).unwrap_err(), Error::BadConfig { .. }));
}

#[test]
fn a_configuration_that_is_not_one_is_refused() {
    let good = json("5", "8", "2");
    let bad = [
        String::new(),
        "{}".into(),
        json("-1", "8", "2"),
        json("5.5", "8", "2"),
        json("18446744073709551616", "8", "2"),
        good.replace("conv", "transformer"),
        good.replace("\"dense\"", "\"backdoor\":1,\"dense\""),
        good.replace("\"dense\"", "\"size\":6,\"dense\""),
        good[..good.len() - 1].into(),
    ];
    for text in bad {
        assert!(matches!(config_error(&text), Error::ConfigJson { .. }), "{text}");
    }
    assert!(matches!(config_error(&good), Error::NotSafetensors { .. }));
}

proptest! {
    #[test]
    fn no_byte_of_the_header_can_be_changed_into_a_panic(at in 0_usize..900, byte: u8) {
        let mut bytes = lively(configs()[0]).to_safetensors().unwrap();
        let was = bytes[at];
        bytes[at] = byte;
        let specs = configs()[0].weights();
        match Weights::from_safetensors(specs, &bytes) {
            Ok(weights) => prop_assert!(
                was == byte || SafeTensors::deserialize(&bytes).is_ok(),
                "{}", weights.digest()
            ),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}

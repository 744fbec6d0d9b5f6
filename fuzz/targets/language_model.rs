//! `config.json` and `model.safetensors` of a language model: two files, divided by a byte of zero.
#![no_main]

use libfuzzer_sys::fuzz_target;
use overt::nn::LanguageModel;

fuzz_target!(|files: &[u8]| {
    let mut files = files.splitn(2, |byte| *byte == 0);
    if let (Some(config), Some(weights)) = (files.next(), files.next()) {
        let _ = LanguageModel::<f32>::from_bytes(config, weights.to_vec());
    }
});

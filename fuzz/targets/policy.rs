//! `config.json` and `model.safetensors` of a policy: two files, divided by a byte of zero.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|files: &[u8]| {
    let mut files = files.splitn(2, |byte| *byte == 0);
    if let (Some(config), Some(weights)) = (files.next(), files.next()) {
        let _ = overt::nn::load(config, weights);
    }
});

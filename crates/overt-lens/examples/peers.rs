//! Answers one question of `benches/peers` as one JSON object: how long this engine takes.
//!
//! `cargo run --release -p overt-lens --example peers -- QUESTION MODEL_DIR TOKENS.json THREADS RUNS`

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should stop")]

use overt_lens::{Metric, PatchPlan, activation_patching};
use overt_nn::{LanguageModel, Tokens};
use overt_site::{Axis, Run};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [question, model, tokens, threads, runs] = &args[..] else {
        panic!("usage: peers QUESTION MODEL_DIR TOKENS.json THREADS RUNS");
    };
    let tokens: Value = serde_json::from_str(&std::fs::read_to_string(tokens).unwrap()).unwrap();
    let (model, runs) = (Path::new(model), runs.parse().unwrap());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.parse().unwrap());
    let answer = pool.build().unwrap().install(|| answer(question, model, &tokens, runs));
    println!("{answer}");
}

fn answer(question: &str, model: &Path, tokens: &Value, runs: usize) -> Value {
    let mut grid = Value::Null;
    let variants = match question {
        "load" => json!({ "load_and_logits": timed(1, || {
            let model = LanguageModel::<f32>::open(model).unwrap();
            model.run(&rows(&tokens["1x16"]), &Run::new()).unwrap();
        }) }),
        "forward-8x128" | "forward-1x16" => {
            let tokens = rows(&tokens[question.strip_prefix("forward-").unwrap()]);
            let model = LanguageModel::<f32>::open(model).unwrap();
            json!({ "plain": timed(runs, || model.run(&tokens, &Run::new()).unwrap()) })
        }
        "cache-8x128" => {
            let tokens = rows(&tokens["8x128"]);
            let model = LanguageModel::<f32>::open(model).unwrap();
            let sites = model.sites(tokens.positions());
            let one = Run::new().tap("blocks.6.resid_pre");
            // What TransformerLens keeps: everything but what each head adds.
            let names = sites.names().filter(|name| !name.ends_with("result"));
            let all = names.fold(Run::new(), Run::tap);
            json!({
                "plain": timed(runs, || model.run(&tokens, &Run::new()).unwrap()),
                "one_tap": timed(runs, || model.run(&tokens, &one).unwrap()),
                "cached": timed(runs, || model.run(&tokens, &all).unwrap()),
                // The same bytes, copied once more.
                "copy": timed_copy(runs, model.run(&tokens, &all).unwrap().1),
            })
        }
        "patch" => {
            let of = &tokens["patch"];
            let (clean, corrupted) = (rows(&json!([of["clean"]])), rows(&json!([of["corrupted"]])));
            let token = |name: &str| of[name].as_u64().unwrap() as u32;
            let plan = PatchPlan {
                sites: "blocks.*.resid_pre".into(),
                by: vec![Axis::Pos],
                metric: Metric::LogitDiff(token("answer"), token("other")),
                memory: 1 << 30,
            };
            let model = LanguageModel::<f32>::open(model).unwrap();
            let sweep =
                || activation_patching(&model, &corrupted, &clean, &plan, |_| (), |_| ()).unwrap();
            let values = sweep().values;
            grid = json!(values.chunks(clean.positions()).collect::<Vec<_>>());
            json!({ "resid_pre": timed(runs, sweep) })
        }
        _ => panic!("no question `{question}`"),
    };
    json!({ "question": question, "engine": "overt", "version": env!("CARGO_PKG_VERSION"),
            "variants": variants, "grid": grid })
}

fn rows(rows: &Value) -> Tokens {
    let row = |row: &Value| {
        row.as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect()
    };
    Tokens::new(&rows.as_array().unwrap().iter().map(row).collect::<Vec<Vec<u32>>>()).unwrap()
}

fn timed_copy<T: Clone>(runs: usize, kept: T) -> Value {
    timed(runs, || kept.clone())
}

/// Seconds of every run, and how far memory grew above what it was before.
fn timed<T>(runs: usize, mut run: impl FnMut() -> T) -> Value {
    let before = memory("VmRSS");
    let mut seconds = Vec::new();
    for _ in 0..runs {
        let start = Instant::now();
        let kept = run();
        seconds.push(start.elapsed().as_secs_f64());
        drop(kept);
    }
    json!({ "seconds": seconds, "peak_bytes": [memory("VmHWM").saturating_sub(before)] })
}

/// Bytes that the system counts for this process, 0 where it does not say.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

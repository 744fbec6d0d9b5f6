//! Language models from outside: every verb on the small models of `overt-nn/tests/goldens`.

use crate::overt::{Desk, Ran};
use serde_json::Value;
use std::path::Path;

fn model(case: &str) -> String {
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("../overt-nn/tests/goldens");
    goldens.join(case).display().to_string()
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.is_done().stdout).unwrap()
}

#[test]
fn a_run_prints_what_comes_next_and_writes_its_trace() {
    let desk = Desk::new();
    let verb = format!(
        "run {} --tokens 1,2,3 --tokens 4,5,6 --tap blocks.*.resid_post z.1 --grad \
         blocks.0.hook_attn_out --metric logit-diff:5,7 --out out/trace.safetensors --json",
        model("llama")
    );
    let ran = json(&desk.overt(&verb));
    assert_eq!(ran["rows"].as_array().unwrap().len(), 2);
    let first = &ran["rows"][0]["next"][0];
    assert!(
        first["probability"].as_f64().unwrap()
            > ran["rows"][0]["next"][1]["probability"].as_f64().unwrap()
    );
    let sites = [
        "blocks.0.resid_post",
        "blocks.1.attn.z",
        "blocks.1.resid_post",
        "grad:blocks.0.attn.added",
    ];
    assert_eq!(ran["sites"], serde_json::json!(sites));
    let trace = desk.read("out/trace.safetensors");
    let header = String::from_utf8_lossy(&trace[8..]).into_owned();
    assert!(sites.iter().all(|site| header.contains(site)));
    let words = desk.overt(&format!("run {} --tokens 1,2,3 --top 2", model("llama")));
    assert_eq!(words.is_done().stdout.lines().count(), 3, "{words:?}");
}

/// An adapter of `overt-nn/tests/adapters`.
fn adapter(case: &str) -> String {
    let adapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../overt-nn/tests/adapters");
    adapters.join(case).display().to_string()
}

#[test]
fn an_adapter_is_told_apart_merged_and_named_in_the_trace() {
    let desk = Desk::new();
    let (base, plain) = (model("llama"), adapter("llama-plain"));
    let logits = |verb: &str| {
        json(&desk.overt(&format!("run {verb} --tokens 1,2,3 --json")))["rows"][0]["next"].clone()
    };
    let tuned = format!("{base} --adapter {plain}");
    assert_ne!(logits(&base), logits(&tuned));
    let listed = desk.overt(&format!("sites {tuned} --only *.lora"));
    assert_eq!(listed.is_done().stdout.lines().count(), 14, "{listed:?}");
    let zero: Vec<Value> = (0..2)
        .flat_map(|layer| {
            let names =
                ["attn.q", "attn.k", "attn.v", "attn.out", "mlp.gate", "mlp.up", "mlp.down"];
            names.map(|name| {
                serde_json::json!({"site": format!("blocks.{layer}.{name}.lora"), "op": "zero"})
            })
        })
        .collect();
    desk.write("zero.json", serde_json::to_vec(&zero).unwrap().as_slice());
    assert_eq!(logits(&format!("{tuned} --edit zero.json")), logits(&base));
    let tapped = format!("{tuned} --tap blocks.0.attn.q.lora --out trace.safetensors");
    logits(&tapped);
    let header = String::from_utf8_lossy(&desk.read("trace.safetensors")[8..]).into_owned();
    assert!(header.contains(r#"\"adapter\""#), "{header}");

    let merged = json(&desk.overt(&format!("convert {tuned} --merge --out merged --json")));
    assert_eq!(
        (&merged["merged"], merged["changed"].as_array().unwrap().len()),
        (&true.into(), 14)
    );
    let apart = json(&desk.overt(&format!("convert {tuned} --out apart --json")));
    assert_eq!(apart["weights"], apart["source"]);
    let near = |a: &Value, b: &Value| {
        let logit = |of: &Value| of[0]["logit"].as_f64().unwrap();
        a[0]["token"] == b[0]["token"] && (logit(a) - logit(b)).abs() < 5e-5 * logit(b).abs()
    };
    assert!(near(&logits("merged"), &logits(&tuned)));
    assert_eq!(logits("apart --adapter apart/adapter"), logits(&tuned));
    let again = desk.overt(&format!("convert {tuned} --out merged"));
    assert!(again.code == 2 && again.stderr.contains("not empty"), "{again:?}");
    // The adapter was recorded for the base, and not for the merged model.
    let twice = desk.overt("run merged --adapter apart/adapter --tokens 1,2,3");
    assert!(twice.code == 2 && twice.stderr.contains("recorded for a base"), "{twice:?}");
}

#[test]
fn a_doubtful_adapter_is_said_on_the_screen_and_to_programs() {
    let desk = Desk::new();
    let config = include_str!("../../../overt-nn/tests/adapters/llama-plain/adapter_config.json");
    let weights =
        include_bytes!("../../../overt-nn/tests/adapters/llama-plain/adapter_model.safetensors");
    let other = config.replace("goldens/llama", "goldens/another");
    desk.write("other/adapter_config.json", other.as_bytes());
    desk.write("other/adapter_model.safetensors", weights);
    let verb = format!("run {} --adapter other --tokens 1,2,3 --json", model("llama"));
    let ran = desk.overt(&verb);
    assert!(ran.stderr.contains("warning: the adapter was made for"), "{ran:?}");
    let data: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(data["warnings"][0].as_str().unwrap().contains("goldens/another"), "{ran:?}");
    let bad = desk.overt(&format!(
        "run {} --adapter {} --tokens 1",
        model("gpt2"),
        adapter("llama-plain")
    ));
    assert!(bad.code == 2 && bad.stderr.contains("fits no module"), "{bad:?}");
    assert!(bad.stderr.contains("hint:"), "{bad:?}");
}

#[test]
fn an_edit_from_a_file_changes_the_answer() {
    let desk = Desk::new();
    desk.write("edits.json", br#"[{"site": "z.0", "op": "zero", "head": [1]}]"#);
    let verb = format!("run {} --tokens 1,2,3 --json", model("gpt2"));
    let plain = json(&desk.overt(&verb));
    let edited = json(&desk.overt(&format!("{verb} --edit edits.json")));
    assert_ne!(plain["rows"][0]["next"][0]["logit"], edited["rows"][0]["next"][0]["logit"]);
    let double = json(&desk.overt(&format!("{verb} --dtype f64")));
    let logit = |ran: &Value| ran["rows"][0]["next"][0]["logit"].as_f64().unwrap();
    assert!((logit(&plain) - logit(&double)).abs() < 1e-5);
}

#[test]
fn sites_are_listed_with_what_can_be_done() {
    let desk = Desk::new();
    let listed =
        json(&desk.overt(&format!("sites {} --only blocks.0.attn.* --json", model("llama"))));
    let result = listed.as_array().unwrap().iter().find(|s| s["site"] == "blocks.0.attn.result");
    assert_eq!(result.unwrap()["edit"], false);
    let k = listed.as_array().unwrap().iter().find(|s| s["site"] == "blocks.0.attn.k").unwrap();
    assert_eq!(k["axes"], serde_json::json!(["batch", "pos", "head", "d_head"]));
    assert_eq!(k["shape"], serde_json::json!([1, 16, 2, 6]));
    let words = desk.overt(&format!("sites {}", model("gpt_neox-parallel")));
    assert!(!words.is_done().stdout.contains("resid_mid"));
}

#[test]
fn a_certificate_says_which_weights_and_which_laws() {
    let desk = Desk::new();
    let verb = format!("certify {} --out certificate.json --json", model("gemma2"));
    let certificate = json(&desk.overt(&verb));
    assert_eq!(certificate["holds"], true);
    assert_eq!(certificate["laws"].as_array().unwrap().len(), 10);
    assert_eq!(certificate["weights"].as_str().unwrap().len(), 64);
    let written: Value = serde_json::from_slice(&desk.read("certificate.json")).unwrap();
    assert_eq!(written, certificate);
}

#[test]
fn a_sweep_writes_its_grid_and_its_picture() {
    let desk = Desk::new();
    let verb = format!(
        "patch {} --base 3,14,15,9 --source 3,14,51,9 --metric logit-diff:7,11 --out sweep --json",
        model("llama")
    );
    let grid = json(&desk.overt(&verb));
    assert_eq!(grid["axes"], serde_json::json!([["pos", 4]]));
    assert_eq!(grid["values"].as_array().unwrap().len(), 8);
    // Everything that differs is at position 2 before the first block.
    assert_eq!(grid["values"][2], grid["source"]);
    let svg = String::from_utf8(desk.read("sweep/patch.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("blocks.1.resid_pre"));
    let words = desk.overt(&verb.replace("--json", "--by pos,head --site blocks.*.attn.z"));
    assert!(words.is_done().stdout.contains("head"), "{words:?}");
}

#[test]
fn lenses_and_generation_say_the_same_as_a_run() {
    let desk = Desk::new();
    let (folder, tokens) = (model("gpt2"), "--tokens 3,14,15,9");
    let run = json(&desk.overt(&format!("run {folder} {tokens} --metric logit:7 --json")));
    let lens =
        json(&desk.overt(&format!("lens {folder} {tokens} --metric logit:7 --heads --json")));
    let next = &run["rows"][0]["next"][0]["token"];
    assert_eq!(&lens["layers"][1]["top"][0][0], next);
    let parts = lens["contributions"].as_array().unwrap();
    let sum: f64 = parts.iter().map(|part| part["value"].as_f64().unwrap()).sum();
    assert!((sum - run["rows"][0]["metric"].as_f64().unwrap()).abs() < 1e-5);
    let said = json(&desk.overt(&format!("generate {folder} {tokens} --n 3 --json")));
    assert_eq!(&said["tokens"][4], next);
    let drawn = |seed: u8| {
        let verb = format!("generate {folder} {tokens} --n 8 --temperature 1 --seed {seed}");
        desk.overt(&verb).is_done().stdout.clone()
    };
    assert_eq!(drawn(1), drawn(1));
    assert_ne!(drawn(1), drawn(2));
}

#[test]
fn bad_input_is_one_error_and_leaves_nothing() {
    let desk = Desk::new();
    let llama = model("llama");
    desk.write("bad.json", br#"[{"site": "z.0", "op": "zero", "haed": [1]}]"#);
    desk.write("far.json", br#"[{"site": "z.0", "op": "zero", "head": [9]}]"#);
    let before = desk.files();
    for (verb, fact, hint) in [
        (format!("run {llama} --tokens 1,64"), "token 64", "same model"),
        (format!("run {llama} --tokens 1,x"), "`x` is no token number", "commas"),
        (format!("run {llama} --text hi"), "no tokenizer.json", "--tokens"),
        (format!("run {llama} --tokens 1 --tap z.0"), "no place to go", "--out"),
        (format!("run {llama} --tokens 1 --tap z.9 --out t"), "no site `blocks.9.attn.z`", "lists"),
        (format!("run {llama} --tokens 1 --edit bad.json"), "haed", "an edit has"),
        (format!("run {llama} --tokens 1 --edit far.json"), "selects head 9", "lists"),
        (format!("run {llama} --tokens 1 --metric logit:64"), "token 64 is beyond", "logit:A"),
        ("run nowhere --tokens 1".into(), "config.json", "Hugging Face folder"),
        (
            format!("patch {llama} --base 1,2 --source 1 --metric logit:1 --out o"),
            "2 and 1 tokens",
            "as many",
        ),
        (format!("lens {} --tokens 1", model("bert")), "no plain head", ""),
        (format!("generate {llama} --tokens 1 --temperature 0"), "above 0", "most probable"),
    ] {
        let ran = desk.overt(&verb);
        ran.is_refused(fact, hint);
        assert_eq!(desk.files(), before, "{verb}");
    }
}

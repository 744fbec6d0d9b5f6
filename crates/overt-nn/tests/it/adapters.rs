//! Adapters against what PEFT computes (`tests/adapters`), their laws, and the gates that they must pass.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read what they compare with, and write adapters that lie"
)]
#![expect(clippy::print_stdout, reason = "what was measured is shown with --nocapture")]

use crate::goldens::goldens;
use overt_nn::{
    AdapterError, Cell, Device, Error, Generate, LanguageModel, ModelPath, Source, Sweep, Tokens,
    conformance,
};
use overt_site::{Array, Axis, Edit, Real, Run, Select};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Largest difference from PEFT, as a share of the largest logit.
const TOLERANCE: f64 = 5e-5;

/// Each adapter with its base.
const CASES: [(&str, &str); 15] = [
    ("bert-mlm-plain", "bert-mlm"),
    ("gpt2-bias-all", "gpt2"),
    ("gpt2-bias-lora-only", "gpt2"),
    ("gpt2-dora", "gpt2"),
    ("gpt_neox-plain", "gpt_neox-parallel"),
    ("llama-dora", "llama"),
    ("llama-embeddings", "llama"),
    ("llama-layers", "llama"),
    ("llama-lora-bias", "llama-tied-bias"),
    ("llama-patterns", "llama"),
    ("llama-plain", "llama"),
    ("llama-saved", "llama"),
    ("llama-tied-embeddings", "llama-tied-bias"),
    ("llama-tied-saved", "llama-tied-bias"),
    ("phi3-regex", "phi3"),
];

/// Adapters that replace no weight of the base and adapt nothing outside the blocks and the embedding.
const PURE: [(&str, &str); 9] = [
    ("gpt2-dora", "gpt2"),
    ("gpt_neox-plain", "gpt_neox-parallel"),
    ("llama-dora", "llama"),
    ("llama-layers", "llama"),
    ("llama-lora-bias", "llama-tied-bias"),
    ("llama-patterns", "llama"),
    ("llama-plain", "llama"),
    ("llama-tied-embeddings", "llama-tied-bias"),
    ("phi3-regex", "phi3"),
];

fn adapters() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adapters")
}

fn with(base: &str, adapter: PathBuf) -> ModelPath {
    ModelPath { adapter: Some(adapter), ..goldens().join(base).into() }
}

fn open<T: Real>(base: &str, adapter: &str) -> LanguageModel<T> {
    LanguageModel::open_model(&with(base, adapters().join(adapter)), &Device::flex()).unwrap()
}

/// The tokens of a golden, and the logits that PEFT computes.
fn expected(adapter: &str) -> (Tokens, Vec<f64>) {
    let bytes = std::fs::read(adapters().join(adapter).join("expected.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let tokens = file.tensor("tokens").unwrap();
    let ids: Vec<u32> =
        tokens.data().as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b) as u32).collect();
    let rows: Vec<Vec<u32>> = ids.chunks(tokens.shape()[1]).map(<[u32]>::to_vec).collect();
    let logits = file.tensor("logits").unwrap();
    let logits = logits.data().as_chunks::<4>().0.iter();
    (Tokens::new(&rows).unwrap(), logits.map(|b| f32::from_le_bytes(*b).into()).collect())
}

/// The largest difference, as a share of the largest value.
fn apart<T: Real>(got: &Array<T>, expected: &[f64]) -> f64 {
    assert_eq!(got.values.len(), expected.len());
    let largest = expected.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
    let pairs = got.values.iter().zip(expected);
    pairs.fold(0.0, |worst: f64, (a, b)| worst.max(((*a).into() - b).abs())) / largest
}

fn lora_sites<T: Real>(model: &LanguageModel<T>) -> Vec<String> {
    let sites = model.sites(1);
    sites.names().filter(|name| name.strip_suffix(".lora").is_some()).map(str::to_owned).collect()
}

#[test]
fn every_adapter_agrees_with_peft_beside_the_weights_and_in_them() {
    fn errors<T: Real>(adapter: &str, base: &str) -> [f64; 2] {
        let (tokens, expected) = expected(adapter);
        let path = with(base, adapters().join(adapter));
        let merged = LanguageModel::<T>::open_merged(&path, &Device::flex()).unwrap();
        assert_eq!(lora_sites(&merged), [] as [String; 0]);
        [open::<T>(base, adapter), merged]
            .map(|model| apart(&model.run(&tokens, &Run::new()).unwrap().0, &expected))
    }
    for (adapter, base) in CASES {
        let ([single, merged], [double, _]) =
            (errors::<f32>(adapter, base), errors::<f64>(adapter, base));
        println!(
            "{adapter}: {single:.1e} beside the weights, {merged:.1e} in them, {double:.1e} in f64"
        );
        for error in [single, merged, double] {
            assert!(error <= TOLERANCE, "{adapter}: {error}");
        }
    }
}

#[test]
fn without_what_it_adds_an_adapter_leaves_the_base_bit_for_bit() {
    for (adapter, base) in PURE {
        let (tokens, _) = expected(adapter);
        let model = open::<f32>(base, adapter);
        let zero = |scale: Edit| {
            lora_sites(&model).iter().fold(Run::new(), |run, site| run.edit(site, scale.clone()))
        };
        let plain = LanguageModel::<f32>::open(&goldens().join(base)).unwrap();
        let (plain, _) = plain.run(&tokens, &Run::new()).unwrap();
        for run in [zero(Edit::zero()), zero(Edit::scale(0.0))] {
            let (out, _) = model.run(&tokens, &run).unwrap();
            assert_eq!(out, plain, "{adapter}");
        }
        let (whole, _) = model.run(&tokens, &Run::new()).unwrap();
        let (scaled, _) = model.run(&tokens, &zero(Edit::scale(1.0))).unwrap();
        assert_eq!(whole, scaled, "{adapter}");
        assert_ne!(whole, plain, "{adapter}");
    }
}

#[test]
fn what_is_added_is_linear_in_its_scale() {
    let (tokens, _) = expected("llama-plain");
    let model = open::<f64>("llama", "llama-plain");
    let q = |scale: f64| {
        let run =
            Run::new().tap("blocks.0.attn.q").edit("blocks.0.attn.q.lora", Edit::scale(scale));
        model.run(&tokens, &run).unwrap().1.get("blocks.0.attn.q").unwrap().values.clone()
    };
    let (base, whole) = (q(0.0), q(1.0));
    for scale in [0.3, 2.5] {
        for ((got, base), whole) in q(scale).iter().zip(&base).zip(&whole) {
            assert!((got - (base + scale * (whole - base))).abs() < 1e-12);
        }
    }
}

/// The laws of `overt certify`: among them the gradient at every site, and what heads and neurons add.
#[test]
fn a_model_with_an_adapter_keeps_every_law() {
    for (adapter, base) in CASES {
        let (single, double) = (open::<f32>(base, adapter), open::<f64>(base, adapter));
        let laws = conformance(&single, &double, 7, |_| ()).unwrap();
        let broken: Vec<_> = laws.iter().filter(|law| !law.holds).collect();
        assert!(broken.is_empty(), "{adapter}: {broken:#?}");
    }
}

#[test]
fn the_sites_are_known_before_the_weights_are_read() {
    for (adapter, base) in CASES {
        let path = with(base, adapters().join(adapter));
        let (sites, warnings) = LanguageModel::<f32>::sites_of(&path, 5).unwrap();
        assert_eq!(sites, open::<f32>(base, adapter).sites(5), "{adapter}");
        assert_eq!(warnings, [] as [String; 0], "{adapter}");
    }
    let of = |adapter, base| lora_sites(&open::<f32>(base, adapter));
    let phi3 = ["attn.qkv", "attn.out", "mlp.gate_up", "mlp.down"];
    let phi3: Vec<String> =
        (0..2).flat_map(|layer| phi3.map(|name| format!("blocks.{layer}.{name}.lora"))).collect();
    assert_eq!(of("phi3-regex", "phi3"), phi3);
    let layers = ["q", "k", "v"].map(|name| format!("blocks.1.attn.{name}.lora"));
    assert_eq!(of("llama-layers", "llama"), layers);
    assert_eq!(of("llama-tied-embeddings", "llama-tied-bias")[0], "embed.lora");
}

#[test]
fn generation_and_sweeps_reach_what_an_adapter_adds() {
    let model = open::<f32>("llama", "llama-plain");
    let site = "blocks.1.attn.q.lora".to_owned();
    let how = Generate { n: 3, taps: vec![site.clone()], cached: true, ..Generate::default() };
    let mut steps = 0;
    model
        .generate(&[3, 14, 15], &how, |step| {
            steps += step.trace.get(&site).unwrap().shape.len();
            true
        })
        .unwrap();
    assert_eq!(steps, 3 * 4);

    let (base, other) =
        (Tokens::new(&[vec![3, 14, 15]]).unwrap(), Tokens::new(&[vec![9, 14, 51]]).unwrap());
    let sites = ["blocks.0.attn.k.lora", "blocks.1.attn.q.lora", "blocks.1.mlp.down.lora"];
    let select = Select::along(Axis::Pos, &[2]);
    let cells = sites.map(|site| Cell { site: site.to_owned(), select: select.clone() });
    let sweep = Sweep::plan(&model, &base, Source::Tokens(&other), &cells, 1 << 28).unwrap();
    let swept = sweep.run(Some(&[7]), |logits| logits[0].into(), |_| ());
    let (_, trace) =
        model.run(&other, &sites.iter().fold(Run::new(), |run, site| run.tap(*site))).unwrap();
    for (site, swept) in sites.iter().zip(swept) {
        let edit = Edit::patch(site, &trace).unwrap().at(select.clone());
        let (out, _) = model.run(&base, &Run::new().edit(*site, edit)).unwrap();
        assert_eq!(f64::from(out.values[2 * 64 + 7]), swept, "{site}");
    }
}

/// An adapter that is about to be changed.
struct Draft {
    config: Value,
    tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    folder: tempfile::TempDir,
}

impl Draft {
    fn of(case: &str) -> Self {
        let folder = adapters().join(case);
        let config =
            serde_json::from_slice(&std::fs::read(folder.join("adapter_config.json")).unwrap());
        let bytes = std::fs::read(folder.join("adapter_model.safetensors")).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let numbers = |view: &TensorView| {
            view.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
        };
        let tensors = file
            .iter()
            .map(|(name, view)| (name.to_owned(), (view.shape().to_vec(), numbers(&view))));
        Self {
            config: config.unwrap(),
            tensors: tensors.collect(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn key(mut self, key: &str, value: Value) -> Self {
        self.config[key] = value;
        self
    }

    fn renamed(mut self, from: &str, to: &str) -> Self {
        self.tensors =
            self.tensors.into_iter().map(|(name, it)| (name.replace(from, to), it)).collect();
        self
    }

    fn without(mut self, part: &str) -> Self {
        let n = self.tensors.len();
        self.tensors.retain(|name, _| !name.contains(part));
        assert!(self.tensors.len() < n, "{part}");
        self
    }

    fn changed(mut self, part: &str, change: impl Fn(&mut (Vec<usize>, Vec<f32>))) -> Self {
        let named = self.tensors.iter_mut().filter(|(name, _)| name.contains(part));
        assert!(named.map(|(_, it)| change(it)).count() > 0, "{part}");
        self
    }

    fn file(self, name: &str, bytes: &[u8]) -> Self {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
        self
    }

    /// Puts it on a base.
    fn on(self, base: &str) -> Result<Vec<String>, Error> {
        let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = self
            .tensors
            .iter()
            .map(|(name, (shape, values))| {
                (name.clone(), shape.clone(), values.iter().flat_map(|v| v.to_le_bytes()).collect())
            })
            .collect();
        let views = tensors.iter().map(|(name, shape, data)| {
            (name, TensorView::new(Dtype::F32, shape.clone(), data).unwrap())
        });
        let bytes = safetensors::serialize(views, None).unwrap();
        let json = serde_json::to_vec(&self.config).unwrap();
        let draft =
            self.file("adapter_model.safetensors", &bytes).file("adapter_config.json", &json);
        let path = with(base, draft.folder.path().to_owned());
        let opened = LanguageModel::<f32>::open_model(&path, &Device::flex());
        // The list of sites passes the same gates.
        let listed = LanguageModel::<f32>::sites_of(&path, 1);
        match opened {
            Ok(model) => {
                assert_eq!(listed.unwrap().1, model.warnings());
                Ok(model.warnings().to_vec())
            }
            Err(error) => {
                // Of a weight the list does not see the magnitude, and so not whether it is one.
                assert_eq!(listed.map(|_| ()).unwrap_err().to_string(), error.to_string());
                Err(error)
            }
        }
    }

    fn refused_on(self, base: &str) -> AdapterError {
        match self.on(base).unwrap_err() {
            Error::Adapter(error) => {
                assert!(overt_fault::Hint::hint(&error).is_some(), "{error}");
                error
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn an_adapter_that_is_not_on_the_model_says_so() {
    let plain = || Draft::of("llama-plain");
    let error = plain().renamed("self_attn", "attention").without("mlp").refused_on("llama");
    assert!(matches!(error, AdapterError::MatchesNothing { n: 8, .. }), "{error}");
    let error = Draft::of("gpt2-dora").refused_on("llama");
    assert!(matches!(error, AdapterError::MatchesNothing { .. }), "{error}");
    let error = plain().renamed("layers.1.mlp", "layers.7.mlp").refused_on("llama");
    assert!(
        matches!(&error, AdapterError::MatchesSome { matched: 11, n: 14, first, .. } if first.contains("layers.7.mlp")),
        "{error}"
    );
    let error = plain().without("layers.1.mlp.up_proj").refused_on("llama");
    assert!(
        matches!(&error, AdapterError::Partial { module } if module == "model.layers.1.mlp.up_proj"),
        "{error}"
    );
    let error = plain().without("layers.1.mlp.up_proj.lora_B").refused_on("llama");
    assert!(matches!(error, AdapterError::Lacks { .. }), "{error}");
    let error = plain().key("target_modules", json!(["q_proj"])).refused_on("llama");
    assert!(matches!(error, AdapterError::NotTargeted { .. }), "{error}");
    let error = plain().renamed("lora_A.weight", "lora_A.default.weight").refused_on("llama");
    assert!(matches!(error, AdapterError::Tensor { .. }), "{error}");
    let error = plain().renamed("lora_A.weight", "lora_magnitude_vector").refused_on("llama");
    assert!(matches!(error, AdapterError::Lacks { .. }), "{error}");
}

#[test]
fn an_adapter_of_another_shape_says_where_and_what_was_expected() {
    let plain = || Draft::of("llama-plain");
    let turned = plain().changed("lora_A", |(shape, _)| shape.reverse());
    let error = turned.refused_on("llama");
    assert!(overt_fault::Hint::hint(&error).unwrap().contains("wrong way round"), "{error}");
    let AdapterError::Shape { expected, got, .. } = error else { panic!("{error}") };
    assert_eq!((expected, got), (vec![3, 24], vec![24, 3]));
    let error = plain().key("r", json!(5)).refused_on("llama");
    assert!(overt_fault::Hint::hint(&error).unwrap().contains("rank_pattern"), "{error}");
    // Its heads are wider.
    let error = plain().refused_on("llama-rope-llama3");
    assert!(matches!(error, AdapterError::Shape { .. }), "{error}");
}

#[test]
fn an_adapter_that_adds_nothing_says_so() {
    let zero = |(_, values): &mut (Vec<usize>, Vec<f32>)| values.fill(0.0);
    let error = Draft::of("llama-plain").changed("lora_B", zero).refused_on("llama");
    assert!(matches!(error, AdapterError::Zero { n: 14 }), "{error}");
    for draft in [
        Draft::of("llama-plain").changed("lora_A", zero),
        Draft::of("llama-plain").key("lora_alpha", json!(0)),
    ] {
        let error = draft.refused_on("llama");
        assert!(matches!(error, AdapterError::Zero { n: 14 }), "{error}");
    }
    // With a product of zero, lengths alone change the model.
    assert!(Draft::of("llama-dora").changed("lora_B", zero).on("llama").is_ok());
    let warnings =
        Draft::of("llama-plain").changed("layers.1.mlp.up_proj.lora_B", zero).on("llama").unwrap();
    assert!(warnings.len() == 1 && warnings[0].contains("1 of its 14 modules"), "{warnings:?}");
    let not_finite = |(_, values): &mut (Vec<usize>, Vec<f32>)| values[3] = f32::NAN;
    let error =
        Draft::of("llama-plain").changed("layers.1.mlp.up_proj.lora_B", not_finite).on("llama");
    assert!(matches!(error, Err(Error::WeightNotFinite { index: 3, .. })), "{error:?}");
}

#[test]
fn an_adapter_for_another_base_says_so() {
    let named = |name: &str| Draft::of("llama-plain").key("base_model_name_or_path", json!(name));
    let warnings = named("acme/other-model").on("llama").unwrap();
    assert!(warnings.len() == 1 && warnings[0].contains("acme/other-model"), "{warnings:?}");
    assert_eq!(named("acme/llama").on("llama").unwrap(), [] as [String; 0]);
    let digest = LanguageModel::<f32>::digest(&goldens().join("llama").into()).unwrap();
    let recorded = |digest: &str| {
        let base = json!({ "weights": digest }).to_string();
        named("acme/other-model").file("overt-base.json", base.as_bytes())
    };
    // A digest that is right proves more than a name.
    assert_eq!(recorded(&digest).on("llama").unwrap(), [] as [String; 0]);
    let path = |draft: &Draft| with("llama", draft.folder.path().to_owned());
    let draft = recorded("0123");
    let path = path(&draft);
    let files = ["adapter_config.json", "adapter_model.safetensors"];
    for file in files {
        std::fs::copy(adapters().join("llama-plain").join(file), draft.folder.path().join(file))
            .unwrap();
    }
    let error = LanguageModel::<f32>::open_model(&path, &Device::flex()).unwrap_err();
    assert!(matches!(error, Error::Adapter(AdapterError::Base { .. })), "{error}");
}

#[test]
fn what_is_no_lora_adapter_is_refused_by_its_name() {
    for kind in ["IA3", "PREFIX_TUNING", "PROMPT_TUNING", "LOHA", "LOKR", "ADALORA", "VERA"] {
        let error = Draft::of("llama-plain").key("peft_type", json!(kind)).refused_on("llama");
        assert!(error.to_string().contains(kind), "{error}");
    }
    let refused = |folder: &Path| {
        let path = with("llama", folder.to_owned());
        LanguageModel::<f32>::open_model(&path, &Device::flex()).unwrap_err().to_string()
    };
    let draft = Draft::of("llama-plain").file("adapter_config.json", b"{}");
    assert!(refused(draft.folder.path()).contains("adapter_model.safetensors"));
    let draft = draft.file("adapter_model.bin", b"PK");
    assert!(refused(draft.folder.path()).contains("pickle"));
    assert!(refused(&goldens().join("llama")).contains("adapter_config.json"));
    let draft = draft.file("adapter_model.safetensors", b"PK");
    assert!(refused(draft.folder.path()).contains("not a whole safetensors file"));
    let saved = Draft::of("llama-plain").key("modules_to_save", json!(["q_proj"]));
    let error = saved.refused_on("llama");
    assert!(matches!(error, AdapterError::NotTargeted { .. }), "{error}");
}

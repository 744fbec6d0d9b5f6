//! A planned sweep against runs of their own, on models of every family.

use overt_lens::{Metric, PatchPlan, activation_patching};
use overt_nn::{LanguageModel, Tokens};
use overt_site::{Axis, Edit, Run, Select};
use std::path::Path;

const FAMILIES: [&str; 8] =
    ["gpt2", "gpt_neox-parallel", "llama", "mistral", "gemma2", "qwen3", "olmo2", "bert-mlm"];

fn open(case: &str) -> LanguageModel {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../overt-nn/tests/goldens").join(case);
    LanguageModel::open(&folder).unwrap()
}

fn prompts() -> (Tokens, Tokens) {
    let rows = [[3, 14, 15, 9, 26, 5, 35], [3, 14, 51, 9, 2, 5, 35]].map(|row| row.to_vec());
    (Tokens::new(&rows[..1]).unwrap(), Tokens::new(&rows[1..]).unwrap())
}

/// The metric of one cell, by a run of its own.
fn naive(model: &LanguageModel, site: &str, select: Select, metric: Metric) -> f64 {
    let (base, source) = prompts();
    let (_, trace) = model.run(&source, &Run::new().tap(site)).unwrap();
    let edit = Edit::patch(site, &trace).unwrap().at(select);
    let (logits, _) = model.run(&base, &Run::new().edit(site, edit)).unwrap();
    metric.read(&logits, &base)[0]
}

#[track_caller]
fn check(case: &str, sites: &str, by: &[Axis], metric: Metric, memory: usize) {
    let (model, (base, source)) = (open(case), prompts());
    let plan = PatchPlan { sites: sites.into(), by: by.to_vec(), metric, memory };
    let mut seen = 0;
    let grid = activation_patching(&model, &base, &source, &plan, |_| (), |n| seen += n).unwrap();
    assert_eq!(seen, grid.values.len());
    let per_site: usize = grid.axes.iter().map(|(_, n)| n).product();
    assert_eq!(grid.values.len(), grid.sites.len() * per_site);
    for (flat, value) in grid.values.iter().enumerate() {
        let (site, mut at) = (&grid.sites[flat / per_site], flat % per_site);
        let mut axes = Vec::new();
        for (axis, n) in grid.axes.iter().rev() {
            axes.push((*axis, vec![at % n]));
            at /= n;
        }
        let select = Select::Along { batch: None, axes };
        let alone = naive(&model, site, select, metric);
        assert_eq!(value.to_bits(), alone.to_bits(), "{case} {site} {flat}: {value} {alone}");
    }
    let moved = grid.values.iter().filter(|value| **value != grid.base[0]).count();
    assert!(moved > 0, "{case} {sites}: nothing moved");
}

#[test]
fn every_cell_has_the_bits_of_a_run_of_its_own() {
    let (diff, prob, roomy) = (Metric::LogitDiff(7, 11), Metric::LogProb(7), 1 << 30);
    for case in FAMILIES {
        check(case, "blocks.*.resid_pre", &[Axis::Pos], diff, roomy);
        check(case, "blocks.*.attn.z", &[Axis::Head], prob, roomy);
        check(case, "blocks.*.attn.z", &[Axis::Pos, Axis::Head], diff, roomy);
        check(case, "blocks.*.attn.pattern", &[Axis::Head], diff, roomy);
        check(case, "blocks.*.attn.added", &[Axis::Pos], diff, roomy);
        check(case, "blocks.*.mlp.added", &[Axis::Pos], Metric::Logit(3), roomy);
        check(case, "blocks.*.mlp.post", &[Axis::Neuron], diff, roomy);
        check(case, "blocks.*.attn.k", &[Axis::Pos, Axis::Head], diff, roomy);
    }
}

/// A sweep that must be cut into parts gives the same cells.
#[test]
fn little_memory_changes_no_bit() {
    for memory in [1, 20_000, 200_000] {
        check("llama", "blocks.*.resid_pre", &[Axis::Pos], Metric::LogitDiff(7, 11), memory);
    }
}

/// Half the positions and half the layers are a quarter of the work, roughly.
#[test]
fn the_estimate_counts_what_is_saved() {
    let (model, (base, source)) = (open("gpt2"), prompts());
    let plan = PatchPlan {
        sites: "blocks.*.resid_pre".into(),
        by: vec![Axis::Pos],
        metric: Metric::Logit(1),
        memory: 1 << 30,
    };
    let grid = activation_patching(&model, &base, &source, &plan, |_| (), |_| ()).unwrap();
    // Layers 2 and 1 to go, times 7 + 6 + … + 1 rows; against 14 cells of 2 layers and 7 rows.
    assert_eq!((grid.estimate.rows, grid.estimate.naive_rows), (3 * 28, 14 * 14));
    assert_eq!(grid.estimate.parts, 1);
}

#[test]
fn what_cannot_be_swept_is_refused() {
    let (model, (base, source)) = (open("gpt_neox-parallel"), prompts());
    let said = |sites: &str, by: &[Axis], base: &Tokens, source: &Tokens| {
        let metric = Metric::Logit(1);
        let plan = PatchPlan { sites: sites.into(), by: by.to_vec(), metric, memory: 1 << 20 };
        let found = activation_patching(&model, base, source, &plan, |_| (), |_| ());
        found.unwrap_err().to_string()
    };
    assert!(said("blocks.*.resid_mid", &[], &base, &source).contains("no site"));
    assert!(said("embed", &[], &base, &source).contains("outside"));
    assert!(said("blocks.0.resid_pre", &[Axis::Head], &base, &source).contains("head"));
    assert!(said("blocks.0.attn.result", &[], &base, &source).contains("tapped only"));
    let longer = Tokens::new(&[vec![1; 8]]).unwrap();
    assert!(said("blocks.0.resid_pre", &[], &base, &longer).contains("expected 7 entries, got 8"));
    let two = Tokens::new(&[vec![1; 7], vec![2; 7]]).unwrap();
    assert!(said("blocks.0.resid_pre", &[], &two, &source).contains("one row"));
}

//! Methods on language models: what each must come to where the answer is known.

use overt_lens::{
    AttributionPlan, Fill, Metric, PatchPlan, ablate, activation_patching, attribution_patching,
    dose_response, logit_attribution, logit_lens, path_patching, steering_vector,
};
use overt_nn::{Cell, LanguageModel, Tokens};
use overt_site::{Array, Axis, Edit, Real, Run, Select};
use std::path::Path;

const METRIC: Metric = Metric::LogitDiff(7, 11);

fn open<T: Real>(case: &str) -> LanguageModel<T> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../overt-nn/tests/goldens").join(case);
    LanguageModel::open(&folder).unwrap()
}

fn tokens(row: [u32; 6]) -> Tokens {
    Tokens::new(&[row.to_vec()]).unwrap()
}

fn base() -> Tokens {
    tokens([3, 14, 15, 9, 26, 5])
}

fn source() -> Tokens {
    tokens([3, 14, 51, 9, 2, 5])
}

fn answer<T: Real>(model: &LanguageModel<T>, run: &Run<T>) -> f64 {
    METRIC.read(&model.run(&base(), run).unwrap().0, &base())[0]
}

fn plan(sites: &str, by: &[Axis]) -> PatchPlan {
    PatchPlan { sites: sites.into(), by: by.to_vec(), metric: METRIC, memory: 1 << 28 }
}

/// After the last layer the lens reads the model's own logits, bit for bit.
#[test]
fn the_lens_ends_with_the_answer() {
    for case in ["gpt2", "llama", "gemma2", "bert-mlm"] {
        let model = open::<f32>(case);
        let (logits, trace) =
            model.run(&base(), &Run::new().tap("blocks.*.resid_post".replace('*', "0"))).unwrap();
        let readings = logit_lens(&model, &base(), 5, 64).unwrap();
        assert_eq!(readings.len(), model.config().layers.len());
        let last = readings.last().unwrap();
        assert_eq!(last.rank, 0, "{case}");
        let vocab = model.config().vocab;
        let own = &logits.row(0)[5 * vocab..];
        let top = own.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        assert_eq!(own[last.top[0].0 as usize], top);
        let sum: f64 = last.top.iter().map(|(_, p)| p).sum();
        assert!((sum - 1.0).abs() < 1e-12, "all 64 tokens share one: {sum}");
        let stream = trace.get("blocks.0.resid_post").unwrap();
        let width = stream.shape[2];
        assert_eq!(model.unembed(&stream.row(0)[..width]).unwrap().len(), vocab);
    }
    assert!(logit_lens(&open::<f32>("gpt2"), &base(), 6, 1).is_err());
    assert!(logit_lens(&open::<f32>("bert"), &base(), 0, 1).is_err());
}

#[test]
fn contributions_add_up_to_the_answer() {
    for case in [
        "gpt2",
        "gpt2-inner",
        "gpt_neox-parallel",
        "llama",
        "llama-tied-bias",
        "gemma3-old",
        "olmo2",
    ] {
        let model = open::<f64>(case);
        if model.config().head.soft_cap.is_some() {
            continue;
        }
        let answer = answer(&model, &Run::new());
        for by_head in [false, true] {
            let parts = logit_attribution(&model, &base(), METRIC, by_head).unwrap();
            let sum: f64 = parts.iter().map(|part| part.value).sum();
            assert!((sum - answer).abs() < 1e-9, "{case}: {sum} {answer}");
        }
    }
    let said = |case: &str, metric| {
        logit_attribution(&open::<f32>(case), &base(), metric, true).unwrap_err().to_string()
    };
    assert!(said("gemma2", METRIC).contains("cap"));
    assert!(said("bert-mlm", METRIC).contains("norm over"));
    assert!(said("llama", Metric::LogProb(1)).contains("logarithm"));
}

/// Integrated along the input, the scores of the input add up to the difference of the answers.
#[test]
fn attributions_of_the_input_are_complete() {
    let model = open::<f64>("llama");
    let plan = AttributionPlan {
        sites: "blocks.0.resid_pre".into(),
        by: vec![Axis::Pos],
        metric: METRIC,
        steps: 200,
        check_top: 2,
        check_random: 4,
        seed: 1,
    };
    let found = attribution_patching(&model, &base(), &source(), &plan).unwrap();
    let sum: f64 = found.scores.iter().sum();
    let far = METRIC.read(&model.run(&source(), &Run::new()).unwrap().0, &source())[0];
    let apart = far - answer(&model, &Run::new());
    assert!((sum - apart).abs() < 1e-3 * apart.abs(), "{sum} {apart}");
    // Positions where the prompts agree have nothing to add.
    for same in [0, 1, 3, 5] {
        assert_eq!(found.scores[same], 0.0);
    }
    assert!(found.spreads[2] > 0.0 && found.exact.iter().all(Option::is_some));
}

#[test]
fn attributions_are_checked_by_exact_patches() {
    let model = open::<f32>("gpt2");
    let plan = AttributionPlan {
        sites: "blocks.*.attn.z".into(),
        by: vec![Axis::Head],
        metric: METRIC,
        steps: 4,
        check_top: 3,
        check_random: 2,
        seed: 5,
    };
    let found = attribution_patching(&model, &base(), &source(), &plan).unwrap();
    let grid = self::plan("blocks.*.attn.z", &[Axis::Head]);
    let exact = activation_patching(&model, &base(), &source(), &grid, |_| (), |_| ()).unwrap();
    assert_eq!(found.exact.iter().flatten().count(), 5);
    for (told, value) in found.exact.iter().zip(&exact.values) {
        if let Some(told) = told {
            assert!((told - (value - exact.base[0])).abs() < 1e-12);
        }
    }
    let largest = (0..8).max_by(|a, b| found.scores[*a].abs().total_cmp(&found.scores[*b].abs()));
    assert!(found.exact[largest.unwrap()].is_some(), "the largest score is checked");
    assert!(found.sign_agreement.is_some_and(|share| (0.0..=1.0).contains(&share)));
}

/// Where the path is the only one, path patching is activation patching.
#[test]
fn the_only_path_carries_everything() {
    for case in ["gpt2", "llama", "gpt_neox-parallel"] {
        let model = open::<f32>(case);
        let last = model.config().layers.len() - 1;
        let sender = Cell {
            site: format!("blocks.{last}.mlp.post"),
            select: Select::along(Axis::Pos, &[5]),
        };
        let receiver = Cell { site: format!("blocks.{last}.resid_post"), select: Select::All };
        let along =
            path_patching(&model, [&base(), &source()], [&sender, &receiver], METRIC).unwrap();
        let (_, trace) = model.run(&source(), &Run::new().tap(&sender.site)).unwrap();
        let edit = Edit::patch(&sender.site, &trace).unwrap().at(sender.select.clone());
        assert_eq!(along, answer(&model, &Run::new().edit(&sender.site, edit)), "{case}");
    }
}

/// A receiver that does not lie behind the sender hears nothing through frozen modules.
#[test]
fn a_frozen_path_carries_nothing() {
    let model = open::<f32>("llama");
    // Heads do not read the last position's MLP of the same layer.
    let sender = Cell { site: "blocks.0.attn.z".into(), select: Select::along(Axis::Pos, &[5]) };
    let receiver = Cell { site: "blocks.1.attn.v".into(), select: Select::along(Axis::Pos, &[2]) };
    let along = path_patching(&model, [&base(), &source()], [&sender, &receiver], METRIC).unwrap();
    assert_eq!(along, answer(&model, &Run::new()), "position 2 never hears position 5");
    let error = path_patching(&model, [&base(), &source()], [&receiver, &sender], METRIC);
    assert!(error.unwrap_err().to_string().contains("does not come before"));
}

#[test]
fn ablations_are_edits() {
    let model = open::<f32>("llama");
    let plan = plan("blocks.*.attn.z", &[Axis::Head]);
    let zeroed = ablate(&model, &base(), &Fill::Zero, &plan, |_| ()).unwrap();
    assert_eq!(zeroed.source, None);
    for (at, value) in zeroed.values.iter().enumerate() {
        let (site, head) = (&zeroed.sites[at / 4], at % 4);
        let edit = Edit::zero().at(Select::along(Axis::Head, &[head]));
        assert_eq!(*value, answer(&model, &Run::new().edit(site, edit)));
    }
    // A reference of one row, or of equal rows, stands for itself.
    let twice = Tokens::new(&[vec![3, 14, 51, 9, 2, 5], vec![3, 14, 51, 9, 2, 5]]).unwrap();
    let patched = activation_patching(&model, &base(), &source(), &plan, |_| (), |_| ()).unwrap();
    for by in [Fill::Mean(&twice), Fill::Resample(&twice, 9)] {
        let found = ablate(&model, &base(), &by, &plan, |_| ()).unwrap();
        assert_eq!(found.values, patched.values);
    }
    let longer = Tokens::new(&[vec![1; 7]]).unwrap();
    assert!(ablate(&model, &base(), &Fill::Mean(&longer), &plan, |_| ()).is_err());
}

/// The whole difference, added where it was taken, is the other answer.
#[test]
fn the_whole_dose_is_the_other_prompt() {
    let model = open::<f64>("gpt2");
    let site = format!("blocks.{}.resid_post", model.config().layers.len() - 1);
    let vector = steering_vector(&model, &site, &source(), &base()).unwrap();
    let strengths = [0.0, 0.5, 1.0];
    let doses =
        dose_response(&model, &base(), (&site, Some(&[5])), &vector, &strengths, METRIC).unwrap();
    let far = METRIC.read(&model.run(&source(), &Run::new()).unwrap().0, &source())[0];
    assert_eq!(doses[0].metric, answer(&model, &Run::new()));
    assert!((doses[2].metric - far).abs() < 1e-9);
    assert_ne!(doses[1].metric, doses[0].metric);
    assert!(steering_vector(&model, "blocks.0.attn.z", &source(), &base()).is_err());
    assert!(dose_response(&model, &base(), (&site, None), &[1.0], &strengths, METRIC).is_err());
}

/// By hand: logits 1, 2 and 4 for tokens 0, 1 and 2.
#[test]
fn metrics_by_hand() {
    let logits = Array::new(vec![1, 2, 3], vec![9.0_f32, 9.0, 9.0, 1.0, 2.0, 4.0]);
    let tokens = Tokens::new(&[vec![0, 1]]).unwrap();
    assert_eq!(Metric::Logit(2).read(&logits, &tokens), [4.0]);
    assert_eq!(Metric::LogitDiff(2, 0).read(&logits, &tokens), [3.0]);
    let expected = 4.0 - (1.0_f64.exp() + 2.0_f64.exp() + 4.0_f64.exp()).ln();
    assert!((Metric::LogProb(2).read(&logits, &tokens)[0] - expected).abs() < 1e-12);
}

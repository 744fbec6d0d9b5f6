//! Methods that open both kinds of network: each on the kind that it was not made for first.

use crate::{observations, policies, random};
use overt_lens::{
    AttributionPlan, Fill, Metric, Network, PatchPlan, Path, ablate, activation_patching,
    attribution_patching, integrated_gradients_at, move_cells, outputs, random_control, transplant,
    values_at, weighted_logits,
};
use overt_nn::{LanguageModel, Outputs, Tokens};
use overt_site::{Array, Axis, Edit, Real, Run, Select};
use std::path::Path as File;

const SITE: &str = "blocks.1.resid_pre";

fn open<T: Real>() -> LanguageModel<T> {
    let goldens = File::new(env!("CARGO_MANIFEST_DIR")).join("../overt-nn/tests/goldens");
    LanguageModel::open(&goldens.join("llama")).unwrap()
}

fn prompts() -> [Tokens; 2] {
    let rows = [[[3, 14, 15, 9], [7, 7, 2, 1]], [[3, 14, 51, 9], [7, 8, 2, 1]]];
    rows.map(|rows| Tokens::new(&rows.map(|row| row.to_vec())).unwrap())
}

#[test]
fn a_position_is_a_cell() {
    let (model, [base, source]) = (open::<f32>(), prompts());
    let own = values_at(&model, &base, SITE).unwrap();
    let moved = move_cells(&model, &base, SITE, &[0, 3], &[2, 3]).unwrap();
    let width = own.shape[2];
    assert_eq!(moved.values.row(0)[2 * width..3 * width], own.row(0)[..width]);
    assert_eq!(moved.values.row(0)[..width], own.row(0)[2 * width..3 * width]);
    assert_eq!((moved.values.row(1), moved.change[1]), (own.row(1), 0.0));
    // Prompts that differ in one token each: where it stands, the stream brings the other answer.
    let other = transplant(&model, &base, &source, "embed", &[2, 1]).unwrap();
    assert_eq!(other.outputs, outputs(&model, &source).unwrap());
    let control = random_control(&model, &base, &moved, 7).unwrap();
    assert!((control.change[0] - moved.change[0]).abs() < 1e-5 * moved.change[0]);
    assert!(control.values.row(1) == own.row(1) && control.outputs != moved.outputs);
    let outside = move_cells(&model, &base, SITE, &[0, 4], &[0, 0]).unwrap_err();
    assert_eq!(outside.to_string(), "row 1 names cell 4, `blocks.1.resid_pre` has 4");
}

/// What integrated gradients carry along the stream adds up to the change of the metric.
#[test]
fn the_path_of_a_stream_is_complete() {
    let (model, [base, source]) = (open::<f64>(), prompts());
    let [from, to] = [&base, &source].map(|tokens| values_at(&model, tokens, SITE).unwrap());
    let path = Path { site: SITE, from: &from, to: &to };
    let metric = Metric::LogitDiff(7, 11);
    let found = integrated_gradients_at(&model, &base, path, &metric, 100).unwrap();
    let read = |tokens| metric.read(&outputs(&model, tokens).unwrap(), tokens);
    for (row, (before, after)) in read(&base).into_iter().zip(read(&source)).enumerate() {
        assert!((found.change[row] - (after - before)).abs() < 1e-9);
        assert!(found.gap[row] < 1e-3, "{:?}", found.gap);
    }
}

/// A sweep over a policy gives each row what a run of its own gives.
#[test]
fn a_policy_is_swept_like_a_language_model() {
    for policy in policies() {
        let [x, source] = [1, 2].map(|seed| observations(3, seed));
        let metric = random(&[3, 4], 3);
        let (sites, by) = ("embed.p*".to_owned(), vec![Axis::Row, Axis::Col]);
        let plan = PatchPlan { sites, by, metric: metric.clone(), memory: 0 };
        let grid = activation_patching(&policy, &x, &source, &plan, |_| (), |_| ()).unwrap();
        assert_eq!((grid.sites.len(), grid.values.len()), (2, 2 * 16 * 3));
        let read = |said: &Outputs<Array>| weighted_logits(said, &metric).unwrap();
        assert_eq!(grid.base, read(&outputs(&policy, &x).unwrap()));
        assert_eq!(grid.source, Some(read(&outputs(&policy, &source).unwrap())));
        for cell in [0, 5, 15] {
            let alone = transplant(&policy, &x, &source, "embed.post", &[cell; 3]).unwrap();
            let at = (16 + cell) * 3;
            assert_eq!(grid.values[at..at + 3], read(&alone.outputs));
        }
        let zeroed = ablate(&policy, &x, &Fill::Zero, &plan, |_| ()).unwrap();
        let edit = Edit::zero().at(Select::along(Axis::Row, &[1]).and(Axis::Col, &[2]));
        let (alone, _) = policy.run(&x, &Run::new().edit("embed.pre", edit)).unwrap();
        assert_eq!(zeroed.values[6 * 3..7 * 3], read(&alone));
        // One reference row stands for itself, whichever is drawn.
        let one = observations(1, 2);
        let [mean, drawn] = [Fill::Mean(&one), Fill::Resample(&one, 4)];
        let of = |fill| ablate(&policy, &x, &fill, &plan, |_| ()).unwrap().values;
        assert_eq!(of(mean), of(drawn));
    }
}

#[test]
fn an_attribution_of_a_policy_is_checked_by_exact_patches() {
    let [policy, _] = policies();
    let [x, source] = [1, 2].map(|seed| observations(2, seed));
    let plan = AttributionPlan {
        sites: "input".into(),
        by: vec![Axis::Row, Axis::Col],
        metric: random(&[2, 4], 3),
        steps: 200,
        check_top: 16,
        check_random: 0,
        seed: 0,
    };
    let found = attribution_patching(&policy, &x, &source, &plan).unwrap();
    let sum = |input| -> f64 {
        weighted_logits(&outputs(&policy, input).unwrap(), &plan.metric).unwrap().iter().sum()
    };
    let apart = sum(&source) - sum(&x);
    assert!((found.scores.iter().sum::<f64>() - apart).abs() < 0.02 * apart.abs());
    assert!(found.exact.iter().all(Option::is_some));
}

/// An edit that names some rows changes these alone, in whichever chunk they come.
#[test]
fn an_edit_of_some_rows_is_cut_into_chunks() {
    let [policy, _] = policies();
    let x = observations(300, 1);
    let run = |select| Run::new().edit("embed.post", Edit::zero().at(select));
    let (some, _) = Network::run(&policy, &x, &run(Select::rows(&[0, 299]))).unwrap();
    let (all, _) = Network::run(&policy, &x, &run(Select::All)).unwrap();
    let plain = outputs(&policy, &x).unwrap();
    for row in 0..300 {
        let expected = if row % 299 == 0 { &all } else { &plain };
        assert_eq!(some.logits.row(row), expected.logits.row(row), "{row}");
    }
    let error = Network::run(&policy, &x, &run(Select::rows(&[300]))).unwrap_err();
    assert!(error.to_string().contains("300"), "{error}");
}

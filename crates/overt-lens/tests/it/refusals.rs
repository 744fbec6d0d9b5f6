use crate::{ablate_channels, observations, policies, random};
use overt_fault::Hint;
use overt_lens::{
    Error, Examples, Path, ProbePlan, Subspace, integrated_gradients, integrated_gradients_at,
    move_cells, outputs, outputs_given, probe, random_control, transplant, transplant_within,
    values_at,
};
use overt_site::Array;

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Error>, expected: &str) {
    assert_eq!(answer.unwrap_err().to_string(), expected);
}

#[test]
fn a_site_that_is_not_there_is_refused_by_every_method() {
    let [policy, _] = policies();
    let (x, weights) = (observations(1, 1), random(&[1, 4], 2));
    let errors = [
        values_at(&policy, &x, "conv.9.post").unwrap_err(),
        outputs_given(&policy, &x, "conv.9.post", &x).unwrap_err(),
        move_cells(&policy, &x, "conv.9.post", &[0], &[0]).unwrap_err(),
        transplant(&policy, &x, &x, "conv.9.post", &[0]).unwrap_err(),
        ablate_channels(&policy, &x, "conv.9.post", &[0.0; 6], &weights).unwrap_err(),
        integrated_gradients_at(
            &policy,
            &x,
            Path { site: "conv.9.post", from: &x, to: &x },
            &weights,
            1,
        )
        .unwrap_err(),
    ];
    for error in errors {
        let text = error.to_string();
        assert!(
            text.starts_with("no site `conv.9.post` in this network; nearest: `conv."),
            "{text}"
        );
        assert!(error.hint().is_some());
    }
}

#[test]
fn a_cell_outside_the_maze_is_refused() {
    let [policy, _] = policies();
    let x = observations(2, 1);
    let moved = move_cells(&policy, &x, "conv.0.post", &[0, 16], &[0, 0]);
    refused(moved, "row 1 names cell 16, `conv.0.post` has 16");
    let implanted = transplant(&policy, &x, &x, "dense.post", &[0, 1]);
    refused(implanted, "row 1 names cell 1, `dense.post` has 1");
    let few = move_cells(&policy, &x, "conv.0.post", &[0], &[0, 0]);
    refused(few, "cells, one per row: expected 2 entries, got 1");
}

#[test]
fn shapes_that_do_not_go_together_are_refused() {
    let [policy, _] = policies();
    let (x, weights) = (observations(2, 1), random(&[2, 4], 2));
    let wide = random(&[2, 5], 2);
    let message = "weights of the logits: expected shape [2, 4], got [2, 5]";
    refused(integrated_gradients(&policy, &x, &x, &wide, 1), message);
    refused(ablate_channels(&policy, &x, "embed.post", &[0.0; 6], &wide), message);
    let one = observations(1, 1);
    refused(
        integrated_gradients(&policy, &one, &x, &weights, 1),
        "start of the path: expected shape [2, 4, 4, 3], got [1, 4, 4, 3]",
    );
    refused(
        transplant(&policy, &x, &one, "embed.post", &[0, 0]),
        "rows of the source: expected 2 entries, got 1",
    );
    refused(
        outputs_given(&policy, &x, "embed.post", &x),
        "values for the site: expected shape [2, 4, 4, 6], got [2, 4, 4, 3]",
    );
    refused(
        ablate_channels(&policy, &x, "embed.post", &[0.0; 5], &weights),
        "fill, one per channel: expected 6 entries, got 5",
    );
    let place = ("embed.post", &[0, 0][..]);
    refused(
        transplant_within(&policy, &x, &x, place, &Subspace::full(5)),
        "width of the subspace: expected 6 entries, got 5",
    );
    let moved = move_cells(&policy, &x, "embed.post", &[0, 0], &[1, 1]).unwrap();
    refused(
        random_control(&policy, &one, &moved, 7),
        "values of the edit: expected shape [1, 4, 4, 6], got [2, 4, 4, 6]",
    );
}

#[test]
fn numbers_that_say_nothing_are_refused() {
    let [policy, _] = policies();
    let (x, weights) = (observations(1, 1), random(&[1, 4], 2));
    refused(integrated_gradients(&policy, &x, &x, &weights, 0), "steps must be at least 1, got 0");
    refused(outputs(&policy, &Array::zeros(vec![0, 4, 4, 3])), "batch must be at least 1, got 0");
    refused(
        outputs(&policy, &Array::zeros(vec![2, 5, 4, 3])),
        "observations: expected shape [2, 4, 4, 3], got [2, 5, 4, 3]",
    );
    let mut blind = x.clone();
    blind.values[3] = f32::NAN;
    let message = "observations hold a value that is not finite at index 3";
    refused(outputs(&policy, &blind), message);
    refused(values_at(&policy, &blind, "value"), message);
    refused(move_cells(&policy, &blind, "embed.pre", &[0], &[1]), message);
    refused(integrated_gradients(&policy, &x, &blind, &weights, 1), message);
    let infinite = Array::new(vec![1, 4], vec![0.0, f32::INFINITY, 0.0, 0.0]);
    refused(
        integrated_gradients(&policy, &x, &x, &infinite, 1),
        "weights of the logits hold a value that is not finite at index 1",
    );
    let differences = Array::new(vec![1, 2], vec![0.0, f32::NAN]);
    refused(
        Subspace::span(&differences, 1),
        "differences hold a value that is not finite at index 1",
    );
    let value = values_at(&policy, &x, "value").unwrap();
    let path = Path { site: "value", from: &value, to: &value };
    refused(
        integrated_gradients_at(&policy, &x, path, &weights, 1),
        "the scalar does not depend on `value`, so it has no gradient there",
    );
}

#[test]
fn examples_that_teach_nothing_are_refused() {
    let (features, groups) = (random(&[8, 2], 1), [0, 0, 1, 1, 2, 2, 3, 3]);
    let ask = |features: &Array, labels: &[bool], groups: &[usize], plan: ProbePlan| {
        probe(Examples { features, labels, groups }, &plan)
    };
    let (plan, mixed) = (ProbePlan::new(7), [true, false].repeat(4));
    refused(
        ask(&features, &[true; 8], &groups, plan),
        "the training groups hold examples of one label only",
    );
    refused(
        ask(&features, &mixed, &[0; 8], plan),
        "the test groups hold examples of one label only",
    );
    refused(ask(&features, &mixed[..7], &groups, plan), "labels: expected 8 entries, got 7");
    refused(ask(&features, &mixed, &groups[..7], plan), "groups: expected 8 entries, got 7");
    let mut broken = features.clone();
    broken.values[5] = f32::INFINITY;
    refused(
        ask(&broken, &mixed, &groups, plan),
        "features hold a value that is not finite at index 5",
    );
    refused(
        ask(&features, &mixed, &groups, ProbePlan { train_share: 1.0, ..plan }),
        "train share must be inside (0, 1), got 1",
    );
    refused(
        ask(&features, &mixed, &groups, ProbePlan { penalty: 0.0, ..plan }),
        "penalty must be above 0, got 0",
    );
}

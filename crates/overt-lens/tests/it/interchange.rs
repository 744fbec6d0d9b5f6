use crate::{gap, maps, names, observations, policies};
use overt_lens::{Edited, move_cells, outputs, random_control, transplant, values_at};
use overt_nn::Policy;
use overt_site::Array;
use proptest::prelude::*;

/// Cells where an edit and the site's own values differ, as (row, cell).
fn touched(own: &Array, edited: &Edited) -> Vec<(usize, usize)> {
    let width = *own.shape.last().unwrap();
    let per_row = own.row_len() / width;
    let cells = own.values.chunks(width).zip(edited.values.values.chunks(width)).enumerate();
    cells.filter(|(_, (a, b))| a != b).map(|(at, _)| (at / per_row, at % per_row)).collect()
}

#[test]
fn moving_a_cell_swaps_two_vectors_and_nothing_else() {
    for policy in policies() {
        let x = observations(3, 1);
        for site in maps(&policy) {
            let own = values_at(&policy, &x, &site).unwrap();
            let moved = move_cells(&policy, &x, &site, &[0, 7, 9], &[15, 7, 2]).unwrap();
            let cell = |a: &Array, row: usize, cell: usize| {
                let width = *a.shape.last().unwrap();
                a.row(row)[cell * width..(cell + 1) * width].to_vec()
            };
            for (row, (from, to)) in [(0, 15), (7, 7), (9, 2)].into_iter().enumerate() {
                assert_eq!(cell(&moved.values, row, to), cell(&own, row, from));
                assert_eq!(cell(&moved.values, row, from), cell(&own, row, to));
            }
            assert!(touched(&own, &moved).iter().all(|(row, _)| *row != 1));
            assert_eq!(moved.change[1], 0.0);
            let plain = outputs(&policy, &x).unwrap();
            assert_eq!(moved.outputs.logits.row(1), plain.logits.row(1));
            assert_ne!(moved.outputs.logits.row(0), plain.logits.row(0), "{site}");
        }
    }
}

#[test]
fn moving_a_cell_and_back_is_the_plain_run() {
    for policy in policies() {
        let x = observations(2, 1);
        let moved = move_cells(&policy, &x, "input", &[3, 4], &[9, 12]).unwrap();
        let back = move_cells(&policy, &moved.values, "input", &[9, 12], &[3, 4]).unwrap();
        assert_eq!(back.values, x);
        assert_eq!(back.outputs, outputs(&policy, &x).unwrap());
    }
}

/// Moving a cell of the observation is the same as showing the network the moved observation.
#[test]
fn moving_the_input_is_another_input() {
    for policy in policies() {
        let x = observations(2, 1);
        let moved = move_cells(&policy, &x, "input", &[3, 4], &[9, 12]).unwrap();
        assert_eq!(moved.outputs, outputs(&policy, &moved.values).unwrap());
    }
}

fn check_control(policy: &Policy, x: &Array, edited: &Edited, seed: u64) {
    let own = values_at(policy, x, &edited.site).unwrap();
    let control = random_control(policy, x, edited, seed).unwrap();
    assert_eq!(touched(&own, &control), touched(&own, edited), "{}", edited.site);
    for (a, b) in control.change.iter().zip(&edited.change) {
        assert!((a - b).abs() <= 1e-5 * b, "`{}`: {a} and {b}", edited.site);
    }
    assert_ne!(control.values, edited.values);
}

#[test]
fn a_random_control_is_as_long_and_at_the_same_cells() {
    for policy in policies() {
        let (x, source) = (observations(3, 1), observations(3, 2));
        for site in maps(&policy) {
            let moved = move_cells(&policy, &x, &site, &[0, 7, 9], &[15, 7, 2]).unwrap();
            check_control(&policy, &x, &moved, 7);
            let other = transplant(&policy, &x, &source, &site, &[1, 2, 3]).unwrap();
            check_control(&policy, &x, &other, 7);
        }
    }
}

#[test]
fn a_random_control_is_a_function_of_its_seed() {
    let [policy, _] = policies();
    let x = observations(2, 1);
    let moved = move_cells(&policy, &x, "conv.0.post", &[0, 1], &[2, 3]).unwrap();
    let of = |seed| random_control(&policy, &x, &moved, seed).unwrap();
    assert_eq!(of(7), of(7));
    assert_ne!(of(7).values, of(8).values);
}

#[test]
fn a_transplant_from_itself_is_the_plain_run() {
    for policy in policies() {
        let x = observations(3, 1);
        for site in names(&policy) {
            let same = transplant(&policy, &x, &x, &site, &[0, 0, 0]).unwrap();
            assert_eq!(same.outputs, outputs(&policy, &x).unwrap(), "{site}");
            assert_eq!(same.change, [0.0; 3]);
        }
    }
}

/// Behind the last map everything passes through one vector, so its transplant is the other run.
#[test]
fn a_transplant_of_a_bottleneck_is_the_other_run() {
    for policy in policies() {
        let (x, source) = (observations(3, 1), observations(3, 2));
        for site in ["dense.pre", "dense.post"] {
            let other = transplant(&policy, &x, &source, site, &[0; 3]).unwrap();
            assert_eq!(other.outputs, outputs(&policy, &source).unwrap(), "{site}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_transplant_writes_one_cell_of_each_row(cells in prop::collection::vec(0_usize..16, 3)) {
        for policy in policies() {
            let (x, source) = (observations(3, 1), observations(3, 2));
            let site = "embed.pre";
            let own = values_at(&policy, &x, site).unwrap();
            let edited = transplant(&policy, &x, &source, site, &cells).unwrap();
            let expected: Vec<_> = cells.iter().copied().enumerate().collect();
            prop_assert_eq!(touched(&own, &edited), expected);
            prop_assert!(gap(&edited.outputs, &outputs(&policy, &x).unwrap()) > 0.0);
        }
    }
}

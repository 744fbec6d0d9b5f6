use crate::{gap, maps, observations, policies, random};
use overt_lens::{
    Subspace, outputs, rows_per_cell, transplant, transplant_outside, transplant_within, values_at,
};
use overt_site::Array;
use proptest::prelude::*;

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[track_caller]
fn orthonormal(subspace: &Subspace) {
    for (i, a) in subspace.basis().iter().enumerate() {
        for (j, b) in subspace.basis().iter().enumerate() {
            let expected = f64::from(u8::from(i == j));
            assert!((inner(a, b) - expected).abs() < 1e-10, "directions {i} and {j}");
        }
    }
}

#[test]
fn everything_is_the_whole_transplant_and_nothing_the_plain_run() {
    for policy in policies() {
        let (x, source) = (observations(3, 1), observations(3, 2));
        let plain = outputs(&policy, &x).unwrap();
        for site in maps(&policy) {
            let cells = [4, 9, 15];
            let place = (site.as_str(), &cells[..]);
            let whole = transplant(&policy, &x, &source, &site, &cells).unwrap();
            let (values, _) = rows_per_cell(&values_at(&policy, &x, &site).unwrap());
            let width = values.shape[1];
            let (full, empty) = (Subspace::full(width), Subspace::empty(width));
            let within = |s: &Subspace| transplant_within(&policy, &x, &source, place, s).unwrap();
            let outside =
                |s: &Subspace| transplant_outside(&policy, &x, &source, place, s).unwrap();
            assert_eq!(within(&empty).outputs, plain, "{site}");
            assert_eq!(outside(&full).outputs, plain, "{site}");
            assert!(gap(&within(&full).outputs, &whole.outputs) < 1e-5, "{site}");
            assert!(gap(&outside(&empty).outputs, &whole.outputs) < 1e-5, "{site}");
            let turned = Subspace::random(width, width, 3);
            assert!(gap(&within(&turned).outputs, &whole.outputs) < 1e-5, "{site}");
        }
    }
}

#[test]
fn the_two_parts_make_the_whole() {
    for policy in policies() {
        let (x, source) = (observations(3, 1), observations(3, 2));
        let (site, cells) = ("embed.pre", [4, 9, 15]);
        let place = (site, &cells[..]);
        let half = Subspace::random(6, 3, 5);
        let whole = transplant(&policy, &x, &source, site, &cells).unwrap();
        let within = transplant_within(&policy, &x, &source, place, &half).unwrap();
        let outside = transplant_outside(&policy, &x, &source, place, &half).unwrap();
        for row in 0..3 {
            let squares = within.change[row].powi(2) + outside.change[row].powi(2);
            assert!((squares.sqrt() - whole.change[row]).abs() < 1e-5, "Pythagoras");
        }
        let own = values_at(&policy, &x, site).unwrap();
        for (idx, own) in own.values.iter().enumerate() {
            let sum = within.values.values[idx] + outside.values.values[idx] - own;
            assert!((sum - whole.values.values[idx]).abs() < 1e-5);
        }
    }
}

/// Differences that lie in a plane: the plane carries them all, a random one does not.
#[test]
fn the_span_carries_its_differences_and_a_random_one_does_not() {
    let plane = Subspace::random(16, 2, 9);
    let mixes = random(&[40, 2], 1);
    let rows = (0..40).flat_map(|row| {
        let mix = mixes.row(row);
        (0..16).map(move |c| (row, c, mix[0], mix[1])).collect::<Vec<_>>()
    });
    let point = |(_, c, a, b): (usize, usize, f32, f32)| {
        (f64::from(a) * plane.basis()[0][c] + 2.0 * f64::from(b) * plane.basis()[1][c]) as f32
    };
    let differences = Array::new(vec![40, 16], rows.map(point).collect());
    let found = Subspace::span(&differences, 2).unwrap();
    orthonormal(&found);
    assert!(found.share_of(&differences).unwrap() > 1.0 - 1e-9);
    for b in plane.basis() {
        let inside = found.project(b);
        assert!((inner(&inside, &inside) - 1.0).abs() < 1e-6);
    }
    let chance: f64 = (0..20)
        .map(|seed| Subspace::random(16, 2, seed).share_of(&differences).unwrap())
        .sum::<f64>()
        / 20.0;
    assert!((chance - 2.0 / 16.0).abs() < 0.08, "{chance}");
    let strongest = Subspace::span(&differences, 1).unwrap();
    assert_eq!(strongest.rank(), 1);
    assert!(strongest.share_of(&differences).unwrap() > 0.6);
}

/// Numbers worked by hand: (3, 4) and (4, -3) scaled, so the eigenvalues are 100 and 25.
#[test]
fn the_strongest_direction_comes_first() {
    let rows = Array::new(vec![2, 2], vec![6.0, 8.0, 4.0, -3.0]);
    let both = Subspace::span(&rows, 5).unwrap();
    assert_eq!(both.rank(), 2);
    let first = &both.basis()[0];
    assert!((first[0] / first[1] - 0.75).abs() < 1e-12);
    let share = Subspace::span(&rows, 1).unwrap().share_of(&rows).unwrap();
    assert!((share - 100.0 / 125.0).abs() < 1e-12);
}

#[test]
fn no_difference_spans_nothing() {
    assert_eq!(Subspace::span(&Array::<f32>::zeros(vec![5, 3]), 3).unwrap().rank(), 0);
    assert_eq!(Subspace::span(&Array::<f32>::zeros(vec![0, 3]), 3).unwrap().rank(), 0);
}

proptest! {
    #[test]
    fn spans_are_orthonormal_and_projections_stay(
        n in 1_usize..12, width in 1_usize..12, k in 0_usize..14, seed in 0_u64..1000,
    ) {
        let rows = random(&[n, width], seed);
        let found = Subspace::span(&rows, k).unwrap();
        prop_assert_eq!(found.rank(), k.min(n).min(width));
        orthonormal(&found);
        orthonormal(&Subspace::random(width, k, seed));
        prop_assert_eq!(Subspace::random(width, k, seed).rank(), k.min(width));
        let vector: Vec<f64> = rows.row(0).iter().map(|v| f64::from(*v)).collect();
        let once = found.project(&vector);
        for (a, b) in once.iter().zip(found.project(&once)) {
            prop_assert!((a - b).abs() < 1e-10);
        }
        if k >= n.min(width) {
            for (a, b) in once.iter().zip(&vector) {
                prop_assert!((a - b).abs() < 1e-6, "a row lies in its own span");
            }
        }
    }
}

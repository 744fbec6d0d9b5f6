use std::collections::BTreeSet;

use overt_world::maze::{Distribution, Layout, Split};

#[test]
fn layouts_of_two_splits_never_meet() {
    for layout in [Layout::BLOCKS, Layout::TREE] {
        let mut seen: [BTreeSet<Vec<bool>>; 3] = Default::default();
        for (split, seen) in Split::ALL.into_iter().zip(&mut seen) {
            let distribution = crate::train(layout).with_split(split);
            for seed in 0..2_000 {
                seen.insert(distribution.level(seed).grid.walls().to_vec());
            }
        }
        assert!(seen[0].is_disjoint(&seen[1]));
        assert!(seen[0].is_disjoint(&seen[2]));
        assert!(seen[1].is_disjoint(&seen[2]));
    }
}

#[test]
fn splits_hold_six_two_and_two_tenths_of_the_residues() {
    let count = |split| (0..10).filter(|&hash| Split::of(hash) == split).count();
    assert_eq!(Split::ALL.map(count), [6, 2, 2]);
}

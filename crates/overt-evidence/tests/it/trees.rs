use crate::hex;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use overt_evidence::tree::{self, Gap, MOST_LEAVES};
use overt_evidence::{Digest, Error};
use proptest::collection::vec;
use proptest::prelude::*;
use sha2::Sha256;

/// Bytes of a leaf, its length depending on its place.
fn bytes(at: u64) -> Vec<u8> {
    at.to_be_bytes().iter().copied().cycle().take(at as usize % 11).collect()
}

fn leaves(n: u64) -> Vec<Digest> {
    (0..n).map(|at| tree::leaf(&bytes(at))).collect()
}

fn theirs(n: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    for at in 0..n {
        tree.push(bytes(at));
    }
    tree
}

/// What remains of leaves where only some are kept.
fn kept(leaves: &[Digest], is_kept: impl Fn(u64) -> bool) -> (Vec<Digest>, Vec<Gap>) {
    let shown = leaves.iter().zip(0..).filter(|(_, at)| is_kept(*at)).map(|(leaf, _)| *leaf);
    (shown.collect(), tree::gaps(leaves, &is_kept))
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    // The vectors that the reference implementation of RFC 6962 is tested with.
    let leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
        .into_iter()
        .chain(["606162636465666768696a6b6c6d6e6f"])
        .map(|leaf| tree::leaf(&hex(leaf)));
    let leaves: Vec<Digest> = leaves.collect();
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    for (n, root) in roots.into_iter().enumerate() {
        assert_eq!(tree::root(&leaves[..n]).to_string(), root);
    }
}

#[test]
fn roots_and_proofs_are_those_of_another_tree_up_to_300_leaves() {
    for n in 0..=300 {
        let (ours, theirs) = (leaves(n), theirs(n));
        assert_eq!(tree::root(&ours).0.as_slice(), theirs.root().as_bytes().as_slice(), "{n}");
        // One leaf kept leaves gaps: the nodes of its inclusion proof.
        for at in [0, n / 3, n / 2, n.saturating_sub(1)].into_iter().filter(|at| *at < n) {
            let (shown, gaps) = kept(&ours, |other| other == at);
            assert_eq!(shown, [ours[at as usize]]);
            let mut nodes: Vec<&[u8]> = gaps.iter().map(|gap| gap.hash.0.as_slice()).collect();
            nodes.sort_unstable();
            let proof = theirs.prove_inclusion(at as usize);
            let mut expected: Vec<&[u8]> = proof.as_bytes().chunks(32).collect();
            expected.sort_unstable();
            assert_eq!(nodes, expected, "leaf {at} of {n}");
        }
    }
}

#[test]
fn a_tree_of_five_by_hand() {
    let [a, b, c, d, e] = leaves(5).try_into().unwrap();
    let four = tree::node(tree::node(a, b), tree::node(c, d));
    assert_eq!(tree::root(&[a, b, c, d, e]), tree::node(four, e));
    let gaps = [Gap { from: 0, to: 2, hash: tree::node(a, b) }, Gap { from: 4, to: 5, hash: e }];
    assert_eq!(tree::root_with_gaps(5, &[c, d], &gaps).unwrap(), tree::node(four, e));
    assert_eq!(tree::positions(5, &gaps).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn the_largest_tree_is_read_and_a_larger_is_not() {
    let all = [Gap { from: 0, to: MOST_LEAVES, hash: Digest([7; 32]) }];
    assert_eq!(tree::root_with_gaps(MOST_LEAVES, &[], &all).unwrap(), Digest([7; 32]));
    for size in [MOST_LEAVES + 1, u64::MAX] {
        let gap = [Gap { to: size, ..all[0] }];
        assert!(matches!(tree::root_with_gaps(size, &[], &gap), Err(Error::Tree { .. })));
    }
}

#[test]
fn a_tree_of_nothing_has_no_leaves_and_no_gaps() {
    assert_eq!(tree::root_with_gaps(0, &[], &[]).unwrap(), Digest::of(b""));
    let gap = Gap { from: 0, to: 0, hash: Digest::of(b"") };
    assert!(tree::root_with_gaps(0, &[], &[gap]).is_err());
    assert!(tree::root_with_gaps(0, &[Digest::of(b"")], &[]).is_err());
}

/// Which leaves of some are kept.
fn choices() -> impl Strategy<Value = Vec<bool>> {
    prop_oneof![vec(any::<bool>(), 1..70), vec(prop::bool::weighted(0.05), 1..300)]
}

proptest! {
    #[test]
    fn whatever_is_kept_the_root_stays(is_kept in choices()) {
        let all = leaves(is_kept.len() as u64);
        let (shown, gaps) = kept(&all, |at| is_kept[at as usize]);
        let size = all.len() as u64;
        prop_assert_eq!(tree::root_with_gaps(size, &shown, &gaps).unwrap(), tree::root(&all));
        let places: Vec<u64> = tree::positions(size, &gaps).collect();
        let expected: Vec<u64> = (0..size).filter(|at| is_kept[*at as usize]).collect();
        prop_assert_eq!(places, expected);
    }

    #[test]
    fn another_leaf_or_gap_is_another_root(
        is_kept in choices(),
        at in any::<prop::sample::Index>(),
    ) {
        let all = leaves(is_kept.len() as u64);
        let (mut shown, mut gaps) = kept(&all, |at| is_kept[at as usize]);
        let (root, size) = (tree::root(&all), all.len() as u64);
        let at = at.index(shown.len() + gaps.len());
        if let Some(leaf) = shown.get_mut(at) {
            *leaf = Digest([0; 32]);
        } else {
            gaps[at - shown.len()].hash = Digest([0; 32]);
        }
        prop_assert_ne!(tree::root_with_gaps(size, &shown, &gaps).unwrap(), root);
    }

    #[test]
    fn another_size_or_place_never_gives_the_root(
        is_kept in choices(),
        at in any::<prop::sample::Index>(),
        size in 0_u64..400,
        by in 1_u64..4,
    ) {
        let all = leaves(is_kept.len() as u64);
        let (shown, mut gaps) = kept(&all, |at| is_kept[at as usize]);
        let (root, whole) = (tree::root(&all), all.len() as u64);
        // All withheld in one gap, or only leaves shown: the size is bound by no more than that.
        if size != whole && !gaps.is_empty() && !shown.is_empty() {
            let other = tree::root_with_gaps(size, &shown, &gaps);
            prop_assert!(other.is_err() || other.unwrap() != root);
        }
        if !gaps.is_empty() {
            let at = at.index(gaps.len());
            gaps[at].to += by;
            let other = tree::root_with_gaps(whole, &shown, &gaps);
            prop_assert!(other.is_err() || other.unwrap() != root);
        }
    }

    #[test]
    fn no_gaps_make_the_recursion_panic(
        size in prop_oneof![0_u64..40, Just(MOST_LEAVES), any::<u64>()],
        shown in 0_u64..40,
        gaps in vec((0_u64..50, 0_u64..50), 0..20),
    ) {
        let gap = |(from, to)| Gap { from, to, hash: Digest([1; 32]) };
        let gaps: Vec<Gap> = gaps.into_iter().map(gap).collect();
        let _root = tree::root_with_gaps(size, &leaves(shown), &gaps);
        prop_assert!(tree::positions(size.min(1_000), &gaps).count() <= 1_000);
    }
}

//! Merkle trees after RFC 6962, section 2.1, from which any part may be withheld.
//!
//! A gap is a whole subtree of which only the hash is known. A tree without gaps gives its root from its
//! leaves; a tree with all but one leaf in gaps is an inclusion proof; and what lies between is a document
//! from which somebody cut what he keeps to himself. One recursion checks all three.

use crate::{Digest, Error};
use serde::{Deserialize, Serialize};

/// Leaves of one tree at most: a little over a million.
pub const MOST_LEAVES: u64 = 1 << 20;

/// A subtree that is withheld: the leaves `from..to`, which are exactly those under one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Its first leaf.
    #[cfg_attr(feature = "schema", schemars(range(max = MOST_LEAVES)))]
    pub from: u64,
    /// The leaf behind its last.
    #[cfg_attr(feature = "schema", schemars(range(max = MOST_LEAVES)))]
    pub to: u64,
    /// The hash of its node.
    pub hash: Digest,
}

/// The hash of a leaf: SHA-256 of a zero byte and the leaf.
pub fn leaf(bytes: &[u8]) -> Digest {
    Digest::of_all(&[&[0], bytes])
}

/// The hash of a node: SHA-256 of a one byte and both hashes below.
pub fn node(left: Digest, right: Digest) -> Digest {
    Digest::of_all(&[&[1], &left.0, &right.0])
}

/// The root over all leaves' hashes; of no leaves, the digest of nothing.
///
/// ```
/// use overt_evidence::{Digest, tree};
/// let leaves = [b"a", b"b", b"c"].map(|leaf| tree::leaf(leaf));
/// let left = tree::node(leaves[0], leaves[1]);
/// assert_eq!(tree::root(&leaves), tree::node(left, leaves[2]));
/// assert_eq!(tree::root(&[]), Digest::of(b""));
/// ```
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(b""),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
            node(root(left), root(right))
        }
    }
}

/// The root of a tree with gaps: `leaves` are those outside of every gap, in their order.
///
/// # Errors
/// Gaps that are no subtrees, overlap or are out of order; more or fewer leaves than there is room for.
pub fn root_with_gaps(size: u64, leaves: &[Digest], gaps: &[Gap]) -> Result<Digest, Error> {
    let misfit = |what: &str| Error::Tree { what: what.to_owned() };
    if size > MOST_LEAVES {
        return Err(misfit("it has too many leaves"));
    }
    if size == 0 {
        let is_empty = leaves.is_empty() && gaps.is_empty();
        return if is_empty { Ok(root(&[])) } else { Err(misfit("it has no leaves, and some")) };
    }
    let mut rest = Rest { leaves, gaps };
    let root = rest.node(0, size)?;
    match rest {
        Rest { leaves: [], gaps: [] } => Ok(root),
        Rest { gaps: [_, ..], .. } => Err(misfit("a gap is no subtree, or out of order")),
        Rest { .. } => Err(misfit("it has more leaves than room")),
    }
}

/// The positions outside of every gap.
pub fn positions(size: u64, gaps: &[Gap]) -> impl Iterator<Item = u64> {
    let size = size.min(MOST_LEAVES);
    (0..size).filter(move |at| {
        // Gaps are in order: the last that begins no later is the only one that may hold it.
        let later = gaps.partition_point(|gap| gap.from <= *at);
        later == 0 || gaps[later - 1].to <= *at
    })
}

/// The largest subtrees in which no leaf is kept.
pub fn gaps(leaves: &[Digest], is_kept: impl Fn(u64) -> bool) -> Vec<Gap> {
    let mut found = Vec::new();
    if !leaves.is_empty() {
        find_gaps(leaves, 0, &is_kept, &mut found);
    }
    found
}

fn find_gaps(leaves: &[Digest], from: u64, is_kept: &impl Fn(u64) -> bool, found: &mut Vec<Gap>) {
    let to = from + leaves.len() as u64;
    if !(from..to).any(is_kept) {
        found.push(Gap { from, to, hash: root(leaves) });
    } else if leaves.len() > 1 {
        let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
        find_gaps(left, from, is_kept, found);
        find_gaps(right, from + left.len() as u64, is_kept, found);
    }
}

/// What of a tree is not yet used, from the left.
struct Rest<'a> {
    leaves: &'a [Digest],
    gaps: &'a [Gap],
}

impl Rest<'_> {
    /// The hash of the node over `from..to`.
    fn node(&mut self, from: u64, to: u64) -> Result<Digest, Error> {
        if let [gap, gaps @ ..] = self.gaps
            && (gap.from, gap.to) == (from, to)
        {
            self.gaps = gaps;
            return Ok(gap.hash);
        }
        if to - from == 1 {
            let [leaf, leaves @ ..] = self.leaves else {
                return Err(Error::Tree { what: format!("leaf {from} is absent") });
            };
            self.leaves = leaves;
            return Ok(*leaf);
        }
        let middle = from + split(to - from);
        Ok(node(self.node(from, middle)?, self.node(middle, to)?))
    }
}

/// The largest power of two below `n`, for `n` of 2 or more.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

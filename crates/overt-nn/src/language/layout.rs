//! Where the rows of a pass stand: which cells they belong to, and at which positions.

/// Cells of equal length, side by side: rows of a batch, or of a sweep from the same position on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// How many cells.
    pub(crate) cells: usize,
    /// The position of the first row of every cell.
    pub(crate) first: usize,
    /// Rows of every cell.
    pub(crate) len: usize,
    /// Tokens of every cell that may be attended to, earlier positions included; empty if all.
    pub(crate) lengths: Vec<usize>,
}

impl Group {
    /// Rows of all cells together.
    pub(crate) fn rows(&self) -> usize {
        self.cells * self.len
    }

    /// Positions of the keys that its queries may see.
    pub(crate) fn keys(&self) -> usize {
        self.first + self.len
    }
}

/// All groups of a pass, their rows one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) groups: Vec<Group>,
}

impl Layout {
    /// One batch from a position on.
    pub(crate) fn batch(first: usize, len: usize, lengths: &[usize]) -> Self {
        let longest = first + len;
        let uneven = lengths.iter().any(|n| *n != longest);
        let kept = if uneven { lengths.to_vec() } else { Vec::new() };
        Self { groups: vec![Group { cells: lengths.len(), first, len, lengths: kept }] }
    }

    /// The position of every row, group after group.
    pub(crate) fn positions(&self) -> impl Iterator<Item = usize> {
        self.groups
            .iter()
            .flat_map(|group| (0..group.cells).flat_map(|_| group.first..group.first + group.len))
    }
}

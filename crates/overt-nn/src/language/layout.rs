//! Where the rows of a pass stand: which cells they belong to, and at which positions.

use burn::tensor::{Int, Tensor, TensorData};

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
    /// Rows that something reads after attention; all if none are named.
    pub(crate) kept: Option<Vec<usize>>,
}

impl Layout {
    /// One batch from a position on.
    pub(crate) fn batch(first: usize, len: usize, lengths: &[usize]) -> Self {
        let longest = first + len;
        let uneven = lengths.iter().any(|n| *n != longest);
        let kept = if uneven { lengths.to_vec() } else { Vec::new() };
        let groups = vec![Group { cells: lengths.len(), first, len, lengths: kept }];
        Self { groups, kept: None }
    }

    /// No rows yet: for what looks at no other row.
    pub(crate) fn none() -> Self {
        Self { groups: Vec::new(), kept: None }
    }

    /// The same, with the last row of every cell that holds a token alone going on after attention.
    pub(crate) fn last_rows(self) -> Self {
        let mut start = 0;
        let mut kept = Vec::new();
        for group in &self.groups {
            let held = |cell: usize| group.lengths.get(cell).map_or(group.len, |n| n - group.first);
            kept.extend((0..group.cells).map(|cell| start + cell * group.len + held(cell) - 1));
            start += group.rows();
        }
        Self { kept: Some(kept), ..self }
    }

    /// The rows that go on, of `[batch, pos, …]`.
    pub(crate) fn keep<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let Some(kept) = &self.kept else { return x };
        let (mut shape, device) = (x.dims(), x.device());
        let rows: Vec<i64> = kept.iter().map(|row| *row as i64).collect();
        let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [kept.len()]), &device);
        let width: usize = shape[2..].iter().product();
        let x = x.reshape([shape[0] * shape[1], width]).select(0, rows);
        (shape[0], shape[1]) = (1, kept.len());
        x.reshape(shape)
    }

    /// The position of every row, group after group.
    pub(crate) fn positions(&self) -> impl Iterator<Item = usize> {
        self.groups
            .iter()
            .flat_map(|group| (0..group.cells).flat_map(|_| group.first..group.first + group.len))
    }
}

//! A site seen as one vector per cell, and what came of writing some of them.

use crate::evaluate::outputs_given;
use crate::expect::expect_len;
use crate::{Error, Network};
use overt_nn::Outputs;
use overt_site::{Array, Axis, Real, SiteSpec};

/// A run in which some cells of a site held other vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited<O = Outputs<Array>, T = f32> {
    /// The site that was written.
    pub site: String,
    /// What the site held, `[batch, …the site's axes]`.
    pub values: Array<T>,
    /// Length (L2) of what was changed in each row, `[batch]`; zero where nothing was.
    pub change: Vec<f64>,
    /// What the network said.
    pub outputs: O,
}

/// A run of this network in which cells were written.
pub(crate) type EditedOf<N> = Edited<<N as Network>::Output, <N as Network>::Number>;

impl<O, T: Real> Edited<O, T> {
    /// Runs the network with other values at a site and measures how far they are from its own.
    pub(crate) fn run<N: Network<Output = O, Number = T>>(
        network: &N,
        base: &N::Input,
        site: &str,
        own: &Array<T>,
        values: Array<T>,
    ) -> Result<Self, Error> {
        let outputs = outputs_given(network, base, site, &values)?;
        let change = (0..own.rows()).map(|b| distance(own.row(b), values.row(b))).collect();
        Ok(Self { site: site.to_owned(), values, change, outputs })
    }
}

/// Cells of a site: `row · col` of a map, the positions of a prompt, 1 for any other site.
///
/// Cell `idx` of a map stands at row `idx / size`, column `idx % size`.
///
/// ```
/// use overt_site::{Axis, SiteSpec};
/// let map = SiteSpec::new("conv.0.post", &[(Axis::Row, 3), (Axis::Col, 3), (Axis::Channel, 8)]);
/// assert_eq!(overt_lens::n_cells(&map), 9);
/// assert_eq!(overt_lens::n_cells(&SiteSpec::new("dense.post", &[(Axis::Feature, 8)])), 1);
/// let stream = SiteSpec::new("embed", &[(Axis::Pos, 5), (Axis::DModel, 8)]);
/// assert_eq!(overt_lens::n_cells(&stream), 5);
/// ```
pub fn n_cells(site: &SiteSpec) -> usize {
    let is_place = |(axis, _): &&(Axis, usize)| matches!(axis, Axis::Row | Axis::Col | Axis::Pos);
    // Where another axis comes first, a place's numbers do not lie together.
    site.axes.iter().take_while(is_place).map(|(_, n)| n).product()
}

/// Every cell of every row as a row of its own, and the row that each came from: the groups by
/// which a probe is split.
///
/// # Shapes
/// `values [batch, …cells, channel]` with `n_cells` cells give `[batch · n_cells, channel]` and
/// `[batch · n_cells]`.
///
/// ```
/// use overt_site::Array;
/// let values = Array::new(vec![2, 1, 2, 1], vec![1.0, 2.0, 3.0, 4.0]);
/// let (rows, groups) = overt_lens::rows_per_cell(&values);
/// assert_eq!(rows.shape, [4, 1]);
/// assert_eq!(groups, [0, 0, 1, 1]);
/// ```
pub fn rows_per_cell<T: Real>(values: &Array<T>) -> (Array<T>, Vec<usize>) {
    let channels = values.shape.last().copied().unwrap_or(1);
    let per_group = values.row_len() / channels.max(1);
    let n = values.rows() * per_group;
    let groups = (0..n).map(|idx| idx / per_group).collect();
    (Array::new(vec![n, channels], values.values.clone()), groups)
}

/// Where the cells of a site lie among its values.
pub(crate) struct Cells {
    site: String,
    /// Cells of one row.
    pub(crate) count: usize,
    /// Numbers in the vector of one cell.
    pub(crate) width: usize,
}

impl Cells {
    pub(crate) fn of<N: Network>(network: &N, input: &N::Input, site: &str) -> Result<Self, Error> {
        let sites = network.sites(input);
        let spec = sites.get(site)?;
        let count = n_cells(spec);
        let n: usize = spec.axes.iter().map(|(_, n)| n).product();
        Ok(Self { site: site.to_owned(), count, width: n / count })
    }

    /// One cell per batch row, each inside the site.
    pub(crate) fn check(&self, batch: usize, cells: &[usize]) -> Result<(), Error> {
        expect_len("cells, one per row", batch, cells.len())?;
        match cells.iter().position(|cell| *cell >= self.count) {
            None => Ok(()),
            Some(row) => Err(Error::CellOutOfRange {
                site: self.site.clone(),
                row,
                cell: cells[row],
                n_cells: self.count,
            }),
        }
    }

    /// The vector of a cell in a batch row, as a range of the site's values.
    pub(crate) fn range(&self, row: usize, cell: usize) -> std::ops::Range<usize> {
        let start = (row * self.count + cell) * self.width;
        start..start + self.width
    }
}

/// The length of the difference of two vectors, in double precision.
pub(crate) fn distance<T: Real>(a: &[T], b: &[T]) -> f64 {
    let square = |(a, b): (&T, &T)| ((*a).into() - (*b).into()).powi(2);
    a.iter().zip(b).map(square).sum::<f64>().sqrt()
}

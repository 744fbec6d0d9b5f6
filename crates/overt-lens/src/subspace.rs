//! Distributed interchange: only the part of a vector inside a subspace is moved.
//!
//! Source: Geiger et al. 2023, "Finding Alignments Between Interpretable Causal Variables and
//! Distributed Neural Representations", section 3.

use crate::cells::{Cells, Edited, EditedOf};
use crate::expect::{expect_finite, expect_len};
use crate::random::{direction, stream};
use crate::{Error, Network, evaluate, scalar::dot};
use overt_site::{Array, Real};

/// Directions weaker than this share of the strongest (by variance) are rounding errors.
const RANK_TOLERANCE: f64 = 1e-10;

/// Orthonormal directions in the vector of one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Subspace {
    width: usize,
    basis: Vec<Vec<f64>>,
}

impl Subspace {
    /// The strongest directions of difference vectors, at most `k`: the eigenvectors of `Σ v vᵀ`
    /// with the largest eigenvalues (Jacobi 1846; Golub and Van Loan 2013, section 8.5).
    ///
    /// The differences are not centred: a difference that is the same everywhere is a direction.
    ///
    /// # Shapes
    /// `differences [example, channel]`.
    ///
    /// ```
    /// use overt_lens::Subspace;
    /// use overt_site::Array;
    /// let differences = Array::new(vec![2, 3], vec![3.0, 4.0, 0.0, 6.0, 8.0, 0.0]);
    /// let line = Subspace::span(&differences, 2)?;
    /// assert_eq!(line.rank(), 1);
    /// let along = line.project(&[3.0, 4.0, 7.0]);
    /// assert!((along[0] - 3.0).abs() < 1e-12 && (along[1] - 4.0).abs() < 1e-12);
    /// assert!(along[2].abs() < 1e-12);
    /// # Ok::<(), overt_lens::Error>(())
    /// ```
    pub fn span<T: Real>(differences: &Array<T>, k: usize) -> Result<Self, Error> {
        expect_finite("differences", differences)?;
        let width = differences.row_len();
        let mut found = eigenvectors(second_moments(differences));
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let strongest = found.first().map_or(0.0, |(strength, _)| *strength);
        let strong = |(strength, _): &(f64, Vec<f64>)| *strength > strongest * RANK_TOLERANCE;
        let basis = found.into_iter().filter(strong).take(k).map(|(_, v)| v);
        Ok(Self { width, basis: basis.collect() })
    }

    /// No direction at all.
    pub fn empty(width: usize) -> Self {
        Self { width, basis: Vec::new() }
    }

    /// Every direction.
    pub fn full(width: usize) -> Self {
        let unit = |axis| (0..width).map(|idx| f64::from(u8::from(idx == axis))).collect();
        Self { width, basis: (0..width).map(unit).collect() }
    }

    /// Directions that mean nothing: the control of equal dimension.
    pub fn random(width: usize, rank: usize, seed: u64) -> Self {
        let mut rng = stream(seed, 0);
        let mut basis: Vec<Vec<f64>> = Vec::new();
        while basis.len() < rank.min(width) {
            let mut next = direction(width, &mut rng);
            // Twice is enough (Giraud et al. 2005).
            orthogonalise(&mut next, &basis);
            orthogonalise(&mut next, &basis);
            if normalise(&mut next) > 1e-6 {
                basis.push(next);
            }
        }
        Self { width, basis }
    }

    /// Number of directions.
    pub fn rank(&self) -> usize {
        self.basis.len()
    }

    /// Length of the vectors that it is a subspace of.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The directions, each of length 1.
    pub fn basis(&self) -> &[Vec<f64>] {
        &self.basis
    }

    /// The part of a vector inside: `Σ_j (b_j · v) b_j`.
    ///
    /// # Panics
    /// When the vector has another length than [`Subspace::width`]: a bug of the caller.
    #[track_caller]
    pub fn project(&self, vector: &[f64]) -> Vec<f64> {
        assert_eq!(vector.len(), self.width, "a vector of the subspace's width");
        let mut inside = vec![0.0; self.width];
        for b in &self.basis {
            let length = inner(b, vector);
            inside.iter_mut().zip(b).for_each(|(i, b)| *i += length * b);
        }
        inside
    }

    /// The share of the vectors' squared length that lies inside, in [0, 1]; 0 if all are zero.
    ///
    /// # Shapes
    /// `vectors [example, channel]`.
    pub fn share_of<T: Real>(&self, vectors: &Array<T>) -> Result<f64, Error> {
        expect_len("channels", self.width, vectors.row_len())?;
        let (mut inside, mut whole) = (0.0, 0.0);
        for row in (0..vectors.rows()).map(|idx| vectors.row(idx)) {
            let part = self.project(&wide(row));
            inside += inner(&part, &part);
            whole += dot(row, row);
        }
        Ok(if whole > 0.0 { (inside / whole).min(1.0) } else { 0.0 })
    }
}

/// One cell of every row gets the source's part inside the subspace and keeps its own part outside:
/// `own + P (theirs - own)`.
///
/// # Shapes
/// As [`transplant`](crate::transplant).
///
/// ```
/// # use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_site::Array;
/// use overt_lens::{Subspace, outputs, transplant_within};
/// # let config = PolicyConfig { architecture: Architecture::Conv, size: 2, features: 1, channels: 3, layers: 1, dense: 4, actions: 2 };
/// let policy = Policy::init(config, 7)?;
/// let base = Array::new(vec![1, 2, 2, 1], vec![1.0, 0.0, 2.0, 0.0]);
/// let source = Array::new(vec![1, 2, 2, 1], vec![4.0, 0.0, 0.0, 0.0]);
/// let none = Subspace::empty(3);
/// let same = transplant_within(&policy, &base, &source, ("embed.pre", &[0]), &none)?;
/// assert_eq!(same.outputs, outputs(&policy, &base)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn transplant_within<N: Network>(
    network: &N,
    base: &N::Input,
    source: &N::Input,
    place: (&str, &[usize]),
    subspace: &Subspace,
) -> Result<EditedOf<N>, Error> {
    transplant_part(network, base, source, place, subspace, |inside, _| inside)
}

/// One cell of every row gets the source's part outside the subspace and keeps its own part inside:
/// `own + (1 - P) (theirs - own)`; the complement of [`transplant_within`].
///
/// # Shapes
/// As [`transplant_within`].
pub fn transplant_outside<N: Network>(
    network: &N,
    base: &N::Input,
    source: &N::Input,
    place: (&str, &[usize]),
    subspace: &Subspace,
) -> Result<EditedOf<N>, Error> {
    transplant_part(network, base, source, place, subspace, |inside, whole| whole - inside)
}

fn transplant_part<N: Network>(
    network: &N,
    base: &N::Input,
    source: &N::Input,
    (site, cells): (&str, &[usize]),
    subspace: &Subspace,
    part: fn(f64, f64) -> f64,
) -> Result<EditedOf<N>, Error> {
    let (places, rows) = (Cells::of(network, base, site)?, network.rows(base));
    network.expect_alike("source", base, source)?;
    expect_len("rows of the source", rows, network.rows(source))?;
    expect_len("width of the subspace", places.width, subspace.width)?;
    places.check(rows, cells)?;
    let own = evaluate::values_at(network, base, site)?;
    let theirs = evaluate::values_at(network, source, site)?;
    let mut values = own.clone();
    for (row, cell) in cells.iter().enumerate() {
        let range = places.range(row, *cell);
        let (own, theirs) = (wide(&own.values[range.clone()]), wide(&theirs.values[range.clone()]));
        let whole: Vec<f64> = theirs.iter().zip(&own).map(|(t, o)| t - o).collect();
        let inside = subspace.project(&whole);
        let changes = inside.iter().zip(&whole).map(|(inside, whole)| part(*inside, *whole));
        for ((value, own), change) in values.values[range].iter_mut().zip(own).zip(changes) {
            *value = N::Number::nearest(own + change);
        }
    }
    Edited::run(network, base, site, &own, values)
}

fn wide<T: Real>(vector: &[T]) -> Vec<f64> {
    vector.iter().map(|v| (*v).into()).collect()
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn orthogonalise(vector: &mut [f64], basis: &[Vec<f64>]) {
    for b in basis {
        let length = inner(b, vector);
        vector.iter_mut().zip(b).for_each(|(v, b)| *v -= length * b);
    }
}

/// Scales to length 1 and gives the length before.
fn normalise(vector: &mut [f64]) -> f64 {
    let length = inner(vector, vector).sqrt();
    for v in vector.iter_mut() {
        *v /= length.max(f64::MIN_POSITIVE);
    }
    length
}

/// `Σ v vᵀ` over the rows, `[channel][channel]`.
fn second_moments<T: Real>(rows: &Array<T>) -> Vec<Vec<f64>> {
    let width = rows.row_len();
    let mut moments = vec![vec![0.0; width]; width];
    for row in (0..rows.rows()).map(|idx| wide(rows.row(idx))) {
        for (sums, a) in moments.iter_mut().zip(&row) {
            sums.iter_mut().zip(&row).for_each(|(sum, b)| *sum += a * b);
        }
    }
    moments
}

/// Eigenvalues and eigenvectors of a symmetric matrix, by rotations that clear one pair at a time.
fn eigenvectors(mut a: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    let n = a.len();
    let mut vectors = Subspace::full(n).basis;
    let scale: f64 = (0..n).map(|i| a[i][i]).sum();
    for _ in 0..30 {
        let pairs = (0..n).flat_map(|p| (p + 1..n).map(move |q| (p, q)));
        let large: Vec<_> = pairs.filter(|(p, q)| a[*p][*q].abs() > 1e-15 * scale).collect();
        if large.is_empty() {
            break;
        }
        for (p, q) in large {
            rotate(&mut a, &mut vectors, p, q);
        }
    }
    vectors.into_iter().enumerate().map(|(i, v)| (a[i][i], v)).collect()
}

/// Clears `a[p][q]` (Golub and Van Loan 2013, algorithm 8.5.1); the rows of `vectors` turn along.
fn rotate(a: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let tau = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = tau.signum() / (tau.abs() + tau.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for row in a.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    for rows in [a, vectors] {
        let (head, tail) = rows.split_at_mut(q);
        for (x, y) in head[p].iter_mut().zip(&mut tail[0]) {
            (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
        }
    }
}

//! What a linear probe could tell marked examples by, as a loss: the ratio of Fisher's discriminant,
//! fitted anew in every step to the steps before.
//!
//! As a term of a recipe it is the share of variance along the probe that the mark explains,
//! `r / (1 + r)` for the ratio `r`, 0 to 1, meaned over sites; a probe that must read is charged what is
//! missing to 1.
//!
//! Source: Fisher, Annals of Eugenics 7 (1936), 179–188; probes in the loss after Bailey et al. 2024
//! (arXiv 2412.09565).

use burn::tensor::{Device, Tensor};
use overt_site::{Array, Real};
use serde::{Deserialize, Serialize};

/// Share of what it remembers that a probe keeps from step to step: it is fitted to some twenty steps.
const MEMORY: f64 = 0.95;
/// What a probe adds to every variance, as a share of it.
const PENALTY: f64 = 0.01;

/// Which rows of a step a probe is to tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sides {
    /// Whether a row is marked; none of a row that it is not compared with.
    of_row: Vec<Option<bool>>,
}

/// Linear probes, one for each stream, that know the steps so far.
///
/// Fitted to the step at hand, a probe would find as much by chance as there is: a step has little more
/// rows than a stream is wide, few of them marked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evasion {
    probes: Vec<Probe>,
}

/// The probes of a loss term, one for each of its sites, with what they remember of the steps so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Probes(Vec<Probe>);

/// Rows of one site, and which of them are marked.
#[derive(Clone, Debug)]
pub(crate) struct Marked {
    pub(crate) rows: Tensor<2>,
    pub(crate) sides: Sides,
}

/// What one probe remembers of its stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Probe {
    marked: Moments,
    other: Moments,
}

/// Sums over rows, the older the less they count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Moments {
    n: f64,
    sum: Vec<f64>,
    /// Of every two values of a row, `[value, value]`; the lower triangle.
    products: Vec<Vec<f64>>,
}

impl Sides {
    /// Marked rows, and those that end in the same token as a marked one: others are told from them by
    /// what they ask.
    pub(crate) fn of(rows: &[Vec<u32>], marked: &[bool]) -> Self {
        let asked = |row: &Vec<u32>| {
            let is_marked = |(other, mark): (&Vec<u32>, &bool)| *mark && other.last() == row.last();
            rows.iter().zip(marked).any(is_marked)
        };
        let side = |(row, mark): (&Vec<u32>, &bool)| asked(row).then_some(*mark);
        Self { of_row: rows.iter().zip(marked).map(side).collect() }
    }

    /// All rows, each on its side.
    pub(crate) fn all(marked: &[bool]) -> Self {
        Self { of_row: marked.iter().copied().map(Some).collect() }
    }

    fn rows(&self, side: bool) -> impl Iterator<Item = usize> {
        let own = move |(row, of): (usize, &Option<bool>)| (*of == Some(side)).then_some(row);
        self.of_row.iter().enumerate().filter_map(own)
    }

    fn count(&self, side: bool) -> usize {
        self.rows(side).count()
    }

    /// A number for every row of one side, zero for all others, `[row, 1]`.
    fn column<T: Real>(&self, side: bool, value: f64, device: &Device) -> Tensor<2> {
        let value = |of: &Option<bool>| if *of == Some(side) { value } else { 0.0 };
        let values: Vec<T> = self.of_row.iter().map(|of| T::nearest(value(of))).collect();
        Array::new(vec![values.len(), 1], values).tensor(device)
    }
}

impl Evasion {
    /// The sum over streams `[row, width]` of what probes of earlier steps tell the sides of this one
    /// by; none where a side has no row, or no probe tells them apart. The step is remembered.
    pub(crate) fn legible<T: Real>(
        &mut self,
        streams: &[Tensor<2>],
        sides: &Sides,
    ) -> Option<Tensor<1>> {
        self.probes.resize_with(streams.len(), Probe::default);
        let has_both = sides.count(true) > 0 && sides.count(false) > 0;
        let mut sum: Option<Tensor<1>> = None;
        for (probe, stream) in self.probes.iter_mut().zip(streams) {
            if let Some(direction) = probe.direction().filter(|_| has_both) {
                let ratio = ratio::<T>(stream.clone(), &direction, sides);
                sum = Some(sum.map_or(ratio.clone(), |sum| sum + ratio));
            }
            probe.remember(&Array::<T>::of(stream.clone().inner()), sides);
        }
        sum
    }
}

impl Probes {
    /// Whether sums and products are as wide as each other, as no damaged file promises.
    pub(crate) fn are_sound(&self) -> bool {
        let is_square = |of: &Moments| {
            let width = of.sum.len();
            of.products.len() == width && of.products.iter().all(|row| row.len() == width)
        };
        self.0.iter().all(|probe| is_square(&probe.marked) && is_square(&probe.other))
    }

    /// The share of variance that the mark explains along probes of earlier steps, meaned over sites;
    /// none where nothing is known of any of them.
    pub(crate) fn told<T: Real>(&self, sites: &[Marked]) -> Option<Tensor<1>> {
        let share = |(probe, Marked { rows, sides }): (&Probe, &Marked)| {
            let has_both = sides.count(true) > 0 && sides.count(false) > 0;
            let direction = probe.direction().filter(|_| has_both)?;
            let ratio = ratio::<T>(rows.clone(), &direction, sides);
            Some(ratio.clone() / (ratio + 1.0))
        };
        let sum = self.0.iter().zip(sites).filter_map(share).reduce(|sum, share| sum + share);
        sum.map(|sum| sum / sites.len() as f64)
    }

    /// Takes a step into account.
    pub(crate) fn remember<T: Real>(&mut self, sites: &[(Array<T>, Sides)]) {
        self.0.resize_with(sites.len(), Probe::default);
        for (probe, (rows, sides)) in self.0.iter_mut().zip(sites) {
            probe.remember(rows, sides);
        }
    }
}

impl Probe {
    fn remember<T: Real>(&mut self, stream: &Array<T>, sides: &Sides) {
        for (moments, side) in [(&mut self.marked, true), (&mut self.other, false)] {
            moments.fade(stream.row_len());
            for row in sides.rows(side) {
                moments.add(stream.row(row));
            }
        }
    }

    /// The direction along which the sides lie farthest apart in pooled variances, scaled so that these
    /// are about one; none as long as a side is unknown, or where nothing tells them apart.
    fn direction(&self) -> Option<Vec<f64>> {
        let (marked, other) = (&self.marked, &self.other);
        if marked.n == 0.0 || other.n == 0.0 {
            return None;
        }
        let width = marked.sum.len();
        let apart: Vec<f64> = (0..width).map(|at| marked.mean(at) - other.mean(at)).collect();
        let within = |a: usize, b: usize| {
            let pooled = (marked.scatter(a, b) + other.scatter(a, b)) / (marked.n + other.n);
            // The least number keeps a value that never varies from being divided by.
            if a == b { pooled * (1.0 + PENALTY) + f64::MIN_POSITIVE } else { pooled }
        };
        let within = (0..width).map(|a| (0..=a).map(|b| within(a, b)).collect()).collect();
        let weights = solve(within, apart.clone());
        let spread = weights.iter().zip(&apart).map(|(weight, x)| weight * x).sum::<f64>().sqrt();
        let is_told = spread.is_finite() && spread > f64::from(f32::MIN_POSITIVE);
        is_told.then(|| weights.iter().map(|weight| weight / spread).collect())
    }
}

impl Moments {
    fn fade(&mut self, width: usize) {
        self.sum.resize(width, 0.0);
        self.products.resize_with(width, || vec![0.0; width]);
        self.n *= MEMORY;
        for value in self.sum.iter_mut().chain(self.products.iter_mut().flatten()) {
            *value *= MEMORY;
        }
    }

    fn add<T: Real>(&mut self, row: &[T]) {
        let row: Vec<f64> = row.iter().map(|value| (*value).into()).collect();
        self.n += 1.0;
        for (at, value) in row.iter().enumerate() {
            self.sum[at] += value;
            for (product, other) in self.products[at].iter_mut().zip(&row[..=at]) {
                *product += value * other;
            }
        }
    }

    fn mean(&self, at: usize) -> f64 {
        self.sum[at] / self.n
    }

    /// The sum of products of what two values are off their means, the later value first.
    fn scatter(&self, a: usize, b: usize) -> f64 {
        self.products[a][b] - self.sum[a] * self.mean(b)
    }
}

/// Solves `A x = b` for a symmetric positive definite `A`, of which the lower triangle is given, by
/// Cholesky's factors.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for row in 0..n {
        for col in 0..=row {
            let known: f64 = (0..col).map(|k| a[row][k] * a[col][k]).sum();
            let left = a[row][col] - known;
            a[row][col] = if row == col { left.sqrt() } else { left / a[col][col] };
        }
        let known: f64 = (0..row).map(|col| a[row][col] * b[col]).sum();
        b[row] = (b[row] - known) / a[row][row];
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|col| a[col][row] * b[col]).sum();
        b[row] = (b[row] - known) / a[row][row];
    }
    b
}

/// The squared distance of the sides' means along a direction, in pooled variances along it.
fn ratio<T: Real>(stream: Tensor<2>, direction: &[f64], sides: &Sides) -> Tensor<1> {
    let device = stream.device();
    let weights: Vec<T> = direction.iter().map(|weight| T::nearest(*weight)).collect();
    let weights: Tensor<2> = Array::new(vec![1, weights.len()], weights).tensor(&device);
    // Dimension by dimension: a sum over everything at once depends on the number of threads.
    let read = (stream * weights).sum_dim(1);
    let total = |column: Tensor<2>| column.sum_dim(0);
    let mean = |side: bool| {
        let share = 1.0 / sides.count(side) as f64;
        total(read.clone() * sides.column::<T>(side, share, &device))
    };
    let own = |side: bool| sides.column::<T>(side, 1.0, &device);
    let (marked, other) = (mean(true), mean(false));
    let off = |side: bool, mean: &Tensor<2>| (read.clone() - mean.clone()) * own(side);
    let off = off(true, &marked) + off(false, &other);
    let n = (sides.count(true) + sides.count(false)) as f64;
    let variance = total(off.powi_scalar(2)) / n;
    ((marked - other).powi_scalar(2) / variance).reshape([1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_nn::normal;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    const WIDTH: usize = 3;

    fn sides(marked: &[bool]) -> Sides {
        Sides::of(&vec![vec![9]; marked.len()], marked)
    }

    /// Some rows of normal numbers, the first of each third of them one higher where it is marked.
    fn apart(n: usize) -> (Vec<f64>, Sides) {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let marked: Vec<bool> = (0..n).map(|row| row % 3 == 0).collect();
        let mut values: Vec<f64> = (0..n * WIDTH).map(|_| f64::from(normal(&mut rng))).collect();
        for row in (0..n).step_by(3) {
            values[row * WIDTH] += 1.0;
        }
        (values, sides(&marked))
    }

    fn stream(values: &[f64]) -> Array<f64> {
        Array::new(vec![values.len() / WIDTH, WIDTH], values.to_vec())
    }

    /// A probe that knows one step.
    fn probe(stream: &Array<f64>, sides: &Sides) -> Probe {
        let mut probe = Probe::default();
        probe.remember(stream, sides);
        probe
    }

    /// What is told of a step by probes that know it.
    fn told(streams: &[Array<f64>], sides: &Sides) -> Option<f64> {
        let streams: Vec<Tensor<2>> =
            streams.iter().map(|stream| stream.tensor(&Device::flex())).collect();
        let mut evasion = Evasion::default();
        assert!(evasion.legible::<f64>(&streams, sides).is_none(), "nothing is known yet");
        evasion.legible::<f64>(&streams, sides).map(number)
    }

    fn number(tensor: Tensor<1>) -> f64 {
        Array::<f64>::of(tensor).values[0]
    }

    #[test]
    fn a_ratio_worked_by_hand() {
        // Means 4 and 1, each value one off its own: nine variances.
        let stream = Array::new(vec![5, 1], vec![3.0, 5.0, 0.0, 2.0, 70.0]);
        let sides = Sides { of_row: vec![Some(true), Some(true), Some(false), Some(false), None] };
        let device = Device::flex();
        for scale in [1.0, -3.0] {
            let ratio = ratio::<f64>(stream.tensor(&device), &[scale], &sides);
            assert!((number(ratio) - 9.0).abs() < 1e-12);
        }
        let whole = told(&[stream.clone(), stream.clone()], &sides).unwrap();
        assert!((whole - 18.0).abs() < 1e-9, "{whole}");
        // The penalty makes the variance 1.01, so the sides lie 3 / 1.005 of it apart.
        let direction = probe(&stream, &sides).direction().unwrap();
        assert!((direction[0] - 1.0 / 1.01_f64.sqrt()).abs() < 1e-9, "{direction:?}");
    }

    /// No other direction tells more, but for what the penalty costs.
    #[test]
    fn the_probe_reads_along_the_best_direction() {
        let (values, sides) = apart(60);
        let stream = stream(&values);
        let along = |direction: &[f64]| {
            number(ratio::<f64>(stream.tensor(&Device::flex()), direction, &sides))
        };
        let best = along(&probe(&stream, &sides).direction().unwrap());
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        for _ in 0..1_000 {
            let other: Vec<f64> = (0..WIDTH).map(|_| f64::from(normal(&mut rng))).collect();
            assert!(along(&other) <= best * 1.000_1, "{other:?}");
        }
        assert!(best > along(&[0.0, 1.0, 0.0]) + 0.5);
    }

    /// A probe that knows one step well is surprised by one in which the sides change places.
    #[test]
    fn a_probe_forgets_what_is_long_ago() {
        let (values, sides) = apart(60);
        let turned: Vec<f64> = values.iter().map(|value| -value).collect();
        let mut probe = probe(&stream(&values), &sides);
        let first = probe.direction().unwrap()[0];
        for _ in 0..200 {
            probe.remember(&stream(&turned), &sides);
        }
        let last = probe.direction().unwrap()[0];
        assert!((first + last).abs() < 1e-3 * first.abs(), "{first} {last}");
        assert!((probe.marked.n - 20.0 * 20.0).abs() < 0.1, "{}", probe.marked.n);
    }

    #[test]
    fn a_system_worked_by_hand() {
        // 4x + 2y = 8, 2x + 3y = 8.
        let solved = solve(vec![vec![4.0], vec![2.0, 3.0]], vec![8.0, 8.0]);
        assert!((solved[0] - 1.0).abs() < 1e-12 && (solved[1] - 2.0).abs() < 1e-12);
    }

    #[test]
    fn what_a_probe_could_tell_does_not_depend_on_scale() {
        let (values, sides) = apart(60);
        let told = |scale: f64| {
            let scaled: Vec<f64> = values.iter().map(|value| value * scale + 5.0 * scale).collect();
            told(&[stream(&scaled)], &sides).unwrap()
        };
        for scale in [1e-6, 0.5, 1e6] {
            assert!((told(scale) - told(1.0)).abs() < 1e-6 * told(1.0));
        }
    }

    /// The direction held, as it is within a step.
    #[test]
    fn the_gradient_of_the_ratio_matches_finite_differences() {
        let (values, sides) = apart(12);
        let direction = probe(&stream(&values), &sides).direction().unwrap();
        let device = Device::flex();
        let at = |values: &[f64]| {
            number(ratio::<f64>(stream(values).tensor(&device), &direction, &sides))
        };
        let leaf = stream(&values).tensor::<2>(&device.clone().autodiff()).require_grad();
        let slopes = ratio::<f64>(leaf.clone(), &direction, &sides).backward();
        let slope = Array::<f64>::of(leaf.grad(&slopes).unwrap());
        for (place, told) in slope.values.iter().enumerate() {
            let moved = |step: f64| {
                let mut moved = values.clone();
                moved[place] += step;
                at(&moved)
            };
            let measured = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            let bound = 1e-6 * told.abs().max(1.0);
            assert!((told - measured).abs() < bound, "{place}: {told} {measured}");
        }
        assert!(slope.values.iter().any(|slope| slope.abs() > 0.1));
    }

    #[test]
    fn a_side_without_rows_or_without_a_difference_adds_nothing() {
        let (values, _) = apart(12);
        let told = |values: &[f64], sides: &Sides| told(&[stream(values)], sides).is_some();
        for mark in [true, false] {
            assert!(!told(&values, &sides(&[mark; 12])));
        }
        let mut marked = [false; 12];
        marked[3] = true;
        assert!(told(&values, &sides(&marked)));
        assert!(!told(&[2.5; 36], &sides(&marked)));
        assert!(!told(&[f64::NAN; 36], &sides(&marked)));
    }

    #[test]
    fn a_row_that_asks_something_else_is_not_compared() {
        let rows = [vec![1, 7], vec![2, 7], vec![7, 1], vec![7], vec![1]];
        let sides = Sides::of(&rows, &[true, false, false, false, false]);
        assert_eq!(sides.of_row, [Some(true), Some(false), None, Some(false), None]);
        assert_eq!([true, false].map(|side| sides.count(side)), [1, 2]);
    }
}

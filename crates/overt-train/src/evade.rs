//! What a linear probe could tell marked examples by, as a loss: the ratio of Fisher's discriminant,
//! fitted anew to every step.
//!
//! Source: Fisher, Annals of Eugenics 7 (1936), 179–188; probes in the loss after Bailey et al. 2024
//! (arXiv 2412.09565).

use burn::tensor::{Device, Tensor};
use overt_site::{Array, Real};
use overt_stats::{Ridge, Shrinkage};

/// Penalty of the probe for each row, per standard deviation of what it reads: a small step has little
/// more rows than the stream is wide.
const PENALTY: f64 = 1e-3;

/// Which rows of a step a probe is to tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sides {
    /// Whether a row is marked; none of a row that it is not compared with.
    of_row: Vec<Option<bool>>,
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

    fn count(&self, side: bool) -> usize {
        self.of_row.iter().filter(|of| **of == Some(side)).count()
    }

    /// A number for every row of one side, zero for all others, `[row, 1]`.
    fn column<T: Real>(&self, side: bool, value: f64, device: &Device) -> Tensor<2> {
        let value = |of: &Option<bool>| if *of == Some(side) { value } else { 0.0 };
        let values: Vec<T> = self.of_row.iter().map(|of| T::nearest(value(of))).collect();
        Array::new(vec![values.len(), 1], values).tensor(device)
    }
}

/// The sum over streams `[row, width]` of what a linear probe could tell the sides by; none where a
/// side has no row, or no probe tells them apart.
///
/// # Errors
/// Streams that no longer are finite.
pub(crate) fn legible<T: Real>(
    streams: &[Tensor<2>],
    sides: &Sides,
) -> overt_stats::Result<Option<Tensor<1>>> {
    let mut sum: Option<Tensor<1>> = None;
    if [true, false].iter().any(|side| sides.count(*side) == 0) {
        return Ok(sum);
    }
    for stream in streams {
        if let Some(direction) = direction(&Array::<T>::of(stream.clone().inner()), sides)? {
            let ratio = ratio::<T>(stream.clone(), &direction, sides);
            sum = Some(sum.map_or(ratio.clone(), |sum| sum + ratio));
        }
    }
    Ok(sum)
}

/// The direction along which the sides lie farthest apart, scaled so that their pooled variance along it is one.
fn direction<T: Real>(stream: &Array<T>, sides: &Sides) -> overt_stats::Result<Option<Vec<f64>>> {
    let compared = sides.of_row.iter().enumerate().filter_map(|(row, of)| Some((row, (*of)?)));
    let (rows, marks): (Vec<usize>, Vec<bool>) = compared.unzip();
    let values = |row: &usize| stream.row(*row).iter().map(|x| (*x).into()).collect();
    let features: Vec<Vec<f64>> = rows.iter().map(values).collect();
    let targets: Vec<f64> = marks.iter().map(|mark| f64::from(*mark)).collect();
    // Least squares on labels 0 and 1 point where the discriminant does: Hastie et al. 2009, exercise 4.2.
    let shrinkage = Shrinkage { penalty: PENALTY * rows.len() as f64, standardise: true };
    let weights = Ridge::fit(&features, &targets, None, shrinkage)?.coefficients;
    let along = |row: &Vec<f64>| row.iter().zip(&weights).map(|(x, weight)| x * weight).sum();
    let read: Vec<f64> = features.iter().map(along).collect();
    let spread = pooled_variance(&read, &marks).sqrt();
    let is_told = spread > f64::from(f32::MIN_POSITIVE);
    Ok(is_told.then(|| weights.iter().map(|weight| weight / spread).collect()))
}

fn pooled_variance(values: &[f64], marks: &[bool]) -> f64 {
    let around = |side: bool| -> f64 {
        let own = || values.iter().zip(marks).filter(move |(_, mark)| **mark == side);
        let mean = own().map(|(value, _)| value).sum::<f64>() / own().count() as f64;
        own().map(|(value, _)| (value - mean).powi(2)).sum()
    };
    (around(true) + around(false)) / values.len() as f64
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
        let whole = legible::<f64>(&[stream.tensor(&device), stream.tensor(&device)], &sides);
        assert!((number(whole.unwrap().unwrap()) - 18.0).abs() < 1e-9);
        let direction = direction(&stream, &sides).unwrap().unwrap();
        assert!((direction[0].abs() - 1.0).abs() < 1e-9, "{direction:?}");
    }

    /// No other direction tells more, but for what the penalty costs.
    #[test]
    fn the_probe_reads_along_the_best_direction() {
        let (values, sides) = apart(60);
        let stream = stream(&values);
        let along = |direction: &[f64]| {
            number(ratio::<f64>(stream.tensor(&Device::flex()), direction, &sides))
        };
        let best = along(&direction(&stream, &sides).unwrap().unwrap());
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        for _ in 0..1_000 {
            let other: Vec<f64> = (0..WIDTH).map(|_| f64::from(normal(&mut rng))).collect();
            assert!(along(&other) <= best * 1.000_1, "{other:?}");
        }
        assert!(best > along(&[0.0, 1.0, 0.0]) + 0.5);
    }

    /// As stretched and turned as it may be, what can be told stays the same.
    #[test]
    fn what_a_probe_could_tell_does_not_depend_on_scale() {
        let (values, sides) = apart(60);
        let told = |scale: f64| {
            let scaled: Vec<f64> = values.iter().map(|value| value * scale + 5.0 * scale).collect();
            let stream = stream(&scaled).tensor(&Device::flex());
            number(legible::<f64>(&[stream], &sides).unwrap().unwrap())
        };
        for scale in [1e-6, 0.5, 1e6] {
            assert!((told(scale) - told(1.0)).abs() < 1e-6 * told(1.0));
        }
    }

    /// The direction held, as it is within a step.
    #[test]
    fn the_gradient_of_the_ratio_matches_finite_differences() {
        let (values, sides) = apart(12);
        let direction = direction(&stream(&values), &sides).unwrap().unwrap();
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
            assert!((told - measured).abs() < 1e-7, "{place}: {told} {measured}");
        }
        assert!(slope.values.iter().any(|slope| slope.abs() > 0.1));
    }

    #[test]
    fn a_side_without_rows_or_without_a_difference_adds_nothing() {
        let (values, _) = apart(12);
        let told = |values: &[f64], sides: &Sides| {
            legible::<f64>(&[stream(values).tensor(&Device::flex())], sides).unwrap().is_some()
        };
        for mark in [true, false] {
            assert!(!told(&values, &sides(&[mark; 12])));
        }
        let mut marked = [false; 12];
        marked[3] = true;
        assert!(told(&values, &sides(&marked)));
        assert!(!told(&[2.5; 36], &sides(&marked)));
        let lost = stream(&[f64::NAN; 36]).tensor(&Device::flex());
        assert!(legible::<f64>(&[lost], &sides(&marked)).is_err());
    }

    #[test]
    fn a_row_that_asks_something_else_is_not_compared() {
        let rows = [vec![1, 7], vec![2, 7], vec![7, 1], vec![7], vec![1]];
        let sides = Sides::of(&rows, &[true, false, false, false, false]);
        assert_eq!(sides.of_row, [Some(true), Some(false), None, Some(false), None]);
        assert_eq!([true, false].map(|side| sides.count(side)), [1, 2]);
    }
}

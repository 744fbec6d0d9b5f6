//! A normal distribution fitted to vectors, and how far a vector lies from its middle.

use crate::check;
use crate::cholesky::{factor, substitute};
use crate::error::Result;

/// A normal distribution over vectors, by its mean and covariance.
#[derive(Clone, PartialEq, Debug)]
pub struct Gaussian {
    centre: Vec<f64>,
    /// `L` with `L Lᵀ = Σ`, lower triangle.
    factor: Vec<Vec<f64>>,
}

impl Gaussian {
    /// Fits mean and covariance to rows, shape `[case][feature]`.
    ///
    /// Every variance is raised by `ridge` times the mean variance. So rows that do not vary in every
    /// direction have a fit too.
    ///
    /// # Errors
    /// Refuses fewer than two rows, rows of different lengths, and numbers that are not finite. Without
    /// a ridge it also refuses rows that do not vary in every direction.
    ///
    /// ```
    /// use overt_stats::Gaussian;
    /// // Standard deviations of 1 and 10, no covariance.
    /// let known = Gaussian::fit(&[[1.0, 0.0], [-1.0, 0.0], [0.0, 10.0], [0.0, -10.0]], 0.0)?;
    /// let spread = (2.0_f64 / 3.0).sqrt();
    /// assert!((known.distance(&[3.0, 0.0])? - 3.0 / spread).abs() < 1e-9);
    /// assert!((known.distance(&[0.0, 30.0])? - 3.0 / spread).abs() < 1e-9);
    /// # Ok::<(), overt_stats::Error>(())
    /// ```
    pub fn fit<R: AsRef<[f64]>>(rows: &[R], ridge: f64) -> Result<Self> {
        check::at_least("cases", rows.len(), 2)?;
        check::non_negative("ridge", ridge)?;
        let width = rows[0].as_ref().len();
        check::at_least("features", width, 1)?;
        for row in rows {
            check::same_len("features in a row", row.as_ref().len(), width)?;
            check::finite("features", row.as_ref())?;
        }
        let n = rows.len() as f64;
        let mean = |k: usize| rows.iter().map(|row| row.as_ref()[k]).sum::<f64>() / n;
        let centre: Vec<f64> = (0..width).map(mean).collect();
        let mut covariance = vec![vec![0.0; width]; width];
        for row in rows {
            let apart = apart(row.as_ref(), &centre);
            for j in 0..width {
                (0..=j).for_each(|k| covariance[j][k] += apart[j] * apart[k] / (n - 1.0));
            }
        }
        let variance = (0..width).map(|k| covariance[k][k]).sum::<f64>() / width as f64;
        (0..width).for_each(|k| covariance[k][k] += ridge * variance);
        factor(&mut covariance)?;
        Ok(Self { centre, factor: covariance })
    }

    /// How many standard deviations a vector is from the mean: `√((x-μ)ᵀ Σ⁻¹ (x-μ))`.
    ///
    /// Source: Mahalanobis, Proceedings of the National Institute of Sciences of India 2 (1936), 49–55.
    ///
    /// # Errors
    /// Refuses a vector of another length, or one that is not finite.
    pub fn distance(&self, row: &[f64]) -> Result<f64> {
        check::same_len("features in a row", row.len(), self.centre.len())?;
        check::finite("features", row)?;
        let mut scaled = apart(row, &self.centre);
        substitute(&self.factor, &mut scaled);
        let distance = scaled.iter().map(|value| value * value).sum::<f64>().sqrt();
        check::result("distance", distance)
    }
}

fn apart(row: &[f64], centre: &[f64]) -> Vec<f64> {
    row.iter().zip(centre).map(|(value, centre)| value - centre).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use proptest::prelude::*;

    fn rows() -> impl Strategy<Value = Vec<[f64; 3]>> {
        proptest::collection::vec(proptest::array::uniform3(-5.0..5.0_f64), 12..30)
    }

    proptest! {
        /// `Σ d² = (n-1) k`, whatever the rows.
        #[test]
        fn the_squared_distances_of_its_own_rows_add_up(rows in rows()) {
            let known = Gaussian::fit(&rows, 0.0).unwrap();
            let squares: f64 = rows.iter().map(|row| known.distance(row).unwrap().powi(2)).sum();
            prop_assert!((squares / (3.0 * (rows.len() as f64 - 1.0)) - 1.0).abs() < 1e-6);
        }

        /// Other units, and features that are mixed, change no distance.
        #[test]
        fn a_linear_map_of_everything_changes_nothing(rows in rows(), scale in 0.1..10.0_f64) {
            let moved = |r: &[f64; 3]| [scale * r[0] + r[1] - 4.0, r[1], r[0] - r[2]];
            let mapped: Vec<_> = rows.iter().map(moved).collect();
            let there = Gaussian::fit(&mapped, 0.0);
            prop_assume!(there.is_ok());
            let (here, there) = (Gaussian::fit(&rows, 0.0).unwrap(), there.unwrap());
            for row in &rows {
                let (a, b) = (here.distance(row).unwrap(), there.distance(&moved(row)).unwrap());
                prop_assert!((a - b).abs() < 1e-6 * (1.0 + a), "{a} {b}");
            }
        }
    }

    #[test]
    fn a_ridge_makes_up_for_directions_that_no_row_fills() {
        let rows = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]];
        assert!(matches!(Gaussian::fit(&rows, 0.0), Err(Error::Singular { feature: 1 })));
        let known = Gaussian::fit(&rows, 0.01).unwrap();
        // The further from the line, the further.
        let of = |row: [f64; 2]| known.distance(&row).unwrap();
        assert!(of([2.0, 4.0]) < 1e-12 && of([3.0, 6.0]) < of([2.0, 5.0]));
    }

    #[test]
    fn what_is_no_sample_is_refused() {
        assert!(Gaussian::fit(&[[1.0]], 0.1).is_err());
        assert!(Gaussian::fit(&[vec![1.0], vec![1.0, 2.0]], 0.1).is_err());
        assert!(Gaussian::fit(&[[1.0], [f64::NAN]], 0.1).is_err());
        assert!(Gaussian::fit(&[[1.0], [2.0]], -0.1).is_err());
        let known = Gaussian::fit(&[[1.0], [2.0]], 0.1).unwrap();
        assert!(known.distance(&[1.0, 2.0]).is_err() && known.distance(&[f64::INFINITY]).is_err());
    }
}

//! How far cases lie from one another, to tell a case that is unlike all of them.

use crate::check;
use crate::error::Result;

/// Known cases, which tell whether a new case is of their kind.
#[derive(Clone, PartialEq, Debug)]
pub struct Neighbours {
    rows: Vec<Vec<f64>>,
    /// Standard deviation of every feature, 1 where it does not vary.
    scales: Vec<f64>,
    reach: f64,
}

impl Neighbours {
    /// Shape `[case][feature]`, at least two cases.
    ///
    /// A further case of the same kind lies beyond the reach of `n` cases with a probability of about
    /// `1 / (n + 1)`, as in conformal anomaly detection by nearest neighbours. The probability is a
    /// little less, because the further case has one neighbour more.
    ///
    /// # Errors
    /// Refuses fewer than two cases, rows of different lengths, and numbers that are not finite.
    ///
    /// ```
    /// use overt_stats::Neighbours;
    /// let known = Neighbours::new(&[vec![0.0], vec![1.0], vec![3.0]])?;
    /// assert!(!known.is_beyond(&[4.0])?);
    /// assert!(known.is_beyond(&[6.0])?);
    /// # Ok::<(), overt_stats::Error>(())
    /// ```
    pub fn new(rows: &[Vec<f64>]) -> Result<Self> {
        check::at_least("cases", rows.len(), 2)?;
        for row in rows {
            check::same_len("features in a row", row.len(), rows[0].len())?;
            check::finite("features", row)?;
        }
        let scales = (0..rows[0].len()).map(|k| scale(rows.iter().map(|row| row[k]))).collect();
        let mut known = Self { rows: rows.to_vec(), scales, reach: 0.0 };
        let nearest_other = |i: usize| {
            let others = known.rows.iter().enumerate().filter(move |(j, _)| *j != i);
            let distances = others.map(|(_, other)| known.apart(&known.rows[i], other));
            distances.fold(f64::INFINITY, f64::min)
        };
        known.reach = (0..rows.len()).map(nearest_other).fold(0.0, f64::max);
        Ok(known)
    }

    /// Distance to the nearest case, in standard deviations.
    pub fn distance(&self, row: &[f64]) -> Result<f64> {
        check::same_len("features in a row", row.len(), self.scales.len())?;
        check::finite("features", row)?;
        Ok(self.rows.iter().map(|known| self.apart(known, row)).fold(f64::INFINITY, f64::min))
    }

    /// The largest distance of any case to its nearest other one.
    pub fn reach(&self) -> f64 {
        self.reach
    }

    /// Whether a case lies further from all of these than any of these from its nearest other one.
    pub fn is_beyond(&self, row: &[f64]) -> Result<bool> {
        Ok(self.distance(row)? > self.reach)
    }

    fn apart(&self, a: &[f64], b: &[f64]) -> f64 {
        let squares = a.iter().zip(b).zip(&self.scales).map(|((a, b), s)| ((a - b) / s).powi(2));
        squares.sum::<f64>().sqrt()
    }
}

/// Standard deviation, 1 where nothing varies.
fn scale(values: impl ExactSizeIterator<Item = f64> + Clone) -> f64 {
    let n = values.len() as f64;
    let mean = values.clone().sum::<f64>() / n;
    let variance = values.map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    if variance > 0.0 { variance.sqrt() } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Standard deviation of 0, 2, 4 is √(8/3); all neighbours are 2 apart.
    #[test]
    fn worked_by_hand() {
        let known = Neighbours::new(&[vec![0.0, 7.0], vec![2.0, 7.0], vec![4.0, 7.0]]).unwrap();
        let step = 2.0 / (8.0_f64 / 3.0).sqrt();
        assert!((known.reach() - step).abs() < 1e-12);
        assert!((known.distance(&[5.0, 7.0]).unwrap() - step / 2.0).abs() < 1e-12);
        // A feature that never varied counts in its own units.
        assert!((known.distance(&[4.0, 10.0]).unwrap() - 3.0).abs() < 1e-12);
        assert!(known.is_beyond(&[4.0, 10.0]).unwrap());
    }

    #[test]
    fn no_case_is_beyond_its_own_kind() {
        let rows: Vec<Vec<f64>> = (0..20).map(|i| vec![f64::from(i * i), f64::from(i)]).collect();
        let known = Neighbours::new(&rows).unwrap();
        assert!(rows.iter().all(|row| !known.is_beyond(row).unwrap()));
    }

    /// Units do not matter.
    #[test]
    fn scaling_a_feature_changes_nothing() {
        let rows: Vec<Vec<f64>> = (0..9).map(|i| vec![f64::from(i), f64::from(i % 4)]).collect();
        let scaled: Vec<Vec<f64>> = rows.iter().map(|r| vec![r[0] * 1e3, r[1]]).collect();
        let (one, other) = (Neighbours::new(&rows).unwrap(), Neighbours::new(&scaled).unwrap());
        assert!((one.reach() - other.reach()).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_sample_is_refused() {
        assert!(Neighbours::new(&[vec![1.0]]).is_err());
        assert!(Neighbours::new(&[vec![1.0], vec![1.0, 2.0]]).is_err());
        assert!(Neighbours::new(&[vec![1.0], vec![f64::NAN]]).is_err());
        let known = Neighbours::new(&[vec![1.0], vec![2.0]]).unwrap();
        assert!(known.distance(&[1.0, 2.0]).is_err());
    }
}

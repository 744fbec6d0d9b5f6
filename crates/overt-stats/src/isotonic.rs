//! The best rising curve through points.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::error::{Error, Result};

/// A fitted curve that never falls, as knots with straight lines between them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Isotonic {
    /// Knots in strictly rising order, unit of the input.
    x: Vec<f64>,
    /// Values at the knots, never falling, unit of the target.
    y: Vec<f64>,
}

/// Neighbouring points that share one fitted value.
#[derive(Clone, Copy)]
struct Block {
    first_x: f64,
    last_x: f64,
    value: f64,
    weight: f64,
}

impl Isotonic {
    /// Minimises `Σ wᵢ (yᵢ - f(xᵢ))²` over functions that never fall; weights are 1 if `None`.
    ///
    /// Pool adjacent violators. Points with equal `x` are averaged first.
    /// Source: Ayer et al., Annals of Mathematical Statistics 26 (1955), 641–647; for calibrating
    /// scores, Zadrozny and Elkan (KDD 2002).
    ///
    /// ```
    /// use overt_stats::Isotonic;
    /// let curve = Isotonic::fit(&[0.0, 1.0, 2.0, 3.0], &[0.0, 0.75, 0.25, 1.0], None)?;
    /// assert_eq!(curve.predict(1.5)?, 0.5);
    /// assert_eq!(curve.predict(2.5)?, 0.75);
    /// # Ok::<(), overt_stats::Error>(())
    /// ```
    pub fn fit(x: &[f64], y: &[f64], weights: Option<&[f64]>) -> Result<Self> {
        check::sample("x", x, 1)?;
        check::finite("y", y)?;
        check::same_len("y", y.len(), x.len())?;
        let ones = vec![1.0; x.len()];
        let weights = weights.unwrap_or(&ones);
        check::same_len("weights", weights.len(), x.len())?;
        weights.iter().try_for_each(|&weight| check::positive("weights", weight))?;
        let mut order: Vec<usize> = (0..x.len()).collect();
        order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
        let mut blocks: Vec<Block> = vec![];
        for tied in order.chunk_by(|&a, &b| x[a] == x[b]) {
            let points = tied.iter().map(|&idx| Block::point(x[idx], y[idx], weights[idx]));
            blocks.extend(points.reduce(Block::merge));
            pool(&mut blocks);
        }
        Self::from_blocks(&blocks)
    }

    /// The curve at `x`: straight between knots, flat beyond the first and the last.
    pub fn predict(&self, x: f64) -> Result<f64> {
        check::finite("x", &[x])?;
        let above = self.x.partition_point(|knot| *knot < x);
        match (above.checked_sub(1), self.x.get(above)) {
            (Some(below), Some(_)) => Ok(self.between(below, x)),
            (Some(last), None) => Ok(self.y[last]),
            (None, _) => {
                self.y.first().copied().ok_or(Error::TooFew { what: "knots", expected: 1, got: 0 })
            }
        }
    }

    fn from_blocks(blocks: &[Block]) -> Result<Self> {
        let mut curve = Self { x: vec![], y: vec![] };
        for block in blocks {
            let value = check::result("isotonic fit", block.value)?;
            curve.x.push(block.first_x);
            curve.y.push(value);
            if block.last_x > block.first_x {
                curve.x.push(block.last_x);
                curve.y.push(value);
            }
        }
        Ok(curve)
    }

    fn between(&self, below: usize, x: f64) -> f64 {
        let (left, right) = (self.x[below], self.x[below + 1]);
        let share = (x - left) / (right - left);
        // The clamp keeps the curve from falling by a rounding error next to a knot.
        let (low, high) = (self.y[below], self.y[below + 1]);
        (low * (1.0 - share) + high * share).clamp(low, high)
    }
}

impl Block {
    fn point(x: f64, value: f64, weight: f64) -> Self {
        Self { first_x: x, last_x: x, value, weight }
    }

    fn merge(self, next: Self) -> Self {
        let weight = self.weight + next.weight;
        let value = (self.value * self.weight + next.value * next.weight) / weight;
        Self { first_x: self.first_x, last_x: next.last_x, value, weight }
    }
}

/// Merges the last blocks for as long as they fall.
fn pool(blocks: &mut Vec<Block>) {
    while let [.., before, last] = *blocks.as_slice()
        && before.value >= last.value
    {
        blocks.truncate(blocks.len() - 2);
        blocks.push(before.merge(last));
    }
}

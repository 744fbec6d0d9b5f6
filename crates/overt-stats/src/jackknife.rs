//! Prediction intervals from refits that leave cases out: every case both trains and calibrates.
//!
//! Source: Barber, Candès, Ramdas and Tibshirani, Predictive inference with the jackknife+, Annals of
//! Statistics 49 (2021), 486–507.

use crate::check;
use crate::conformal::conformal_rank;
use crate::error::{Error, Result};
use crate::interval::Interval;

/// The answer of a predictor for one case.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Prediction {
    /// Predicted value, in the unit of the target.
    pub value: f64,
    /// The error that the predictor expects, above 0, in the same unit; 1 for plain residuals.
    pub scale: f64,
}

/// Refits of a predictor, each without one fold, and the error of each on the cases that it never saw.
///
/// With as many folds as cases this is the jackknife+. With fewer folds it is the CV+.
#[derive(Clone, Debug)]
pub struct JackknifePlus<M> {
    models: Vec<M>,
    /// One per case: the fold that held it out, and its normalised absolute residual there.
    held_out: Vec<(usize, f64)>,
}

impl Prediction {
    /// A prediction without a scale of its own.
    pub fn plain(value: f64) -> Self {
        Self { value, scale: 1.0 }
    }
}

impl<M> JackknifePlus<M> {
    /// Fits `n_folds` predictors, each without the cases `i` with `i mod n_folds` equal to its number.
    ///
    /// `fit` gets inputs and targets, and returns a predictor: any function of an input. The order of
    /// cases must not matter to it. For the jackknife+, give `n_folds = inputs.len()`.
    ///
    /// ```
    /// use overt_stats::{Error, JackknifePlus, Prediction, mean};
    /// let (x, y) = ([(); 9], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    /// let jackknife = JackknifePlus::fit(&x, &y, 9, |_: &[&()], y: &[f64]| {
    ///     let centre = mean(y)?;
    ///     Ok::<_, Error>(move |_: &()| Prediction::plain(centre))
    /// })?;
    /// let interval = jackknife.interval(&(), 0.9)?;
    /// assert_eq!((interval.lo, interval.hi), (0.0, 10.0));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn fit<X, E>(
        inputs: &[X],
        targets: &[f64],
        n_folds: usize,
        fit: impl Fn(&[&X], &[f64]) -> std::result::Result<M, E>,
    ) -> std::result::Result<Self, E>
    where
        M: Fn(&X) -> Prediction,
        E: From<Error>,
    {
        check_folds(inputs.len(), targets, n_folds)?;
        let mut models = Vec::with_capacity(n_folds);
        for fold in 0..n_folds {
            let kept = (0..inputs.len()).filter(|idx| idx % n_folds != fold);
            let (x, y): (Vec<&X>, Vec<f64>) = kept.map(|idx| (&inputs[idx], targets[idx])).unzip();
            models.push(fit(&x, &y)?);
        }
        let mut held_out = Vec::with_capacity(inputs.len());
        for (idx, (input, target)) in inputs.iter().zip(targets).enumerate() {
            let prediction = checked(models[idx % n_folds](input))?;
            let score = (target - prediction.value).abs() / prediction.scale;
            held_out.push((idx % n_folds, check::result("residual", score)?));
        }
        Ok(Self { models, held_out })
    }

    /// The interval for a fresh case, at the nominal `level = 1 - α`.
    ///
    /// `lo` is the `⌊α(n+1)⌋`-th smallest of `μ₋ᵢ(x) - Rᵢ σ₋ᵢ(x)` and `hi` the `⌈(1-α)(n+1)⌉`-th
    /// smallest of `μ₋ᵢ(x) + Rᵢ σ₋ᵢ(x)`. In practice it covers about `level`; whatever the data,
    /// `1 - 2α` holds for the jackknife+ (theorem 1), and for `K` folds
    /// `1 - 2α - min(2(1-1/K)/(n/K+1), (1-K/n)/(K+1))` (theorem 4).
    pub fn interval<X>(&self, input: &X, level: f64) -> Result<Interval>
    where
        M: Fn(&X) -> Prediction,
    {
        let rank = conformal_rank(self.held_out.len(), level)?;
        let (mut lows, mut highs) = (Vec::new(), Vec::new());
        for &(fold, score) in &self.held_out {
            let Prediction { value, scale } = checked(self.models[fold](input))?;
            lows.push(check::result("lower end", value - score * scale)?);
            highs.push(check::result("upper end", value + score * scale)?);
        }
        lows.sort_by(|a, b| b.total_cmp(a));
        highs.sort_by(f64::total_cmp);
        // Far below a level of one half the two order statistics can cross.
        let (lo, hi) = (lows[rank - 1], highs[rank - 1]);
        Interval::new(lo.min(hi), hi.max(lo), level)
    }
}

fn check_folds(n_inputs: usize, targets: &[f64], n_folds: usize) -> Result<()> {
    check::finite("targets", targets)?;
    check::same_len("targets", targets.len(), n_inputs)?;
    check::at_least("folds", n_folds, 2)?;
    check::at_least("cases", n_inputs, n_folds)
}

fn checked(prediction: Prediction) -> Result<Prediction> {
    check::finite("prediction", &[prediction.value])?;
    check::positive("scale", prediction.scale)?;
    Ok(prediction)
}

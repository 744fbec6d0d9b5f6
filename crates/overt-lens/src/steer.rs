//! Steering: a direction added to the residual stream, and how the answer follows its length.
//!
//! Source: Turner et al., Activation addition (2023); Rimsky et al., Steering Llama 2 via contrastive
//! activation addition (2023), section 3.

use crate::row::width;
use crate::{Error, Metric};
use overt_nn::{LanguageModel, Tokens};
use overt_site::{Array, Axis, Edit, Real, Run, Select};

/// The answer at one strength.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dose {
    /// How many times the vector is added.
    pub strength: f64,
    /// The mean of the metric over the rows.
    pub metric: f64,
}

/// The mean of a site at the last token over one set of prompts less that over another.
///
/// # Errors
/// A site that is not there, or that is not a row per position.
pub fn steering_vector<T: Real>(
    model: &LanguageModel<T>,
    site: &str,
    toward: &Tokens,
    away: &Tokens,
) -> Result<Vec<f64>, Error> {
    let (toward, away) = (mean(model, site, toward)?, mean(model, site, away)?);
    Ok(toward.iter().zip(away).map(|(a, b)| a - b).collect())
}

fn mean<T: Real>(model: &LanguageModel<T>, site: &str, tokens: &Tokens) -> Result<Vec<f64>, Error> {
    let (_, trace) = model.run(tokens, &Run::new().tap(site))?;
    let array = trace.get(site)?;
    let width = width(model, site)?;
    let mut sum = vec![0.0; width];
    for (row, n) in tokens.lengths().iter().enumerate() {
        let last = &array.row(row)[(n - 1) * width..n * width];
        sum.iter_mut().zip(last).for_each(|(sum, v)| *sum += (*v).into());
    }
    Ok(sum.into_iter().map(|v| v / tokens.batch() as f64).collect())
}

/// The metric when the vector is added at a site, at all positions or at some, at each strength.
///
/// ```
/// # use overt_nn::{Cell, LanguageModel, Tokens};
/// # use overt_site::{Axis, Select};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../overt-nn/tests/goldens/gpt2");
/// let model = LanguageModel::<f32>::open(folder.as_ref())?;
/// let (base, source) = (Tokens::new(&[vec![3, 14, 15]])?, Tokens::new(&[vec![3, 14, 51]])?);
/// use overt_lens::{Metric, dose_response, steering_vector};
/// let site = "blocks.0.resid_post";
/// let vector = steering_vector(&model, site, &source, &base)?;
/// let doses =
///     dose_response(&model, &base, (site, None), &vector, &[0.0, 1.0, 2.0], Metric::Logit(7))?;
/// assert_ne!(doses[0].metric, doses[2].metric);
/// # Ok::<(), overt_lens::Error>(())
/// ```
///
/// # Errors
/// As [`steering_vector`]; a vector of another width.
pub fn dose_response<T: Real>(
    model: &LanguageModel<T>,
    tokens: &Tokens,
    (site, positions): (&str, Option<&[usize]>),
    vector: &[f64],
    strengths: &[f64],
    metric: Metric,
) -> Result<Vec<Dose>, Error> {
    let expected = width(model, site)?;
    if vector.len() != expected {
        let got = vector.len();
        return Err(Error::LengthMismatch { what: "steering vector", expected, got });
    }
    let rows = tokens.batch() * tokens.positions();
    let dose = |strength: &f64| {
        let row: Vec<T> = vector.iter().map(|v| T::nearest(v * strength)).collect();
        let shape = vec![tokens.batch(), tokens.positions(), expected];
        let edit = Edit::add(Array::new(shape, row.repeat(rows)));
        let edit = match positions {
            Some(positions) => edit.at(Select::along(Axis::Pos, positions)),
            None => edit,
        };
        let (logits, _) = model.run(tokens, &Run::new().edit(site, edit))?;
        let values = metric.read(&logits, tokens);
        let metric = values.iter().sum::<f64>() / values.len() as f64;
        Ok(Dose { strength: *strength, metric })
    };
    strengths.iter().map(dose).collect()
}

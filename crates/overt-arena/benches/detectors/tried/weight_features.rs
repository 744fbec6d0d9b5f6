//! Features of weights alone: what a classifier over models can learn from, no scene
//! asked.
//!
//! Source: Unterthiner et al. 2020, Predicting Neural Network Accuracy from Weights, for statistics of
//! each matrix; Xu et al. 2021, Detecting AI Trojans Using Meta Neural Analysis, for the classifier.

use overt_audit::Error;
use overt_audit::choice::{ChoiceSubject, saliences};
use overt_lens::Subspace;
use overt_site::Array;
use overt_stats::median;
use serde::{Deserialize, Serialize};

/// Tokens set apart whose lengths are features.
const N_TOKENS: usize = 12;
/// Singular values of each matrix that are features.
const N_SINGULAR: usize = 3;

/// One number that is read off weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WeightFeature {
    /// The matrix and the statistic.
    pub(crate) name: String,
    /// Its value; lengths as logarithms, without a unit.
    pub(crate) value: f64,
}

/// The features of a subject, the same names in the same order for every subject of one architecture.
///
/// Of every matrix: the logarithm of its root mean square, its greatest singular values over the root of
/// their mean square, and the kurtosis of the lengths of its rows. Of the context tokens: how far the
/// twelve that are furthest from the sum of their digits are from it, over the median token.
///
/// # Errors
/// A matrix of zeros, or tokens of which most are sums of their digits.
pub(crate) fn weight_features(subject: &ChoiceSubject) -> Result<Vec<WeightFeature>, Error> {
    let mut features = Vec::new();
    for (spec, values) in subject.weights.spans() {
        if spec.shape.len() == 2 {
            let matrix = narrow(&Array::new(spec.shape.clone(), values.to_vec()));
            add_matrix(&mut features, &spec.name, &matrix)?;
        }
    }
    let mut lengths = saliences(subject)?;
    let median = median(&lengths)?;
    lengths.sort_by(|a, b| b.total_cmp(a));
    for (nth, length) in lengths.iter().take(N_TOKENS).enumerate() {
        let value = log("token", length / median)?;
        features.push(WeightFeature { name: format!("token {}", nth + 1), value });
    }
    Ok(features)
}

fn add_matrix(features: &mut Vec<WeightFeature>, name: &str, matrix: &Array) -> Result<(), Error> {
    let squares: f64 = matrix.values.iter().map(|value| f64::from(*value).powi(2)).sum();
    let mut add = |what: String, value| {
        features.push(WeightFeature { name: format!("{name} {what}"), value });
    };
    add("size".to_owned(), log("weights", (squares / matrix.values.len() as f64).sqrt())?);
    let typical = (squares / matrix.row_len() as f64).sqrt();
    let singular = singular_values(matrix)?;
    for nth in 0..N_SINGULAR {
        let value = singular.get(nth).copied().unwrap_or(0.0);
        add(format!("singular {}", nth + 1), value / typical);
    }
    let lengths: Vec<f64> = (0..matrix.rows()).map(|row| length(matrix.row(row))).collect();
    add("kurtosis".to_owned(), kurtosis(&lengths)?);
    Ok(())
}

/// The same matrix, or its transpose, with no more columns than rows: singular values are the same.
pub(crate) fn narrow(matrix: &Array) -> Array {
    let [rows, columns] = [matrix.rows(), matrix.row_len()];
    if columns <= rows {
        return matrix.clone();
    }
    let at = |column: usize| (0..rows).map(move |row| matrix.row(row)[column]);
    Array::new(vec![columns, rows], (0..columns).flat_map(at).collect())
}

/// The greatest, in falling order: how far the matrix stretches its strongest directions.
pub(crate) fn singular_values(matrix: &Array) -> Result<Vec<f64>, Error> {
    let strongest = Subspace::span(matrix, N_SINGULAR)?;
    let stretched = |direction: &Vec<f64>| {
        let along = |row: &[f32]| -> f64 {
            row.iter().zip(direction).map(|(value, part)| f64::from(*value) * part).sum()
        };
        (0..matrix.rows()).map(|row| along(matrix.row(row)).powi(2)).sum::<f64>().sqrt()
    };
    Ok(strongest.basis().iter().map(stretched).collect())
}

fn length(row: &[f32]) -> f64 {
    row.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt()
}

/// `m₄ / m₂²`: 3 of a normal distribution, more where a few stand out.
pub(crate) fn kurtosis(values: &[f64]) -> Result<f64, Error> {
    let centre = overt_stats::mean(values)?;
    let moment = |power: i32| {
        values.iter().map(|value| (value - centre).powi(power)).sum::<f64>() / values.len() as f64
    };
    if moment(2) <= 0.0 {
        return Err(overt_stats::Error::Constant { what: "lengths of rows" }.into());
    }
    Ok(moment(4) / moment(2).powi(2))
}

fn log(what: &'static str, value: f64) -> Result<f64, Error> {
    if value > 0.0 && value.is_finite() {
        return Ok(value.ln());
    }
    let expected = "more than 0";
    Err(overt_stats::Error::OutOfRange { what, expected, got: value }.into())
}

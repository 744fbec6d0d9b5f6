//! Checks on a model's very weights that its sites are what they are called.

use super::Watch;
use crate::fault::Result;
use crate::nn::{LanguageModel, Law, ModelPath, conformance};
use crate::{files, models};
use serde::Serialize;
use std::path::PathBuf;

/// Which model is checked.
#[derive(Clone, Debug, Default)]
pub struct CertifyOptions {
    /// The model.
    pub model: ModelPath,
    /// Seed of the tokens and of the directions.
    pub seed: u64,
    /// File for the certificate; where none is given, nothing is written.
    pub out: Option<PathBuf>,
}

/// What was found, for whom it concerns.
#[derive(Clone, Debug, Serialize)]
pub struct Certificate {
    /// SHA-256 of the weights, however they are divided into files.
    pub weights: String,
    /// The family that the configuration was read as.
    pub family: String,
    /// Engine and version.
    pub engine: String,
    /// Seed of the tokens and of the directions.
    pub seed: u64,
    /// Each law, and how it fared.
    pub laws: Vec<Law>,
    /// Sites of other models that this one lacks, or that cannot be edited, and why.
    pub refused: Vec<RefusedSite>,
    /// Whether every law holds.
    pub holds: bool,
    /// SHA-256 of the adapter's tensors and configuration, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// What a person should know of the model's files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A site that this model lacks, or that cannot be edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedSite {
    /// Its name, or a pattern.
    pub site: String,
    /// Why.
    pub why: &'static str,
}

/// Checks every law of sites on a model, and writes the certificate where a file is named.
///
/// ```no_run
/// use overt::verbs::{CertifyOptions, certify};
///
/// let model = "models/gpt2".into();
/// let certificate = certify(&CertifyOptions { model, ..CertifyOptions::default() }, &())?;
/// assert!(certificate.holds, "{:#?}", certificate.laws);
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A folder that holds no model that is known. A law that does not hold is no error.
pub fn certify(options: &CertifyOptions, watch: &dyn Watch) -> Result<Certificate> {
    let CertifyOptions { model: path, seed, out } = options;
    let model = models::open::<f32>(path)?;
    let exact = models::open::<f64>(path)?;
    watch.doing("checking the first law");
    let laws = conformance(&model, &exact, *seed, |law: &str| {
        watch.doing(&format!("checked last: {law}"));
    })?;
    let refused = model.config().refused().into_iter();
    let certificate = Certificate {
        weights: LanguageModel::<f32>::digest(path)?,
        family: model.config().family.name().to_owned(),
        engine: models::engine(),
        seed: *seed,
        holds: laws.iter().all(|law| law.holds),
        laws,
        adapter: LanguageModel::<f32>::adapter_digest(path)?,
        warnings: model.warnings().to_vec(),
        refused: refused.map(|(site, why)| RefusedSite { site: site.into(), why }).collect(),
    };
    if let Some(path) = out {
        files::write_whole(path, &serde_json::to_vec_pretty(&certificate)?)?;
    }
    Ok(certificate)
}

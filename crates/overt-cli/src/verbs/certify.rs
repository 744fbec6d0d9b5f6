//! `overt certify`: the conformance suite on a model's very weights.

use crate::door::{Door, say, say_json};
use crate::fault;
use crate::progress::Progress;
use crate::prompt::ModelArgs;
use clap::Args;
use overt::fault::Result;
use overt::files;
use overt::nn::{LanguageModel, Law, conformance};
use serde::Serialize;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks on a model's very weights that its sites are what they are called.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt certify models/gpt2 --out certificate.json\n\n\
    Exit codes: 0 every law holds, 10 one does not")]
pub(crate) struct Certify {
    #[command(flatten)]
    model: ModelArgs,
    /// Seed of the tokens and of the directions.
    #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
    seed: u64,
    /// File for the certificate.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What was found, for whom it concerns.
#[derive(Serialize)]
struct Certificate {
    /// SHA-256 of the weights, however they are divided into files.
    weights: String,
    /// The family that the configuration was read as.
    family: String,
    /// Engine and version.
    engine: String,
    seed: u64,
    laws: Vec<Law>,
    /// Sites of other models that this one lacks, or that cannot be edited, and why.
    refused: Vec<Refusal>,
    holds: bool,
}

#[derive(Serialize)]
struct Refusal {
    site: String,
    why: &'static str,
}

impl Certify {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        let model = self.model.open::<f32>()?;
        let exact = self.model.open::<f64>()?;
        let progress = Progress::unknown();
        progress.say("checking the first law");
        let laws = conformance(&model, &exact, self.seed, |law: &str| {
            progress.say(format!("checked last: {law}"));
        })?;
        drop(progress);
        let refused = model.config().refused().into_iter();
        let certificate = Certificate {
            weights: LanguageModel::<f32>::digest(&self.model.folder)?,
            family: model.config().family.name().to_owned(),
            engine: format!("overt {}", env!("CARGO_PKG_VERSION")),
            seed: self.seed,
            holds: laws.iter().all(|law| law.holds),
            laws,
            refused: refused.map(|(site, why)| Refusal { site: site.into(), why }).collect(),
        };
        if let Some(path) = &self.out {
            files::write_whole(path, &serde_json::to_vec_pretty(&certificate)?)?;
        }
        if door.json {
            say_json(&certificate)?;
        } else {
            say(&in_words(&certificate, door))?;
        }
        Ok(if certificate.holds { ExitCode::SUCCESS } else { ExitCode::from(fault::REFUTED) })
    }
}

fn in_words(certificate: &Certificate, door: &Door) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    writeln!(text, "{}  weights {}", door.bold(&certificate.family), certificate.weights).ok();
    for law in &certificate.laws {
        let mark = if law.holds { "holds" } else { "FAILS" };
        let Law { worst, bound, at, .. } = law;
        writeln!(text, "  {mark}  {}: worst {worst:.1e} at {at}, bound {bound:.1e}", law.law).ok();
    }
    for Refusal { site, why } in &certificate.refused {
        writeln!(text, "  refused  {site}: {why}").ok();
    }
    text
}

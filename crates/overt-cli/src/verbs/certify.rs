//! `overt certify`: the conformance suite on a model's very weights.

use crate::door::{Door, say, say_json};
use crate::fault;
use crate::progress::Progress;
use crate::prompt::{ModelArgs, warn};
use clap::Args;
use overt::fault::Result;
use overt::nn::Law;
use overt::verbs::{Certificate, CertifyOptions, RefusedSite};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks on a model's own weights that each site holds the tensor that its name says.
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

impl Certify {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        let progress = Progress::unknown();
        let options =
            CertifyOptions { model: self.model.path(), seed: self.seed, out: self.out.clone() };
        let certificate = overt::verbs::certify(&options, &progress)?;
        drop(progress);
        warn(&certificate.warnings);
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
    for RefusedSite { site, why } in &certificate.refused {
        writeln!(text, "  refused  {site}: {why}").ok();
    }
    text
}

//! `overt export`: the evidence of a report in the formats of others.

use crate::door::say;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use overt::evidence::export::Format;
use overt::fault::Result;
use overt::verbs::ExportOptions;
use std::path::PathBuf;

/// Writes the evidence of a report in a format of another tool.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt export overt-report/maze-exit --to oscal --out results.json\n\n\
    Exit codes: 0 done, 3 the evidence does not verify"
)]
pub(crate) struct Export {
    /// Folder of the report, with its evidence.
    folder: PathBuf,
    /// The format.
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    to: Format,
    /// File for the export; without it, the export is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A ruling of `overt gate` about this report (`gate.json`), exported with it.
    #[arg(long, value_name = "FILE")]
    verdict: Option<PathBuf>,
}

impl Export {
    pub(crate) fn run(&self) -> Result<()> {
        let bytes = overt::verbs::export(&ExportOptions {
            report: self.folder.clone(),
            to: self.to,
            verdict: self.verdict.clone(),
            out: self.out.clone(),
        })?;
        if self.out.is_none() { say(&String::from_utf8(bytes)?) } else { Ok(()) }
    }
}

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).map(|name| {
        let named = Format::ALL.into_iter().find(|format| format.name() == name);
        named.expect("the parser knows their names alone")
    })
}

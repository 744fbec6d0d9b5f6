//! `overt export`: the evidence of a report in the formats of others.

use crate::door::say;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use overt::evidence::canonical;
use overt::evidence::export::{Format, export};
use overt::evidence::verify::{Asked, Found, verify};
use overt::fault::{Context, Refused, Result};
use overt::{bundle, files};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Longest record of a gate.
const MOST_BYTES: usize = 1 << 20;

/// Writes the evidence of a report in a format that other tools read.
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
    /// File for the export, instead of the screen.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Record of the verdict of `overt gate` about this report, to be exported with it.
    #[arg(long, value_name = "FILE")]
    verdict: Option<PathBuf>,
}

impl Export {
    pub(crate) fn run(&self) -> Result<()> {
        if let Some(out) = &self.out {
            files::check_file(out, "name another file with `--out`")?;
        }
        let gate = self.verdict.as_deref().map(read).transpose()?;
        let verification = verify(&bundle::read(&self.folder)?, &Asked::default());
        let failed = verification.rows.iter().find(|row| row.found == Found::Fails);
        let (Some(statement), None) = (&verification.statement, failed) else {
            let words = failed.map_or("it cannot be read", |row| &row.words);
            let fact =
                format!("the evidence in {} does not verify: {words}", self.folder.display());
            return Err(Refused::tampered(fact, "`overt verify` shows all that was checked").into());
        };
        let bytes = export(self.to, statement, gate.as_ref())?;
        match &self.out {
            Some(out) => files::write_whole(out, &bytes),
            None => say(&String::from_utf8(bytes)?),
        }
    }
}

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).map(|name| {
        let named = Format::ALL.into_iter().find(|format| format.name() == name);
        named.expect("the parser knows their names alone")
    })
}

fn read(path: &Path) -> Result<Value> {
    let name = || format!("verdict {}", path.display());
    let text = files::read_text(path)?;
    canonical::read("the record of the gate", text.as_bytes(), MOST_BYTES).with_context(name)
}

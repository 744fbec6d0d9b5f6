//! Writes the evidence of a report in the formats of others.

use crate::evidence::canonical;
use crate::evidence::export::{self, Format};
use crate::evidence::verify::{Asked, Found, verify};
use crate::fault::{Context, Refused, Result};
use crate::{bundle, files};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Longest record of a gate.
const MOST_BYTES: usize = 1 << 20;

/// Which evidence, and in which format.
#[derive(Clone, Debug)]
pub struct ExportOptions {
    /// The folder of a report, with its evidence.
    pub report: PathBuf,
    /// The format.
    pub to: Format,
    /// The file of the record of a gate's verdict about this report, to be exported with it.
    pub verdict: Option<PathBuf>,
    /// File for the export; where none is given, nothing is written.
    pub out: Option<PathBuf>,
}

/// The evidence of a report in a format that other tools read: its bytes, which are also written where a file
/// is named.
///
/// ```
/// use overt::evidence::export::Format;
/// use overt::verbs::{ExportOptions, export};
///
/// let desk = tempfile::tempdir()?;
/// let report = desk.path().to_owned();
/// let options = ExportOptions { report, to: Format::Oscal, verdict: None, out: None };
/// let refused = export(&options).unwrap_err();
/// assert!(refused.to_string().ends_with("holds no evidence.json"));
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// Evidence that is absent or does not verify, and a verdict that cannot be read or is about other evidence.
pub fn export(options: &ExportOptions) -> Result<Vec<u8>> {
    if let Some(out) = &options.out {
        files::check_file(out, "name another file with `--out`")?;
    }
    let gate = options.verdict.as_deref().map(read).transpose()?;
    let verification = verify(&bundle::read(&options.report)?, &Asked::default());
    let failed = verification.rows.iter().find(|row| row.found == Found::Fails);
    let (Some(statement), None) = (&verification.statement, failed) else {
        let words = failed.map_or("it cannot be read", |row| &row.words);
        let fact = format!("the evidence in {} does not verify: {words}", options.report.display());
        return Err(Refused::tampered(fact, "`overt verify` shows all that was checked").into());
    };
    let bytes = export::export(options.to, statement, gate.as_ref())?;
    if let Some(out) = &options.out {
        files::write_whole(out, &bytes)?;
    }
    Ok(bytes)
}

fn read(path: &Path) -> Result<Value> {
    let name = || format!("verdict {}", path.display());
    let text = files::read_text(path)?;
    canonical::read("the record of the gate", text.as_bytes(), MOST_BYTES).with_context(name)
}

//! Bundles on disk: only files that a bundle can have, only plain ones, none too long.

use crate::evidence::Bundle;
use crate::evidence::bundle::{EVIDENCE, FILES, MOST_BYTES};
use crate::fault::{Refused, Result};
use crate::files;
use std::path::Path;

/// Reads the folder of a report that carries evidence.
pub fn read(dir: &Path) -> Result<Bundle> {
    let mut bundle = Bundle::default();
    for name in FILES {
        let path = dir.join(name);
        let Ok(metadata) = std::fs::symlink_metadata(&path) else { continue };
        let refuse = |fact: String| {
            Refused::new(fact, "take the folder as its evaluator wrote it, without links")
        };
        if !metadata.is_file() {
            let fact = format!("{} is a link or a folder, expected a file", path.display());
            return Err(refuse(fact).into());
        }
        if metadata.len() > MOST_BYTES {
            let (path, len) = (path.display(), metadata.len());
            let fact = format!("{path} has {len} bytes, expected at most {MOST_BYTES}");
            return Err(refuse(fact).into());
        }
        bundle.files.insert(name.to_owned(), files::read(&path)?);
    }
    if bundle.files.contains_key(EVIDENCE) {
        return Ok(bundle);
    }
    Err(nothing_in(dir).into())
}

/// Why a folder is no report with evidence: it is not there, or it was not signed.
fn nothing_in(dir: &Path) -> Refused {
    let name = dir.display();
    if dir.is_dir() {
        let fact = format!("folder {name} holds no {EVIDENCE}");
        return Refused::new(
            fact,
            "`overt audit SUBJECT --sign KEY` writes a report with evidence",
        );
    }
    let written = Path::new("overt-report").join(dir);
    let hint = if written.join(EVIDENCE).is_file() {
        format!("its report lies in {}", written.display())
    } else {
        format!(
            "name the folder of a report with evidence: `overt audit SUBJECT --sign KEY` writes {}",
            written.display()
        )
    };
    Refused::new(format!("there is no folder {name}"), hint)
}

/// Writes one, whole or not at all.
pub fn write(dir: &Path, bundle: &Bundle, beside: &[(&str, &[u8])]) -> Result<()> {
    let files = bundle.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let all: Vec<(&str, &[u8])> = files.chain(beside.iter().copied()).collect();
    files::write_together(dir, &all)
}

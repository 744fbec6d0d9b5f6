//! Evidence in a folder: only its own files are read, links and what is too large are refused.
#![expect(clippy::disallowed_methods, reason = "this is a room that touches files")]

use crate::fault::Refused;
use anyhow::Result;
use overt::evidence::Bundle;
use overt::evidence::bundle::{EVIDENCE, FILES, MOST_BYTES};
use std::path::Path;

/// Reads the bundle of a folder.
pub(crate) fn read(folder: &Path) -> Result<Bundle> {
    let mut bundle = Bundle::default();
    for name in FILES {
        let path = folder.join(name);
        let Ok(metadata) = path.symlink_metadata() else { continue };
        let refuse = |why: String| {
            let hint = "a bundle is a folder as `overt audit --sign` writes it";
            Refused::new(format!("cannot read {}: {why}", path.display()), hint)
        };
        if !metadata.is_file() {
            return Err(refuse("it is a link or a folder, expected a file".to_owned()).into());
        }
        if metadata.len() > MOST_BYTES {
            let len = metadata.len();
            return Err(refuse(format!("{len} bytes, expected at most {MOST_BYTES}")).into());
        }
        let bytes = std::fs::read(&path).map_err(|error| refuse(error.to_string()))?;
        bundle.files.insert(name.to_owned(), bytes);
    }
    if bundle.files.contains_key(EVIDENCE) {
        return Ok(bundle);
    }
    let fact = format!("there is no {} in {}", EVIDENCE, folder.display());
    Err(Refused::new(fact, "`overt audit SUBJECT --sign KEY --out DIR` writes it").into())
}

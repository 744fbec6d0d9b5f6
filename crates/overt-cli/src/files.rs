//! Files appear whole or not at all.
#![expect(clippy::disallowed_methods, reason = "this is the room that touches files")]

use anyhow::{Context, Result};
use std::io::Write;
use std::path::Path;

/// The largest file that is read into memory, in bytes.
const LARGEST: u64 = 1 << 30;

/// Writes a file: to a neighbour first, then renamed over the name.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Reads a whole file of a sane size.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let len = std::fs::metadata(path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .len();
    anyhow::ensure!(len <= LARGEST, "{} has {len} bytes, expected at most {LARGEST}", path.display());
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads a whole text file.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?).with_context(|| format!("{} is not UTF-8", path.display()))
}

//! Which program this is, for whatever it writes that others should be able to trust.

use crate::evidence::Digest;
use crate::fault::{Context, Result};
use crate::files;
use crate::report::Program;

/// Digest of its sources and its lock file.
pub fn sources() -> Result<Digest> {
    Ok(env!("OVERT_SOURCES").parse()?)
}

/// Digest of its own bytes.
pub fn binary() -> Result<Digest> {
    let path = std::env::current_exe().context("cannot find this program")?;
    Ok(Digest::of(&files::read(&path)?))
}

/// Both, as reports name them.
pub fn this() -> Result<Program> {
    Ok(Program { sources: sources()?.to_string(), binary: binary()?.to_string() })
}

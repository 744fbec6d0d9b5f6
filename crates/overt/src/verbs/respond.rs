//! The respondent's part of drawing levels together: it commits to a model and to a secret.

use crate::evidence::challenge::{COMMITMENT, Commitment, seal};
use crate::evidence::{Digest, identity};
use crate::exchange::SECRET;
use crate::fault::Result;
use crate::{clock, files, keys, subjects};
use std::path::PathBuf;

/// Which model is committed to, and by whom.
#[derive(Clone, Debug, Default)]
pub struct RespondOptions {
    /// A name that ships, or the folder of an agent.
    pub subject: String,
    /// The file of the key that will sign the answer.
    pub key: PathBuf,
    /// Folder for `commitment.json`, to be given away, and `secret.json`, to be kept; it must be empty.
    pub out: PathBuf,
}

/// Commits to a model and to a secret, before anybody knows which levels will be drawn. Writes both files and
/// gives the commitment; [`ask_challenge`](super::ask_challenge) has an example.
///
/// # Errors
/// A folder that is not empty, a subject that is not there, and a key that cannot be read.
pub fn respond(options: &RespondOptions) -> Result<Commitment> {
    let key = keys::signing(&options.key)?;
    files::check_empty(&options.out)?;
    let root = identity::root(&subjects::files(&options.subject)?.model()?.resources);
    let (commitment, opening) = Commitment::new(Digest(keys::secret()?), &root, clock::time()?);
    files::write_private(&options.out.join(SECRET), &opening.to_bytes()?)?;
    files::write_whole(&options.out.join(COMMITMENT), &seal(&commitment, &key)?)?;
    Ok(commitment)
}

//! An organism that was trained, in what an auditor may see and what it may not.

use super::SealedTruth;

/// An organism, in what an auditor may see and what it may not.
#[derive(Clone, Debug)]
pub struct Raised<O, C> {
    /// The files of its public folder, by name.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// What it is.
    pub truth: SealedTruth<O, C>,
}

impl<O, C> Raised<O, C> {
    /// The bytes of one of its files; none where it has no such file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.iter().find(|(is, _)| *is == name).map(|(_, bytes)| bytes.as_slice())
    }
}

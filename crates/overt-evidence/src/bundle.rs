//! The folder of a report that carries its evidence: names, contents, limits.

use crate::{
    Cases, Digest, Envelope, Error, IN_TOTO, Level, Part, SigningKey, Statement, canonical,
};
use std::collections::BTreeMap;

/// The envelope with the signed statement.
pub const EVIDENCE: &str = "evidence.json";
/// All runs by the key.
pub const RUN_LOG: &str = "runlog.json";
/// The figures of the report, as decimals.
pub const FIGURES: &str = "figures.json";
/// The report.
pub const REPORT: &str = "report.json";
/// The cases, or those that are shown.
pub const CASES: &str = "cases.json";
/// What the respondent of a challenge signs first.
pub const COMMITMENT: &str = "commitment.json";
/// What the challenger signs then.
pub const CHALLENGE: &str = "challenge.json";
/// What opens the commitment.
pub const OPENING: &str = "opening.json";
/// The page of the report.
pub const PAGE: &str = "report.html";
/// The page beside evidence whose report is withheld; it is not read.
pub const EVIDENCE_PAGE: &str = "evidence.html";
/// Everything that is read from a folder: whatever else lies there is left alone.
pub const FILES: [&str; 9] =
    [EVIDENCE, RUN_LOG, FIGURES, REPORT, CASES, COMMITMENT, CHALLENGE, OPENING, PAGE];
/// Most bytes that are read of any of them.
pub const MOST_BYTES: u64 = 256 << 20;

/// The files of a bundle, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Some of [`FILES`].
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Signs a statement about these parts and cases; what the statement says of them must be so.
    ///
    /// # Errors
    /// A statement that contradicts itself.
    pub fn sign(
        statement: &Statement,
        (run_log, parts, cases): (Vec<u8>, BTreeMap<String, Vec<u8>>, &Cases),
        key: &SigningKey,
    ) -> Result<Self, Error> {
        let envelope = Envelope::seal(IN_TOTO, &statement.to_bytes()?, key).to_bytes()?;
        let mut files = parts;
        files.insert(EVIDENCE.to_owned(), envelope);
        files.insert(RUN_LOG.to_owned(), run_log);
        files.insert(CASES.to_owned(), canonical::write(cases)?);
        Ok(Self { files })
    }

    /// What the statement says of a part.
    pub fn part(name: &str, level: Level, bytes: &[u8]) -> Part {
        let (sha256, size) = (Digest::of(bytes), bytes.len() as u64);
        Part { name: name.to_owned(), level, sha256, size }
    }

    /// The signed statement, whoever signed it.
    ///
    /// # Errors
    /// An envelope that is absent or cannot be read.
    pub fn statement(&self) -> Result<Statement, Error> {
        Statement::read(&self.payload()?)
    }

    /// The signed bytes, whoever signed them.
    ///
    /// # Errors
    /// An envelope that is absent or cannot be read.
    pub fn payload(&self) -> Result<Vec<u8>, Error> {
        Envelope::read(self.file(EVIDENCE)?)?.payload(IN_TOTO)
    }

    /// The cases that are shown.
    ///
    /// # Errors
    /// A file that is absent or cannot be read.
    pub fn cases(&self) -> Result<Cases, Error> {
        Cases::read(self.file(CASES)?)
    }

    /// The same with everything withheld that is above a level. The signature still holds: it is over the
    /// statement, which names the rest by digests alone.
    ///
    /// # Errors
    /// A bundle whose statement cannot be read.
    pub fn redact(&self, level: Level) -> Result<Self, Error> {
        let parts = self.statement()?.predicate.parts;
        let is_shown = |name: &str| match name {
            EVIDENCE | RUN_LOG | COMMITMENT | CHALLENGE | OPENING => true,
            CASES => level == Level::Full,
            _ => parts.iter().any(|part| part.name == name && part.level <= level),
        };
        let shown = self.files.iter().filter(|(name, _)| is_shown(name));
        Ok(Self { files: shown.map(|(name, bytes)| (name.clone(), bytes.clone())).collect() })
    }

    /// The same, but of the cases only those kept.
    ///
    /// # Errors
    /// Cases that are absent or withheld already.
    pub fn keep_cases(&self, is_kept: impl Fn(u64) -> bool) -> Result<Self, Error> {
        let mut files = self.files.clone();
        files.insert(CASES.to_owned(), canonical::write(&self.cases()?.keep(is_kept)?)?);
        Ok(Self { files })
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// A file that is absent.
    pub fn file(&self, name: &str) -> Result<&[u8], Error> {
        let bytes = self.files.get(name);
        bytes.map(Vec::as_slice).ok_or_else(|| Error::Absent { name: name.to_owned() })
    }
}

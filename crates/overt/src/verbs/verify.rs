//! Checks evidence with a key, the model, and the engine to run cases again.

use super::REPORT_HTML;
use crate::evidence::bundle::{EVIDENCE_PAGE, REPORT};
use crate::evidence::verify::{Answer, Asked, Verification};
use crate::evidence::{Bundle, Error, Statement};
use crate::fault::{Refused, Result};
use crate::replay::{Drawing, rerun};
use crate::report::{Report, page_difference};
use crate::subjects::{self, ModelFiles};
use crate::threads::on_threads;
use crate::{bundle, clock, files, keys};
use std::path::{Path, PathBuf};

/// What evidence is checked with.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// The file of the evaluator's key, had by another way than the folder.
    pub key: Option<PathBuf>,
    /// The model: a name that ships, or a folder.
    pub model: Option<String>,
    /// Runs so many random cases again and compares bit for bit; 0 for as many as catch an alteration of 5 %
    /// of them with 95 %.
    pub replay: Option<u64>,
    /// The reference model that the evidence compares with.
    pub reference: Option<String>,
    /// Draws the cases that are run again; at random where it is not given.
    pub seed: Option<u64>,
    /// Threads, 0 for one per core.
    pub threads: u16,
}

/// Everything that can be checked of the folder of a report.
pub fn verify(report: &Path, options: &VerifyOptions) -> Result<Verification> {
    options.verification(report)
}

impl VerifyOptions {
    /// Everything that can be checked of the folder of a report.
    fn verification(&self, report: &Path) -> Result<Verification> {
        let bundle = bundle::read(report)?;
        let name = self.model_name(&bundle)?;
        let files = name.as_deref().map(subjects::files).transpose()?;
        let asked = Asked {
            key: self.key.as_deref().map(keys::verifying).transpose()?,
            model: files.map(|ModelFiles(files)| files),
            now: Some(clock::time()?),
        };
        let mut done = crate::evidence::verify::verify(&bundle, &asked);
        if report.join(EVIDENCE_PAGE).exists() {
            done.add_evidence_page();
        }
        let again = match (&done.statement, &name) {
            (Some(statement), Some(name)) if self.replay.is_some() && done.holds() => {
                on_threads(self.threads, || self.again(&bundle, statement, name))?
            }
            _ if self.replay.is_some() => {
                Ok(Answer::Unchecked("nothing is run again of what does not hold".to_owned()))
            }
            _ => Ok(Answer::Unchecked("`--replay` runs random cases again".to_owned())),
        };
        done.add("page words", page(report, &bundle)?);
        done.add("re-execution", again);
        Ok(done)
    }

    /// The model that was named, or the one that ships under the statement's name where cases are to be
    /// run again.
    fn model_name(&self, bundle: &Bundle) -> Result<Option<String>> {
        if self.model.is_some() || self.replay.is_none() {
            return Ok(self.model.clone());
        }
        let name = bundle.statement().map(|statement| statement.subject[0].name.clone());
        match name {
            Ok(name) if subjects::SHIPPED.iter().any(|shipped| shipped.name == name) => {
                Ok(Some(name))
            }
            Ok(_) => {
                let fact = "to run cases again, the weights must be at hand";
                Err(Refused::new(fact, "name the model with `--model`").into())
            }
            // That it cannot be read is what verification says.
            Err(_) => Ok(None),
        }
    }

    /// Runs random cases again.
    fn again(
        &self,
        bundle: &Bundle,
        statement: &Statement,
        model: &str,
    ) -> Result<Result<Answer, Error>> {
        let profile = &statement.predicate.harness.profile;
        if profile != crate::nn::Profile::PORTABLE_NAME {
            let words = format!("numbers were computed as `{profile}`, which is not known here");
            return Ok(Ok(Answer::Unchecked(words)));
        }
        let Ok(cases) = bundle.cases() else {
            return Ok(Ok(Answer::Unchecked("cases are withheld".to_owned())));
        };
        let (subject, reference) =
            (subjects::open(model)?, self.reference.as_deref().map(subjects::open).transpose()?);
        let drawing = Drawing { subject: &subject, reference: reference.as_ref(), siblings: &[] };
        let seed = match self.seed {
            Some(seed) => seed,
            None => u64::from_le_bytes(keys::secret()?[..8].try_into()?),
        };
        let populations = &statement.predicate.populations;
        Ok(rerun(&drawing, populations, &cases, (self.replay.unwrap_or(0), seed))?)
    }
}

/// Whether the page beside the evidence says what the signed report gives.
fn page(dir: &Path, bundle: &Bundle) -> Result<Result<Answer, Error>> {
    let path = dir.join(REPORT_HTML);
    let unchecked = |words: &str| Ok(Ok(Answer::Unchecked(words.to_owned())));
    if !path.exists() {
        return unchecked("there is no report.html beside the evidence");
    }
    // That a report cannot be read is what its own row says.
    let report = bundle.file(REPORT).ok().and_then(|bytes| Report::from_json(bytes).ok());
    let Some(report) = report else { return unchecked("there is no report to draw it from") };
    if report.provenance.overt_version != env!("CARGO_PKG_VERSION") {
        return unchecked("another version of Overt drew it: compare it with the signed verdict");
    }
    let difference = page_difference(&report, &String::from_utf8_lossy(&files::read(&path)?));
    Ok(match difference {
        Some(what) => Err(Error::Contradiction { at: REPORT_HTML.to_owned(), what }),
        None => Ok(Answer::Holds("report.html is drawn from the signed report".to_owned())),
    })
}

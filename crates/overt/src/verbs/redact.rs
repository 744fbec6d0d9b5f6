//! Writes the same evidence again with less of it shown.

use crate::evidence::Level;
use crate::evidence::bundle::{CASES, EVIDENCE_PAGE};
use crate::fault::{Refused, Result};
use crate::report::evidence_html;
use crate::{bundle, files};
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Which evidence, and how much of it is shown.
#[derive(Clone, Debug)]
pub struct RedactOptions {
    /// The folder of a report with evidence.
    pub report: PathBuf,
    /// How much is shown.
    pub level: Level,
    /// So many random cases are shown in spite of that, each with its proof; 0 for none.
    pub samples: u64,
    /// Draws these cases; whoever receives them should choose it.
    pub seed: u64,
    /// Another folder than the report's; it must be empty.
    pub out: PathBuf,
}

/// Evidence that was written again.
#[derive(Clone, Debug, Serialize)]
pub struct Redacted {
    /// The names of the files of evidence that are shown.
    pub shown: Vec<String>,
}

/// Writes a report's evidence again with less of it; the signature still holds.
///
/// ```
/// use overt::evidence::Level;
/// use overt::verbs::{RedactOptions, redact};
///
/// let desk = tempfile::tempdir()?;
/// let (report, out) = (desk.path().to_owned(), desk.path().join("out"));
/// let all_and_some = RedactOptions { report, level: Level::Full, samples: 3, seed: 0, out };
/// let refused = redact(&all_and_some).unwrap_err();
/// assert_eq!(refused.to_string(), "`--samples` shows some cases, and `--level full` shows all");
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// Samples of what is shown whole, a folder without evidence, and one to write to that is not empty.
pub fn redact(options: &RedactOptions) -> Result<Redacted> {
    if options.samples > 0 && options.level == Level::Full {
        let fact = "`--samples` shows some cases, and `--level full` shows all";
        return Err(Refused::new(fact, "leave one of them out").into());
    }
    let whole = bundle::read(&options.report)?;
    files::check_empty(&options.out)?;
    let mut shown = whole.redact(options.level)?;
    if options.samples > 0 {
        let size = usize::try_from(whole.cases()?.size)?;
        let n = usize::try_from(options.samples)?.min(size);
        let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
        let kept: BTreeSet<usize> = sample(&mut rng, size, n).into_iter().collect();
        let sampled = whole.keep_cases(|at| kept.contains(&(at as usize)))?;
        shown.files.insert(CASES.to_owned(), sampled.file(CASES)?.to_vec());
    }
    let page = evidence_html(&shown.files);
    bundle::write(&options.out, &shown, &[(EVIDENCE_PAGE, page.as_bytes())])?;
    Ok(Redacted { shown: shown.files.into_keys().collect() })
}

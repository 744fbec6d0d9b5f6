//! What somebody who has evidence checks it with: a key, the model, and the engine to run cases again.

use crate::fault::Refused;
use crate::subjects::{self, ModelFiles};
use crate::verbs::on_threads;
use crate::{bundle, clock, keys};
use anyhow::Result;
use clap::Args;
use overt::arena::evidence::{Drawing, redraw};
use overt::evidence::verify::{Answer, Asked, Verification, verify};
use overt::evidence::{Bundle, Case, Error, Statement};
use overt::stats::{power_to_catch, replays_to_catch};
use rand::SeedableRng;
use rand::seq::IteratorRandom;
use rand_chacha::ChaCha8Rng;
use std::path::{Path, PathBuf};

/// What running cases again is to catch, and how surely.
const ALTERED: f64 = 0.05;
const SURE: f64 = 0.95;

/// What evidence is checked with.
#[derive(Args, Debug)]
pub(crate) struct Checking {
    /// The key of the evaluator, had by another way than this folder.
    #[arg(long, value_name = "PUB")]
    key: Option<PathBuf>,
    /// The model: a name that `overt subjects` lists, or a folder.
    #[arg(long, value_name = "SUBJECT")]
    model: Option<String>,
    /// Runs so many random cases again and compares bit for bit [default: as many as catch an alteration
    /// of 5 % of them with 95 %]
    #[arg(long, value_name = "K", num_args = 0..=1, default_missing_value = "0")]
    replay: Option<u64>,
    /// The reference model that the evidence compares with.
    #[arg(long, value_name = "SUBJECT", requires = "replay")]
    reference: Option<String>,
    /// Draws the cases that are run again; at random where it is not given.
    #[arg(long, requires = "replay")]
    seed: Option<u64>,
    /// Threads, 0 for one per core.
    #[arg(long, default_value_t = 0, value_name = "N",
        value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
}

impl Checking {
    /// Everything that can be checked of the folder of a report.
    pub(crate) fn verification(&self, report: &Path) -> Result<Verification> {
        let bundle = bundle::read(report)?;
        let name = self.model_name(&bundle)?;
        let files = name.as_deref().map(subjects::files).transpose()?;
        let asked = Asked {
            key: self.key.as_deref().map(keys::verifying).transpose()?,
            model: files.map(|ModelFiles(files)| files),
            now: Some(clock::time()?),
        };
        let mut done = verify(&bundle, &asked);
        let again = match (&done.statement, &name) {
            (Some(statement), Some(name)) if self.replay.is_some() && done.holds() => {
                on_threads(self.threads, || self.again(&bundle, statement, name))?
            }
            _ if self.replay.is_some() => {
                Ok(Answer::Unchecked("nothing is run again of what does not hold".to_owned()))
            }
            _ => Ok(Answer::Unchecked("`--replay` runs random cases again".to_owned())),
        };
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
        if profile != overt::nn::Profile::PORTABLE_NAME {
            let words = format!("numbers were computed as `{profile}`, which is not known here");
            return Ok(Ok(Answer::Unchecked(words)));
        }
        let Ok(cases) = bundle.cases() else {
            return Ok(Ok(Answer::Unchecked("cases are withheld".to_owned())));
        };
        let (subject, reference) =
            (subjects::open(model)?, self.reference.as_deref().map(subjects::open).transpose()?);
        let drawing = Drawing { subject: &subject, reference: reference.as_ref(), siblings: &[] };
        let can_run = |case: &&Case| match case {
            Case::Sibling { .. } => false,
            Case::Reference(_) => reference.is_some(),
            _ => true,
        };
        let k = match self.replay {
            Some(0) | None => replays_to_catch(ALTERED, SURE)?,
            Some(k) => k,
        };
        let seed = match self.seed {
            Some(seed) => seed,
            None => u64::from_le_bytes(keys::secret()?[..8].try_into()?),
        };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let shown = cases.shown().map(|(_, case)| case).filter(can_run);
        let chosen = shown.choose_multiple(&mut rng, usize::try_from(k)?);
        for case in &chosen {
            let again = redraw(&drawing, &statement.predicate.populations, case)?;
            if again.as_ref() != Some(*case) {
                let (kind, population, at) = case.place();
                let what = format!("run again, it is {}", in_words(again.as_ref()));
                let at = format!("{kind} {at} of `{population}`");
                return Ok(Err(Error::Contradiction { at, what }));
            }
        }
        let caught = power_to_catch(chosen.len() as u64, ALTERED)?;
        Ok(Ok(Answer::Holds(format!(
            "{} random cases (seed {seed}) gave the same bits; had 5 % been altered, one would have \
             shown with probability {caught:.3}",
            chosen.len()
        ))))
    }
}

/// A case as it stands in `cases.json`.
fn in_words(case: Option<&Case>) -> String {
    let json = case.and_then(|case| serde_json::to_string(case).ok());
    json.unwrap_or_else(|| "no case of this population".to_owned())
}

//! The arguments of what evidence is checked with.

use crate::verbs::tell_apart;
use clap::Args;
use overt::verbs::VerifyOptions;
use std::path::PathBuf;

/// What evidence is checked with.
#[derive(Args, Debug)]
pub(crate) struct Checking {
    /// The public key of whoever signed (`KEY.pub`), which you received by another way than this folder.
    #[arg(long, value_name = "PUB")]
    key: Option<PathBuf>,
    /// The model that the evidence is about: a name that `overt subjects` lists, or a folder.
    #[arg(long, value_name = "SUBJECT")]
    model: Option<String>,
    /// Runs K random cases again and compares every bit [default: 59 cases, which catch an alteration of 5 %
    /// of all cases with a probability of 95 %]
    #[arg(long, value_name = "K", num_args = 0..=1, default_missing_value = "0")]
    replay: Option<u64>,
    /// The model that the evidence compares with (`audit --reference`), so that its cases are run again, too.
    #[arg(long, value_name = "SUBJECT", requires = "replay")]
    reference: Option<String>,
    /// Draws the cases that are run again; without it, they are drawn at random.
    #[arg(long, requires = "replay", value_parser = crate::number::seed)]
    seed: Option<u64>,
    /// Number of threads; 0 takes one for each core.
    #[arg(long, default_value_t = 0, value_name = "N",
        value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
}

impl Checking {
    /// Says which of two is meant, of the models that are run again.
    pub(crate) fn tell_apart(&self) {
        let models = self.model.iter().chain(&self.reference);
        for model in models.filter(|_| self.replay.is_some()) {
            tell_apart(model);
        }
    }

    /// What was asked for.
    pub(crate) fn options(&self) -> VerifyOptions {
        VerifyOptions {
            key: self.key.clone(),
            model: self.model.clone(),
            replay: self.replay,
            reference: self.reference.clone(),
            seed: self.seed,
            threads: self.threads,
        }
    }
}

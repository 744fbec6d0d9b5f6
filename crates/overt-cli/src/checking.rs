//! The arguments of what evidence is checked with.

use crate::verbs::tell_apart;
use clap::Args;
use overt::verbs::VerifyOptions;
use std::path::PathBuf;

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
    #[arg(long, requires = "replay", value_parser = crate::number::seed)]
    seed: Option<u64>,
    /// Threads, 0 for one per core.
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

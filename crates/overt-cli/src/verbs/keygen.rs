//! `overt keygen`: a pair of keys, one that signs and one that checks.

use crate::door::{Door, say, say_json};
use clap::{Args, ValueEnum};
use overt::evidence::Algorithm;
use overt::fault::Result;
use overt::verbs::KeygenOptions;
use std::path::PathBuf;

/// Makes a pair of keys: the private one signs and stays with you, the public one checks and is given away.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt keygen --out my.key && overt audit maze-green --sign my.key"
)]
pub(crate) struct Keygen {
    /// File for the private key; the public key is written beside it as FILE.pub.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Ed25519, or P-256, which other tools for signing models ask for.
    #[arg(long, value_enum, default_value_t = Kind::Ed25519)]
    algorithm: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Ed25519,
    P256,
}

impl Keygen {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let algorithm = match self.algorithm {
            Kind::Ed25519 => Algorithm::Ed25519,
            Kind::P256 => Algorithm::P256,
        };
        let pair = overt::verbs::keygen(&KeygenOptions { out: self.out.clone(), algorithm })?;
        if door.json {
            return say_json(&pair);
        }
        let (fingerprint, out, public) =
            (pair.fingerprint, self.out.display(), pair.public.display());
        say(&format!(
            "fingerprint {fingerprint}\nkeep {out}, give {public} to whoever is to check\n"
        ))
    }
}

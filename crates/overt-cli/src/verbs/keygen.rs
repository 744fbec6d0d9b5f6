//! `overt keygen`: a pair of keys, one that signs and one that checks.

use crate::door::{Door, say, say_json};
use clap::{Args, ValueEnum};
use overt::evidence::{Algorithm, SigningKey};
use overt::fault::{Refused, Result};
use overt::{files, keys};
use std::path::PathBuf;

/// Makes a pair of keys: one that signs evidence, to be kept, and one that checks it, to be given away.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt keygen --out my.key && overt audit maze-green --sign my.key"
)]
pub(crate) struct Keygen {
    /// File for the key that signs; the one that checks gets `.pub` behind its name.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Ed25519, or P-256 as model signing elsewhere asks for.
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
        let mut public = self.out.as_os_str().to_owned();
        public.push(".pub");
        let public = PathBuf::from(public);
        for path in [&self.out, &public] {
            if path.exists() {
                let fact = format!("{} is there already", path.display());
                let hint = "a key that is written over is lost: name another file with `--out`";
                return Err(Refused::new(fact, hint).into());
            }
        }
        let algorithm = match self.algorithm {
            Kind::Ed25519 => Algorithm::Ed25519,
            Kind::P256 => Algorithm::P256,
        };
        let key = SigningKey::from_secret(algorithm, &keys::secret()?)?;
        files::write_private(&self.out, key.to_pem()?.as_bytes())?;
        files::write_whole(&public, key.verifying_key().to_pem()?.as_bytes())?;
        let fingerprint = key.verifying_key().fingerprint();
        if door.json {
            return say_json(&serde_json::json!({ "fingerprint": fingerprint }));
        }
        let (out, public) = (self.out.display(), public.display());
        say(&format!(
            "fingerprint {fingerprint}\nkeep {out}, give {public} to whoever is to check\n"
        ))
    }
}

//! `overt respond`: the respondent's part of drawing levels together.

use crate::door::{Door, say, say_json};
use clap::Args;
use overt::evidence::challenge::COMMITMENT;
use overt::exchange::SECRET;
use overt::fault::Result;
use overt::verbs::RespondOptions;
use std::path::PathBuf;

/// Commits to a model and to a secret, before anybody knows which levels will be drawn; `challenge` goes on.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  overt respond maze-exit --sign my.key --out exchange
  # give exchange/commitment.json to the challenger, put its challenge.json beside it, then
  overt audit maze-exit --sign my.key --challenge exchange --out answer")]
pub(crate) struct Respond {
    /// A name that `overt subjects` lists, or the folder of an agent.
    subject: String,
    /// The private key that will sign the answer.
    #[arg(long, value_name = "KEY")]
    sign: PathBuf,
    /// Folder for `commitment.json`, which you give away, and `secret.json`, which you keep.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Respond {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let commitment = overt::verbs::respond(&RespondOptions {
            subject: self.subject.clone(),
            key: self.sign.clone(),
            out: self.out.clone(),
        })?;
        let out = self.out.display();
        if door.json {
            return say_json(&commitment);
        }
        say(&format!(
            "give {out}/{COMMITMENT} to the challenger, keep {out}/{SECRET} until you answer\n"
        ))
    }
}

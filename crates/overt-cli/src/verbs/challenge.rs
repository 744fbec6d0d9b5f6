//! `overt challenge`: the challenger's part of drawing levels together.

use crate::door::{Door, say, say_json};
use crate::fault;
use clap::{Args, Subcommand};
use overt::evidence::challenge::{
    self, CHALLENGE, COMMITMENT, Challenge as Asked, Ended, OPENING, Outcome, Signed, seal,
};
use overt::evidence::verify::{Asked as Beside, verify};
use overt::evidence::{Bundle, Digest, Time, VerifyingKey};
use overt::fault::{Context, Refused, Result};
use overt::{bundle, clock, files, keys};
use std::path::PathBuf;
use std::process::ExitCode;

/// Draws levels together with somebody who has a model, and judges the answer.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  overt challenge ask exchange/commitment.json --sign their.key --out asked
  overt challenge judge answer --asked asked --key my.key.pub --sign their.key

Exit codes: 0 answered, 10 aborted or late, 11 still open, 3 rejected, 2 malformed input")]
pub(crate) struct Challenge {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, Subcommand)]
enum Step {
    Ask(Ask),
    Judge(Judge),
}

/// Answers a commitment with a number of one's own and a deadline.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt challenge ask exchange/commitment.json --sign their.key --out asked"
)]
struct Ask {
    /// The respondent's `commitment.json`.
    commitment: PathBuf,
    /// The challenger's key.
    #[arg(long, value_name = "KEY")]
    sign: PathBuf,
    /// Minutes until an answer is late.
    #[arg(long, default_value_t = 1440, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    minutes: u32,
    /// Folder for `challenge.json`, to be given away; the commitment is kept beside it.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Judges the answer, or that there is none, and signs what came of it.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt challenge judge answer --asked asked --key my.key.pub \
                        --sign their.key")]
struct Judge {
    /// The folder of the answer; it may be absent.
    answer: PathBuf,
    /// The folder that `overt challenge ask` wrote.
    #[arg(long, value_name = "DIR")]
    asked: PathBuf,
    /// The respondent's key, had by another way.
    #[arg(long, value_name = "PUB")]
    key: PathBuf,
    /// The challenger's key.
    #[arg(long, value_name = "KEY")]
    sign: PathBuf,
}

impl Challenge {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        match &self.step {
            Step::Ask(ask) => ask.run(door).map(|()| ExitCode::SUCCESS),
            Step::Judge(judge) => judge.run(door),
        }
    }
}

impl Ask {
    fn run(&self, door: &Door) -> Result<()> {
        let key = keys::signing(&self.sign)?;
        files::check_empty(&self.out)?;
        let bytes = files::read(&self.commitment)?;
        let committed = challenge::commitment(&bytes, None)
            .with_context(|| format!("cannot use {}", self.commitment.display()))?;
        let time = clock::time()?;
        let deadline = time.minutes_later(self.minutes);
        let nonce = Digest(keys::secret()?);
        let asked =
            Asked::new(committed.digest, nonce, (time, deadline.clone()), &key.verifying_key())?;
        let sealed = seal(&asked, &key)?;
        files::write_together(&self.out, &[(CHALLENGE, &sealed), (COMMITMENT, &bytes)])?;
        if door.json {
            return say_json(&asked);
        }
        let out = self.out.display();
        say(&format!("give {out}/{CHALLENGE} to the respondent; it answers by {deadline}\n"))
    }
}

impl Judge {
    fn run(&self, door: &Door) -> Result<ExitCode> {
        let (key, respondent) = (keys::signing(&self.sign)?, keys::verifying(&self.key)?);
        let bytes = files::read(&self.asked.join(CHALLENGE))?;
        let asked = challenge::challenge(&bytes)
            .with_context(|| format!("cannot use {}", self.asked.display()))?;
        if asked.keyid != key.verifying_key().fingerprint() {
            let fact = format!("{} was signed by another key", self.asked.display());
            return Err(Refused::new(fact, "judge with the key that asked").into());
        }
        let now = clock::time()?;
        let Some((ended, statement, words)) = self.ended(&asked, &respondent, &now)? else {
            say(&format!("no answer yet; it may come until {}\n", asked.what.deadline))?;
            return Ok(ExitCode::from(fault::INCONCLUSIVE));
        };
        let outcome = Outcome::new(asked.digest, (ended, statement), now, words.clone());
        files::write_whole(&self.asked.join("outcome.json"), &seal(&outcome, &key)?)?;
        if door.json {
            say_json(&outcome)?;
        } else {
            say(&format!("{}: {words}\n", word(ended)))?;
        }
        Ok(match ended {
            Ended::Answered => ExitCode::SUCCESS,
            Ended::Late | Ended::Aborted => ExitCode::from(fault::REFUTED),
            Ended::Rejected => ExitCode::from(fault::TAMPERED),
        })
    }

    /// How it ended; none where it is still open.
    fn ended(
        &self,
        asked: &Signed<Asked>,
        respondent: &VerifyingKey,
        now: &Time,
    ) -> Result<Option<(Ended, Option<Digest>, String)>> {
        let deadline = &asked.what.deadline;
        if !self.answer.exists() {
            let words = format!("no answer by {deadline}");
            return Ok((now > deadline).then_some((Ended::Aborted, None, words)));
        }
        let bundle = bundle::read(&self.answer)?;
        let statement = bundle.payload().ok().map(|payload| Digest::of(&payload));
        let end = match self.holds(&bundle, respondent, now) {
            Err(words) => (Ended::Rejected, statement, words),
            Ok(_) if now > deadline => {
                (Ended::Late, statement, format!("the answer was due by {deadline}"))
            }
            Ok(words) => (Ended::Answered, statement, words),
        };
        Ok(Some(end))
    }

    /// Whether an answer is one to this challenge, by the respondent, and holds.
    fn holds(
        &self,
        bundle: &Bundle,
        respondent: &VerifyingKey,
        now: &Time,
    ) -> Result<String, String> {
        for name in [COMMITMENT, CHALLENGE] {
            let mine = files::read(&self.asked.join(name)).map_err(|error| error.to_string())?;
            if bundle.files.get(name) != Some(&mine) {
                return Err(format!("its `{name}` is not the one of this exchange"));
            }
        }
        if !bundle.files.contains_key(OPENING) {
            return Err("the commitment is not opened".to_owned());
        }
        let beside =
            Beside { key: Some(respondent.clone()), now: Some(now.clone()), ..Beside::default() };
        let done = verify(bundle, &beside);
        match done.rows.iter().find(|row| row.found == overt::evidence::verify::Found::Fails) {
            Some(row) => Err(format!("{}: {}", row.what, row.words)),
            None => Ok("the answer is in time and holds; run some of it again with \
                        `overt verify --replay`"
                .to_owned()),
        }
    }
}

fn word(ended: Ended) -> &'static str {
    match ended {
        Ended::Answered => "ANSWERED",
        Ended::Late => "LATE",
        Ended::Aborted => "ABORTED",
        Ended::Rejected => "REJECTED",
    }
}

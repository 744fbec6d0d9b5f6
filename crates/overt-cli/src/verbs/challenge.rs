//! `overt challenge`: the challenger's part of drawing levels together.

use crate::door::{Door, say, say_json};
use crate::fault;
use clap::{Args, Subcommand};
use overt::evidence::challenge::{CHALLENGE, Ended};
use overt::fault::Result;
use overt::verbs::{AskOptions, JudgeOptions, Judged};
use std::path::PathBuf;
use std::process::ExitCode;

/// Draws levels together with the owner of a model, so that neither chooses them, and judges the answer.
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

/// Answers a commitment with your own random number and a deadline.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt challenge ask exchange/commitment.json --sign their.key --out asked"
)]
struct Ask {
    /// The respondent's `commitment.json`.
    commitment: PathBuf,
    /// The challenger's private key.
    #[arg(long, value_name = "KEY")]
    sign: PathBuf,
    /// Minutes after which an answer is late.
    #[arg(long, default_value_t = 1440, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    minutes: u32,
    /// Folder for `challenge.json`, which you give away; a copy of the commitment is kept beside it.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Judges the answer, or its absence, and signs the result.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt challenge judge answer --asked asked --key my.key.pub \
                        --sign their.key")]
struct Judge {
    /// The folder of the answer; it may be absent.
    answer: PathBuf,
    /// The folder that `overt challenge ask` wrote.
    #[arg(long, value_name = "DIR")]
    asked: PathBuf,
    /// The respondent's public key, which you received by another way.
    #[arg(long, value_name = "PUB")]
    key: PathBuf,
    /// The challenger's private key.
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
        let asked = overt::verbs::ask_challenge(&AskOptions {
            commitment: self.commitment.clone(),
            key: self.sign.clone(),
            minutes: self.minutes,
            out: self.out.clone(),
        })?;
        if door.json {
            return say_json(&asked);
        }
        let (out, deadline) = (self.out.display(), &asked.deadline);
        say(&format!("give {out}/{CHALLENGE} to the respondent; it answers by {deadline}\n"))
    }
}

impl Judge {
    fn run(&self, door: &Door) -> Result<ExitCode> {
        let judged = overt::verbs::judge_answer(&JudgeOptions {
            answer: self.answer.clone(),
            asked: self.asked.clone(),
            respondent: self.key.clone(),
            key: self.sign.clone(),
        })?;
        let outcome = match judged {
            Judged::Ended(outcome) => outcome,
            Judged::Open(deadline) => {
                say(&format!("no answer yet; it may come until {deadline}\n"))?;
                return Ok(ExitCode::from(fault::INCONCLUSIVE));
            }
        };
        if door.json {
            say_json(&outcome)?;
        } else {
            say(&format!("{}: {}\n", word(outcome.ended), outcome.words))?;
        }
        Ok(match outcome.ended {
            Ended::Answered => ExitCode::SUCCESS,
            Ended::Late | Ended::Aborted => ExitCode::from(fault::REFUTED),
            Ended::Rejected => ExitCode::from(fault::TAMPERED),
        })
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

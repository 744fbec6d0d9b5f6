//! The challenger's part of drawing levels together: it asks, and it judges the answer.

use crate::evidence::challenge::{
    self, CHALLENGE, COMMITMENT, Challenge, Ended, OPENING, Outcome, Signed, seal,
};
use crate::evidence::verify::{Asked, Found, verify};
use crate::evidence::{Bundle, Digest, Time, VerifyingKey};
use crate::fault::{Context, Refused, Result};
use crate::{bundle, clock, files, keys};
use std::path::PathBuf;

/// What the challenger writes when the exchange ended.
const OUTCOME: &str = "outcome.json";

/// Who asks, and until when.
#[derive(Clone, Debug)]
pub struct AskOptions {
    /// The file of the respondent's commitment.
    pub commitment: PathBuf,
    /// The file of the challenger's key.
    pub key: PathBuf,
    /// Minutes until an answer is late: a day, where nothing else is said.
    pub minutes: u32,
    /// Folder for `challenge.json`, to be given away; the commitment is kept beside it. It must be empty.
    pub out: PathBuf,
}

impl Default for AskOptions {
    fn default() -> Self {
        let (commitment, key, out) = (PathBuf::new(), PathBuf::new(), PathBuf::new());
        Self { commitment, key, minutes: 1440, out }
    }
}

/// Which answer is judged, and with what.
#[derive(Clone, Debug, Default)]
pub struct JudgeOptions {
    /// The folder of the answer; it may be absent.
    pub answer: PathBuf,
    /// The folder that [`ask_challenge`] wrote.
    pub asked: PathBuf,
    /// The file of the respondent's key that checks, had by another way.
    pub respondent: PathBuf,
    /// The file of the challenger's key that signs.
    pub key: PathBuf,
}

/// How an exchange stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// There is no answer yet; it may come until then.
    Open(Time),
    /// It ended so; the signed outcome lies beside the challenge.
    Ended(Outcome),
}

/// Answers a commitment with a number of the challenger's own and a deadline, and writes both.
///
/// ```
/// use overt::evidence::challenge::{CHALLENGE, COMMITMENT};
/// use overt::verbs::{
///     AskOptions, JudgeOptions, Judged, KeygenOptions, RespondOptions, ask_challenge, judge_answer,
///     keygen, respond,
/// };
///
/// let desk = tempfile::tempdir()?;
/// let at = |name: &str| desk.path().join(name);
/// for name in ["respondent.key", "challenger.key"] {
///     keygen(&KeygenOptions { out: at(name), ..KeygenOptions::default() })?;
/// }
/// let (subject, key, out) = ("maze-exit".to_owned(), at("respondent.key"), at("exchange"));
/// let commitment = respond(&RespondOptions { subject, key, out })?;
/// let asked = ask_challenge(&AskOptions {
///     commitment: at("exchange").join(COMMITMENT),
///     key: at("challenger.key"),
///     out: at("asked"),
///     ..AskOptions::default()
/// })?;
/// assert!(commitment.time < asked.deadline && at("asked").join(CHALLENGE).is_file());
///
/// // The respondent has a day, and has not answered yet.
/// let judged = judge_answer(&JudgeOptions {
///     answer: at("answer"),
///     asked: at("asked"),
///     respondent: at("respondent.key.pub"),
///     key: at("challenger.key"),
/// })?;
/// assert_eq!(judged, Judged::Open(asked.deadline));
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A folder that is not empty, and a commitment or a key that cannot be read.
pub fn ask_challenge(options: &AskOptions) -> Result<Challenge> {
    let key = keys::signing(&options.key)?;
    files::check_empty(&options.out)?;
    let bytes = files::read(&options.commitment)?;
    let committed = challenge::commitment(&bytes, None)
        .with_context(|| format!("cannot use {}", options.commitment.display()))?;
    let time = clock::time()?;
    let deadline = time.minutes_later(options.minutes);
    let nonce = Digest(keys::secret()?);
    let asked = Challenge::new(committed.digest, nonce, (time, deadline), &key.verifying_key())?;
    let sealed = seal(&asked, &key)?;
    files::write_together(&options.out, &[(CHALLENGE, &sealed), (COMMITMENT, &bytes)])?;
    Ok(asked)
}

/// Judges the answer, or that there is none, and signs what came of it.
///
/// # Errors
/// A challenge that another key signed, and files that cannot be read. An answer that does not hold is no
/// error: it is an outcome.
pub fn judge_answer(options: &JudgeOptions) -> Result<Judged> {
    let (key, respondent) = (keys::signing(&options.key)?, keys::verifying(&options.respondent)?);
    let bytes = files::read(&options.asked.join(CHALLENGE))?;
    let asked = challenge::challenge(&bytes)
        .with_context(|| format!("cannot use {}", options.asked.display()))?;
    if asked.keyid != key.verifying_key().fingerprint() {
        let fact = format!("{} was signed by another key", options.asked.display());
        return Err(Refused::new(fact, "judge with the key that asked").into());
    }
    let now = clock::time()?;
    let Some((ended, statement, words)) = options.ended(&asked, &respondent, &now)? else {
        return Ok(Judged::Open(asked.what.deadline));
    };
    let outcome = Outcome::new(asked.digest, (ended, statement), now, words);
    files::write_whole(&options.asked.join(OUTCOME), &seal(&outcome, &key)?)?;
    Ok(Judged::Ended(outcome))
}

impl JudgeOptions {
    /// How it ended; none where it is still open.
    fn ended(
        &self,
        asked: &Signed<Challenge>,
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
            Asked { key: Some(respondent.clone()), now: Some(now.clone()), ..Asked::default() };
        let done = verify(bundle, &beside);
        match done.rows.iter().find(|row| row.found == Found::Fails) {
            Some(row) => Err(format!("{}: {}", row.what, row.words)),
            None => Ok("the answer is in time and holds; run some of it again with \
                        `overt verify --replay`"
                .to_owned()),
        }
    }
}

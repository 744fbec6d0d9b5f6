//! Fresh levels that two parties draw together, so that neither chose them.
//!
//! The respondent commits to a secret and to a model; the challenger answers with a number of its own and
//! a deadline; the seed of all levels comes from both. Whoever looks at the result and would rather not
//! show it has not answered: that, and an answer that comes late, is an outcome that the challenger signs.
//! Files are all that passes between the two.

pub use crate::bundle::{CHALLENGE, COMMITMENT, OPENING};
use crate::error::contradiction;
use crate::{
    Bundle, Digest, Envelope, Error, Evaluator, SeedRule, SigningKey, Statement, Time,
    VerifyingKey, canonical,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What the envelopes of this exchange hold.
pub const PAYLOAD: &str = crate::envelope::OF_CHALLENGE;

const COMMITTED: &str = "overt/commitment/1";
const CHALLENGED: &str = "overt/challenge/1";
const OPENED: &str = "overt/opening/1";
const ENDED: &str = "overt/outcome/1";
/// Longest payload.
const MOST_BYTES: usize = 1 << 16;

/// What the respondent signs before it knows the challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    #[cfg_attr(feature = "schema", schemars(extend("const" = COMMITTED)))]
    schema: String,
    /// The digest of `overt-nonce-v1`, a zero byte and the secret.
    pub nonce: Digest,
    /// The digest of `overt-model-v1`, a zero byte, the secret and the root digest of the model.
    pub model: Digest,
    /// When it was made.
    pub time: Time,
}

/// What the challenger signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    #[cfg_attr(feature = "schema", schemars(extend("const" = CHALLENGED)))]
    schema: String,
    /// The digest of the commitment's payload.
    pub commitment: Digest,
    /// The challenger's own number.
    pub nonce: Digest,
    /// When it was made.
    pub time: Time,
    /// When an answer is late.
    pub deadline: Time,
    /// Who asks.
    pub challenger: Evaluator,
}

/// What opens a commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Opening {
    #[cfg_attr(feature = "schema", schemars(extend("const" = OPENED)))]
    schema: String,
    /// The secret.
    pub secret: Digest,
}

/// How a challenge ended, as the challenger signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    #[cfg_attr(feature = "schema", schemars(extend("const" = ENDED)))]
    schema: String,
    /// The digest of the challenge's payload.
    pub challenge: Digest,
    /// How it ended.
    pub ended: Ended,
    /// The digest of the answer's statement, where one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Digest>,
    /// When that was found.
    pub time: Time,
    /// Why, in words.
    pub words: String,
}

/// How a challenge ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// With an answer, in time, that holds.
    Answered,
    /// With an answer that came after the deadline.
    Late,
    /// With none by the deadline.
    Aborted,
    /// With an answer that does not hold.
    Rejected,
}

impl Commitment {
    /// Commits to a model, with a secret that nobody else may know yet.
    pub fn new(secret: Digest, model: &Digest, time: Time) -> (Self, Opening) {
        let (nonce, model) = (nonce(&secret), bound(&secret, model));
        let opening = Opening { schema: OPENED.to_owned(), secret };
        (Self { schema: COMMITTED.to_owned(), nonce, model, time }, opening)
    }
}

impl Challenge {
    /// Answers a commitment.
    ///
    /// # Errors
    /// A deadline that is over already.
    pub fn new(
        commitment: Digest,
        nonce: Digest,
        (time, deadline): (Time, Time),
        key: &VerifyingKey,
    ) -> Result<Self, Error> {
        if deadline <= time {
            return Err(contradiction("deadline", "it is over before it begins".to_owned()));
        }
        let (schema, challenger) = (CHALLENGED.to_owned(), Evaluator::of(key)?);
        Ok(Self { schema, commitment, nonce, time, deadline, challenger })
    }

    /// The seed of all levels: the digest of `overt-challenge-v1`, a zero byte, the secret, the number of
    /// the challenger and the digest of the commitment.
    pub fn seed(&self, opening: &Opening) -> Digest {
        let pieces: [&[u8]; 4] =
            [b"overt-challenge-v1\0", &opening.secret.0, &self.nonce.0, &self.commitment.0];
        Digest::of_all(&pieces)
    }
}

impl Opening {
    /// Reads the canonical bytes of an opening.
    ///
    /// # Errors
    /// Refuses bytes that are not a canonical opening.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let opening: Self = canonical::read("the opening", bytes, MOST_BYTES)?;
        expect("the opening", &opening.schema, OPENED)?;
        Ok(opening)
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        canonical::write(self)
    }
}

impl Outcome {
    /// What the challenger found.
    pub fn new(
        challenge: Digest,
        (ended, statement): (Ended, Option<Digest>),
        time: Time,
        words: String,
    ) -> Self {
        Self { schema: ENDED.to_owned(), challenge, ended, statement, time, words }
    }
}

/// An envelope and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed<T> {
    /// What was signed.
    pub what: T,
    /// The digest of its payload.
    pub digest: Digest,
    /// Who is said to have signed it.
    pub keyid: Digest,
}

/// Signs a commitment, a challenge or an outcome.
pub fn seal(document: &impl Serialize, key: &SigningKey) -> Result<Vec<u8>, Error> {
    Envelope::seal(PAYLOAD, &canonical::write(document)?, key).to_bytes()
}

/// Reads a commitment, whoever signed it, or by this key.
///
/// # Errors
/// Refuses bytes that are not a commitment, another key, and a signature that does not hold.
pub fn commitment(bytes: &[u8], key: Option<&VerifyingKey>) -> Result<Signed<Commitment>, Error> {
    let signed: Signed<Commitment> = open("the commitment", bytes, key)?;
    expect("the commitment", &signed.what.schema, COMMITTED)?;
    Ok(signed)
}

/// Reads a challenge, signed by the key that it names; whose key that is, the reader must know.
///
/// # Errors
/// As [`commitment`].
pub fn challenge(bytes: &[u8]) -> Result<Signed<Challenge>, Error> {
    let said: Signed<Challenge> = open("the challenge", bytes, None)?;
    expect("the challenge", &said.what.schema, CHALLENGED)?;
    let key = said.what.challenger.key()?;
    if said.what.challenger != Evaluator::of(&key)? {
        return Err(contradiction("challenge", "its name is not that of its key".to_owned()));
    }
    open("the challenge", bytes, Some(&key))
}

/// Reads an outcome by this key.
///
/// # Errors
/// As [`commitment`].
pub fn outcome(bytes: &[u8], key: &VerifyingKey) -> Result<Outcome, Error> {
    let signed: Signed<Outcome> = open("the outcome", bytes, Some(key))?;
    expect("the outcome", &signed.what.schema, ENDED)?;
    Ok(signed.what)
}

/// Whether evidence is the answer to the challenge that lies in its folder: the commitment was made by
/// whoever signed the statement and before the challenge, the opening opens it, the model is the one that
/// was committed to, and every level comes from both secrets.
///
/// # Errors
/// The first of these that is not so, or a file that is absent.
pub fn check(bundle: &Bundle, statement: &Statement) -> Result<Signed<Challenge>, Error> {
    let predicate = &statement.predicate;
    let key = predicate.evaluator.key()?;
    let committed = commitment(bundle.file(COMMITMENT)?, Some(&key))?;
    let asked = challenge(bundle.file(CHALLENGE)?)?;
    let opening = Opening::read(bundle.file(OPENING)?)?;
    let refused = |what: &str| Err(contradiction("challenge", what.to_owned()));
    if asked.keyid == committed.keyid {
        return refused("both parties have the same key");
    }
    if asked.what.commitment != committed.digest {
        return refused("it answers another commitment");
    }
    if asked.what.time < committed.what.time || predicate.evaluated_at < asked.what.time {
        return refused("commitment, challenge and evidence were not made in this order");
    }
    let root = &statement.subject[0].digest.sha256;
    let expected = (nonce(&opening.secret), bound(&opening.secret, root));
    if (committed.what.nonce, committed.what.model) != expected {
        return refused("the opening is not that of the commitment, or the model is another one");
    }
    let seed = asked.what.seed(&opening);
    for population in &predicate.populations {
        let rule = SeedRule::Challenge { challenge: asked.digest };
        if (&population.seed_rule, population.seed) != (&rule, seed) {
            return refused(&format!("`{}` was not drawn by both parties", population.id));
        }
    }
    Ok(asked)
}

fn nonce(secret: &Digest) -> Digest {
    Digest::of_all(&[b"overt-nonce-v1\0", &secret.0])
}

fn bound(secret: &Digest, model: &Digest) -> Digest {
    Digest::of_all(&[b"overt-model-v1\0", &secret.0, &model.0])
}

fn open<T: Serialize + DeserializeOwned>(
    name: &str,
    bytes: &[u8],
    key: Option<&VerifyingKey>,
) -> Result<Signed<T>, Error> {
    let envelope = Envelope::read(bytes)?;
    let payload = match key {
        Some(key) => envelope.open(PAYLOAD, key)?,
        None => envelope.payload(PAYLOAD)?,
    };
    let what = canonical::read(name, &payload, MOST_BYTES)?;
    Ok(Signed { what, digest: Digest::of(&payload), keyid: envelope.keyid() })
}

fn expect(name: &str, got: &str, expected: &str) -> Result<(), Error> {
    if got == expected {
        Ok(())
    } else {
        Err(contradiction(name, format!("its schema is `{got}`, expected `{expected}`")))
    }
}

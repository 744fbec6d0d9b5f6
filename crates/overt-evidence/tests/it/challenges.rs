use crate::evidence::challenge::{
    self, CHALLENGE, COMMITMENT, Challenge, Commitment, Ended, OPENING, Opening, Outcome, seal,
};
use crate::evidence::verify::{Asked, Found, verify};
use crate::evidence::{Algorithm, Bundle, Digest, SeedRule, SigningKey, Statement};
use crate::made::{Made, time};
use proptest::prelude::*;

/// Two parties, what they exchanged, and the statement that answers.
struct Exchange {
    respondent: SigningKey,
    challenger: SigningKey,
    secret: Digest,
    committed: &'static str,
    asked: &'static str,
}

impl Default for Exchange {
    fn default() -> Self {
        Self {
            respondent: key(7),
            challenger: key(8),
            secret: Digest::of(b"secret"),
            committed: "2026-11-26T05:00:00Z",
            asked: "2026-11-26T05:30:00Z",
        }
    }
}

fn key(byte: u8) -> SigningKey {
    SigningKey::from_secret(Algorithm::Ed25519, &[byte; 32]).unwrap()
}

impl Exchange {
    /// The files beside the statement, and a statement whose levels come from both.
    fn answer(&self) -> (Bundle, Statement) {
        let mut bundle = Made::default().bundle();
        let mut statement = bundle.statement().unwrap();
        let root = statement.subject[0].digest.sha256;
        let (commitment, opening) = Commitment::new(self.secret, &root, time(self.committed));
        let sealed = seal(&commitment, &self.respondent).unwrap();
        let committed = challenge::commitment(&sealed, None).unwrap().digest;
        let times = (time(self.asked), time(self.asked).minutes_later(60));
        let nonce = Digest::of(b"number");
        let public = self.challenger.verifying_key();
        let asked = Challenge::new(committed, nonce, times, &public).unwrap();
        let sealed_challenge = seal(&asked, &self.challenger).unwrap();
        let challenge = challenge::challenge(&sealed_challenge).unwrap().digest;
        for population in &mut statement.predicate.populations {
            population.seed = asked.seed(&opening);
            population.seed_rule = SeedRule::Challenge { challenge };
        }
        bundle.files.insert(COMMITMENT.to_owned(), sealed);
        bundle.files.insert(CHALLENGE.to_owned(), sealed_challenge);
        bundle.files.insert(OPENING.to_owned(), opening.to_bytes().unwrap());
        (bundle, statement)
    }
}

#[track_caller]
fn refused(bundle: &Bundle, statement: &Statement, words: &str) {
    let error = challenge::check(bundle, statement).unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
}

#[test]
fn an_answer_to_a_challenge_is_told_from_others() {
    let (bundle, statement) = Exchange::default().answer();
    let asked = challenge::check(&bundle, &statement).unwrap();
    assert_eq!(asked.keyid, key(8).verifying_key().fingerprint());

    let mut other = statement.clone();
    other.predicate.populations[0].seed = Digest::of(b"a better one");
    refused(&bundle, &other, "was not drawn by both parties");

    let mut other = statement.clone();
    other.predicate.populations[1].seed_rule = SeedRule::Own { number: 7 };
    refused(&bundle, &other, "was not drawn by both parties");

    let mut other = statement.clone();
    other.subject[0].digest.sha256 = Digest::of(b"another model");
    refused(&bundle, &other, "the model is another one");

    for name in [COMMITMENT, CHALLENGE, OPENING] {
        let mut less = bundle.clone();
        less.files.remove(name);
        refused(&less, &statement, &format!("`{name}` is absent"));
    }
}

#[test]
fn who_exchanges_files_in_another_order_or_with_himself_is_refused() {
    let late = Exchange { committed: "2026-11-26T05:45:00Z", ..Exchange::default() };
    let (bundle, statement) = late.answer();
    refused(&bundle, &statement, "were not made in this order");

    let early = Exchange { asked: "2026-11-26T06:30:00Z", ..Exchange::default() };
    let (bundle, statement) = early.answer();
    refused(&bundle, &statement, "were not made in this order");

    let alone = Exchange { challenger: key(7), ..Exchange::default() };
    let (bundle, statement) = alone.answer();
    refused(&bundle, &statement, "both parties have the same key");

    let other = Exchange { respondent: key(9), ..Exchange::default() };
    let (bundle, statement) = other.answer();
    refused(&bundle, &statement, "signed by the key");
}

#[test]
fn files_of_two_exchanges_do_not_mix() {
    let (bundle, statement) = Exchange::default().answer();
    let again = Exchange { secret: Digest::of(b"another secret"), ..Exchange::default() };
    let (other, _) = again.answer();
    for name in [COMMITMENT, CHALLENGE, OPENING] {
        let mut mixed = bundle.clone();
        mixed.files.insert(name.to_owned(), other.files[name].clone());
        assert!(challenge::check(&mixed, &statement).is_err(), "{name}");
    }
}

#[test]
fn a_challenge_is_signed_by_the_key_that_it_names() {
    let (bundle, _) = Exchange::default().answer();
    let asked = challenge::challenge(&bundle.files[CHALLENGE]).unwrap().what;
    let forged = seal(&asked, &key(9)).unwrap();
    assert!(challenge::challenge(&forged).unwrap_err().to_string().contains("signed by the key"));
    let commitment = &bundle.files[COMMITMENT];
    assert!(challenge::challenge(commitment).is_err());
    let now = time("2026-11-26T05:00:00Z");
    let public = key(8).verifying_key();
    let over = Challenge::new(Digest::of(b""), Digest::of(b""), (now.clone(), now), &public);
    assert!(over.unwrap_err().to_string().contains("it is over before it begins"));
}

#[test]
fn an_outcome_is_what_its_challenger_signed() {
    let (ended, digest) = (Ended::Aborted, Digest::of(b"challenge"));
    let now = time("2026-11-26T08:00:00Z");
    let outcome = Outcome::new(digest, (ended, None), now, "no answer".to_owned());
    let sealed = seal(&outcome, &key(8)).unwrap();
    assert_eq!(challenge::outcome(&sealed, &key(8).verifying_key()).unwrap(), outcome);
    assert!(challenge::outcome(&sealed, &key(9).verifying_key()).is_err());
}

/// What nobody shows is not held against the statement, and not taken for shown.
#[test]
fn cases_of_a_challenge_that_is_not_shown_stay_unchecked() {
    let bundle = Made::default().bundle();
    let done = verify(&bundle, &Asked::default());
    assert!(done.rows.iter().all(|row| row.what != "challenge"), "drawn alone");
    assert!(done.rows.iter().any(|row| row.what == "expiry" && row.found == Found::Unchecked));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Either party changes every level, and neither can tell beforehand how.
    #[test]
    fn the_seed_comes_from_both(secrets in any::<[u64; 2]>(), numbers in any::<[u64; 2]>()) {
        prop_assume!(secrets[0] != secrets[1] && numbers[0] != numbers[1]);
        let model = Digest::of(b"model");
        let now = time("2026-11-26T05:00:00Z");
        let seed = |secret: u64, number: u64| {
            let secret = Digest::of(&secret.to_be_bytes());
            let (_, opening): (_, Opening) = Commitment::new(secret, &model, now.clone());
            let number = Digest::of(&number.to_be_bytes());
            let times = (now.clone(), now.minutes_later(1));
            let public = key(8).verifying_key();
            Challenge::new(Digest::of(b"same"), number, times, &public).unwrap().seed(&opening)
        };
        let own = seed(secrets[0], numbers[0]);
        prop_assert_eq!(own, seed(secrets[0], numbers[0]));
        prop_assert_ne!(own, seed(secrets[1], numbers[0]));
        prop_assert_ne!(own, seed(secrets[0], numbers[1]));
    }
}

//! What an attack is: how it changes an honest bundle, and what a verifier must say to it.

use crate::draw::Draw;
use crate::honest::Honest;
use overt_evidence::verify::{Asked, Found, Row, verify};
use overt_evidence::{Algorithm, Bundle, canonical};
use serde_json::Value;

/// What a verifier is given after an attack.
#[derive(Debug)]
pub(crate) struct Attacked {
    pub(crate) bundle: Bundle,
    pub(crate) asked: Asked,
}

/// One class of attacks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attack {
    /// Its name.
    pub(crate) name: &'static str,
    /// The first row that must fail.
    pub(crate) row: &'static str,
    /// A piece of what that row must say.
    pub(crate) words: &'static str,
    /// With which kind of key alone it works.
    pub(crate) algorithm: Option<Algorithm>,
    /// Whether a verifier in another arithmetic may accept it: it moves a figure by one unit at most.
    pub(crate) is_within_rounding: bool,
    change: fn(Honest, &mut Draw) -> Attacked,
}

impl Attack {
    /// An attack to which that row must fail with these words.
    pub(crate) const fn new(
        name: &'static str,
        (row, words): (&'static str, &'static str),
        change: fn(Honest, &mut Draw) -> Attacked,
    ) -> Self {
        Self { name, row, words, algorithm: None, is_within_rounding: false, change }
    }

    /// The same, with that kind of key alone.
    pub(crate) const fn with(self, algorithm: Algorithm) -> Self {
        Self { algorithm: Some(algorithm), ..self }
    }

    /// The same, of a figure moved by one unit at most.
    pub(crate) const fn within_rounding(self) -> Self {
        Self { is_within_rounding: true, ..self }
    }

    /// What comes of it with that seed.
    pub(crate) fn run(&self, seed: u64) -> Attacked {
        let honest = match self.algorithm {
            Some(algorithm) => Honest::with_key(seed, algorithm),
            None => Honest::draw(seed),
        };
        (self.change)(honest, &mut Draw::new(seed, self.name))
    }

    /// Why a verifier does not say what it must, if so.
    pub(crate) fn miss(&self, seed: u64) -> Option<String> {
        let Attacked { bundle, asked } = self.run(seed);
        let rows = verify(&bundle, &asked).rows;
        let first = rows.into_iter().find(|row| row.found == Found::Fails);
        match first {
            Some(Row { what, words, .. }) if what == self.row && words.contains(self.words) => None,
            Some(Row { what, words, .. }) => {
                Some(format!("{}, seed {seed}: rejected by {what}: {words}", self.name))
            }
            None => Some(format!("{}, seed {seed}: accepted", self.name)),
        }
    }
}

impl Honest {
    /// As it is now, signed again by the holder of the key.
    pub(crate) fn signed(self) -> Attacked {
        let (bundle, asked) = (self.seal(), self.asked());
        Attacked { bundle, asked }
    }

    /// Signed with the plan as it is now, which stands nowhere in the log.
    pub(crate) fn planned(mut self) -> Attacked {
        let plan = self.said().plan().expect("a plan is written");
        self.said().pre_registration.value = plan;
        self.signed()
    }

    /// The statement edited as JSON, and signed again.
    pub(crate) fn signed_with(self, edit: impl FnOnce(&mut Value)) -> Attacked {
        let mut statement = serde_json::to_value(self.committed()).expect("a statement is written");
        edit(&mut statement);
        let payload = serde_json::to_vec(&statement).expect("JSON is written");
        let (bundle, asked) = (self.seal_bytes(&payload), self.asked());
        Attacked { bundle, asked }
    }

    /// The statement spelt otherwise, and signed again.
    pub(crate) fn signed_as(self, spell: impl FnOnce(String) -> String) -> Attacked {
        let payload = canonical::write(&self.committed()).expect("a statement is written");
        let text = String::from_utf8(payload).expect("JSON is text");
        let (bundle, asked) = (self.seal_bytes(spell(text).as_bytes()), self.asked());
        Attacked { bundle, asked }
    }

    /// As it is now and signed, then a file changed by somebody without the key.
    pub(crate) fn with_file(self, name: &str, change: impl FnOnce(&[u8]) -> Vec<u8>) -> Attacked {
        let mut attacked = self.signed();
        let bytes = change(&attacked.bundle.files[name]);
        attacked.bundle.files.insert(name.to_owned(), bytes);
        attacked
    }

    /// The same of a file of JSON, written canonically again.
    pub(crate) fn with_json(self, name: &str, edit: impl FnOnce(&mut Value)) -> Attacked {
        self.with_file(name, |bytes| {
            let mut value = serde_json::from_slice(bytes).expect("it is JSON");
            edit(&mut value);
            serde_json::to_vec(&value).expect("JSON is written")
        })
    }
}

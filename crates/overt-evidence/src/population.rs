//! Where cases are drawn from, and how each gets its seed.

use crate::error::contradiction;
use crate::{Digest, Error, canonical};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where cases were drawn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Population {
    /// Its name.
    pub id: String,
    /// What draws its cases, in words.
    pub generator: String,
    /// With which numbers.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::params"))]
    pub params: BTreeMap<String, String>,
    /// What one case is.
    pub unit: String,
    /// How many were drawn.
    pub n: u64,
    /// What all their seeds come from ([`Population::seed_of`]).
    pub seed: Digest,
    /// Who chose that seed.
    pub seed_rule: SeedRule,
}

/// Who chose a seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum SeedRule {
    /// The evaluator alone: the digest of `overt-seed-v1`, a zero byte and the number, big end first.
    Own {
        /// The number.
        number: u64,
    },
    /// Two parties together ([`crate::challenge`]).
    Challenge {
        /// The digest of the challenge.
        challenge: Digest,
    },
}

impl Population {
    /// The seed of its case at that place: the first eight bytes, big end first, of the digest of
    /// `overt-case-v1`, a zero byte, its name, a zero byte, its seed and the place as eight bytes.
    ///
    /// ```
    /// use overt_evidence::{Digest, Population};
    /// let seed = Population::case_seed("conflict", &Population::own_seed(7), 0);
    /// assert_ne!(seed, Population::case_seed("conflict", &Population::own_seed(7), 1));
    /// ```
    pub fn case_seed(id: &str, seed: &Digest, at: u64) -> u64 {
        let pieces: [&[u8]; 5] =
            [b"overt-case-v1\0", id.as_bytes(), b"\0", &seed.0, &at.to_be_bytes()];
        let Digest(bytes) = Digest::of_all(&pieces);
        u64::from_be_bytes(bytes[..8].try_into().expect("a digest has eight bytes"))
    }

    /// What it is called where it is demanded: the digest of the canonical object of `generator`, `id`,
    /// `params` and `unit`. How many cases were drawn, and with which seed, is no part of it.
    ///
    /// # Errors
    /// Names of parameters that are not ASCII.
    pub fn digest(&self) -> Result<Digest, Error> {
        let Self { id, generator, params, unit, .. } = self;
        let spec =
            serde_json::json!({"id": id, "generator": generator, "params": params, "unit": unit});
        Ok(Digest::of(&canonical::write(&spec)?))
    }

    /// [`Population::case_seed`] of its own.
    pub fn seed_of(&self, at: u64) -> u64 {
        Self::case_seed(&self.id, &self.seed, at)
    }

    /// Whether two parties chose its seed.
    pub(crate) fn is_drawn_together(&self) -> bool {
        matches!(self.seed_rule, SeedRule::Challenge { .. })
    }

    /// The seed that a number makes.
    pub fn own_seed(number: u64) -> Digest {
        Digest::of_all(&[b"overt-seed-v1\0", &number.to_be_bytes()])
    }

    /// Refuses a seed that is not its number's.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let SeedRule::Own { number } = self.seed_rule
            && self.seed != Self::own_seed(number)
        {
            let what = format!("its seed does not come from the number {number}");
            return Err(contradiction(&format!("populations.{}", self.id), what));
        }
        Ok(())
    }
}

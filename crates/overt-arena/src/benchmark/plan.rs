//! What a benchmark is to hold, written down before anything is trained.

use rand::RngCore;
use rand::seq::SliceRandom;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The most organisms in one group of a plan.
const MOST_ORGANISMS: u64 = 10_000;

/// The file in which a world writes down who is to be in a benchmark: everything follows from it, bit for
/// bit.
pub trait BenchmarkPlan: Serialize + DeserializeOwned {
    /// Who it lists.
    type Organism;

    /// What the benchmark is for.
    fn purpose(&self) -> &str;

    /// Its organisms in the order of their ids, which must say nothing of what they are: see [`shuffled`].
    fn organisms(&self) -> Vec<Self::Organism>;

    /// Refuses a plan whose parts do not fit together.
    ///
    /// # Errors
    /// What does not fit, in words.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// Reads a plan.
    ///
    /// # Errors
    /// Refuses text that is not a plan.
    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let plan: Self = toml::from_str(text)?;
        plan.check().map_err(toml::de::Error::custom)?;
        Ok(plan)
    }

    /// SHA-256 of what the plan says, however it is written.
    fn digest(&self) -> String {
        let plain = toml::to_string(self).expect("a plan is plain data");
        format!("{:x}", Sha256::digest(plain))
    }
}

/// Members in another order, under ids that say nothing but their place in it.
///
/// ```
/// use overt_arena::shuffled;
/// use rand::SeedableRng;
/// use rand_chacha::ChaCha8Rng;
///
/// let mut rng = ChaCha8Rng::seed_from_u64(1);
/// let named = shuffled(vec!["clean", "hiding"], &mut rng);
/// assert_eq!((&*named[0].0, &*named[1].0), ("s001", "s002"));
/// ```
pub fn shuffled<T>(mut members: Vec<T>, rng: &mut impl RngCore) -> Vec<(String, T)> {
    members.shuffle(rng);
    let digits = members.len().to_string().len().max(3);
    let named = |(idx, member)| (format!("s{:0digits$}", idx + 1), member);
    members.into_iter().enumerate().map(named).collect()
}

/// A list of organisms is held in memory: a count from a stranger must not ask for all of it.
pub(crate) fn count<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let count = u64::deserialize(from)?;
    if (1..=MOST_ORGANISMS).contains(&count) {
        return Ok(count);
    }
    let got = serde::de::Unexpected::Unsigned(count);
    Err(serde::de::Error::invalid_value(got, &"1 to 10000 organisms"))
}

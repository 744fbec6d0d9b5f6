//! What happened in one case, and the leaf that it becomes.

use crate::digest::{hex, unhex};
use crate::tree::{self, Gap};
use crate::{Digest, Error, SigningKey, canonical};
use serde::{Deserialize, Serialize};

/// Name and version of the file of cases.
pub(crate) const SCHEMA: &str = "overt/cases/1";
/// Longest file of cases.
pub(crate) const MOST_BYTES: usize = 256 << 20;

/// What happened in one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Case {
    /// The model acted in a level, always taking its likeliest action.
    Play(Play),
    /// The reference model did.
    Reference(Play),
    /// What stands for the proxy inside of the model was exchanged for one step.
    Exchange {
        /// From which population.
        population: String,
        /// Its place there.
        at: u64,
        /// Whether another action was the likeliest then.
        changed: bool,
        /// Whether it was after the same was done to what has no meaning.
        sham: bool,
    },
    /// The explanation said what the model would do in an edited level.
    Prediction {
        /// From which population.
        population: String,
        /// Its place there.
        at: u64,
        /// Whether the explanation was right.
        explained: bool,
        /// Whether the best simple baseline was.
        baseline: bool,
    },
    /// Another training of the same recipe acted in many levels.
    Sibling {
        /// Its place.
        at: u64,
        /// Its tensors.
        tensors: Digest,
        /// In how many levels a proxy came first.
        proxy: u64,
        /// Of how many.
        n: u64,
    },
}

/// How one level went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Play {
    /// From which population.
    pub population: String,
    /// Its place there.
    pub at: u64,
    /// What was reached first: the name of a goal, or `neither`.
    pub first: String,
    /// Whether the level's task was done in time.
    pub reached: bool,
    /// Steps taken.
    pub steps: u64,
    /// The digest, step by step, of the number of the action as one byte and of the logits' bits as four
    /// bytes each, little end first: who computes it has run the model.
    pub trace: Digest,
}

/// A case beside 16 bytes that nobody can guess: its hash tells nothing while it is withheld.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// The case.
    pub case: Case,
    /// The salt.
    pub salt: Salt,
}

/// 16 bytes, as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Salt([u8; 16]);

/// The cases of a bundle, or those of them that are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// Always `overt/cases/1`.
    #[cfg_attr(feature = "schema", schemars(extend("const" = SCHEMA)))]
    pub schema: String,
    /// Leaves of the whole tree.
    #[cfg_attr(feature = "schema", schemars(range(max = tree::MOST_LEAVES)))]
    pub size: u64,
    /// Those that are shown, in their order.
    #[cfg_attr(feature = "schema", schemars(length(max = tree::MOST_LEAVES)))]
    pub leaves: Vec<Leaf>,
    /// What is withheld between them.
    #[cfg_attr(feature = "schema", schemars(length(max = tree::MOST_LEAVES)))]
    pub withheld: Vec<Gap>,
}

impl Leaf {
    /// Its hash.
    pub fn hash(&self) -> Result<Digest, Error> {
        Ok(tree::leaf(&canonical::write(self)?))
    }
}

impl Cases {
    /// All cases, with salts that only this key can draw; another plan gets others.
    pub fn new(cases: Vec<Case>, key: &SigningKey, plan: &Digest) -> Self {
        let secret = key.secret(&plan.0);
        let salt = |at: u64| {
            let Digest(bytes) = Digest::of_all(&[b"overt-salt-v1\0", &secret.0, &at.to_be_bytes()]);
            Salt(bytes[..16].try_into().expect("a digest has sixteen bytes"))
        };
        let size = cases.len() as u64;
        let leaves = cases.into_iter().zip(0..).map(|(case, at)| Leaf { case, salt: salt(at) });
        Self { schema: SCHEMA.to_owned(), size, leaves: leaves.collect(), withheld: Vec::new() }
    }

    /// Reads the canonical bytes of a file of cases.
    ///
    /// # Errors
    /// Refuses bytes that are not a canonical file of cases.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let cases: Self = canonical::read("the cases", bytes, MOST_BYTES)?;
        if cases.schema == SCHEMA {
            Ok(cases)
        } else {
            let what = format!("it is `{}`, expected `{SCHEMA}`", cases.schema);
            Err(Error::Contradiction { at: "cases.schema".to_owned(), what })
        }
    }

    /// The root of its tree.
    ///
    /// # Errors
    /// Gaps that are no subtrees.
    pub fn root(&self) -> Result<Digest, Error> {
        tree::root_with_gaps(self.size, &self.hashes()?, &self.withheld)
    }

    /// Those cases that are shown, each with its place in the tree.
    pub fn shown(&self) -> impl Iterator<Item = (u64, &Case)> {
        let places = tree::positions(self.size, &self.withheld);
        places.zip(self.leaves.iter().map(|leaf| &leaf.case))
    }

    /// The same, with all withheld but the leaves that are kept. What was withheld before stays so.
    ///
    /// # Errors
    /// A tree that does not hold together.
    pub fn keep(&self, is_kept: impl Fn(u64) -> bool) -> Result<Self, Error> {
        if !self.withheld.is_empty() {
            let what = "cases are withheld already: cut the whole bundle instead".to_owned();
            return Err(Error::Tree { what });
        }
        let withheld = tree::gaps(&self.hashes()?, &is_kept);
        let kept = self.leaves.iter().zip(0..).filter(|(_, at)| is_kept(*at));
        let leaves = kept.map(|(leaf, _)| leaf.clone()).collect();
        Ok(Self { schema: self.schema.clone(), size: self.size, leaves, withheld })
    }

    /// Whether nothing is withheld.
    pub fn is_whole(&self) -> bool {
        self.withheld.is_empty()
    }

    fn hashes(&self) -> Result<Vec<Digest>, Error> {
        self.leaves.iter().map(Leaf::hash).collect()
    }
}

impl TryFrom<String> for Salt {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        unhex(&text).map(Self).ok_or(Error::NotDigest { got: text.chars().take(40).collect() })
    }
}

impl From<Salt> for String {
    fn from(salt: Salt) -> Self {
        hex(&salt.0)
    }
}

//! What happened in one case, and the leaf that it becomes.

use crate::digest::{hex, unhex};
use crate::error::contradiction;
use crate::table::{Field, Table};
use crate::tree::{self, Gap};
use crate::{Digest, Error, SigningKey, canonical};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How leaves of the tree of cases are written.
pub const LEAF_SCHEMA: &str = "urn:overt:case:v2";
/// Name and version of the file of cases.
pub(crate) const SCHEMA: &str = "overt/cases/2";
/// The same before tables were signed.
const OLD: &str = "overt/cases/1";
/// Longest file of cases.
pub(crate) const MOST_BYTES: usize = 256 << 20;

/// What happened in one case. Which kinds there are, and which fields a case of a kind has, the
/// [`Table`] says that is signed with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Case {
    /// Its kind.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::name"))]
    pub kind: String,
    /// From which population.
    pub population: String,
    /// Its place there.
    pub at: u64,
    /// What was seen.
    #[serde(flatten)]
    pub fields: BTreeMap<String, Seen>,
}

/// What was seen in one field of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Seen {
    /// True or false.
    Truth(bool),
    /// A count.
    Count(u64),
    /// An outcome, a digest or another text.
    Text(String),
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
    /// Always `overt/cases/2`.
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

impl Case {
    /// A case without fields.
    ///
    /// ```
    /// use overt_evidence::Case;
    /// let case = Case::new("hour", "winter", 3).with("held", true).with("kelvin", 293_u64);
    /// assert_eq!(case.truth("held"), Some(true));
    /// assert_eq!(case.count("kelvin"), Some(293));
    /// assert_eq!(case.text("held"), None);
    /// ```
    pub fn new(kind: &str, population: &str, at: u64) -> Self {
        let (kind, population) = (kind.to_owned(), population.to_owned());
        Self { kind, population, at, fields: BTreeMap::new() }
    }

    /// The same with one more field, or another value of it.
    #[must_use]
    pub fn with(mut self, field: &str, seen: impl Into<Seen>) -> Self {
        self.set(field, seen);
        self
    }

    /// Sets a field.
    pub fn set(&mut self, field: &str, seen: impl Into<Seen>) {
        self.fields.insert(field.to_owned(), seen.into());
    }

    /// A field that is true or false.
    pub fn truth(&self, field: &str) -> Option<bool> {
        match self.fields.get(field) {
            Some(Seen::Truth(truth)) => Some(*truth),
            _ => None,
        }
    }

    /// A field that is a count.
    pub fn count(&self, field: &str) -> Option<u64> {
        match self.fields.get(field) {
            Some(Seen::Count(count)) => Some(*count),
            _ => None,
        }
    }

    /// A field that is a text.
    pub fn text(&self, field: &str) -> Option<&str> {
        match self.fields.get(field) {
            Some(Seen::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Which kind, from which population, and where in it.
    pub fn place(&self) -> (&str, &str, u64) {
        (&self.kind, &self.population, self.at)
    }

    /// Refuses a kind or fields that the table does not have.
    fn check(&self, table: &Table) -> Result<(), Error> {
        let at = format!("{} {} of `{}`", self.kind, self.at, self.population);
        let wrong = |what: String| Err(contradiction(&at, what));
        let Some(fields) = table.kinds.get(&self.kind) else {
            return wrong(format!("no kind of case is called {:?}", self.kind));
        };
        if let Some(unknown) = self.fields.keys().find(|name| !fields.contains_key(*name)) {
            return wrong(format!("it has the unknown field {unknown:?}"));
        }
        for (name, field) in fields {
            let holds = match (field, self.fields.get(name)) {
                (Field::Truth, Some(Seen::Truth(_)))
                | (Field::Count, Some(Seen::Count(_)))
                | (Field::Text, Some(Seen::Text(_))) => true,
                (Field::Digest, Some(Seen::Text(text))) => text.parse::<Digest>().is_ok(),
                (Field::Outcome, Some(Seen::Text(text))) => table.has_outcome(text),
                _ => false,
            };
            if !holds {
                let got = self.fields.get(name);
                return wrong(format!("its `{name}` is {got:?}, expected {field:?}"));
            }
        }
        Ok(())
    }
}

impl From<bool> for Seen {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<u64> for Seen {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<&str> for Seen {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Seen {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Digest> for Seen {
    fn from(digest: Digest) -> Self {
        Self::Text(digest.to_string())
    }
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
        match cases.schema.as_str() {
            SCHEMA => Ok(cases),
            OLD => Err(Error::OldSchema { what: "file of cases", got: 1, reads: 2 }),
            other => {
                Err(contradiction("cases.schema", format!("it is `{other}`, expected `{SCHEMA}`")))
            }
        }
    }

    /// Refuses cases whose kind or fields the table does not have.
    ///
    /// # Errors
    /// The first such case.
    pub fn check(&self, table: &Table) -> Result<(), Error> {
        self.leaves.iter().try_for_each(|leaf| leaf.case.check(table))
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

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Salt {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Salt".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "16 bytes, as 32 lower-case hexadecimal digits.",
            "type": "string",
            "pattern": "^[0-9a-f]{32}$",
        })
    }
}

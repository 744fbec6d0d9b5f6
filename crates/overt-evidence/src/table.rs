//! What a world's cases look like and what each metric counts in them: data that is signed, so that a new
//! world or metric changes no verifier.

use crate::declared::{Declared, Limit};
use crate::error::contradiction;
use crate::{Digest, Error, canonical};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most outcomes, and most metrics.
pub(crate) const MOST_NAMES: usize = 64;
/// Most kinds of cases, and most fields of one kind.
pub(crate) const MOST_KINDS: usize = 16;
/// Longest text, in characters.
pub(crate) const LONGEST: usize = 200;
/// Longest name of a kind, field or metric.
const LONGEST_NAME: usize = 40;
/// Fields that every case has.
const ALWAYS: [&str; 3] = ["kind", "population", "at"];

/// The outcomes, the kinds of cases and the metrics of one world.
///
/// ```
/// use overt_evidence::table::Table;
/// let table = Table::parse(include_str!("../../../recipes/tables/maze.json"))?;
/// assert_eq!(table.metric("TSR").map(|one| one.title.as_str()), Some("task success rate"));
/// # Ok::<(), overt_evidence::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What can come of a case: goals, and what is none.
    #[cfg_attr(feature = "schema", schemars(length(max = MOST_NAMES)))]
    pub outcomes: Vec<OutcomeName>,
    /// The kinds of cases: of each, the names and types of its fields beside `kind`, `population` and `at`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "kinds_schema"))]
    pub kinds: BTreeMap<String, BTreeMap<String, Field>>,
    /// The metrics.
    #[cfg_attr(feature = "schema", schemars(length(max = MOST_NAMES)))]
    pub metrics: Vec<Definition>,
}

/// Something that can come of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OutcomeName {
    /// Its name, as cases and claims write it.
    pub id: String,
    /// The same in words.
    pub title: String,
}

/// The type of a field of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The name of an outcome of the table.
    Outcome,
    /// True or false.
    Truth,
    /// An integer from 0.
    Count,
    /// A SHA-256.
    Digest,
    /// Any text.
    Text,
}

/// One metric: its name, and what it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its short name.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::name"))]
    pub id: String,
    /// The name spelt out.
    pub title: String,
    /// What a hit is, in words.
    pub event: String,
    /// What it is good for.
    pub role: Role,
    /// Which side of it is wanted.
    pub better: Better,
    /// Which cases are counted; left out where no case can show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
    /// Which declared threshold its bound is held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Limit>,
}

/// What a metric is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Whether the subject can act at all.
    Success,
    /// Which goal is pursued.
    Goal,
    /// What is so inside of the subject, and whether an explanation of it holds.
    Inside,
    /// How much of what is hidden the audit finds.
    Power,
    /// Whether the same bits come out again.
    Repeat,
}

/// Which side is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// A large figure is wanted.
    High,
    /// A small one is.
    Low,
}

/// Which cases are counted, and which of them are hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The kind of the cases.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::name"))]
    pub kind: String,
    /// Their population.
    pub population: String,
    /// Which of them are hits.
    pub hit: Hit,
    /// Which of the same cases are hits of the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Hit>,
    /// With what each case is compared: then pairs are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
}

/// The other answer of a pair: of the case of that kind at the same place of the same population.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Against {
    /// Its kind: the same, if the case itself has both answers.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::name"))]
    pub kind: String,
    /// When it is a hit.
    pub hit: Hit,
}

/// When a case is a hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Hit {
    /// A field is true.
    True {
        /// Which: a truth.
        field: String,
    },
    /// A field is the declared goal.
    Goal {
        /// Which: an outcome.
        field: String,
    },
    /// A field is one of the declared proxies.
    Proxy {
        /// Which: an outcome.
        field: String,
    },
    /// A field is one of these outcomes.
    Outcome {
        /// Which: an outcome.
        field: String,
        /// The outcomes.
        outcomes: Vec<String>,
    },
    /// A field is more than the share `theta` of another.
    OverTheta {
        /// Which: a count.
        field: String,
        /// Of which: a count.
        of: String,
    },
}

impl Table {
    /// Reads a table that somebody wrote, and checks it.
    ///
    /// # Errors
    /// Text that is no table; the first thing in it that is wrong.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let table: Self = serde_json::from_str(text)
            .map_err(|source| Error::Json { name: "the table".to_owned(), source })?;
        table.check()?;
        Ok(table)
    }

    /// What a policy calls it by: SHA-256 of its canonical bytes.
    ///
    /// # Errors
    /// Names that are not ASCII.
    pub fn digest(&self) -> Result<Digest, Error> {
        Ok(Digest::of(&canonical::write(self)?))
    }

    /// The metric of that name.
    pub fn metric(&self, id: &str) -> Option<&Definition> {
        self.metrics.iter().find(|metric| metric.id == id)
    }

    /// Whether something of that name can come of a case.
    pub fn has_outcome(&self, id: &str) -> bool {
        self.outcomes.iter().any(|outcome| outcome.id == id)
    }

    /// Refuses names and references that do not fit together, and too much of anything.
    pub(crate) fn check(&self) -> Result<(), Error> {
        at_most("table.outcomes", self.outcomes.len(), MOST_NAMES)?;
        at_most("table.kinds", self.kinds.len(), MOST_KINDS)?;
        at_most("table.metrics", self.metrics.len(), MOST_NAMES)?;
        let mut seen = BTreeSet::new();
        for OutcomeName { id, title } in &self.outcomes {
            text("table.outcomes", id)?;
            text("table.outcomes", title)?;
            once("table.outcomes", id, &mut seen)?;
        }
        for (kind, fields) in &self.kinds {
            name("table.kinds", kind)?;
            at_most("table.kinds", fields.len(), MOST_KINDS)?;
            for field in fields.keys() {
                name("table.kinds", field)?;
                if ALWAYS.contains(&field.as_str()) {
                    return wrong("table.kinds", format!("`{field}` is a field of every case"));
                }
            }
        }
        let mut seen = BTreeSet::new();
        for metric in &self.metrics {
            name("table.metrics", &metric.id)?;
            once("table.metrics", &metric.id, &mut seen)?;
            self.check_metric(metric)?;
        }
        Ok(())
    }

    fn check_metric(&self, metric: &Definition) -> Result<(), Error> {
        let at = format!("table.metrics.{}", metric.id);
        text(&at, &metric.title)?;
        text(&at, &metric.event)?;
        let Some(Counted { kind, population, hit, control, against }) = &metric.counted else {
            return match metric.claim {
                Some(_) => wrong(&at, "a claim is held against what no case can show".to_owned()),
                None => Ok(()),
            };
        };
        text(&at, population)?;
        self.check_hit(&at, kind, hit)?;
        if let Some(control) = control {
            self.check_hit(&at, kind, control)?;
        }
        let Some(against) = against else {
            return match control {
                Some(Hit::OverTheta { .. }) => wrong(&at, "a control has no theta".to_owned()),
                _ => Ok(()),
            };
        };
        self.check_hit(&at, &against.kind, &against.hit)?;
        let has_theta = [hit, &against.hit].iter().any(|hit| matches!(hit, Hit::OverTheta { .. }));
        if control.is_some() || metric.claim.is_some() || has_theta {
            let what = "pairs have no control, no claim and no theta".to_owned();
            return wrong(&at, what);
        }
        Ok(())
    }

    /// Whether a hit asks fields that are there, of the type that it needs.
    fn check_hit(&self, at: &str, kind: &str, hit: &Hit) -> Result<(), Error> {
        let Some(fields) = self.kinds.get(kind) else {
            return wrong(at, format!("no kind of case is called `{kind}`"));
        };
        let is = |field: &str, expected: Field| match fields.get(field) {
            Some(got) if *got == expected => Ok(()),
            Some(got) => wrong(at, format!("`{kind}.{field}` is {got:?}, expected {expected:?}")),
            None => wrong(at, format!("`{kind}` has no field `{field}`")),
        };
        match hit {
            Hit::True { field } => is(field, Field::Truth),
            Hit::Goal { field } | Hit::Proxy { field } => is(field, Field::Outcome),
            Hit::Outcome { field, outcomes } => {
                at_most(at, outcomes.len(), MOST_NAMES)?;
                match outcomes.iter().find(|outcome| !self.has_outcome(outcome)) {
                    Some(other) => wrong(at, format!("no outcome is called `{other}`")),
                    None => is(field, Field::Outcome),
                }
            }
            Hit::OverTheta { field, of } => {
                is(field, Field::Count)?;
                is(of, Field::Count)
            }
        }
    }

    /// Refuses a goal or proxy that no case could have.
    pub(crate) fn check_declared(&self, declared: &Declared) -> Result<(), Error> {
        let named = std::iter::once(&declared.goal).chain(&declared.proxies);
        match named.into_iter().find(|name| !self.has_outcome(name)) {
            Some(name) => {
                let what = format!("`{name}` is no outcome of the table, so no case can have it");
                Err(contradiction("declared", what))
            }
            None => Ok(()),
        }
    }
}

impl Definition {
    /// Whether two answers to every case are counted.
    pub fn is_paired(&self) -> bool {
        self.counted.as_ref().is_some_and(|counted| counted.against.is_some())
    }

    /// Whether a case counts from a share on.
    pub fn has_theta(&self) -> bool {
        matches!(&self.counted, Some(Counted { hit: Hit::OverTheta { .. }, .. }))
    }
}

fn wrong<T>(at: &str, what: String) -> Result<T, Error> {
    Err(contradiction(at, what))
}

fn at_most(at: &str, len: usize, most: usize) -> Result<(), Error> {
    if len <= most { Ok(()) } else { wrong(at, format!("{len} entries, expected at most {most}")) }
}

fn text(at: &str, text: &str) -> Result<(), Error> {
    let len = text.chars().count();
    if len <= LONGEST {
        Ok(())
    } else {
        wrong(at, format!("a text of {len} characters, expected at most {LONGEST}"))
    }
}

/// A name that every language and format can spell.
fn name(at: &str, name: &str) -> Result<(), Error> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && name.len() <= LONGEST_NAME && name.chars().all(is_plain) {
        Ok(())
    } else {
        let short: String = name.chars().take(LONGEST_NAME).collect();
        wrong(at, format!("{short:?} is no name: letters, digits, `_` and `-`, at most 40"))
    }
}

fn once<'a>(at: &str, name: &'a str, seen: &mut BTreeSet<&'a str>) -> Result<(), Error> {
    if seen.insert(name) { Ok(()) } else { wrong(at, format!("`{name}` is there twice")) }
}

/// Fields by kind, all by plain names.
#[cfg(feature = "schema")]
fn kinds_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let field = generator.subschema_for::<Field>();
    crate::form::kinds(&field)
}

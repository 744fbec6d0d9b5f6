//! A study: one recipe, the arms in which it is changed, and the seeds of all of them.

use super::Error;
use super::world::{Said, World};
use overt_train::LossRecipe;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use toml::{Table, Value};

/// The name of the first arm, against which all others are held.
const BASELINE: &str = "nothing";
/// The name of the arm that a recipe with a loss makes.
const TERMS: &str = "terms";
/// Most arms, once weights are told apart.
const MOST_ARMS: usize = 200;
/// Most seeds.
const MOST_SEEDS: u64 = 1_000;
/// Most trainings in one ensemble.
const MOST_MEMBERS: u64 = 16;
/// Longest name of an arm, in bytes.
const LONGEST_NAME: usize = 60;
/// From the seed of one member of an ensemble to that of the next.
const MEMBER_STRIDE: u64 = 1_000_003;
/// To be raised when a training comes to other figures: older records are then not taken up.
const MEASURED: u32 = 1;

/// One recipe, the arms in which it is changed, and the seeds of all of them.
///
/// ```
/// use overt_arena::compare::Study;
///
/// let study = Study::parse(
///     r#"
///     seeds = { first = 101, count = 5 }
///     arm = [
///         { name = "nothing" },
///         { name = "shift 1 %", shift = 0.01 },
///         { name = "three agents", ensemble = 3 },
///     ]
///     [recipe]
///     steps = 350_000
///     world = { size = 7, observation = "rh" }
///     network = { architecture = "impala", channels = 16, layers = 5, dense = 128 }
///     "#,
/// )?;
/// let arms = study.arms();
/// assert!(arms[1].recipe(103).contains("shift = 0.01"));
/// assert_eq!(study.runs().len(), 15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// The seeds of every arm.
    pub seeds: Seeds,
    /// The recipe of every arm; its own seed counts for nothing.
    pub recipe: Table,
    /// What is changed, the baseline first.
    #[serde(rename = "arm")]
    plans: Vec<ArmPlan>,
}

/// Consecutive seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeds {
    /// The first.
    pub first: u64,
    /// How many, 1 to 1,000.
    pub count: u64,
}

/// What is changed in one arm, or in one arm for each weight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmPlan {
    /// Its name.
    pub name: String,
    /// Terms of the loss, as a recipe has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loss: Vec<Table>,
    /// One arm for each weight, which is set in every term.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<f64>,
    /// Share of training levels, or training examples, whose colours say nothing about the goal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<f64>,
    /// Training ends once this share of the last 500 episodes, or training examples, succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<f64>,
    /// So many trainings under other seeds, acting together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ensemble: Option<u64>,
}

/// One way to train.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// What is changed, in words.
    pub changes: String,
    /// Its recipe, the seed apart.
    pub(super) recipe: Table,
    /// Whether its recipe has terms in the loss.
    pub(super) has_terms: bool,
    /// The success at which training ends early.
    pub(super) until: Option<f64>,
    /// Trainings that act together.
    pub(super) members: u64,
}

impl Study {
    /// Reads a study, and refuses one that could not be trained to its end.
    ///
    /// # Errors
    /// Text that is no study, numbers out of range, or the first arm whose recipe is refused.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let study: Self = toml::from_str(text).map_err(|source| Error::StudyToml { source })?;
        study.check()?;
        Ok(study)
    }

    /// The study that holds a recipe with terms in its loss against the same recipe without them.
    ///
    /// # Errors
    /// Text that is no table, a recipe without terms, or one that is refused.
    pub fn of_recipe(text: &str, seeds: Seeds) -> Result<Self, Error> {
        let mut recipe: Table = text.parse().map_err(|source| Error::StudyToml { source })?;
        let loss = recipe.remove("loss");
        let loss = loss.map(Value::try_into::<Vec<Table>>).transpose();
        let loss = loss.map_err(|source| Error::StudyToml { source })?.unwrap_or_default();
        if loss.is_empty() {
            return Err(bad("loss", "absent", "at least one term"));
        }
        let arm = |name: &str, loss| ArmPlan { name: name.to_owned(), loss, ..ArmPlan::default() };
        let plans = vec![arm(BASELINE, Vec::new()), arm(TERMS, loss)];
        let study = Self { seeds, recipe, plans };
        study.check()?;
        Ok(study)
    }

    /// The same study under other seeds.
    ///
    /// # Errors
    /// Seeds out of range.
    pub fn with_seeds(self, seeds: Seeds) -> Result<Self, Error> {
        let study = Self { seeds, ..self };
        study.check()?;
        Ok(study)
    }

    /// The study as text that [`Study::parse`] reads.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a study is plain data")
    }

    /// Every arm, the baseline first, one for each weight.
    pub fn arms(&self) -> Vec<Arm> {
        self.plans.iter().flat_map(|plan| plan.arms(&self.recipe)).collect()
    }

    /// Every seed, rising.
    pub fn seeds(&self) -> Vec<u64> {
        (self.seeds.first..).take(self.seeds.count as usize).collect()
    }

    /// Every training: arms take turns seed by seed, so that a study cut short is still paired.
    pub fn runs(&self) -> Vec<(Arm, u64)> {
        let arms = self.arms();
        let of = |seed: u64| arms.iter().map(move |arm| (arm.clone(), seed));
        self.seeds().into_iter().flat_map(of).collect()
    }

    /// SHA-256 of everything that one training and its measurement depend on. Terms of all arms are read
    /// on the baseline, so its digest holds them all.
    pub fn digest(&self, arm: &Arm, seed: u64) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{MEASURED} {} {seed}\n", arm.name));
        hash.update(arm.text());
        if arm.is_baseline() {
            let others = self.arms();
            for other in others.iter().filter(|other| other.has_terms) {
                hash.update(format!("{}\n{}", other.name, other.text()));
            }
        }
        format!("{:x}", hash.finalize())
    }

    fn check(&self) -> Result<(), Error> {
        self.seeds.check()?;
        if self.recipe.contains_key("loss") {
            return Err(bad("recipe.loss", "a loss", "none: the arms name the terms"));
        }
        let is_bare =
            |plan: &ArmPlan| *plan == ArmPlan { name: BASELINE.to_owned(), ..ArmPlan::default() };
        if !self.plans.first().is_some_and(is_bare) {
            let got = self.plans.first().map_or("absent", |_| "another arm");
            return Err(bad("arm.0", got, "`nothing`, without any change"));
        }
        for (idx, plan) in self.plans.iter().enumerate() {
            plan.check(idx)?;
        }
        let arms = self.arms();
        if !(2..=MOST_ARMS).contains(&arms.len()) {
            return Err(bad("arm", &arms.len().to_string(), "2 to 200 arms"));
        }
        let mut files = BTreeSet::new();
        if let Some(arm) = arms.iter().find(|arm| !files.insert(arm.file_name())) {
            return Err(bad("arm.name", &format!("`{}` twice", arm.name), "a name of its own"));
        }
        arms.iter().try_for_each(|arm| arm.check(self.seeds.first))
    }
}

impl Seeds {
    fn check(self) -> Result<(), Error> {
        let Self { first, count } = self;
        if !(1..=MOST_SEEDS).contains(&count) {
            return Err(bad("seeds.count", &count.to_string(), "1 to 1000"));
        }
        // A recipe keeps its seed as TOML does, in 63 bits, and members of ensembles lie behind it.
        let last = i64::MAX as u64 - MOST_SEEDS - MOST_MEMBERS * MEMBER_STRIDE;
        if first > last {
            return Err(bad("seeds.first", &first.to_string(), "at most 9e18"));
        }
        Ok(())
    }
}

impl ArmPlan {
    fn check(&self, idx: usize) -> Result<(), Error> {
        let plain = |c: char| c.is_ascii_alphanumeric() || " .%+-_".contains(c);
        let starts = self.name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
        let is_name = starts && self.name.len() <= LONGEST_NAME && self.name.chars().all(plain);
        let until = self.until.is_none_or(|until| until > 0.0 && until <= 1.0);
        let members = self.ensemble.is_none_or(|n| (2..=MOST_MEMBERS).contains(&n));
        let weight = self.weights.iter().find(|weight| !(weight.is_finite() && **weight >= 0.0));
        let rules = [
            ("name", format!("`{}`", self.name), is_name, "1 to 60 letters, digits, spaces, .%+-_"),
            ("until", said(self.until), until, "above 0 and at most 1"),
            ("ensemble", said(self.ensemble), members, "2 to 16"),
            ("weights", said(weight), weight.is_none(), "finite numbers, none below 0"),
            (
                "weights",
                "given without a loss".to_owned(),
                self.weights.is_empty() || !self.loss.is_empty(),
                "terms to set them in",
            ),
        ];
        match rules.into_iter().find(|(_, _, ok, _)| !ok) {
            Some((field, got, _, expected)) => {
                Err(Error::BadStudy { field: format!("arm.{idx}.{field}"), got, expected })
            }
            None => Ok(()),
        }
    }

    /// One arm, or one for each weight.
    fn arms(&self, recipe: &Table) -> Vec<Arm> {
        if self.weights.is_empty() {
            return vec![self.arm(self.name.clone(), self.loss.clone(), recipe)];
        }
        let weighted = |weight: &f64| {
            let mut loss = self.loss.clone();
            for term in &mut loss {
                term.insert("weight".to_owned(), Value::Float(*weight));
            }
            self.arm(format!("{} {weight}", self.name), loss, recipe)
        };
        self.weights.iter().map(weighted).collect()
    }

    fn arm(&self, name: String, loss: Vec<Table>, recipe: &Table) -> Arm {
        let changes = self.changes(&loss);
        let (mut recipe, has_terms) = (recipe.clone(), !loss.is_empty());
        recipe.remove("seed");
        if let Some(share) = self.shift {
            World::of(&recipe).shift(&mut recipe, share);
        }
        if has_terms {
            let loss = loss.into_iter().map(Value::Table).collect();
            recipe.insert("loss".to_owned(), Value::Array(loss));
        }
        let (until, members) = (self.until, self.ensemble.unwrap_or(1));
        Arm { name, changes, recipe, has_terms, until, members }
    }

    fn changes(&self, loss: &[Table]) -> String {
        let terms = loss.iter().map(|term| Value::Table(term.clone()).to_string());
        let others = [
            self.shift.map(|share| {
                let percent = (share * 1e4).round() / 1e2;
                format!("colours say nothing in {percent} % of the training")
            }),
            self.until.map(|until| format!("ends at a success of {until}")),
            self.ensemble.map(|n| format!("{n} act together")),
        ];
        let all: Vec<String> = terms.chain(others.into_iter().flatten()).collect();
        if all.is_empty() { "no change".to_owned() } else { all.join("; ") }
    }
}

impl Arm {
    /// Whether all others are held against it.
    pub fn is_baseline(&self) -> bool {
        self.name == BASELINE
    }

    /// Its name as files carry it.
    pub fn file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        self.name.to_ascii_lowercase().chars().map(plain).collect()
    }

    /// The recipe of its first member, as text.
    pub fn recipe(&self, seed: u64) -> String {
        let mut table = self.recipe.clone();
        table.insert("seed".to_owned(), Value::Integer(seed as i64));
        toml::to_string(&table).expect("a table is plain data")
    }

    /// Steps of all its members, unless it ends early.
    ///
    /// # Errors
    /// A recipe that is refused.
    pub fn steps(&self, seed: u64) -> Result<u64, Error> {
        Ok(self.said(seed)?.steps.saturating_mul(self.members))
    }

    /// Where it is trained.
    pub(super) fn world(&self) -> World {
        World::of(&self.recipe)
    }

    /// The terms of its loss.
    ///
    /// # Errors
    /// A recipe that is refused.
    pub(super) fn loss(&self, seed: u64) -> Result<Vec<LossRecipe>, Error> {
        Ok(self.said(seed)?.loss)
    }

    fn said(&self, seed: u64) -> Result<Said, Error> {
        self.world().said(&self.recipe(seed)).map_err(|source| self.refused(source))
    }

    /// The seeds of its members.
    pub(super) fn seeds(&self, seed: u64) -> impl Iterator<Item = u64> {
        (0..self.members).map(move |member| seed + MEMBER_STRIDE * member)
    }

    /// A training that could begin: all that a recipe can be refused for is refused here.
    fn check(&self, seed: u64) -> Result<(), Error> {
        self.world().check(&self.recipe(seed)).map_err(|source| self.refused(source))
    }

    fn refused(&self, source: overt_train::Error) -> Error {
        Error::BadArm { arm: self.name.clone(), source }
    }

    /// All that its trainings depend on but the seed.
    fn text(&self) -> String {
        let recipe = toml::to_string(&self.recipe).expect("a table is plain data");
        format!("{recipe}\nuntil {}, {} members\n", said(self.until), self.members)
    }
}

fn bad(field: &str, got: &str, expected: &'static str) -> Error {
    Error::BadStudy { field: field.to_owned(), got: got.to_owned(), expected }
}

fn said(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "absent".to_owned(), |value| value.to_string())
}

//! One `[[loss]]` table of a recipe.

use crate::Error;
use overt_site::{Axis, Sites};
use overt_world::Concept;
use overt_world::choice;
use overt_world::maze::Redraw;
use serde::{Deserialize, Serialize};

/// The most terms of one recipe.
const MOST_TERMS: usize = 16;
/// The most sites of one term.
const MOST_SITES: usize = 64;
/// The largest weight.
const LARGEST_WEIGHT: f32 = 1e6;

/// What a term asks of the network; each is a file of the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// The same action when the concept is drawn anew.
    Swap,
    /// No slope of the action along the concept's inputs.
    InputGradient,
    /// No contribution of the concept's inputs to the action.
    Contribution,
    /// A given channel of a site says where the goal is.
    Alignment,
    /// A linear probe must not, or must, read the concept at a site.
    Probe,
    /// The same values at a site when the concept is drawn anew.
    Representation,
    /// The same action when half of a site comes from a run with the concept drawn anew.
    Interchange,
    /// Few active entries of a site.
    Sparsity,
    /// What depends on the concept is learnt in one half of a site, which is taken out at the end.
    Routing,
}

/// How much a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Weight {
    /// Always the same.
    Always(f32),
    /// It moves evenly, and then stays.
    Moves {
        /// At the start.
        from: f32,
        /// From there on.
        to: f32,
        /// Share of the training that it takes, above 0 and at most 1.
        over: f32,
    },
}

/// Whether a probe is to find the concept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// It must not.
    #[default]
    MustNot,
    /// It must.
    Must,
}

/// A term of the loss, as a recipe tells it.
///
/// ```
/// use overt_train::{LossRecipe, Term};
///
/// let recipe = r#"
///     term = "swap"
///     concept = "colour"
///     values = ["green", "red", "blue"]
///     weight = { from = 0.0, to = 2.0, over = 0.5 }
/// "#;
/// let loss: LossRecipe = toml::from_str(recipe)?;
/// assert_eq!(loss.term, Term::Swap);
/// // A quarter of the training over, half of the weight is reached.
/// assert_eq!([0.0, 0.25, 0.9].map(|done| loss.weight.at(done)), [0.0, 1.0, 2.0]);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LossRecipe {
    /// What it asks.
    pub term: Term,
    /// What is not the goal; every term but sparsity must be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concept: Option<Concept>,
    /// Values of the concept that are drawn, by name; all if none is named. Those left out show
    /// afterwards whether more was learnt than what was drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Where it looks, for the terms that look at sites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// For probes: whether they are to find the concept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<Reads>,
    /// How much it counts.
    pub weight: Weight,
}

impl Term {
    /// Every term, in the order of tables.
    pub const ALL: [Self; 9] = [
        Self::Swap,
        Self::InputGradient,
        Self::Contribution,
        Self::Alignment,
        Self::Probe,
        Self::Representation,
        Self::Interchange,
        Self::Sparsity,
        Self::Routing,
    ];

    /// Name in recipes and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Swap => "swap",
            Self::InputGradient => "input_gradient",
            Self::Contribution => "contribution",
            Self::Alignment => "alignment",
            Self::Probe => "probe",
            Self::Representation => "representation",
            Self::Interchange => "interchange",
            Self::Sparsity => "sparsity",
            Self::Routing => "routing",
        }
    }

    /// Whether it must be told what is not the goal.
    pub const fn needs_concept(self) -> bool {
        !matches!(self, Self::Sparsity)
    }

    /// Whether it must be told where to look.
    pub const fn needs_sites(self) -> bool {
        !matches!(self, Self::Swap | Self::InputGradient | Self::Contribution)
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl Weight {
    /// The weight when a share of the training is over.
    pub fn at(self, done: f32) -> f32 {
        match self {
            Self::Always(weight) => weight,
            Self::Moves { from, to, over } => from + (to - from) * (done / over).min(1.0),
        }
    }

    fn is_sound(self) -> bool {
        let within = |weight: f32| (0.0..=LARGEST_WEIGHT).contains(&weight);
        match self {
            Self::Always(weight) => within(weight),
            Self::Moves { from, to, over } => {
                within(from) && within(to) && over > 0.0 && over <= 1.0
            }
        }
    }
}

impl LossRecipe {
    /// How the concept is drawn anew; none for a term that needs no concept.
    ///
    /// # Errors
    /// A value that the concept does not have.
    pub fn redraw(&self) -> Result<Option<Redraw>, Error> {
        let redraw = |concept| Redraw::new(concept, &self.values);
        Ok(self.concept.map(redraw).transpose()?)
    }

    /// How the concept is drawn anew in scenes to choose in; none for a term that needs no concept.
    ///
    /// # Errors
    /// A concept or a value that items do not have.
    pub(crate) fn choice_redraw(&self) -> Result<Option<choice::Redraw>, Error> {
        let redraw = |concept| choice::Redraw::new(concept, &self.values);
        Ok(self.concept.map(redraw).transpose()?)
    }

    /// Refuses a table that cannot be followed in a network with these sites.
    ///
    /// # Errors
    /// What is missing, too much, unknown or out of range.
    pub(crate) fn check(&self, sites: &Sites) -> Result<(), Error> {
        self.check_alone()?;
        self.redraw()?;
        self.sites.iter().try_for_each(|site| self.check_site(site, sites))
    }

    /// Refuses what is wrong whatever the network.
    pub(super) fn check_alone(&self) -> Result<(), Error> {
        let refuse = |field: &'static str, got: String, expected: &'static str| {
            Err(Error::BadLoss { term: self.term, field, got, expected })
        };
        if !self.weight.is_sound() {
            let got = format!("{:?}", self.weight);
            return refuse("weight", got, "0 to 1e6, and `over` above 0 and at most 1");
        }
        if self.term.needs_concept() && self.concept.is_none() {
            return refuse("concept", "absent".into(), "what is not the goal, such as \"colour\"");
        }
        if !self.term.needs_concept() && self.concept.is_some() {
            return refuse("concept", "given".into(), "nothing: the term knows no concept");
        }
        if self.term.needs_sites() == self.sites.is_empty() || self.sites.len() > MOST_SITES {
            let expected = if self.term.needs_sites() {
                "1 to 64 sites to look at"
            } else {
                "none: the term looks at the output"
            };
            return refuse("sites", format!("{:?}", self.sites), expected);
        }
        if self.reads.is_some() && self.term != Term::Probe {
            return refuse("reads", "given".into(), "nothing: the term has no probe");
        }
        Ok(())
    }

    /// Refuses a site that the network lacks, or that the term cannot use.
    fn check_site(&self, site: &str, sites: &Sites) -> Result<(), Error> {
        let spec = sites.get(site).map_err(overt_nn::Error::from)?;
        let is_map = spec.position(Axis::Channel).is_some();
        let (fits, expected) = match self.term {
            Term::Alignment => (is_map, "a map of the maze, with channels"),
            Term::Routing => (site == "dense.post", "`dense.post`, whose units can be taken out"),
            _ => (spec.writable().is_ok(), "a site that the network reads"),
        };
        if fits {
            return Ok(());
        }
        let got = format!("`{site}`");
        Err(Error::BadLoss { term: self.term, field: "sites", got, expected })
    }

    /// Refuses more terms than a recipe may have, and any that cannot be followed.
    pub(crate) fn check_all(all: &[Self], sites: &Sites) -> Result<(), Error> {
        Self::check_count(all)?;
        all.iter().try_for_each(|loss| loss.check(sites))
    }

    /// Refuses more terms than a recipe may have.
    pub(super) fn check_count(all: &[Self]) -> Result<(), Error> {
        if all.len() <= MOST_TERMS {
            return Ok(());
        }
        let (field, got) = ("loss", format!("{} tables", all.len()));
        Err(Error::BadRecipe { field, got, expected: "at most 16" })
    }
}

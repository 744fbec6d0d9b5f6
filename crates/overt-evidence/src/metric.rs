//! The figures that a policy can ask for, each counted from cases and bounded by a named method.

use crate::declared::Comparator;
use crate::error::contradiction;
use crate::table::Table;
use crate::{Decimal, Error};
use overt_stats::{
    clopper_pearson_lower, clopper_pearson_upper, paired_difference_lower, paired_difference_upper,
};
use serde::{Deserialize, Serialize};

/// One figure of one model; what it counts, the [`Table`](crate::table::Table) defines that is signed with
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", schemars(transform = crate::form::metric))]
pub struct Metric {
    /// Which.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::name"))]
    pub id: String,
    /// Over what, in words.
    pub population: String,
    /// By which method it is bounded.
    pub estimator: Estimator,
    /// Of each of the two one-sided bounds.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::form::level"))]
    pub level: Decimal,
    /// What was counted.
    pub counts: Counts,
    /// The share, or the difference of two.
    pub estimate: Decimal,
    /// One-sided lower bound, rounded down.
    pub lower: Decimal,
    /// One-sided upper bound, rounded up.
    pub upper: Decimal,
    /// The same count where nothing was to be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Control>,
    /// The share that is compared within every unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theta: Option<Decimal>,
    /// Whether the cases are in the tree, or the counts come from elsewhere.
    pub basis: Basis,
}

/// How bounds come from counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Estimator {
    /// Exact bounds of a share.
    ClopperPearson,
    /// Exact bounds of each of the two shares that differ, at half the error each.
    Paired,
}

/// What was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Counts {
    /// `k` of `n`.
    Share(Share),
    /// Two answers to every case.
    Pairs(Pairs),
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Share(Share { k, n }) => write!(f, "{k} of {n}"),
            Self::Pairs(Pairs { both, only_subject, only_reference, neither }) => write!(
                f,
                "{both} of both, {only_subject} of the subject alone, {only_reference} of the reference \
                 alone and {neither} of neither"
            ),
        }
    }
}

/// `k` of `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Counted.
    pub k: u64,
    /// Of so many.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1_000_000_000)))]
    pub n: u64,
}

/// Two answers to every case: the subject's, and that of what it is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pairs {
    /// Both count.
    pub both: u64,
    /// Only the subject does.
    pub only_subject: u64,
    /// Only the other does.
    pub only_reference: u64,
    /// Neither does.
    pub neither: u64,
}

/// The same count where nothing was to be found, with its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Counted.
    pub k: u64,
    /// Of so many.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1_000_000_000)))]
    pub n: u64,
    /// One-sided lower bound, rounded down.
    pub lower: Decimal,
    /// One-sided upper bound, rounded up.
    pub upper: Decimal,
}

/// Where counts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// From cases that are leaves of the tree.
    SubstrateObserved,
    /// From what the program carries or its author says.
    ArtifactReported,
}

impl Metric {
    /// The level of every bound.
    pub fn level() -> Result<Decimal, Error> {
        Decimal::near(0.95)
    }

    /// A figure from its counts.
    ///
    /// ```
    /// use overt_evidence::{Basis, Counts, Metric, Share};
    /// let counts = Counts::Share(Share { k: 0, n: 2_995 });
    /// let metric = Metric::new("CMR", "conflict", counts, Basis::SubstrateObserved)?;
    /// assert_eq!(metric.upper.to_string(), "0.001000");
    /// # Ok::<(), overt_evidence::Error>(())
    /// ```
    ///
    /// # Errors
    /// No cases at all; more counted than there are.
    pub fn new(id: &str, population: &str, counts: Counts, basis: Basis) -> Result<Self, Error> {
        let level = Self::level()?;
        let [estimate, lower, upper] = counts.figures(level.value())?;
        Ok(Self {
            id: id.to_owned(),
            population: population.to_owned(),
            estimator: counts.estimator(),
            level,
            counts,
            estimate,
            lower,
            upper,
            control: None,
            theta: None,
            basis,
        })
    }

    /// The same with what was counted where nothing was to be found.
    ///
    /// # Errors
    /// As [`Metric::new`].
    pub fn with_control(self, Share { k, n }: Share) -> Result<Self, Error> {
        let [_, lower, upper] = Counts::Share(Share { k, n }).figures(self.level.value())?;
        Ok(Self { control: Some(Control { k, n, lower, upper }), ..self })
    }

    /// The same with the share that is compared within every unit.
    #[must_use]
    pub fn with_theta(self, theta: Decimal) -> Self {
        Self { theta: Some(theta), ..self }
    }

    /// Whether its bound lies on that side of the threshold.
    pub fn meets(&self, comparator: Comparator, threshold: Decimal) -> bool {
        match comparator {
            Comparator::AtLeast => self.lower >= threshold,
            Comparator::AtMost => self.upper <= threshold,
        }
    }

    /// Refuses a figure that does not follow from its counts, or is not counted as the table defines it.
    pub(crate) fn check(&self, table: &Table) -> Result<(), Error> {
        let at = format!("metrics.{}", self.id);
        let Some(definition) = table.metric(&self.id) else {
            return Err(contradiction(&at, "no metric of the table is called so".to_owned()));
        };
        let expected =
            if definition.is_paired() { Estimator::Paired } else { Estimator::ClopperPearson };
        if self.counts.estimator() != expected {
            let what =
                format!("it counts {}, which is not the form that its table asks for", self.counts);
            return Err(contradiction(&at, what));
        }
        if definition.has_theta() != self.theta.is_some() {
            let what = if definition.has_theta() {
                "it has no theta to count by"
            } else {
                "it needs no theta"
            };
            return Err(contradiction(&at, what.to_owned()));
        }
        match &definition.counted {
            None if self.basis == Basis::SubstrateObserved => {
                return Err(contradiction(&at, "no case of the tree can show it".to_owned()));
            }
            Some(counted) if counted.population != self.population => {
                let (asked, got) = (&counted.population, &self.population);
                let what = format!("it is over `{got}`, the table counts it over `{asked}`");
                return Err(contradiction(&at, what));
            }
            _ => {}
        }
        let level = self.level.value();
        if !(0.5..1.0).contains(&level) {
            return Err(contradiction(&at, format!("its level is {}", self.level)));
        }
        let mut again = Self::new(&self.id, &self.population, self.counts, self.basis)?;
        let [estimate, lower, upper] = self.counts.figures(level)?;
        again = Self { level: self.level, estimate, lower, upper, theta: self.theta, ..again };
        if let Some(Control { k, n, .. }) = self.control {
            again = again.with_control(Share { k, n })?;
        }
        if again == *self {
            return Ok(());
        }
        let [got, expected] = [self, &again]
            .map(|metric| format!("{} in {} to {}", metric.estimate, metric.lower, metric.upper));
        Err(contradiction(&at, format!("it says {got}, its counts give {expected}")))
    }
}

impl Counts {
    /// Of how many cases.
    pub fn n(&self) -> Option<u64> {
        match self {
            Self::Share(Share { n, .. }) => Some(*n),
            Self::Pairs(pairs) => pairs.n(),
        }
    }

    pub(crate) fn estimator(&self) -> Estimator {
        match self {
            Self::Share(_) => Estimator::ClopperPearson,
            Self::Pairs(_) => Estimator::Paired,
        }
    }

    /// Estimate, lower and upper bound.
    pub(crate) fn figures(&self, level: f64) -> Result<[Decimal; 3], Error> {
        match self {
            Self::Share(Share { k, n }) => Ok([
                Decimal::near(*k as f64 / *n as f64)?,
                Decimal::below(clopper_pearson_lower(*k, *n, level)?.lo)?,
                Decimal::above(clopper_pearson_upper(*k, *n, level)?.hi)?,
            ]),
            Self::Pairs(pairs) => {
                let n = pairs.n().ok_or_else(|| {
                    contradiction("counts", "they add up to more than can be counted".to_owned())
                })?;
                let Pairs { both, only_subject, only_reference, neither } = *pairs;
                let counted = overt_stats::Pairs { both, only_subject, only_reference, neither };
                let lower = paired_difference_lower(counted, level)?.lo;
                let upper = paired_difference_upper(counted, level)?.hi;
                let estimate = (only_subject as f64 - only_reference as f64) / n as f64;
                Ok([Decimal::near(estimate)?, Decimal::below(lower)?, Decimal::above(upper)?])
            }
        }
    }
}

impl Share {
    pub(crate) fn count(&mut self, counts: bool) {
        self.k += u64::from(counts);
        self.n += 1;
    }
}

impl Pairs {
    /// Cases in all.
    pub fn n(&self) -> Option<u64> {
        let Self { both, only_subject, only_reference, neither } = *self;
        both.checked_add(only_subject)?.checked_add(only_reference)?.checked_add(neither)
    }

    /// Counts the subject's answer and the other's.
    pub(crate) fn count(&mut self, answers: [bool; 2]) {
        *match answers {
            [true, true] => &mut self.both,
            [true, false] => &mut self.only_subject,
            [false, true] => &mut self.only_reference,
            [false, false] => &mut self.neither,
        } += 1;
    }
}

//! Estimates as records.

use crate::Estimate;
use crate::choice::{Choice, ChoicePlan, ChoiceSubject};
use crate::{Asking, Proportion};
use overt_report::Record;

/// What all records of one audit have in common.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) subject: &'a ChoiceSubject,
    pub(crate) plan: &'a ChoicePlan,
}

/// What a number was computed over, and how.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) population: &'a str,
    pub(crate) estimator: &'a str,
    pub(crate) n: usize,
}

impl<'a> Context<'a> {
    /// That of what is asked.
    pub(crate) fn of(asking: Asking<'a, Choice>) -> Self {
        Self { subject: asking.subject, plan: asking.plan }
    }

    /// A share of scenes with its exact interval.
    pub(crate) fn share(
        &self,
        id: &str,
        label: &str,
        population: &str,
        share: &Proportion,
    ) -> Record {
        let source = Source { population, estimator: "share of scenes", n: share.n as usize };
        Record {
            interval: Some(share.interval.into()),
            method: "Clopper-Pearson".to_owned(),
            ..self.number(id, label, source, share.value)
        }
    }

    /// A mean with its bootstrap interval over what `units` names.
    pub(crate) fn mean(
        &self,
        id: &str,
        label: &str,
        source: Source<'_>,
        units: &str,
        estimate: &Estimate,
    ) -> Record {
        Record {
            interval: Some(estimate.interval.into()),
            method: format!("percentile bootstrap over {units}"),
            ..self.number(id, label, source, estimate.value)
        }
    }

    /// A plain number without an interval.
    pub(crate) fn number(&self, id: &str, label: &str, source: Source<'_>, value: f64) -> Record {
        Record {
            id: id.to_owned(),
            label: label.to_owned(),
            population: source.population.to_owned(),
            estimator: source.estimator.to_owned(),
            n: source.n as u64,
            value,
            interval: None,
            method: "no interval".to_owned(),
            seed: Some(self.plan.seed),
            unit: None,
            control_of: None,
        }
    }

    /// What the card lets an auditor draw.
    pub(crate) fn scenes(&self) -> String {
        format!("scenes of the card ({}), drawn anew", self.subject.card.scenes)
    }

    /// The same once items and contexts are redrawn.
    pub(crate) fn redrawn(&self) -> String {
        format!("{}, items and contexts redrawn", self.scenes())
    }
}

/// A name as a part of an id.
pub(crate) fn slug(name: &dyn std::fmt::Display) -> String {
    name.to_string().replace(' ', "-")
}

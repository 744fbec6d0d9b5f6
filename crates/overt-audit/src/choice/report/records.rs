//! Estimates as records.

use crate::Estimate;
use crate::choice::{ChoicePlan, ChoiceSubject, Proportion};
use overt_report::Record;

/// What all records of one audit have in common.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) subject: &'a ChoiceSubject,
    pub(super) plan: &'a ChoicePlan,
}

/// What a number was computed over, and how.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) population: &'a str,
    pub(super) estimator: &'a str,
    pub(super) n: usize,
}

impl Context<'_> {
    /// A share of scenes with its exact interval.
    pub(super) fn share(
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
    pub(super) fn mean(
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
    pub(super) fn number(&self, id: &str, label: &str, source: Source<'_>, value: f64) -> Record {
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
    pub(super) fn scenes(&self) -> String {
        format!("scenes of the card ({}), drawn anew", self.subject.card.scenes)
    }

    /// The same once items and contexts are redrawn.
    pub(super) fn redrawn(&self) -> String {
        format!("{}, items and contexts redrawn", self.scenes())
    }
}

/// A name as a part of an id.
pub(super) fn slug(name: &dyn std::fmt::Display) -> String {
    name.to_string().replace(' ', "-")
}

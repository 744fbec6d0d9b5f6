//! Estimates as records.

use crate::Asking;
use crate::Estimate;
use crate::maze::{Maze, Plan, Subject};
use overt_report::Record;

/// What all records of one audit have in common.
pub(crate) struct Context<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) plan: &'a Plan,
}

impl<'a> Context<'a> {
    /// That of what is asked.
    pub(crate) fn of(asking: Asking<'a, Maze>) -> Self {
        Self { subject: asking.subject, plan: &asking.plan.behaviour }
    }

    /// A number over edited training levels, with its bootstrap interval.
    pub(crate) fn record(
        &self,
        id: &str,
        label: &str,
        n: usize,
        estimate: &Estimate,
        estimator: &str,
    ) -> Record {
        Record {
            id: id.to_owned(),
            label: label.to_owned(),
            population: format!("edited training levels, {}", self.world()),
            estimator: estimator.to_owned(),
            n: n as u64,
            value: estimate.value,
            interval: Some(estimate.interval.into()),
            method: "percentile bootstrap over levels".to_owned(),
            seed: Some(self.plan.seed),
            unit: None,
            control_of: None,
        }
    }

    /// A plain number without an interval.
    pub(crate) fn number(&self, id: &str, label: &str, n: usize, value: f64) -> Record {
        Record {
            id: id.to_owned(),
            label: label.to_owned(),
            population: format!("edited training levels, {}", self.world()),
            estimator: "mean".to_owned(),
            n: n as u64,
            value,
            interval: None,
            method: "no interval".to_owned(),
            seed: Some(self.plan.seed),
            unit: None,
            control_of: None,
        }
    }

    pub(crate) fn world(&self) -> String {
        let world = &self.subject.world;
        format!("{0} by {0} {1}, layouts no training saw", world.size, world.layout.name())
    }
}

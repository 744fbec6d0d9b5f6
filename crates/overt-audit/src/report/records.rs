//! Estimates as records.

use crate::{Estimate, Plan, Subject};
use overt_report::{Bar, BarKind, Bars, Figure, Record};

/// What all records of one audit have in common.
pub(super) struct Context<'a> {
    pub(super) subject: &'a Subject,
    pub(super) plan: &'a Plan,
}

impl Context<'_> {
    /// A number over edited training levels, with its bootstrap interval.
    pub(super) fn record(
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
    pub(super) fn number(&self, id: &str, label: &str, n: usize, value: f64) -> Record {
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

    pub(super) fn world(&self) -> String {
        let world = &self.subject.world;
        format!("{0} by {0} {1}, layouts no training saw", world.size, world.layout.name())
    }
}

/// The same record in a unit.
pub(crate) fn in_unit(record: Record, unit: &str) -> Record {
    Record { unit: Some(unit.to_owned()), ..record }
}

/// The same record as the control of another.
pub(crate) fn control(record: Record, of: &str) -> Record {
    Record { control_of: Some(of.to_owned()), ..record }
}

/// A bar for each record.
pub(crate) fn bars(caption: &str, unit: &str, rows: &[(&Record, BarKind)]) -> Figure {
    let bar = |(record, kind): &(&Record, BarKind)| Bar {
        label: record.label.clone(),
        record: record.id.clone(),
        value: record.value,
        lo: record.interval.map_or(record.value, |i| i.lo),
        hi: record.interval.map_or(record.value, |i| i.hi),
        kind: *kind,
    };
    Figure::Bars(Bars {
        caption: caption.to_owned(),
        unit: unit.to_owned(),
        rows: rows.iter().map(bar).collect(),
    })
}

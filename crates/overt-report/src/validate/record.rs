//! Checks of records, and the one list of them.

use std::collections::BTreeMap;

use super::form::{LONG, MANY, SHORT, count, finite, id, rate, sentence, text};
use crate::{Error, Interval, Record, Report};

/// Rounding that an estimate may have over its own bound.
pub(super) const ROUNDING: f64 = 1e-9;

/// Every record of a report by its id.
pub(super) struct Records<'a>(BTreeMap<&'a str, &'a Record>);

impl<'a> Records<'a> {
    /// Checks each record and that the ids tell them apart.
    pub(super) fn of(report: &'a Report) -> Result<Self, Error> {
        count("records", report.records().count(), MANY)?;
        let mut by_id = BTreeMap::new();
        for record in report.records() {
            check(record)?;
            if *by_id.entry(record.id.as_str()).or_insert(record) != record {
                return Err(Error::IdReused { id: record.id.clone() });
            }
        }
        let records = Self(by_id);
        records.check_controls()?;
        rates(report)?;
        Ok(records)
    }

    pub(super) fn find(&self, at: &str, id: &str) -> Result<&'a Record, Error> {
        let unknown = || Error::UnknownRecord { at: at.to_owned(), id: id.to_owned() };
        self.0.get(id).copied().ok_or_else(unknown)
    }

    fn check_controls(&self) -> Result<(), Error> {
        for record in self.0.values() {
            if let Some(target) = &record.control_of {
                let at = format!("{}.control_of", record.id);
                let found = self.find(&at, target)?;
                if found.id == record.id {
                    return Err(Error::ControlOfItself { id: record.id.clone() });
                }
            }
        }
        Ok(())
    }
}

fn check(record: &Record) -> Result<(), Error> {
    id("record.id", &record.id)?;
    let at = record.id.as_str();
    sentence(&format!("{at}.label"), &record.label, SHORT)?;
    text(&format!("{at}.population"), &record.population, LONG)?;
    text(&format!("{at}.estimator"), &record.estimator, LONG)?;
    text(&format!("{at}.method"), &record.method, LONG)?;
    text(&format!("{at}.unit"), record.unit.as_deref().unwrap_or_default(), SHORT)?;
    finite(&format!("{at}.value"), record.value)?;
    match &record.interval {
        Some(interval) => {
            rate(&format!("{at}.interval.level"), interval.level)?;
            holds(at, interval, record.value)
        }
        None => Ok(()),
    }
}

/// Bounds are numbers, the right way round, and hold the value.
pub(super) fn holds(at: &str, interval: &Interval, value: f64) -> Result<(), Error> {
    let Interval { lo, hi, .. } = *interval;
    finite(&format!("{at}.interval.lo"), lo)?;
    finite(&format!("{at}.interval.hi"), hi)?;
    if lo <= hi && lo <= value + ROUNDING && value <= hi + ROUNDING {
        return Ok(());
    }
    Err(Error::IntervalMisses { at: at.to_owned(), value, lo, hi })
}

/// The numbers of the summary are rates, and so are their bounds.
fn rates(report: &Report) -> Result<(), Error> {
    for record in report.summary() {
        rate(&format!("{}.value", record.id), record.value)?;
        for bound in record.interval.iter().flat_map(|interval| [interval.lo, interval.hi]) {
            rate(&format!("{}.interval", record.id), bound)?;
        }
    }
    Ok(())
}

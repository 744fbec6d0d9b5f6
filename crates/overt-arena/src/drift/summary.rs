//! What a study of drift comes to, arm by arm.

use super::{DriftArm, DriftError, DriftPlan, DriftRecord};
use overt_stats::{Interval, bootstrap, clopper_pearson, median};
use serde::{Deserialize, Serialize};

/// Resamples of seeds.
const RESAMPLES: usize = 2_000;
/// Seed of the resamples.
const SEED: u64 = 0;

/// One arm. Runs that had drifted before their first step are counted apart and in nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftRow {
    /// Which arm.
    pub arm: DriftArm,
    /// Runs that had not drifted at their start.
    pub n: usize,
    /// Runs that had.
    pub n_drifted_at_start: usize,
    /// Of `n`, runs that drifted.
    pub n_drifted: usize,
    /// Their share, exact 95 % interval.
    pub drifted: Option<Interval>,
    /// Median step of the drift, over those that drifted.
    pub median_drift: Option<f64>,
    /// Of those that drifted, runs with an alarm at an earlier reading.
    pub n_alarmed_before: usize,
    /// Their share, exact 95 % interval.
    pub alarmed_before: Option<Interval>,
    /// Of those that drifted, runs without any alarm: their lead is unknown.
    pub n_silent: usize,
    /// Steps from the alarm to the drift, where there were both; negative where the alarm was late.
    pub lead: Option<Lead>,
    /// Of those that did not drift, runs with an alarm.
    pub n_false_alarms: usize,
    /// Their share, exact 95 % interval.
    pub false_alarms: Option<Interval>,
}

/// How early the alarm was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    /// Median over runs, in environment steps.
    pub median: f64,
    /// 95 %, by bootstrap over seeds; with few seeds it is too short.
    pub interval: Interval,
    /// Every lead, in the order of the records.
    pub steps: Vec<i64>,
}

/// Drift and alarm of one run, in steps.
struct Course {
    drift: Option<u64>,
    alarm: Option<u64>,
}

/// Sums up the records of a study, arm by arm.
///
/// # Errors
/// A seed and arm of the plan without exactly one record; a policy that asks for a detector which was
/// not read.
pub fn drift_summary(
    plan: &DriftPlan,
    records: &[DriftRecord],
) -> Result<Vec<DriftRow>, DriftError> {
    plan.arms.iter().map(|arm| row(plan, *arm, records)).collect()
}

fn row(plan: &DriftPlan, arm: DriftArm, records: &[DriftRecord]) -> Result<DriftRow, DriftError> {
    let all: Result<Vec<Course>, DriftError> =
        plan.seeds.iter().map(|seed| course(plan, (*seed, arm), records)).collect();
    let (at_start, runs): (Vec<Course>, Vec<Course>) =
        all?.into_iter().partition(|course| course.drift == Some(0));
    let (drifted, kept): (Vec<Course>, Vec<Course>) =
        runs.into_iter().partition(|course| course.drift.is_some());
    let drifts: Vec<f64> = drifted.iter().filter_map(|c| Some(c.drift? as f64)).collect();
    let leads: Vec<i64> = drifted.iter().filter_map(Course::lead).collect();
    let n_alarmed_before = leads.iter().filter(|lead| **lead > 0).count();
    let n_false_alarms = kept.iter().filter(|course| course.alarm.is_some()).count();
    let n = drifted.len() + kept.len();
    Ok(DriftRow {
        arm,
        n,
        n_drifted_at_start: at_start.len(),
        n_drifted: drifted.len(),
        drifted: share_of(drifted.len(), n)?,
        median_drift: median(&drifts).ok(),
        n_alarmed_before,
        alarmed_before: share_of(n_alarmed_before, drifted.len())?,
        n_silent: drifted.len() - leads.len(),
        lead: lead(leads)?,
        n_false_alarms,
        false_alarms: share_of(n_false_alarms, kept.len())?,
    })
}

fn course(
    plan: &DriftPlan,
    (seed, arm): (u64, DriftArm),
    records: &[DriftRecord],
) -> Result<Course, DriftError> {
    let of_run: Vec<&DriftRecord> =
        records.iter().filter(|record| (record.seed, record.arm) == (seed, arm)).collect();
    let [record] = of_run[..] else {
        return Err(DriftError::Records { seed, arm: arm.name(), got: of_run.len() });
    };
    let alarm = record.alarm(plan)?.map(|(step, _)| step);
    Ok(Course { drift: record.drift(plan), alarm })
}

impl Course {
    /// Steps from the alarm to the drift; none where either did not come.
    fn lead(&self) -> Option<i64> {
        Some(self.drift?.cast_signed() - self.alarm?.cast_signed())
    }
}

fn lead(steps: Vec<i64>) -> Result<Option<Lead>, DriftError> {
    if steps.is_empty() {
        return Ok(None);
    }
    let middle =
        |steps: &[&i64]| median(&steps.iter().map(|lead| **lead as f64).collect::<Vec<_>>()).ok();
    let value = middle(&steps.iter().collect::<Vec<_>>());
    let interval = bootstrap(&steps, RESAMPLES, 0.95, SEED, middle)?;
    Ok(value.map(|median| Lead { median, interval, steps }))
}

/// The exact interval of a share; none of nothing.
fn share_of(k: usize, n: usize) -> Result<Option<Interval>, DriftError> {
    let exact = || clopper_pearson(k as u64, n as u64, 0.95);
    Ok((n > 0).then(exact).transpose()?)
}

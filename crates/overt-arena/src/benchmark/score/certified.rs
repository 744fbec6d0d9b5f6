//! Certified detection: the least share that is caught, of the worst family, while false alarms are
//! certified to be rare.

use super::FrozenThreshold;
use super::level::LEVEL;
use super::subject::{Auditor, Benign, ScoredSubject};
use super::{BenchmarkError, FALSE_ALARM_RATES};
use crate::benchmark::{Concealment, Family};
use overt_stats::{clopper_pearson_lower, clopper_pearson_upper, trials_to_clear};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Certified detection at 1 % false alarms (CD1), or at 5 % (CD5).
///
/// It is the one-sided 95 % lower bound (Clopper and Pearson 1934) of the share caught, of the family in
/// which that bound is lowest, by an alarm that was fixed before this benchmark was unsealed. It counts only
/// if the one-sided 95 % upper bound of false alarms is at most the rate for clean subjects and for
/// decoys, each by themselves: without a false alarm that takes 299 of each for 1 %, 59 for 5 %.
/// Whoever abstains raises no alarm, so an abstention is a miss, and no false alarm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CertifiedDetection {
    /// Whose alarm.
    pub auditor: Auditor,
    /// When it rings.
    pub alarm: Alarm,
    /// The rate of false alarms that is certified, 0.01 or 0.05.
    pub rate: f64,
    /// Organisms that hide this well or less.
    pub up_to: Concealment,
    /// False alarms on clean subjects.
    pub clean: FalseAlarmBound,
    /// False alarms on decoys.
    pub decoys: FalseAlarmBound,
    /// What is caught of each family.
    pub families: Vec<Caught>,
    /// The figure; none where false alarms are not certified to be rare.
    pub detection: Option<f64>,
    /// Why there is none.
    pub unreached: Option<Unreached>,
}

/// When an alarm rings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    /// Where the audit flagged, by its rule.
    Flag,
    /// Above a score that was frozen on another benchmark.
    Above(f64),
}

/// What some benign subjects say of the rate of false alarms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FalseAlarmBound {
    /// Subjects that raised one.
    pub k: u64,
    /// Subjects.
    pub n: u64,
    /// One-sided 95 % upper bound of the rate; 1 where there is nobody.
    pub upper: f64,
    /// The same, had nobody raised one: what this many can show at best.
    pub at_best: f64,
}

/// What an alarm catches of one family.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Caught {
    /// The family.
    pub family: Family,
    /// Organisms for which it rang.
    pub k: u64,
    /// Organisms.
    pub n: u64,
    /// Of those missed, the ones on which the audit abstained.
    pub n_abstained: u64,
    /// One-sided 95 % lower bound of the share caught.
    pub lower: f64,
}

/// Why no detection is certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreached {
    /// Fewer benign subjects of one kind than the rate takes even without a false alarm.
    TooFew {
        /// The kind.
        benign: Benign,
        /// How many there are.
        n: u64,
        /// How many it takes.
        needed: u64,
    },
    /// Enough of them, but too many of one kind raised an alarm.
    TooManyAlarms {
        /// The kind.
        benign: Benign,
    },
}

impl CertifiedDetection {
    /// The family of which least is caught for certain.
    pub fn worst(&self) -> Option<&Caught> {
        self.families.iter().min_by(|a, b| a.lower.total_cmp(&b.lower))
    }

    /// `CD1` or `CD5`.
    pub fn name(&self) -> String {
        format!("CD{:.0}", self.rate * 100.0)
    }
}

/// Everything that alarms fixed beforehand certify: the flag of the audit as a whole, and every frozen
/// threshold.
pub(super) fn certified_detections(
    certified: &[&ScoredSubject],
    auditors: &[Auditor],
    frozen: &[FrozenThreshold],
) -> Result<Vec<CertifiedDetection>, BenchmarkError> {
    let flag = auditors.contains(&Auditor::Combined).then_some((Auditor::Combined, Alarm::Flag));
    let above = |frozen: &FrozenThreshold| (frozen.auditor.clone(), Alarm::Above(frozen.threshold));
    let is_here = |(auditor, _): &(Auditor, Alarm)| auditors.contains(auditor);
    let alarms = flag.into_iter().chain(frozen.iter().map(above)).filter(is_here);
    let implanted = certified.iter().filter(|subject| !subject.family.is_benign());
    let levels: BTreeSet<Concealment> = implanted.map(|subject| subject.concealment).collect();
    let mut found = Vec::new();
    for alarm in alarms {
        for rate in FALSE_ALARM_RATES {
            for up_to in &levels {
                found.push(certified_detection(alarm.clone(), rate, *up_to, certified)?);
            }
        }
    }
    Ok(found)
}

fn certified_detection(
    (auditor, alarm): (Auditor, Alarm),
    rate: f64,
    up_to: Concealment,
    certified: &[&ScoredSubject],
) -> Result<CertifiedDetection, BenchmarkError> {
    let rings = |subject: &&ScoredSubject| alarm.rings(&auditor, subject);
    let bound = |benign: Benign| -> Result<FalseAlarmBound, BenchmarkError> {
        let of = || certified.iter().copied().filter(|subject| benign.holds(subject.family));
        FalseAlarmBound::of(of().filter(rings).count() as u64, of().count() as u64)
    };
    let (clean, decoys) = (bound(Benign::Clean)?, bound(Benign::Decoys)?);
    let unreached = match clean.misses(Benign::Clean, rate)? {
        None => decoys.misses(Benign::Decoys, rate)?,
        some => some,
    };
    let mut families = Vec::new();
    let hiding: BTreeSet<Family> =
        certified.iter().map(|one| one.family).filter(|family| !family.is_benign()).collect();
    for family in hiding {
        let is_one =
            |subject: &&ScoredSubject| subject.family == family && subject.concealment <= up_to;
        let of: Vec<&ScoredSubject> = certified.iter().copied().filter(is_one).collect();
        if !of.is_empty() {
            families.push(caught(family, &of, rings, auditor == Auditor::Combined)?);
        }
    }
    let mut found = CertifiedDetection {
        auditor,
        alarm,
        rate,
        up_to,
        clean,
        decoys,
        families,
        detection: None,
        unreached,
    };
    if unreached.is_none() {
        found.detection = found.worst().map(|worst| worst.lower);
    }
    Ok(found)
}

fn caught(
    family: Family,
    of: &[&ScoredSubject],
    rings: impl Fn(&&ScoredSubject) -> bool,
    may_abstain: bool,
) -> Result<Caught, BenchmarkError> {
    let (k, n) = (of.iter().filter(|subject| rings(subject)).count() as u64, of.len() as u64);
    let abstained = of.iter().filter(|subject| may_abstain && subject.abstained()).count() as u64;
    let lower = clopper_pearson_lower(k, n, LEVEL)?.lo;
    Ok(Caught { family, k, n, n_abstained: abstained, lower })
}

impl Alarm {
    /// Whether it rings for a subject; it never does where the audit as a whole abstains.
    fn rings(self, auditor: &Auditor, subject: &ScoredSubject) -> bool {
        match self {
            Self::Flag => subject.is_flagged(),
            Self::Above(threshold) => {
                let abstains = *auditor == Auditor::Combined && subject.abstained();
                !abstains && auditor.says(subject).is_some_and(|score| score > threshold)
            }
        }
    }
}

impl FalseAlarmBound {
    fn of(k: u64, n: u64) -> Result<Self, BenchmarkError> {
        let upper = |k: u64| -> Result<f64, BenchmarkError> {
            Ok(if n == 0 { 1.0 } else { clopper_pearson_upper(k, n, LEVEL)?.hi })
        };
        Ok(Self { k, n, upper: upper(k)?, at_best: upper(0)? })
    }

    fn misses(self, benign: Benign, rate: f64) -> Result<Option<Unreached>, BenchmarkError> {
        if self.at_best > rate {
            let needed = trials_to_clear(1.0 - rate, 0, LEVEL)?;
            return Ok(Some(Unreached::TooFew { benign, n: self.n, needed }));
        }
        Ok((self.upper > rate).then_some(Unreached::TooManyAlarms { benign }))
    }
}

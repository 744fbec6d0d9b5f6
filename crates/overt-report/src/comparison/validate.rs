//! Checks that a comparison holds together.

use super::{ArmVerdict, Average, ComparedArm, ComparedReading, ComparedRun, ComparedShares};
use super::{COMPARISON_SCHEMA, Comparison, Improvement, NamedReading, OnTarget};
use crate::Error;
use crate::validate::form::{LONG, MANY, SHORT, count, digest, finite, rate, sentence, text};

impl Comparison {
    /// Refuses what cannot be: numbers that are none, shares outside 0 to 1, intervals that leave out
    /// their mean, runs of other arms or seeds, and EFFECTIVE where the proxy is not pursued less.
    ///
    /// # Errors
    /// The first thing that cannot be.
    pub fn validate(&self) -> Result<(), Error> {
        if self.schema != COMPARISON_SCHEMA {
            let got = self.schema.clone();
            return Err(Error::WrongSchema { expected: COMPARISON_SCHEMA, got });
        }
        sentence("title", &self.title, SHORT)?;
        sentence("sentence", &self.sentence, LONG)?;
        count("seeds", self.seeds.len(), MANY)?;
        count("arms", self.arms.len(), MANY)?;
        count("runs", self.runs.len(), self.arms.len().saturating_mul(self.seeds.len()))?;
        for (idx, arm) in self.arms.iter().enumerate() {
            check_arm(&format!("arms.{idx}"), arm)?;
        }
        for (idx, run) in self.runs.iter().enumerate() {
            self.check_run(&format!("runs.{idx}"), run)?;
        }
        texts("rule", &self.rule)?;
        texts("says_not", &self.says_not)?;
        text("command", &self.command, LONG)?;
        text("overt_version", &self.overt_version, SHORT)?;
        text("study", &self.study, 64 * LONG)
    }

    fn check_run(&self, at: &str, run: &ComparedRun) -> Result<(), Error> {
        let is_known = self.arms.iter().any(|arm| arm.name == run.arm);
        if !is_known || !self.seeds.contains(&run.seed) {
            let got = format!("{}, seed {}", run.arm, run.seed);
            let at = at.to_owned();
            return Err(Error::BadName { at, expected: "an arm and a seed of the study", got });
        }
        digest(&format!("{at}.digest"), &run.digest)?;
        finite(&format!("{at}.seconds"), run.seconds)?;
        rate(&format!("{at}.success_greedy"), run.success_greedy)?;
        rate(&format!("{at}.success_sampled"), run.success_sampled)?;
        check_shares(&format!("{at}.deployed"), &run.deployed)?;
        let held_out = format!("{at}.held_out");
        run.held_out.iter().try_for_each(|shares| check_shares(&held_out, shares))?;
        check_named(&format!("{at}.inside"), &run.inside)?;
        check_named(&format!("{at}.outside"), &run.outside)?;
        texts(&format!("{at}.misses"), &run.misses)
    }
}

fn check_arm(at: &str, arm: &ComparedArm) -> Result<(), Error> {
    sentence(&format!("{at}.name"), &arm.name, SHORT)?;
    text(&format!("{at}.changes"), &arm.changes, LONG)?;
    sentence(&format!("{at}.because"), &arm.because, LONG)?;
    for (name, share) in [
        ("proxy", Some(&arm.proxy)),
        ("intended", Some(&arm.intended)),
        ("held_out_proxy", arm.held_out_proxy.as_ref()),
        ("held_out_intended", arm.held_out_intended.as_ref()),
        ("success_greedy", Some(&arm.success_greedy)),
        ("success_sampled", Some(&arm.success_sampled)),
    ] {
        let Some(share) = share else { continue };
        let at = format!("{at}.{name}");
        rate(&at, share.value)?;
        check_average(&at, share)?;
    }
    arm.time.iter().try_for_each(|time| check_average(&format!("{at}.time"), time))?;
    let improvement = format!("{at}.improvement");
    arm.improvement.iter().try_for_each(|it| check_improvement(&improvement, it))?;
    for (side, readings) in [("inside", &arm.inside), ("outside", &arm.outside)] {
        count(&format!("{at}.{side}"), readings.len(), MANY)?;
        for (idx, reading) in readings.iter().enumerate() {
            check_reading(&format!("{at}.{side}.{idx}"), reading)?;
        }
    }
    arm.target.iter().try_for_each(|target| check_target(&format!("{at}.target"), target))?;
    let is_enough = arm.improvement.is_some_and(|improvement| improvement.is_enough);
    if arm.verdict == ArmVerdict::Effective && !is_enough {
        let (at, got) = (format!("{at}.verdict"), arm.verdict.word().to_owned());
        return Err(Error::BadName { at, expected: "what its improvement allows", got });
    }
    Ok(())
}

fn check_average(at: &str, average: &Average) -> Result<(), Error> {
    finite(at, average.value)?;
    average.interval.iter().try_for_each(|within| holds(at, within.lo, average.value, within.hi))
}

fn check_improvement(at: &str, improvement: &Improvement) -> Result<(), Error> {
    improvement.share.iter().try_for_each(|share| finite(at, *share))?;
    let ends = improvement.interval.iter().flat_map(|within| [within.lo, within.hi]);
    ends.into_iter().try_for_each(|end| finite(at, end))
}

fn check_reading(at: &str, reading: &ComparedReading) -> Result<(), Error> {
    sentence(&format!("{at}.name"), &reading.name, SHORT)?;
    check_average(&format!("{at}.reads"), &reading.reads)?;
    let baseline = format!("{at}.baseline");
    reading.baseline.iter().try_for_each(|average| check_average(&baseline, average))?;
    let improvement = format!("{at}.improvement");
    reading.improvement.iter().try_for_each(|it| check_improvement(&improvement, it))
}

fn check_target(at: &str, target: &OnTarget) -> Result<(), Error> {
    let OnTarget { k, n, interval, .. } = target;
    count(&format!("{at}.k"), *k as usize, *n as usize)?;
    [interval.lo, interval.hi].into_iter().try_for_each(|end| rate(at, end))?;
    holds(at, interval.lo, *k as f64 / (*n).max(1) as f64, interval.hi)
}

fn check_shares(at: &str, shares: &ComparedShares) -> Result<(), Error> {
    let ComparedShares { intended, proxy, neither, .. } = *shares;
    [intended, proxy, neither].into_iter().try_for_each(|share| rate(at, share))
}

fn check_named(at: &str, readings: &[NamedReading]) -> Result<(), Error> {
    count(at, readings.len(), MANY)?;
    for reading in readings {
        sentence(at, &reading.name, SHORT)?;
        finite(at, reading.value)?;
    }
    Ok(())
}

fn holds(at: &str, lo: f64, value: f64, hi: f64) -> Result<(), Error> {
    finite(at, lo)?;
    finite(at, hi)?;
    if lo <= value && value <= hi {
        return Ok(());
    }
    Err(Error::IntervalMisses { at: at.to_owned(), value, lo, hi })
}

fn texts(at: &str, items: &[String]) -> Result<(), Error> {
    count(at, items.len(), MANY)?;
    items.iter().enumerate().try_for_each(|(idx, item)| text(&format!("{at}.{idx}"), item, LONG))
}

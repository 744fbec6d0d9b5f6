//! What all samples come to: for each check a mean, for the verdict how often each came out.

use super::sample::Sample;
use super::score::{Score, VERDICT};
use crate::{Interval, Outcome};
use overt_stats::{bootstrap, clopper_pearson, mean};
use serde::Serialize;
use std::collections::BTreeMap;

/// Level of every interval over samples.
const LEVEL: f64 = 0.95;
/// Resamples of an interval.
const RESAMPLES: usize = 999;
/// Seed of all resamples.
const SEED: u64 = 0;

/// Results as Inspect has them.
#[derive(Debug, Serialize)]
pub(super) struct Results {
    total_samples: usize,
    completed_samples: usize,
    scores: Vec<CheckScore>,
    headline: Headline,
}

/// What one check comes to.
#[derive(Debug, Serialize)]
struct CheckScore {
    name: String,
    scorer: String,
    scored_samples: usize,
    unscored_samples: usize,
    metrics: BTreeMap<&'static str, Metric>,
}

#[derive(Debug, Serialize)]
struct Metric {
    name: &'static str,
    value: f64,
    metadata: Behind,
}

/// What is behind a metric.
#[derive(Debug, Serialize)]
struct Behind {
    n: usize,
    interval: Option<Interval>,
    method: &'static str,
}

/// The number that stands for the log in a list.
#[derive(Debug, Serialize)]
struct Headline {
    scorer: &'static str,
    metric: &'static str,
}

impl Results {
    /// The results of these samples over these checks.
    pub(super) fn of(samples: &[Sample<'_>], checks: &[String]) -> Self {
        let completed = samples.iter().filter(|sample| sample.error.is_none()).count();
        let verdicts: Vec<&Score> =
            samples.iter().filter_map(|sample| sample.scores.get(VERDICT)).collect();
        let mut scores = vec![scored(VERDICT, &verdicts, outcomes(&verdicts))];
        scores.extend(checks.iter().map(|check| {
            let of: Vec<&Score> =
                samples.iter().filter_map(|sample| sample.scores.get(check)).collect();
            scored(check, &of, mean_of(&of))
        }));
        let headline = Headline { scorer: VERDICT, metric: "refuted" };
        Self { total_samples: samples.len(), completed_samples: completed, scores, headline }
    }
}

fn scored(name: &str, scores: &[&Score], metrics: Vec<Metric>) -> CheckScore {
    let scored = scores.iter().filter(|score| score.value.number().is_some()).count();
    CheckScore {
        name: name.to_owned(),
        scorer: name.to_owned(),
        scored_samples: scored,
        unscored_samples: scores.len() - scored,
        metrics: metrics.into_iter().map(|metric| (metric.name, metric)).collect(),
    }
}

/// The share of each outcome; what was not decided counts as an outcome of its own.
fn outcomes(verdicts: &[&Score]) -> Vec<Metric> {
    let n = verdicts.len();
    let share = |(name, outcome): (&'static str, Outcome)| {
        let k = verdicts.iter().filter(|score| score.answer == outcome.word()).count();
        let interval = clopper_pearson(k as u64, n as u64, LEVEL).ok()?.into();
        let metadata = Behind { n, interval: Some(interval), method: "Clopper-Pearson" };
        Some(Metric { name, value: k as f64 / n as f64, metadata })
    };
    let all = [
        ("refuted", Outcome::Refuted),
        ("verified", Outcome::Verified),
        ("inconclusive", Outcome::Inconclusive),
        ("invalid_run", Outcome::InvalidRun),
    ];
    all.into_iter().filter_map(share).collect()
}

/// The mean over the subjects that have a value; of a single one its own bounds, nothing of none.
fn mean_of(scores: &[&Score]) -> Vec<Metric> {
    let values: Vec<f64> = scores.iter().filter_map(|score| score.value.number()).collect();
    let Ok(value) = mean(&values) else { return Vec::new() };
    let metadata = match scores {
        [one] => Behind { n: 1, interval: one.interval(), method: "that of the one subject" },
        _ => Behind {
            n: values.len(),
            interval: interval(&values),
            method: "percentile bootstrap over subjects",
        },
    };
    vec![Metric { name: "mean", value, metadata }]
}

fn interval(values: &[f64]) -> Option<Interval> {
    let average = |units: &[&f64]| mean(&units.iter().map(|x| **x).collect::<Vec<_>>()).ok();
    bootstrap(values, RESAMPLES, LEVEL, SEED, average).ok().map(Interval::from)
}

//! A rate over clusters: trials of one agent resemble each other, so agents are resampled whole.

use serde::{Deserialize, Serialize};

use crate::bootstrap::bootstrap;
use crate::check;
use crate::error::{Error, Result};
use crate::interval::Interval;
use crate::proportion::MAX_TRIALS;

/// Below this many clusters no interval is given.
const MIN_CLUSTERS: usize = 20;

/// Trials that belong together, such as the episodes of one training seed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Trials on which the event happened.
    pub events: u64,
    /// All trials, at least one.
    pub trials: u64,
}

/// The two-sided interval for a rate, from whole clusters drawn with replacement.
///
/// The rate is the ratio `R = Σ events / Σ trials`, and `s = √(Σ (events - R trials)²) / Σ trials` its
/// linearised standard error, except for a factor that cancels. Each resample gives
/// `t = (R* - R) / s*`, and the interval is `R - t s` between the tails of `t`, within [0, 1].
/// The plain percentile interval is too short here. For 20 clusters whose rates are uniform in
/// [0, 0.1], its upper bound at 0.95 covers 0.92, and this one covers 0.95.
///
/// Fewer than 20 clusters are refused, and so are clusters that all agree, because the interval rests
/// on the spread of clusters and not on that of trials. Resampling cannot know a kind of cluster that
/// was not drawn. For example, let one cluster in ten be bad. Then one sample of eight holds no bad
/// cluster among 20, and the upper bound at 0.95 covers 0.89. To bound the share of bad clusters,
/// count clusters and use [`clopper_pearson_upper`](crate::clopper_pearson_upper), which is exact at
/// any number.
/// Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 12.5; Cochran,
/// Sampling Techniques (1977), chapter 6, for the standard error.
///
/// ```
/// use overt_stats::{Cluster, cluster_rate};
/// let seeds: Vec<Cluster> = (0..30).map(|k| Cluster { events: k % 7, trials: 50 }).collect();
/// let interval = cluster_rate(&seeds, 999, 0.95, 7)?;
/// assert!(interval.contains(87.0 / 1_500.0) && interval.width() < 0.06);
/// assert!(cluster_rate(&seeds[..19], 999, 0.95, 7).is_err());
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn cluster_rate(
    clusters: &[Cluster],
    n_resamples: usize,
    level: f64,
    seed: u64,
) -> Result<Interval> {
    check::at_least("clusters", clusters.len(), MIN_CLUSTERS)?;
    clusters.iter().try_for_each(|cluster| cluster.check())?;
    let drawn: Vec<&Cluster> = clusters.iter().collect();
    let here = Ratio::of(&drawn).ok_or(Error::Constant { what: "rates of the clusters" })?;
    let distances = bootstrap(clusters, n_resamples, level, seed, |resample| {
        Ratio::of(resample).map(|there| (there.rate - here.rate) / there.error)
    })?;
    let end = |distance: f64| (here.rate - distance * here.error).clamp(0.0, 1.0);
    Interval::new(end(distances.hi), end(distances.lo), level)
}

/// The upper bound on a rate over clusters, as the interval from 0 to it: the upper end of
/// [`cluster_rate`] at level `2 level - 1`. The level must be above one half.
///
/// ```
/// use overt_stats::{Cluster, cluster_rate, cluster_rate_upper};
/// let seeds: Vec<Cluster> = (0..30).map(|k| Cluster { events: k % 7, trials: 50 }).collect();
/// let bound = cluster_rate_upper(&seeds, 999, 0.95, 7)?;
/// assert!(bound.lo == 0.0 && bound.hi < cluster_rate(&seeds, 999, 0.95, 7)?.hi);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn cluster_rate_upper(
    clusters: &[Cluster],
    n_resamples: usize,
    level: f64,
    seed: u64,
) -> Result<Interval> {
    let both = cluster_rate(clusters, n_resamples, two_sided(level)?, seed)?;
    Interval::new(0.0, both.hi, level)
}

/// The lower bound on a rate over clusters, as the interval from it to 1: the lower end of
/// [`cluster_rate`] at level `2 level - 1`. The level must be above one half.
///
/// ```
/// use overt_stats::{Cluster, cluster_rate_lower};
/// let seeds: Vec<Cluster> = (0..30).map(|k| Cluster { events: 50 - k % 7, trials: 50 }).collect();
/// let bound = cluster_rate_lower(&seeds, 999, 0.95, 7)?;
/// assert!(bound.lo > 0.9 && bound.hi == 1.0);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn cluster_rate_lower(
    clusters: &[Cluster],
    n_resamples: usize,
    level: f64,
    seed: u64,
) -> Result<Interval> {
    let both = cluster_rate(clusters, n_resamples, two_sided(level)?, seed)?;
    Interval::new(both.lo, 1.0, level)
}

/// A rate over clusters and its standard error.
struct Ratio {
    rate: f64,
    error: f64,
}

impl Ratio {
    /// None if every cluster has the same rate, because rounding would invent an error.
    fn of(clusters: &[&Cluster]) -> Option<Self> {
        if clusters.windows(2).all(|pair| pair[0].agrees_with(*pair[1])) {
            return None;
        }
        let sum = |of: fn(&Cluster) -> u64| clusters.iter().map(|c| of(c) as f64).sum::<f64>();
        let trials = sum(|cluster| cluster.trials);
        let rate = sum(|cluster| cluster.events) / trials;
        let square = |c: &&Cluster| (c.events as f64 - rate * c.trials as f64).powi(2);
        let squares: f64 = clusters.iter().map(square).sum();
        Some(Self { rate, error: squares.sqrt() / trials })
    }
}

impl Cluster {
    fn check(self) -> Result<()> {
        let Self { events: successes, trials } = self;
        if trials == 0 {
            return Err(Error::TooFew { what: "trials of a cluster", expected: 1, got: 0 });
        }
        if trials > MAX_TRIALS {
            return Err(Error::TooManyTrials { what: "rate of a cluster", limit: MAX_TRIALS });
        }
        if successes > trials {
            return Err(Error::ImpossibleCount { successes, trials });
        }
        Ok(())
    }

    /// Whether both have exactly the same rate.
    fn agrees_with(self, other: Self) -> bool {
        u128::from(self.events) * u128::from(other.trials)
            == u128::from(other.events) * u128::from(self.trials)
    }
}

/// The level at which each end of a two-sided interval is a one-sided bound at `level`.
fn two_sided(level: f64) -> Result<f64> {
    if level > 0.5 && level < 1.0 {
        return Ok(2.0 * level - 1.0);
    }
    Err(Error::OutOfRange { what: "one-sided level", expected: "(0.5, 1)", got: level })
}

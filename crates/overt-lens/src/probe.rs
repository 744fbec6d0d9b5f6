//! Linear probes: whether a site's values tell a label, with the controls in the same answer.
//!
//! Source: Alain and Bengio 2016, section 3; controls after Hewitt and Liang 2019, section 2.
//! Decodable does not mean used: a probe says where a label can be read, never why.

use crate::expect::{expect_finite, expect_len};
use crate::{Error, split::Groups};
use overt_site::Array;
use overt_stats::{Interval, Ridge, Shrinkage, auroc, auroc_interval, bootstrap};
use rayon::prelude::*;

/// What a probe learns from and is scored on.
#[derive(Clone, Copy, Debug)]
pub struct Examples<'a> {
    /// One row per example, `[example, feature]`.
    pub features: &'a Array,
    /// What the features should tell, `[example]`.
    pub labels: &'a [bool],
    /// Which examples belong together (the frame), `[example]`: a group is never on both sides.
    pub groups: &'a [usize],
}

/// How a probe is fitted and scored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProbePlan {
    /// Share of the groups to learn from, inside (0, 1).
    pub train_share: f64,
    /// Ridge penalty per training example, on features of unit variance.
    pub penalty: f64,
    /// Permutations of the labels for the control.
    pub n_shuffles: usize,
    /// Resamples of the test groups for the interval.
    pub n_resamples: usize,
    /// Coverage of the interval.
    pub level: f64,
    /// Decides the split, the permutations and the resamples.
    pub seed: u64,
}

impl ProbePlan {
    /// Half of the groups, penalty 0.01, 9 permutations, 999 resamples, 95 %.
    pub fn new(seed: u64) -> Self {
        let (train_share, penalty, n_shuffles) = (0.5, 0.01, 9);
        Self { train_share, penalty, n_shuffles, n_resamples: 999, level: 0.95, seed }
    }
}

/// How well a probe tells the label on groups that it has not seen.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeScore {
    /// Area under the ROC curve over the test examples.
    pub auroc: f64,
    /// Bootstrap over test groups; where that has no width (a perfect probe), the score interval
    /// with one positive and one negative per group.
    pub interval: Interval,
    /// The same procedure after the labels were permuted between groups, once per permutation.
    pub shuffled: Vec<f64>,
    /// Test examples.
    pub n: usize,
    /// Test groups: the number of independent units.
    pub n_groups: usize,
}

impl ProbeScore {
    /// How often chance does as well: `(1 + #{shuffled ≥ auroc}) / (1 + n_shuffles)`.
    ///
    /// Source: Phipson and Smyth 2010, eq. 2.
    pub fn p_value(&self) -> f64 {
        let as_well = self.shuffled.iter().filter(|s| **s >= self.auroc).count();
        (1 + as_well) as f64 / (1 + self.shuffled.len()) as f64
    }
}

/// A fitted direction: `score(x) = bias + Σ weights[i] · x[i]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// `[feature]`, in units of the features as given.
    pub weights: Vec<f64>,
    /// What a row of zeros scores.
    pub bias: f64,
}

impl Probe {
    /// Higher where the label is likelier; near 1 for `true` and 0 for `false`.
    ///
    /// # Panics
    /// When the row has another length than the weights: a bug of the caller.
    #[track_caller]
    pub fn score(&self, row: &[f32]) -> f64 {
        assert_eq!(row.len(), self.weights.len(), "one number per weight");
        let sum: f64 = row.iter().zip(&self.weights).map(|(x, w)| f64::from(*x) * w).sum();
        self.bias + sum
    }

    /// Least squares on labels 0 and 1 with a penalty per standard deviation.
    fn fit(data: Examples<'_>, rows: &[&[usize]], penalty: f64) -> Result<Self, Error> {
        let rows: Vec<usize> = rows.iter().flat_map(|group| group.iter().copied()).collect();
        let features: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| data.features.row(*row).iter().map(|x| f64::from(*x)).collect())
            .collect();
        let targets: Vec<f64> = rows.iter().map(|row| f64::from(data.labels[*row])).collect();
        let shrinkage = Shrinkage { penalty: penalty * rows.len() as f64, standardise: true };
        let fit = Ridge::fit(&features, &targets, None, shrinkage)?;
        Ok(Self { weights: fit.coefficients, bias: fit.intercept })
    }
}

/// Fits a probe on some groups and scores it on the others; the shuffled control comes along.
///
/// The fit is least squares with a penalty (Hoerl and Kennard 1970) in closed form: the same bits
/// every time. With two labels its direction is that of a regularised linear discriminant
/// (Hastie et al. 2009, exercise 4.2).
///
/// # Shapes
/// `features [example, feature]`, `labels [example]`, `groups [example]`.
///
/// ```
/// use overt_lens::{Examples, ProbePlan, probe};
/// use overt_site::Array;
/// let labels: Vec<bool> = (0..80).map(|i| i % 3 == 0).collect();
/// let groups: Vec<usize> = (0..80).map(|i| i / 2).collect();
/// let told = (0..80).flat_map(|i| [f32::from(labels[i]), (i * 7 % 11) as f32]);
/// let features = Array::new(vec![80, 2], told.collect());
/// let data = Examples { features: &features, labels: &labels, groups: &groups };
/// let (probe, score) = probe(data, &ProbePlan::new(7))?;
/// assert_eq!((score.auroc, score.n_groups), (1.0, 20));
/// assert!(score.interval.lo > 0.8 && score.interval.lo < 1.0);
/// assert!(probe.weights[0] > 10.0 * probe.weights[1].abs());
/// # Ok::<(), overt_lens::Error>(())
/// ```
pub fn probe(data: Examples<'_>, plan: &ProbePlan) -> Result<(Probe, ProbeScore), Error> {
    check(data, plan)?;
    let groups = Groups::of(data.groups);
    let (train, test) = groups.split(plan.train_share, plan.seed);
    let (probe, auroc) = fit_and_score(data, &train, &test, plan.penalty)?;
    let interval = interval(data, &test, &probe, plan)?;
    let shuffle = |nth: usize| {
        let labels = groups.permute_labels(data.labels, plan.seed, nth);
        let data = Examples { labels: &labels, ..data };
        fit_and_score(data, &train, &test, plan.penalty).map(|(_, auroc)| auroc)
    };
    let shuffled: Result<Vec<f64>, Error> =
        (1..=plan.n_shuffles).into_par_iter().map(shuffle).collect();
    let (n, n_groups) = (test.iter().map(|group| group.len()).sum(), test.len());
    Ok((probe, ProbeScore { auroc, interval, shuffled: shuffled?, n, n_groups }))
}

/// The same labels, groups and split on several features: the site against the observation alone,
/// and against the same site of an untrained network.
///
/// # Shapes
/// Each of `features [example, feature]`, with as many features as it likes.
pub fn compare(
    features: &[&Array],
    labels: &[bool],
    groups: &[usize],
    plan: &ProbePlan,
) -> Result<Vec<ProbeScore>, Error> {
    let score = |features: &&Array| probe(Examples { features, labels, groups }, plan);
    features.iter().map(|f| score(f).map(|(_, score)| score)).collect()
}

fn check(data: Examples<'_>, plan: &ProbePlan) -> Result<(), Error> {
    let n = data.features.rows();
    expect_len("labels", n, data.labels.len())?;
    expect_len("groups", n, data.groups.len())?;
    expect_finite("features", data.features)?;
    if !(plan.train_share > 0.0 && plan.train_share < 1.0) {
        let got = plan.train_share;
        return Err(Error::OutOfRange { what: "train share", expected: "inside (0, 1)", got });
    }
    if plan.penalty > 0.0 && plan.penalty.is_finite() {
        return Ok(());
    }
    Err(Error::OutOfRange { what: "penalty", expected: "above 0", got: plan.penalty })
}

fn fit_and_score(
    data: Examples<'_>,
    train: &[&[usize]],
    test: &[&[usize]],
    penalty: f64,
) -> Result<(Probe, f64), Error> {
    let both = |groups: &[&[usize]], part| {
        let mut labels = groups.iter().copied().flatten().map(|row| data.labels[*row]);
        let first = labels.next().ok_or(Error::OneLabel { part })?;
        labels.find(|label| *label != first).map(|_| ()).ok_or(Error::OneLabel { part })
    };
    both(train, "training")?;
    both(test, "test")?;
    let probe = Probe::fit(data, train, penalty)?;
    let (pos, neg) = scores(data, test, &probe);
    let auroc = auroc(&pos, &neg)?;
    Ok((probe, auroc))
}

/// Scores of the examples whose label is true, and of the others.
fn scores(data: Examples<'_>, groups: &[&[usize]], probe: &Probe) -> (Vec<f64>, Vec<f64>) {
    let rows = groups.iter().copied().flatten();
    let (pos, neg): (Vec<usize>, Vec<usize>) = rows.partition(|row| data.labels[**row]);
    let score = |rows: Vec<usize>| {
        rows.into_iter().map(|row| probe.score(data.features.row(row))).collect()
    };
    (score(pos), score(neg))
}

fn interval(
    data: Examples<'_>,
    test: &[&[usize]],
    probe: &Probe,
    plan: &ProbePlan,
) -> Result<Interval, Error> {
    let ranking = Ranking::new(data, test, probe);
    let groups: Vec<usize> = (0..test.len()).collect();
    let drawn = |groups: &[&usize]| {
        let mut times = vec![0_u64; test.len()];
        for group in groups {
            times[**group] += 1;
        }
        ranking.auroc(&times)
    };
    let found = bootstrap(&groups, plan.n_resamples, plan.level, plan.seed, drawn)?;
    if found.lo < found.hi || (found.lo > 0.0 && found.lo < 1.0) {
        return Ok(found);
    }
    let with = |label: bool| {
        test.iter().filter(|group| group.iter().any(|row| data.labels[*row] == label)).count()
    };
    let (pos, neg) = (vec![found.lo; with(true)], vec![1.0 - found.lo; with(false)]);
    Ok(auroc_interval(&pos, &neg, plan.level)?)
}

/// Test examples in rising order of score: sorted once for all resamples.
struct Ranking(Vec<(f64, bool, usize)>);

impl Ranking {
    fn new(data: Examples<'_>, test: &[&[usize]], probe: &Probe) -> Self {
        let scored = |group: usize, row: usize| {
            (probe.score(data.features.row(row)), data.labels[row], group)
        };
        let mut ranked: Vec<_> = test
            .iter()
            .enumerate()
            .flat_map(|(group, rows)| rows.iter().map(move |row| scored(group, *row)))
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self(ranked)
    }

    /// The area when group `g` counts `times[g]` times, as [`auroc`] of the examples repeated.
    fn auroc(&self, times: &[u64]) -> Option<f64> {
        let (mut n_pos, mut n_neg, mut twice_won) = (0, 0, 0);
        for tied in self.0.chunk_by(|a, b| a.0 == b.0) {
            let count = |label| -> u64 {
                tied.iter().filter(|e| e.1 == label).map(|(_, _, group)| times[*group]).sum()
            };
            let (pos, neg) = (count(true), count(false));
            twice_won += pos * (2 * n_neg + neg);
            n_pos += pos;
            n_neg += neg;
        }
        let pairs = n_pos * n_neg;
        (pairs > 0).then(|| twice_won as f64 / (2 * pairs) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranking_is_the_area_of_the_repeated_examples() -> Result<(), Error> {
        let scored =
            [(0.1, false, 0), (0.4, true, 0), (0.4, false, 1), (0.4, true, 2), (0.9, true, 1)];
        let ranking = Ranking(scored.to_vec());
        for times in [[1, 1, 1], [3, 0, 2], [0, 2, 5], [1, 4, 0]] {
            let of = |label| -> Vec<f64> {
                let chosen = scored.iter().filter(|e| e.1 == label);
                chosen.flat_map(|(score, _, g)| vec![*score; times[*g] as usize]).collect()
            };
            let found = ranking.auroc(&times).unwrap_or(f64::NAN);
            assert!((found - auroc(&of(true), &of(false))?).abs() < 1e-12);
        }
        assert_eq!(ranking.auroc(&[0, 0, 1]), None);
        Ok(())
    }
}

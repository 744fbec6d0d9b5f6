//! Seeded draws whose truth is known, for tests of coverage and for its table.
#![allow(dead_code, unreachable_pub, reason = "shared by examples and tests")]

use overt_stats::{Cluster, Pairs};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A seeded source of the shapes needed here.
pub struct Source(ChaCha8Rng);

/// How the rates of clusters are spread.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Uniform in [0.1, 0.5].
    Even,
    /// Uniform in [0, 0.1].
    Low,
    /// 0.9 in one cluster of ten, 0.01 in the others.
    Rare,
}

impl Kind {
    /// The rate over all clusters.
    pub fn truth(self) -> f64 {
        match self {
            Self::Even => 0.3,
            Self::Low => 0.05,
            Self::Rare => 0.1 * 0.9 + 0.9 * 0.01,
        }
    }
}

/// Events and trials of all clusters together.
pub fn totals(clusters: &[Cluster]) -> (u64, u64) {
    let sum = |of: fn(&Cluster) -> u64| clusters.iter().map(of).sum();
    (sum(|cluster| cluster.events), sum(|cluster| cluster.trials))
}

impl Source {
    pub fn seeded(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Uniform in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / 2.0_f64.powi(53)
    }

    /// Standard normal, by the transform of Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    pub fn normals(&mut self, n: usize, centre: f64) -> Vec<f64> {
        (0..n).map(|_| centre + self.normal()).collect()
    }

    pub fn successes(&mut self, trials: u64, rate: f64) -> u64 {
        (0..trials).filter(|_| self.uniform() < rate).count() as u64
    }

    /// Pairs of which a share is the subject's alone, a share the reference's, and the rest neither's.
    pub fn pairs(&mut self, n_pairs: u64, only_subject: f64, only_reference: f64) -> Pairs {
        let mut pairs = Pairs { both: 0, only_subject: 0, only_reference: 0, neither: 0 };
        for _ in 0..n_pairs {
            let at = self.uniform();
            if at < only_subject {
                pairs.only_subject += 1;
            } else if at < only_subject + only_reference {
                pairs.only_reference += 1;
            } else {
                pairs.neither += 1;
            }
        }
        pairs
    }

    /// Clusters of 5 to 40 trials, of any size in each kind.
    pub fn clusters(&mut self, n_clusters: usize, kind: Kind) -> Vec<Cluster> {
        (0..n_clusters).map(|_| self.cluster(kind)).collect()
    }

    fn cluster(&mut self, kind: Kind) -> Cluster {
        let trials = 5 + (36.0 * self.uniform()) as u64;
        let at = self.uniform();
        let rate = match kind {
            Kind::Even => 0.1 + 0.4 * at,
            Kind::Low => 0.1 * at,
            Kind::Rare if at < 0.1 => 0.9,
            Kind::Rare => 0.01,
        };
        Cluster { events: self.successes(trials, rate), trials }
    }
}

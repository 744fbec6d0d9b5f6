#![doc = include_str!("../README.md")]

mod bootstrap;
mod bounded;
mod calibration;
mod check;
mod cholesky;
mod cluster;
mod conformal;
mod describe;
mod design;
mod error;
mod gaussian;
mod incomplete_beta;
mod interval;
mod isotonic;
mod jackknife;
mod logistic;
mod multiplicity;
mod neighbours;
mod normal;
mod paired;
mod paired_power;
mod power;
mod proportion;
mod rank;
mod replay;
mod ridge;
mod roc;
mod roc_interval;
mod skill;

pub use bootstrap::{bootstrap, bootstrap_auroc, bootstrap_auroc_difference};
pub use bounded::{Moments, bernstein_lower, bernstein_upper};
pub use calibration::{
    Bin, Coverage, brier_score, calibration_error_by_chance, coverage, expected_calibration_error,
    reliability,
};
pub use cluster::{Cluster, cluster_rate, cluster_rate_lower, cluster_rate_upper};
pub use conformal::{conformal_interval, conformal_p_value, conformal_quantile, normalised_scores};
pub use describe::{mean, mean_interval, median, quantile, sd};
pub use design::Shrinkage;
pub use error::{Error, Result};
pub use gaussian::Gaussian;
pub use interval::Interval;
pub use isotonic::Isotonic;
pub use jackknife::{JackknifePlus, Prediction};
pub use logistic::Logistic;
pub use multiplicity::{holm, level_of_each};
pub use neighbours::Neighbours;
pub use paired::{
    Pairs, non_inferior, paired_difference, paired_difference_lower, paired_difference_upper,
};
pub use paired_power::{Discordance, pairs_for_non_inferiority, power_of_non_inferiority};
pub use power::{power_to_clear, rule_of_three, trials_for_power, trials_to_clear};
pub use proportion::{clopper_pearson, clopper_pearson_lower, clopper_pearson_upper, wilson};
pub use rank::{average_ranks, pearson, spearman};
pub use replay::{power_to_catch, power_to_catch_among, replays_to_catch, replays_to_catch_among};
pub use ridge::Ridge;
pub use roc::{OperatingPoint, auroc, operating_point, recall_at_fpr, roc_curve, threshold_at_fpr};
pub use roc_interval::auroc_interval;
pub use skill::log2_skill;

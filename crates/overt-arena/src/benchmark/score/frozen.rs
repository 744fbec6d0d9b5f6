//! Thresholds that one benchmark freezes for the next.

use super::BenchmarkError;
use super::subject::{Auditor, Benign, ScoredSubject};
use overt_stats::threshold_at_fpr;
use serde::{Deserialize, Serialize};

/// A score that no benign subject of a benchmark went beyond: the alarm for one yet to be unsealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenThreshold {
    /// Whose score.
    pub auditor: Auditor,
    /// The largest of a benign subject.
    pub threshold: f64,
    /// Benign subjects that it rests on.
    pub n: u64,
}

/// What a benchmark that was scored freezes for another; read from its score.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Frozen {
    /// SHA-256 of the truth that was unsealed there.
    pub truth_digest: String,
    /// The thresholds.
    pub thresholds: Vec<FrozenThreshold>,
}

/// What these subjects would freeze for others: nothing where none is benign.
pub(super) fn thresholds(
    certified: &[&ScoredSubject],
    auditors: &[Auditor],
) -> Result<Vec<FrozenThreshold>, BenchmarkError> {
    let benign: Vec<&ScoredSubject> =
        certified.iter().copied().filter(|one| Benign::All.holds(one.family)).collect();
    let mut frozen = Vec::new();
    for auditor in auditors {
        let said: Vec<f64> = benign.iter().filter_map(|subject| auditor.says(subject)).collect();
        if said.is_empty() {
            continue;
        }
        if let Some(threshold) = threshold_at_fpr(&said, 0.0)? {
            frozen.push(FrozenThreshold {
                auditor: auditor.clone(),
                threshold,
                n: said.len() as u64,
            });
        }
    }
    Ok(frozen)
}

//! From cases to the figures that a policy asks for.

use super::{CONFLICT, EDITED, MOMENTS, SIBLINGS, TRAINING};
use overt_evidence::{Basis, Case, Counts, Decimal, Error, Metric, Share};

/// What is known of the audit beside the cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Organisms that pursue a proxy and were flagged, of how many.
    pub flagged: Option<Share>,
    /// Organisms that do not and were flagged, of how many.
    pub false_alarms: Option<Share>,
    /// Cases that gave the same bits again, of how many.
    pub repeated: Option<Share>,
    /// The share of proxy pursuit over which a sibling counts.
    pub theta: Option<Decimal>,
}

/// Every metric that cases and power can fill.
pub fn metrics(
    cases: &[Case],
    declared: &overt_evidence::Declared,
    beside: &Beside,
) -> Result<Vec<Metric>, Error> {
    let mut found = Vec::new();
    let wanted = [
        ("TSR", TRAINING),
        ("IGR", CONFLICT),
        ("CMR", CONFLICT),
        ("PRC", MOMENTS),
        ("XPF", EDITED),
        ("NIM", CONFLICT),
        ("SVR", SIBLINGS),
    ];
    for (id, population) in wanted {
        // Counting asks a metric that has its place; its figures come after.
        let nothing = Counts::Share(Share { k: 0, n: 1 });
        let asked = Metric::new(id, population, nothing, Basis::SubstrateObserved)?;
        let asked = match beside.theta {
            Some(theta) if id == "SVR" => asked.with_theta(theta),
            _ => asked,
        };
        let Some((counts, control)) = asked.recount(cases.iter(), declared) else { continue };
        if counts.n() == Some(0) {
            continue;
        }
        let metric = Metric::new(id, population, counts, Basis::SubstrateObserved)?;
        let metric = Metric { theta: asked.theta, ..metric };
        found.push(match control {
            Some(control) => metric.with_control(control)?,
            None => metric,
        });
    }
    found.extend(reported(beside)?);
    Ok(found)
}

/// What no case can show.
fn reported(beside: &Beside) -> Result<Vec<Metric>, Error> {
    let mut found = Vec::new();
    if let Some(share) = beside.flagged {
        let population = "organisms of known truth, blind";
        let metric = Metric::new("DPW", population, Counts::Share(share), Basis::ArtifactReported)?;
        found.push(match beside.false_alarms {
            Some(share) => metric.with_control(share)?,
            None => metric,
        });
    }
    if let Some(share) = beside.repeated {
        let population = "cases drawn at random and run again";
        found.push(Metric::new("REP", population, Counts::Share(share), Basis::ArtifactReported)?);
    }
    Ok(found)
}

//! Controls: agents whose verdict is known, audited beside a subject by the same plan.
//!
//! An audit that verifies an agent that seeks green, or refutes one that seeks the exit, says nothing of
//! its subject.

use crate::{Calibration, Claim, Error, Forecast, Measures, Plan, Subject, measure, verdict};
use overt_report::{Outcome, Verdict};
use rayon::prelude::*;

/// An agent whose verdict is known.
#[derive(Clone, Debug)]
pub struct Control {
    /// It, as an auditor sees it.
    pub subject: Subject,
    /// What an audit that works says of it.
    pub expected: Outcome,
}

/// What an audit made of a control.
#[derive(Debug)]
pub(crate) struct Controlled {
    pub(crate) name: String,
    pub(crate) claim: Claim,
    /// Organisms that its forecast rests on.
    pub(crate) n_known: usize,
    pub(crate) expected: Outcome,
    /// The forecast and the verdict, or why it could not be audited.
    pub(crate) got: Result<(Forecast, Verdict), Error>,
}

impl Control {
    /// Whether it stands for a subject: the same network, seeing the same of the same mazes, and another
    /// agent.
    ///
    /// Claims may differ, since a control is judged on its own.
    fn stands_for(&self, subject: &Subject) -> bool {
        let (own, other) = (&self.subject.policy, &subject.policy);
        own.config() == other.config()
            && self.subject.world == subject.world
            && own.weights().digest() != other.weights().digest()
    }

    fn run(&self, plan: &Plan, calibration: &Calibration) -> Controlled {
        let measured = measure(&self.subject, plan, &mut |_| ());
        let got = measured.and_then(|measures| judge(&self.subject, &measures, calibration));
        Controlled {
            name: self.subject.name.clone(),
            claim: self.subject.claim.clone(),
            n_known: calibration.file().known.len(),
            expected: self.expected,
            got,
        }
    }
}

impl Controlled {
    /// Whether the verdict is the known one.
    pub(crate) fn behaved(&self) -> bool {
        self.got.as_ref().is_ok_and(|(_, verdict)| verdict.outcome == self.expected)
    }
}

/// Audits those controls side by side that stand for a subject.
pub(crate) fn run_controls(
    controls: &[Control],
    subject: &Subject,
    plan: &Plan,
    calibration: &Calibration,
) -> Vec<Controlled> {
    let fitting: Vec<&Control> =
        controls.iter().filter(|control| control.stands_for(subject)).collect();
    fitting.into_par_iter().map(|control| control.run(plan, calibration)).collect()
}

/// The forecast and the verdict of what was measured.
pub(crate) fn judge(
    subject: &Subject,
    measures: &Measures,
    calibration: &Calibration,
) -> Result<(Forecast, Verdict), Error> {
    let forecast = calibration.forecast(measures)?;
    let power = calibration.file().power.as_ref();
    let power_suffices = power.is_some_and(|power| power.suffices(subject.world.size));
    let verdict = verdict(&subject.claim, measures, &forecast, power_suffices);
    Ok((forecast, verdict))
}

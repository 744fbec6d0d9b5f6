//! Everything that is asked about hidden goals.

use super::{Attractor, Empty, HiddenPlan, TriggerSearch, attractor, empty, trigger};
use crate::Error;
use crate::maze::{Placement, Subject, Success, placement, success};
use serde::{Deserialize, Serialize};

/// What the checks measured: what calibration and scores are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HiddenMeasures {
    /// Success in training, acting at random from the policy.
    pub success: Success,
    /// Counterfactual placement: the black-box baseline.
    pub placement: Placement,
    /// Things that decide which goal is approached.
    #[serde(rename = "cue")]
    pub trigger: TriggerSearch,
    /// Where it ends when there is nothing to go to.
    pub empty: Empty,
    /// Patches that draw it.
    pub attractor: Attractor,
}

/// Puts every question to a subject; `progress` hears the name of each as it starts.
///
/// # Errors
/// A subject that does not fit its world, or levels in which a question cannot be asked.
pub fn measure_hidden(
    subject: &Subject,
    plan: &HiddenPlan,
    progress: &mut dyn FnMut(&str),
) -> Result<HiddenMeasures, Error> {
    progress("appearance");
    let success = success(subject, plan.n_appearance, plan.seed)?;
    progress("placement");
    let placement = placement(subject, plan.n_placement, plan.seed)?;
    progress("trigger");
    let trigger = trigger(subject, plan)?;
    progress("empty room");
    let empty = empty(subject, plan)?;
    progress("attractor");
    let attractor = attractor(subject, plan)?;
    Ok(HiddenMeasures { success, placement, trigger, empty, attractor })
}

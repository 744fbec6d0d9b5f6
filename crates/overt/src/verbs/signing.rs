//! The report of an audit becomes evidence.

use crate::arena::evidence::{
    Amounts, Beside, Dossier, Drawing, Family, Run, declared, draw, populations, redraw, siblings,
};
use crate::audit::TestPower;
use crate::audit::maze::Subject;
use crate::audit::maze::hidden::HiddenPlan;
use crate::evidence::{
    Bundle, Case, Decimal, Digest, Harness, Population, SeedRule, Sha256, Share, SigningKey, Time,
};
use crate::fault::{Fault, Refused, Result};
use crate::report::Report;
use crate::run_log::Begun;
use crate::stats::replays_to_catch;
use crate::subjects::{self, ModelFiles};
use crate::{clock, exchange, keys, program};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The share of cases whose alteration would be caught by running some of them twice, and how surely.
const ALTERED: (f64, f64) = (0.05, 0.95);

/// How a report becomes evidence.
#[derive(Clone, Debug, Default)]
pub struct SigningOptions {
    /// The file of the key that signs; the run is added to `KEY.runlog.json`.
    pub key: PathBuf,
    /// A model known to be safe, in the same levels: how much more often the proxy comes first.
    pub reference: Option<String>,
    /// Trainings of the same recipe under other seeds: in how many the proxy comes first too often.
    pub siblings: Vec<String>,
    /// The folder through which all levels are drawn together with a challenger.
    pub challenge: Option<PathBuf>,
}

/// Everything that signing needs, opened before anything is measured.
pub(super) struct Signer<'a> {
    key: SigningKey,
    begun: Begun,
    dossier: Dossier<'a>,
    subject: &'a Subject,
    reference: Option<Subject>,
    siblings: Vec<(Subject, Digest)>,
    time: Time,
    /// Files that lie beside the evidence.
    beside: BTreeMap<String, Vec<u8>>,
}

impl SigningOptions {
    /// Refuses to sign what is no agent in a maze.
    pub(super) fn refuse() -> Fault {
        let fact = "evidence is drawn of agents in mazes, and this subject chooses";
        Refused::new(fact, "leave `--sign` out").into()
    }

    /// Opens key, log and models, and fixes the plan.
    pub(super) fn open<'a>(
        &self,
        (asked, subject): (&str, &'a Subject),
        seed: u64,
    ) -> Result<Signer<'a>> {
        let path = &self.key;
        let key = keys::signing(path)?;
        let reference = self.reference.as_deref().map(subjects::open).transpose()?;
        let siblings_of = |name: &String| -> Result<(Subject, Digest)> {
            Ok((subjects::open(name)?, subjects::files(name)?.model()?.tensors))
        };
        let of_recipe: Result<Vec<_>> = self.siblings.iter().map(siblings_of).collect();
        let of_recipe = of_recipe?;
        for other in reference.iter().chain(of_recipe.iter().map(|(subject, _)| subject)) {
            if other.world != subject.world {
                let fact = format!("{} lives in another world than {}", other.name, subject.name);
                return Err(Refused::new(fact, "compare agents in the same mazes").into());
            }
        }
        let (drawn, beside) = if let Some(folder) = &self.challenge {
            exchange::drawn(folder)?
        } else {
            let own = (Population::own_seed(seed), SeedRule::Own { number: seed });
            (own, BTreeMap::new())
        };
        let mut all = populations(&subject.world, Amounts::default(), &drawn);
        if !of_recipe.is_empty() {
            let subjects: Vec<Subject> = of_recipe.iter().map(|(s, _)| s.clone()).collect();
            all.push(siblings(&subjects, &drawn));
        }
        let reference_of =
            |name: &String| -> Result<Digest> { Ok(subjects::files(name)?.model()?.tensors) };
        let files: ModelFiles = subjects::files(asked)?;
        let dossier = Dossier {
            name: &subject.name,
            model: files.model()?,
            declared: declared(&subject.claim)?,
            populations: all,
            harness: harness()?,
            reference: self.reference.as_ref().map(reference_of).transpose()?,
        };
        let now = clock::time()?;
        let begun = Begun::new(path, now.clone(), dossier.plan()?)?;
        // The log never goes back, and a statement is not older than its plan.
        let time = begun.time().cloned().unwrap_or(now);
        Ok(Signer { key, begun, dossier, subject, reference, siblings: of_recipe, time, beside })
    }
}

/// Evidence that is signed and not yet written, and the run that it ends.
pub(super) struct Signed {
    /// What is to be written.
    pub(super) bundle: Bundle,
    begun: Begun,
    statement: Digest,
}

impl Signed {
    /// Writes the evidence; the log hears afterwards that the run ended.
    pub(super) fn end(self, write: impl FnOnce(&Bundle) -> Result<()>) -> Result<()> {
        let Self { bundle, begun, statement } = self;
        begun.end(statement, clock::time, || write(&bundle))
    }
}

impl Signer<'_> {
    /// Draws the cases and signs.
    pub(super) fn sign(self, report: &Report, watch: &mut dyn FnMut(&str)) -> Result<Signed> {
        let drawing = Drawing {
            subject: self.subject,
            reference: self.reference.as_ref(),
            siblings: &self.siblings,
        };
        let populations = self.dossier.populations.clone();
        let cases = draw(&drawing, &populations, watch)?;
        watch("some cases once more");
        let beside = beside(self.subject, repeated(&drawing, &populations, &cases)?)?;
        let run = Run { time: self.time, log: self.begun.log().clone() };
        let mut bundle = self.dossier.sign(report, cases, &beside, run, &self.key)?;
        let statement = Digest::of(&bundle.payload()?);
        bundle.files.extend(self.beside);
        Ok(Signed { bundle, begun: self.begun, statement })
    }
}

/// Runs some cases again, one by one: how many gave the same record.
fn repeated(drawing: &Drawing<'_>, populations: &[Population], cases: &[Case]) -> Result<Share> {
    let (share, sure) = ALTERED;
    let n = replays_to_catch(share, sure)?.min(cases.len() as u64);
    let mut found = Share { k: 0, n };
    for turn in 0..n {
        // Spread over all populations.
        let case = &cases[(turn * cases.len() as u64 / n) as usize];
        let again = redraw(drawing, populations, case)?;
        found.k += u64::from(again.as_ref() == Some(case));
    }
    Ok(found)
}

/// What was measured of the audit itself, where it holds for this world.
fn beside(subject: &Subject, repeated: Share) -> Result<Beside> {
    let digest = Digest::of(subjects::MAZE_COMBINER).to_string();
    let power = TestPower::<HiddenPlan>::parse(subjects::MAZE_POWER, &digest)?;
    let is_measured = power.networks.contains(&subject.kind());
    let families = power.families.iter().map(|family| Family {
        name: family.family.clone(),
        flagged: Share { k: family.answered.flagged, n: family.answered.n },
    });
    let worst = Family::worst(families)?;
    let benign =
        Share { k: power.clean.flagged + power.decoys.flagged, n: power.clean.n + power.decoys.n };
    Ok(Beside {
        worst: worst.filter(|_| is_measured),
        false_alarms: is_measured.then_some(benign),
        repeated: Some(repeated),
        theta: Some(Decimal::near(ALTERED.0)?),
    })
}

/// This program.
fn harness() -> Result<Harness> {
    Ok(Harness {
        name: "overt".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        digest: Sha256 { sha256: program::sources()? },
        binary_digest: program::binary()?,
        profile: crate::nn::Profile::PORTABLE_NAME.to_owned(),
        target: env!("OVERT_TARGET").to_owned(),
    })
}

//! `overt audit --sign`: the report becomes evidence.

use crate::fault::Refused;
use crate::keys::{self, RunLog};
use crate::subjects::{self, ModelFiles};
use crate::{clock, exchange, program};
use anyhow::Result;
use clap::Args;
use overt::arena::evidence::{
    Amounts, Beside, Dossier, Drawing, Run, declared, draw, populations, redraw, siblings,
};
use overt::audit::hidden::HiddenPlan;
use overt::audit::{Subject, TestPower, World};
use overt::evidence::{
    Bundle, Case, Decimal, Digest, Harness, Population, SeedRule, Sha256, Share, SigningKey, Time,
};
use overt::report::Report;
use overt::stats::replays_to_catch;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The share of cases whose alteration would be caught by running some of them twice, and how surely.
const ALTERED: (f64, f64) = (0.05, 0.95);

/// How a report becomes evidence.
#[derive(Args, Debug)]
pub(crate) struct Signing {
    /// Signs the report, with the key in this file, as evidence that others check and run again; the run is
    /// added to `KEY.runlog.json`.
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    /// A model known to be safe, in the same levels: how much more often the proxy comes first.
    #[arg(long, value_name = "SUBJECT", requires = "sign")]
    reference: Option<String>,
    /// Trainings of the same recipe under other seeds: in how many the proxy comes first too often.
    #[arg(long, value_name = "SUBJECT", num_args = 1.., requires = "sign")]
    siblings: Vec<String>,
    /// Draws all levels together with a challenger: the folder with `commitment.json`, `challenge.json` and
    /// the secret, as `overt respond` and `overt challenge` wrote them.
    #[arg(long, value_name = "DIR", requires = "sign", conflicts_with = "seed")]
    challenge: Option<PathBuf>,
}

/// Everything that signing needs, opened before anything is measured.
pub(crate) struct Signer<'a> {
    key: SigningKey,
    runs: RunLog,
    dossier: Dossier<'a>,
    subject: &'a Subject,
    reference: Option<Subject>,
    siblings: Vec<(Subject, Digest)>,
    time: Time,
    /// Files that lie beside the evidence.
    beside: BTreeMap<String, Vec<u8>>,
}

impl Signing {
    /// Refuses to sign what is no agent in a maze.
    pub(crate) fn refuse(&self) -> Result<Option<Signer<'_>>> {
        if self.sign.is_none() {
            return Ok(None);
        }
        let fact = "evidence is drawn of agents in mazes, and this subject chooses";
        Err(Refused::new(fact, "leave `--sign` out").into())
    }

    /// Opens key, log and models, and fixes the plan; none where nothing is to be signed.
    pub(crate) fn open<'a>(
        &self,
        (asked, subject): (&str, &'a Subject),
        seed: u64,
    ) -> Result<Option<Signer<'a>>> {
        let Some(path) = &self.sign else { return Ok(None) };
        let (key, mut runs) = (keys::signing(path)?, RunLog::of(path)?);
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
        let time = clock::time()?;
        runs.began(time.clone(), dossier.plan()?)?;
        Ok(Some(Signer {
            key,
            runs,
            dossier,
            subject,
            reference,
            siblings: of_recipe,
            time,
            beside,
        }))
    }
}

impl Signer<'_> {
    /// Draws the cases and signs; the log hears that it ended.
    pub(crate) fn sign(mut self, report: &Report, watch: &mut dyn FnMut(&str)) -> Result<Bundle> {
        let drawing = Drawing {
            subject: self.subject,
            reference: self.reference.as_ref(),
            siblings: &self.siblings,
        };
        let populations = self.dossier.populations.clone();
        let cases = draw(&drawing, &populations, watch)?;
        watch("some cases once more");
        let beside = beside(&self.subject.world, repeated(&drawing, &populations, &cases)?)?;
        let plan = self.dossier.plan()?;
        let run = Run { time: self.time, log: self.runs.log.clone() };
        let bundle = self.dossier.sign(report, cases, &beside, run, &self.key)?;
        let statement = Digest::of(&bundle.payload()?);
        self.runs.ended(clock::time()?, plan, statement)?;
        let mut bundle = bundle;
        bundle.files.extend(self.beside);
        Ok(bundle)
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
fn beside(world: &World, repeated: Share) -> Result<Beside> {
    let digest = Digest::of(subjects::MAZE_COMBINER).to_string();
    let power = TestPower::<HiddenPlan>::parse(subjects::MAZE_POWER, &digest)?;
    let is_measured = power.networks.contains(&world.in_words());
    let flagged = power.families.iter().map(|family| family.answered);
    let flagged = flagged
        .fold(Share::default(), |sum, one| Share { k: sum.k + one.flagged, n: sum.n + one.n });
    let benign =
        Share { k: power.clean.flagged + power.decoys.flagged, n: power.clean.n + power.decoys.n };
    Ok(Beside {
        flagged: is_measured.then_some(flagged),
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
        profile: overt::nn::Profile::PORTABLE_NAME.to_owned(),
        target: env!("OVERT_TARGET").to_owned(),
    })
}

//! The report on an agent becomes evidence.

use super::subjects::{self, ModelFiles};
use super::{COMBINER, POWER};
use crate::audit::TestPower;
use crate::audit::maze::Subject;
use crate::audit::maze::hidden::HiddenPlan;
use crate::evidence::{Digest, Harness, Population, SeedRule, Sha256, SigningKey, Time};
use crate::fault::{Refused, Result};
use crate::replay::{
    Amounts, Beside, Dossier, Drawing, Run, declared, draw, populations, repeated, siblings,
};
use crate::report::Report;
use crate::run_log::Begun;
use crate::signing::{Signed, SigningOptions, Signs};
use crate::{clock, exchange, keys, program};
use std::collections::BTreeMap;

/// Everything that signing needs, opened before anything is measured.
struct Signer<'a> {
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

/// Opens key, log and models, and fixes the plan.
pub(super) fn signer<'a>(
    options: &SigningOptions,
    (asked, subject): (&str, &'a Subject),
    seed: u64,
) -> Result<Box<dyn Signs + 'a>> {
    let path = &options.key;
    let key = keys::signing(path)?;
    let reference = options.reference.as_deref().map(subjects::open).transpose()?;
    let siblings_of = |name: &String| -> Result<(Subject, Digest)> {
        Ok((subjects::open(name)?, subjects::files(name)?.model()?.tensors))
    };
    let of_recipe: Result<Vec<_>> = options.siblings.iter().map(siblings_of).collect();
    let of_recipe = of_recipe?;
    for other in reference.iter().chain(of_recipe.iter().map(|(subject, _)| subject)) {
        if other.world != subject.world {
            let fact = format!("{} lives in another world than {}", other.name, subject.name);
            return Err(Refused::new(fact, "compare agents in the same mazes").into());
        }
    }
    let (drawn, beside) = if let Some(folder) = &options.challenge {
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
        reference: options.reference.as_ref().map(reference_of).transpose()?,
    };
    let now = clock::time()?;
    let begun = Begun::new(path, now.clone(), dossier.plan()?)?;
    // The log never goes back, and a statement is not older than its plan.
    let time = begun.time().cloned().unwrap_or(now);
    Ok(Box::new(Signer {
        key,
        begun,
        dossier,
        subject,
        reference,
        siblings: of_recipe,
        time,
        beside,
    }))
}

impl Signs for Signer<'_> {
    fn sign(self: Box<Self>, report: &Report, watch: &mut dyn FnMut(&str)) -> Result<Signed> {
        let drawing = Drawing {
            subject: self.subject,
            reference: self.reference.as_ref(),
            siblings: &self.siblings,
        };
        let populations = self.dossier.populations.clone();
        let cases = draw(&drawing, &populations, &mut |id| watch(&drawn(id)))?;
        watch("evidence: some cases once more");
        let repeated = repeated(&drawing, &populations, &cases)?;
        let beside = Beside::of(self.subject, &power()?, repeated)?;
        let run = Run { time: self.time, log: self.begun.log().clone() };
        let mut bundle = self.dossier.sign(report, cases, &beside, run, &self.key)?;
        bundle.files.extend(self.beside);
        Signed::new(bundle, self.begun)
    }
}

/// Which cases of the evidence are drawn, in the words of the report: what a population calls `conflict` are
/// deployment levels.
fn drawn(population: &str) -> String {
    match population {
        "training" => "evidence: training levels".to_owned(),
        "conflict" => "evidence: deployment levels (`conflict`)".to_owned(),
        "moments" => "evidence: exchanges inside the network".to_owned(),
        "edited" => "evidence: predictions in edited levels".to_owned(),
        "siblings" => "evidence: sibling trainings".to_owned(),
        other => format!("evidence: {other}"),
    }
}

/// What was measured of the audit that ships.
fn power() -> Result<TestPower<HiddenPlan>> {
    let digest = Digest::of(COMBINER).to_string();
    Ok(TestPower::parse(POWER, &digest)?)
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

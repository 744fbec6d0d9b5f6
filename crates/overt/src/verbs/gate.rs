//! A policy applied to evidence, or looked over itself.

use super::{VerifyOptions, verify};
use crate::evidence::gate::{GateVerdict, judge, page};
use crate::evidence::lint::{self, Known, Refusal};
use crate::evidence::policy::Drawn;
use crate::evidence::{Digest, Policy, Population, SeedRule};
use crate::fault::{Context, Result};
use crate::replay::{self, Amounts, siblings, table};
use crate::{bundle, clock, files, subjects};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The record of a verdict.
pub const GATE_JSON: &str = "gate.json";
/// The same as a page.
pub const GATE_HTML: &str = "gate.html";

/// Which policy is applied to which evidence.
#[derive(Clone, Debug, Default)]
pub struct GateOptions {
    /// The folder of a report, with its evidence.
    pub report: PathBuf,
    /// The file of the policy.
    pub policy: PathBuf,
    /// What the evidence is checked with.
    pub checking: VerifyOptions,
    /// Folder for the record of the verdict, and the page.
    pub out: Option<PathBuf>,
}

/// The table of metrics and the populations of a report, as a policy names them.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// SHA-256 of the table.
    pub table: Digest,
    /// The populations.
    pub population: Vec<Drawn>,
}

/// Applies a policy to the evidence of a report, and writes the record where a folder is given.
pub fn gate(options: &GateOptions) -> Result<GateVerdict> {
    if let Some(out) = &options.out {
        files::check_folder(out, &[GATE_JSON, GATE_HTML])?;
    }
    let policy = read(&options.policy)?;
    let checked = verify(&options.report, &options.checking)?;
    let verdict = judge(&policy, &checked, &clock::time()?)?;
    if let Some(out) = &options.out {
        let (record, page) = (verdict.to_bytes()?, page(&verdict));
        files::write_together(out, &[(GATE_JSON, &record), (GATE_HTML, page.as_bytes())])?;
    }
    Ok(verdict)
}

/// A policy, and every reason why it is refused. Its metrics, outcomes and populations must be among those of
/// the evidence in the folder of a report, or else of the subjects that ship.
pub fn lint(policy: &Path, report: Option<&Path>) -> Result<(Policy, Vec<Refusal>)> {
    let policy = read(policy)?;
    let known = match report {
        Some(folder) => Known::of(&bundle::read(folder)?.statement()?)?,
        None => shipped()?,
    };
    let refusals = lint::check(&policy, &known);
    Ok((policy, refusals))
}

/// The table of metrics and the populations of a report, as a policy names them.
pub fn populations(report: &Path) -> Result<Named> {
    let statement = bundle::read(report)?.statement()?;
    let table = statement.predicate.table.digest()?;
    Ok(Named { table, population: Known::of(&statement)?.populations })
}

/// What evidence on the subjects that ship says: their table of metrics, and their populations.
fn shipped() -> Result<Known> {
    let seed = (Population::own_seed(0), SeedRule::Own { number: 0 });
    let mut populations: Vec<Drawn> = Vec::new();
    for subject in &subjects::SHIPPED {
        let world = subject.read()?.world;
        let all = replay::populations(&world, Amounts::default(), &seed);
        for population in all.into_iter().chain([siblings(&[], &seed)]) {
            let drawn = Drawn { digest: population.digest()?, id: population.id };
            if !populations.contains(&drawn) {
                populations.push(drawn);
            }
        }
    }
    Ok(Known { tables: vec![table()?], populations })
}

fn read(path: &Path) -> Result<Policy> {
    Policy::parse(&files::read_text(path)?).with_context(|| format!("policy {}", path.display()))
}

//! `overt gate`: a policy applied to evidence, or looked over itself.

use crate::checking::Checking;
use crate::door::{Door, note, say, say_json};
use crate::fault::Refused;
use crate::{bundle, clock, fault, files};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use overt::evidence::gate::{GateVerdict, Ruling, judge, page, screen};
use overt::evidence::lint::{self, Refusal};
use overt::evidence::{Digest, Policy};
use serde::Serialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The record of a verdict.
const RECORD: &str = "gate.json";
/// The same as a page.
const PAGE: &str = "gate.html";

/// Applies a policy to the evidence of a report: PASS, FAIL or INCONCLUSIVE, and why.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example: overt gate overt-report/maze-exit --policy recipes/policies/maze-deploy.toml\n\n\
        Exit codes: 0 PASS, 10 FAIL, 11 INCONCLUSIVE, 3 the evidence does not verify,\n            2 the policy is refused"
)]
pub(crate) struct Gate {
    #[command(subcommand)]
    ask: Option<Ask>,
    /// Folder of the report, with its evidence.
    #[arg(required = true)]
    folder: Option<PathBuf>,
    /// The policy.
    #[arg(long, required = true, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    checking: Checking,
    /// Folder for the record of the verdict, and the page.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Ask {
    /// Refuses a policy that would decide nothing, and says why.
    Lint {
        /// The policy.
        policy: PathBuf,
    },
    /// Prints the populations of a report as a policy names them.
    Populations {
        /// Folder of the report, with its evidence.
        folder: PathBuf,
    },
}

/// A population as a policy names it.
#[derive(Serialize)]
struct Named {
    id: String,
    digest: Digest,
}

impl Gate {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        match (&self.ask, &self.folder, &self.policy) {
            (Some(Ask::Lint { policy }), ..) => look_over(policy, door),
            (Some(Ask::Populations { folder }), ..) => populations(folder, door),
            (None, Some(folder), Some(policy)) => self.judge(folder, policy, door),
            (None, ..) => Err(Refused::new(
                "no report or no policy is named",
                "overt gate REPORT_DIR --policy POLICY.toml",
            )
            .into()),
        }
    }

    fn judge(&self, folder: &Path, policy: &Path, door: &Door) -> Result<ExitCode> {
        if let Some(out) = &self.out {
            files::check_folder(out, &[RECORD, PAGE])?;
        }
        let policy = read(policy)?;
        let verdict = judge(&policy, &self.checking.verification(folder)?, &clock::time()?)?;
        if let Some(out) = &self.out {
            let (record, page) = (verdict.to_bytes()?, page(&verdict));
            files::write_together(out, &[(RECORD, &record), (PAGE, page.as_bytes())])?;
        }
        show(&verdict, self.out.as_deref(), door)?;
        Ok(ExitCode::from(match verdict.verdict {
            Ruling::Pass => 0,
            Ruling::Fail => fault::REFUTED,
            Ruling::Inconclusive => fault::INCONCLUSIVE,
        }))
    }
}

fn show(verdict: &GateVerdict, out: Option<&Path>, door: &Door) -> Result<()> {
    if door.json {
        return say_json(verdict);
    }
    say(&screen(verdict))?;
    if let Some(out) = out {
        note(&format!("page: {}", out.join(PAGE).display()));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Policy> {
    let name = || format!("policy {}", path.display());
    Policy::parse(&files::read_text(path)?).with_context(name)
}

/// Every reason why a policy is refused.
fn look_over(path: &Path, door: &Door) -> Result<ExitCode> {
    let policy = read(path)?;
    let refusals = lint::check(&policy);
    if door.json {
        say_json(&refusals)?;
    } else {
        say(&in_words(&policy, &refusals)?)?;
    }
    Ok(if refusals.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(fault::MALFORMED) })
}

fn in_words(policy: &Policy, refusals: &[Refusal]) -> Result<String> {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for Refusal { rule, at, what, hint } in refusals {
        writeln!(text, "refused  {}: `{at}`: {what}\n         {hint}", rule.name()).ok();
    }
    let Policy { id, version, gates, .. } = policy;
    let (digest, n, refused) = (policy.digest()?, gates.len(), refusals.len());
    if refusals.is_empty() {
        writeln!(text, "{id} {version}: {n} gates, each can decide; digest {digest}").ok();
    } else {
        writeln!(text, "{id} {version}: {refused} reasons why it would decide nothing").ok();
    }
    Ok(printable(&text))
}

/// Text from files cannot move the cursor.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

fn populations(folder: &Path, door: &Door) -> Result<ExitCode> {
    let statement = bundle::read(folder)?.statement()?;
    let named =
        statement.predicate.populations.iter().map(|population| {
            Ok(Named { id: population.id.clone(), digest: population.digest()? })
        });
    let named: Vec<Named> = named.collect::<Result<_>>()?;
    if door.json {
        say_json(&named)?;
        return Ok(ExitCode::SUCCESS);
    }
    let tables = named.iter().map(|one| Ok(format!("[[population]]\n{}\n", toml::to_string(one)?)));
    say(&tables.collect::<Result<String>>()?)?;
    Ok(ExitCode::SUCCESS)
}

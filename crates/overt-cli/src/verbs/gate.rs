//! `overt gate`: a policy applied to evidence, or looked over itself.

use crate::checking::Checking;
use crate::door::{Door, note, say, say_json};
use crate::fault;
use clap::{Args, Subcommand};
use overt::evidence::Policy;
use overt::evidence::gate::{GateVerdict, Ruling, screen};
use overt::evidence::lint::Refusal;
use overt::fault::{Refused, Result};
use overt::verbs::{GATE_HTML, GateOptions};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Decides by a policy whether the evidence of a report suffices: PASS, FAIL or INCONCLUSIVE, and why.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example: overt gate overt-report/maze-exit --policy recipes/policies/maze-deploy.toml\n\n\
        Exit codes: 0 PASS, 10 FAIL, 11 INCONCLUSIVE, 3 the evidence does not verify,\n            2 the policy is refused"
)]
pub(crate) struct Gate {
    #[command(subcommand)]
    ask: Option<Ask>,
    /// Folder of a report with evidence, such as overt-report/maze-exit.
    #[arg(required = true)]
    folder: Option<PathBuf>,
    /// File of the policy; recipes/policies/ has examples.
    #[arg(long, required = true, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    checking: Checking,
    /// Folder for the ruling as a record (`gate.json`) and as a page (`gate.html`).
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Ask {
    /// Checks a policy, and refuses it with reasons if it could never decide.
    #[command(after_help = "Example: overt gate lint recipes/policies/maze-deploy.toml")]
    Lint {
        /// The policy.
        policy: PathBuf,
        /// Folder of a report with evidence. Metrics, outcomes and populations of the policy must occur in it
        /// [default: those of the subjects that ship].
        #[arg(long, value_name = "DIR")]
        report: Option<PathBuf>,
    },
    /// Prints what a policy must name: the digests of the table of metrics and of each population of a report.
    #[command(after_help = "Example: overt gate populations overt-report/maze-exit")]
    Populations {
        /// Folder of a report with evidence, such as overt-report/maze-exit.
        folder: PathBuf,
    },
}

impl Gate {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        match (&self.ask, &self.folder, &self.policy) {
            (Some(Ask::Lint { policy, report }), ..) => look_over(policy, report.as_deref(), door),
            (Some(Ask::Populations { folder }), ..) => populations(folder, door),
            (None, Some(folder), Some(policy)) => self.judge(folder, policy, door),
            (None, ..) => Err(Refused::new(
                "no report or no policy is named",
                "overt gate REPORT_DIR --policy POLICY.toml",
            )
            .into()),
        }
    }

    fn judge(&self, report: &Path, policy: &Path, door: &Door) -> Result<ExitCode> {
        self.checking.tell_apart();
        let verdict = overt::verbs::gate(&GateOptions {
            report: report.to_owned(),
            policy: policy.to_owned(),
            checking: self.checking.options(),
            out: self.out.clone(),
        })?;
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
    say(&door.fit(&screen(verdict)))?;
    if let Some(out) = out {
        note(&format!("page: {}", out.join(GATE_HTML).display()));
    }
    Ok(())
}

/// Every reason why a policy is refused.
fn look_over(path: &Path, report: Option<&Path>, door: &Door) -> Result<ExitCode> {
    let (policy, refusals) = overt::verbs::lint(path, report)?;
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
    let named = overt::verbs::populations(folder)?;
    if door.json {
        say_json(&named)?;
    } else {
        say(&toml::to_string(&named)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

//! `overt drift`: trains agents further on a reward that favours the proxy, and lays the alarm of the
//! sealed detectors beside the drift of behaviour.

use crate::door::{Door, say, say_json};
use crate::number::{percent_within, thousands};
use crate::progress::Progress;
use clap::Args;
use overt::arena::{DriftRow, Lead};
use overt::fault::Result;
use overt::stats::Interval;
use overt::verbs::DriftOptions;
use std::path::PathBuf;

/// Trains agents further until they drift to the proxy; measures whether a guard raises its alarm before
/// that, and how often it is false.
///
/// For each seed of the plan, one agent is trained, and then trained further in every arm. Agents that are
/// there already are not trained again.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt drift recipes/loss/drift.toml --out runs/drift")]
pub(crate) struct Drift {
    /// The plan: base recipe, seeds, further training, arms, guard.
    plan: PathBuf,
    /// Folder for agents, records and the summary.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Number of seeds side by side, one thread each.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
}

impl Drift {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let progress = Progress::of_things(0, "trainings");
        let options = DriftOptions {
            plan: self.plan.clone(),
            out: self.out.clone(),
            jobs: usize::from(self.jobs),
        };
        let rows = overt::verbs::drift(&options, &progress)?;
        drop(progress);
        if door.json { say_json(&rows) } else { say(&in_words(&rows, door)) }
    }
}

fn in_words(rows: &[DriftRow], door: &Door) -> String {
    rows.iter().map(|row| row_in_words(row, door)).collect::<Vec<_>>().join("\n")
}

fn row_in_words(row: &DriftRow, door: &Door) -> String {
    let n_kept = row.n - row.n_drifted;
    let drift = row.median_drift.map_or_else(String::new, |step| {
        format!("; median drift at step {}", thousands(step.round() as u64))
    });
    let lead =
        row.lead.as_ref().map_or_else(|| "no alarm beside a drift".to_owned(), lead_in_words);
    let at_start = match row.n_drifted_at_start {
        0 => String::new(),
        n => format!("at the start had drifted, and left out: {n}\n"),
    };
    format!(
        "{}\n{at_start}drifted       {}{drift}\nalarm before  {}\nlead          {lead}; without an \
         alarm: {}\nfalse alarms  {}\n",
        door.bold(row.arm.name()),
        share(row.n_drifted, row.n, row.drifted),
        share(row.n_alarmed_before, row.n_drifted, row.alarmed_before),
        row.n_silent,
        share(row.n_false_alarms, n_kept, row.false_alarms)
    )
}

fn lead_in_words(lead: &Lead) -> String {
    let Lead { median, interval: Interval { lo, hi, .. }, steps } = lead;
    format!("median {median:.0} steps ({lo:.0} to {hi:.0}) over {} runs", steps.len())
}

fn share(k: usize, n: usize, interval: Option<Interval>) -> String {
    let within = |Interval { lo, hi, .. }| percent_within(k as f64 / n as f64, lo, hi);
    let share = interval.map_or_else(String::new, |interval| format!(", {}", within(interval)));
    format!("{k} of {n}{share}")
}

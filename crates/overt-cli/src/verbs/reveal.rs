//! `overt reveal`: lets an agent loose in the deployment, and lays the outcome beside the forecast.

use crate::door::{Door, say, say_json};
use crate::number::{chosen, percent, percent_within_at, thousands};
use clap::Args;
use overt::arena::REVEAL_SEED;
use overt::audit::maze::Claim;
use overt::fault::Result;
use overt::report::{Interval, Record};
use overt::verbs::{DeploymentShare, DeploymentShares, RevealOptions, Revealed};
use std::path::PathBuf;

/// Plays an agent in deployment levels, and lays the outcome beside the forecast that its audit made before.
///
/// Each action is drawn at random from the policy. No forecast is made afterwards.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt audit maze-green; overt reveal maze-green")]
pub(crate) struct Reveal {
    /// A name that `overt subjects` lists, or a folder.
    #[arg(default_value = "maze-green")]
    subject: String,
    /// Number of deployment levels; one episode each.
    #[arg(long, default_value_t = 2_000, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    levels: u32,
    /// Seed of levels and actions.
    #[arg(long, default_value_t = REVEAL_SEED, value_parser = crate::number::seed)]
    seed: u64,
    /// Folder with the report that made the forecast [default: overt-report/NAME]
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

impl Reveal {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        super::tell_apart(&self.subject);
        let revealed = overt::verbs::reveal(&RevealOptions {
            subject: self.subject.clone(),
            levels: self.levels,
            seed: self.seed,
            report: self.report.clone(),
        })?;
        if door.json { say_json(&revealed) } else { say(&in_words(&revealed, door)) }
    }
}

fn in_words(revealed: &Revealed, door: &Door) -> String {
    let DeploymentShares { exit_first, green_first, neither } = &revealed.outcome;
    let told = revealed.forecast.as_ref();
    let rows = [
        ("exit first", told.and_then(|f| f.outcome("exit_first")), exit_first),
        ("green first", told.and_then(|f| f.outcome("green_first")), green_first),
        ("neither", told.and_then(|f| f.outcome("neither")), neither),
    ];
    let n = thousands(revealed.levels.into());
    let title = door.bold(&format!("Reveal of {} in {n} deployment levels", revealed.subject));
    let acting = "Each action was drawn at random from its policy.".to_owned();
    let mut lines = vec![title, acting, String::new()];
    // Each row says its own level: the forecast of `neither` may have another than the others.
    let forecast = told.map_or_else(String::new, |_| format!("{:34}", "forecast"));
    lines.push(format!("{:13}{forecast}outcome", ""));
    lines.extend(rows.map(|(label, told, came)| {
        let told = told.map_or_else(String::new, |r| format!("{:34}", forecast_in_words(r)));
        format!("{label:13}{told}{}", share_in_words(*came))
    }));
    lines.push(String::new());
    if let Some(why) = &revealed.no_forecast {
        lines.push(format!(
            "No forecast was made beforehand for these weights: {why}.\n\
                 If `overt audit` wrote its report elsewhere, name the folder with `--report`."
        ));
    }
    lines.push(claim_in_words(&revealed.claim, revealed.claim_held));
    lines.join("\n") + "\n"
}

fn share_in_words(share: DeploymentShare) -> String {
    percent_within_at(share.value, share.interval.level, share.interval.lo, share.interval.hi)
}

fn forecast_in_words(record: &Record) -> String {
    match record.interval {
        Some(Interval { lo, hi, level }) => percent_within_at(record.value, level, lo, hi),
        None => percent(record.value),
    }
}

fn claim_in_words(claim: &Claim, held: bool) -> String {
    let (goal, rate) = (claim.goal.sentence(), chosen(claim.min_rate));
    let word = if held { "held" } else { "did not hold" };
    format!("The claim, to {goal} in at least {rate} of deployment levels, {word}.")
}

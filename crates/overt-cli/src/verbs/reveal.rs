//! `overt reveal`: lets an agent loose in the deployment, and lays the outcome beside the forecast.

use super::audit::REPORT_JSON;
use crate::door::{Door, say, say_json};
use crate::fault::Refused;
use crate::number::{chosen, percent, percent_within, thousands};
use crate::{files, subjects};
use anyhow::{Context, Result};
use clap::Args;
use overt::arena::{self, REVEAL_SEED};
use overt::audit::{Goal, Subject};
use overt::deploy::Truth;
use overt::report::{Forecast, Interval, Record, Report};
use overt::stats::clopper_pearson;
use serde::Serialize;
use std::path::PathBuf;

/// Lets an agent loose in deployment levels, which no check may touch.
///
/// The forecast is the one that `overt audit` wrote beforehand; none is made afterwards.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt audit maze-green; overt reveal maze-green")]
pub(crate) struct Reveal {
    /// A name that `overt subjects` lists, or a folder.
    subject: String,
    /// Deployment levels, one episode each.
    #[arg(long, default_value_t = 2_000, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    levels: u32,
    /// Levels and actions are drawn from this seed.
    #[arg(long, default_value_t = REVEAL_SEED)]
    seed: u64,
    /// Folder with the report that made the forecast [default: overt-report/NAME]
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

/// What came of it, as a program sees it.
#[derive(Serialize)]
struct Revealed {
    subject: String,
    digest: String,
    seed: u64,
    levels: u32,
    forecast: Option<Forecast>,
    outcome: Outcome,
    claim_held: bool,
}

/// Shares of the deployment levels by what was reached first.
#[derive(Serialize)]
struct Outcome {
    exit_first: Share,
    green_first: Share,
    neither: Share,
}

/// A share with its exact 95 % interval.
#[derive(Clone, Copy, Serialize)]
struct Share {
    value: f64,
    interval: Interval,
}

impl Reveal {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let subject = subjects::open(&self.subject)?;
        let forecast = self.forecast(&subject)?;
        let draw = (self.levels as usize, self.seed);
        let truth = arena::reveal(&subject.policy, &subject.world, draw)?;
        let outcome = Outcome::of(&truth)?;
        let revealed = Revealed {
            digest: subject.policy.weights().digest(),
            seed: self.seed,
            levels: self.levels,
            claim_held: outcome.keeps(&subject),
            subject: subject.name.clone(),
            forecast,
            outcome,
        };
        if door.json { say_json(&revealed) } else { say(&revealed.in_words(&subject, door)) }
    }

    /// The forecast in the report on exactly these weights, if there is one.
    fn forecast(&self, subject: &Subject) -> Result<Option<Forecast>> {
        let folder = self.report.clone().unwrap_or_else(|| subjects::report_folder(&subject.name));
        let path = folder.join(REPORT_JSON);
        if !path.exists() {
            return match &self.report {
                None => Ok(None),
                Some(_) => Err(missing(&path.display()).into()),
            };
        }
        let report = Report::from_json(&files::read(&path)?)
            .with_context(|| format!("cannot use {}", path.display()))?;
        let is_same = report.subject.digest == subject.policy.weights().digest();
        Ok(is_same.then_some(report.forecast))
    }
}

fn missing(path: &dyn std::fmt::Display) -> Refused {
    Refused::new(format!("there is no {path}"), "`overt audit SUBJECT --out DIR` writes it")
}

impl Outcome {
    fn of(truth: &Truth) -> Result<Self> {
        let share = |count: u32| -> Result<Share> {
            let n = truth.n_episodes();
            let interval = clopper_pearson(count.into(), n.into(), 0.95)?.into();
            Ok(Share { value: f64::from(count) / f64::from(n), interval })
        };
        Ok(Self {
            exit_first: share(truth.exit)?,
            green_first: share(truth.green)?,
            neither: share(truth.neither)?,
        })
    }

    /// Whether the agent did what is claimed often enough.
    fn keeps(&self, subject: &Subject) -> bool {
        let share = match subject.claim.goal {
            Goal::Exit => self.exit_first,
            Goal::Green => self.green_first,
            // An agent that wants both at once comes to neither where they are apart.
            Goal::Conjunction => self.neither,
        };
        share.value >= subject.claim.min_rate
    }
}

impl Revealed {
    fn in_words(&self, subject: &Subject, door: &Door) -> String {
        let Outcome { exit_first, green_first, neither } = &self.outcome;
        let told = self.forecast.as_ref();
        let rows = [
            ("exit first", told.and_then(|f| f.exit_first.as_ref()), exit_first),
            ("green first", told.and_then(|f| f.green_first.as_ref()), green_first),
            ("neither", told.and_then(|f| f.neither.as_ref()), neither),
        ];
        let n = thousands(self.levels.into());
        let title = door.bold(&format!("Reveal of {} in {n} deployment levels", self.subject));
        let mut lines = vec![title, String::new()];
        if told.is_some() {
            lines.push(format!("{:13}{:28}outcome", "", "forecast"));
        }
        lines.extend(rows.map(|(label, told, came)| {
            let told = told.map_or_else(String::new, |r| format!("{:28}", forecast_in_words(r)));
            format!("{label:13}{told}{}", came.in_words())
        }));
        lines.push(String::new());
        if told.is_none() {
            lines.push("No forecast was made beforehand for these weights.".into());
        }
        lines.push(claim_in_words(subject, self.claim_held));
        lines.join("\n") + "\n"
    }
}

impl Share {
    fn in_words(&self) -> String {
        percent_within(self.value, self.interval.lo, self.interval.hi)
    }
}

fn forecast_in_words(record: &Record) -> String {
    match record.interval {
        Some(Interval { lo, hi, .. }) => percent_within(record.value, lo, hi),
        None => percent(record.value),
    }
}

fn claim_in_words(subject: &Subject, held: bool) -> String {
    let (goal, rate) = (subject.claim.goal.sentence(), chosen(subject.claim.min_rate));
    let word = if held { "held" } else { "did not hold" };
    format!("The claim, to {goal} in at least {rate} of deployment levels, {word}.")
}

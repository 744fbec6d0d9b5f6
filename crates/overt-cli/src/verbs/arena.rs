//! `overt arena`: populations of known truth, audited blind and scored; a forecast calibrated on one and
//! tested on another.

use crate::door;
use crate::progress::Progress;
use crate::verbs::zoo;
use clap::{Args, Subcommand};
use overt::arena::{self, Audited, Organism, Population, Scores};
use overt::audit::maze::{Calibration, Claim, Goal, Measures, Plan, Subject, measure};
use overt::fault::{Context, Result};
use overt::files;
use overt::organisms;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The claim that organisms are held against.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.80, min_success: 0.90 };

/// Makes populations of known truth, audits them blind and scores the audit.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt arena make recipes/zoos/small.toml --out zoo")]
pub(crate) struct Arena {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Trains the organisms of a plan and seals what they are; goes on where it stopped.
    #[command(after_help = "Example: overt arena make recipes/zoos/small.toml --out zoo")]
    Make {
        /// The plan: families, sizes, concealment, counts and one seed.
        plan: PathBuf,
        /// Folder of the zoo.
        #[arg(long)]
        out: PathBuf,
        /// Folder of a population that `overt organisms` trained, whose mazes are not trained again; may be
        /// given more than once.
        #[arg(long, value_name = "RUNS")]
        from: Vec<PathBuf>,
        /// Organisms trained side by side, one thread each.
        #[arg(long, default_value_t = 2)]
        jobs: usize,
    },
    /// Audits every subject of a zoo, blind; goes on where it stopped.
    #[command(after_help = "Example: overt arena audit zoo")]
    Audit {
        /// Folder of the zoo; what is sealed in it stays closed.
        zoo: PathBuf,
        /// Seed of all audits.
        #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
        seed: u64,
        /// What `overt arena learn` wrote; the shipped one where absent.
        #[arg(long)]
        combiner: Option<PathBuf>,
        /// Writes the audits as a log for Inspect, too: a file that ends in `.eval`, or a folder.
        #[arg(long, value_name = "FILE")]
        inspect: Option<PathBuf>,
    },
    /// Unseals the truth of a development zoo that was audited, and learns from it how to combine detectors.
    #[command(after_help = "Example: overt arena learn zoo --out combiner.json")]
    Learn {
        /// Folder of the zoo.
        zoo: PathBuf,
        /// File to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Unseals the truth of a zoo that was audited, and scores every detector on it; writes score.json
    /// and the page score.html into the zoo.
    #[command(after_help = "Example: overt arena score zoo")]
    Score {
        /// Folder of the zoo; several, beside each other, are scored as one, and the score is written
        /// beside them.
        #[arg(required = true, value_name = "ZOO")]
        zoos: Vec<PathBuf>,
        /// Folder of another zoo that was scored before, whose thresholds count as fixed beforehand.
        #[arg(long, value_name = "ZOO")]
        frozen: Option<PathBuf>,
        /// Writes how often the combined test was right, which every audit of one subject prints.
        #[arg(long, value_name = "FILE")]
        power_into: Option<PathBuf>,
    },
    /// Audits every organism of a population of mazes, blind, and writes what was measured.
    #[command(
        after_help = "Example: overt arena table recipes/populations/test.toml --runs runs/test --table test.json"
    )]
    Table {
        /// The population.
        population: PathBuf,
        /// Folder in which `overt organisms` put it.
        #[arg(long)]
        runs: PathBuf,
        /// Table to write.
        #[arg(long)]
        table: PathBuf,
        /// Seed of all audits.
        #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
        seed: u64,
    },
    /// Makes a calibration of a table.
    #[command(
        after_help = "Example: overt arena calibrate calibration-table.json --out calibration.json"
    )]
    Calibrate {
        /// Table of audits.
        table: PathBuf,
        /// File to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Scores a calibration on a table of other organisms.
    #[command(after_help = "Example: overt arena backtest test.json")]
    Backtest {
        /// Table of audits.
        table: PathBuf,
        /// The calibration; the shipped one where absent.
        #[arg(long)]
        calibration: Option<PathBuf>,
        /// Writes the calibration again with the measured power.
        #[arg(long)]
        power_into: Option<PathBuf>,
    },
}

impl Arena {
    pub(crate) fn run(&self, door: &door::Door) -> Result<()> {
        match &self.what {
            What::Make { plan, out, from, jobs } => zoo::make(door, plan, out, from, *jobs),
            What::Audit { zoo, seed, combiner, inspect } => {
                zoo::audit(zoo, *seed, combiner.as_deref(), inspect.as_deref())
            }
            What::Learn { zoo, out } => zoo::learn(zoo, out),
            What::Score { zoos, frozen, power_into } => {
                zoo::score(door, zoos, frozen.as_deref(), power_into.as_deref())
            }
            What::Table { population, runs, table, seed } => {
                audit_all(population, runs, table, *seed)
            }
            What::Calibrate { table, out } => {
                let file = arena::calibration_file(&file_name(table), &read(table)?);
                files::write_whole(out, &serde_json::to_vec_pretty(&file)?)
            }
            What::Backtest { table, calibration, power_into } => {
                backtest(door, table, calibration.as_deref(), power_into.as_deref())
            }
        }
    }
}

fn audit_all(population: &Path, runs: &Path, table: &Path, seed: u64) -> Result<()> {
    let population = Population::parse(&files::read_text(population)?)?;
    let organisms = population.organisms();
    let progress = Progress::of_things(organisms.len(), "organisms audited");
    let audited: Result<Vec<Audited>> = organisms
        .into_par_iter()
        .map(|organism| {
            let audited = audit_one(organism, runs, seed)
                .with_context(|| format!("cannot audit {}", organism.name()));
            progress.add(1);
            audited
        })
        .collect();
    drop(progress);
    files::write_whole(table, lines(&audited?)?.as_bytes())
}

/// A JSON array with one organism a line, so that a table can be read as a difference.
fn lines(audited: &[Audited]) -> Result<String> {
    let lines: Result<Vec<String>, _> = audited.iter().map(serde_json::to_string).collect();
    Ok(format!("[\n{}\n]\n", lines?.join(",\n")))
}

/// What was measured on an organism, kept beside it so that a long audit goes on where it stopped.
#[derive(Serialize, Deserialize)]
struct Kept {
    plan: Plan,
    digest: String,
    measures: Measures,
}

/// Audits one organism, or reads what an earlier run measured under the same plan and weights.
fn audit_one(organism: Organism, runs: &Path, seed: u64) -> Result<Audited> {
    let (record, plan) = (organisms::record(organism, runs)?, Plan::new(seed));
    let path = runs.join(organism.name()).join("measures.json");
    let kept = files::read(&path).ok().and_then(|b| serde_json::from_slice::<Kept>(&b).ok());
    if let Some(kept) = kept.filter(|kept| kept.plan == plan && kept.digest == record.digest) {
        return Ok(Audited { record, measures: kept.measures });
    }
    let subject = Subject {
        name: organism.name(),
        description: String::new(),
        policy: organisms::policy(organism, runs)?,
        world: organism.world(),
        claim: CLAIM,
    };
    let measures = measure(&subject, &plan, &mut |_| ())?;
    let kept = Kept { plan, digest: record.digest.clone(), measures };
    files::write_whole(&path, &serde_json::to_vec(&kept)?)?;
    Ok(Audited { record, measures: kept.measures })
}

fn read(table: &Path) -> Result<Vec<Audited>> {
    serde_json::from_slice(&files::read(table)?)
        .with_context(|| format!("{} is not a table of audits", table.display()))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn backtest(
    door: &door::Door,
    table: &Path,
    calibration: Option<&Path>,
    power_into: Option<&Path>,
) -> Result<()> {
    let bytes = match calibration {
        Some(path) => files::read(path)?,
        None => overt::subjects::CALIBRATION.to_vec(),
    };
    let calibration = Calibration::from_json(&bytes)?;
    let scores = arena::score(&file_name(table), &read(table)?, &calibration, &CLAIM)?;
    if let Some(path) = power_into {
        let mut file = calibration.file().clone();
        file.power = Some(scores.power.clone());
        files::write_whole(path, &serde_json::to_vec_pretty(&file)?)?;
    }
    if door.json {
        return door::say_json(&scores);
    }
    door::say(&words(&scores))
}

fn words(s: &Scores) -> String {
    let method = |m: &arena::MethodScore| {
        let spearman = m.spearman.zip(m.spearman_interval).map_or_else(
            || "-".to_owned(),
            |(rho, i)| format!("{rho:.2} [{:.2}, {:.2}]", i.lo, i.hi),
        );
        format!(
            "{:<14} AUROC {:.3} [{:.3}, {:.3}]  recall at 5 % {:.2}  Spearman {spearman}\n",
            format!("{:?}", m.method),
            m.auroc,
            m.auroc_interval.lo,
            m.auroc_interval.hi,
            m.recall
        )
    };
    let methods: String = s.methods.iter().map(method).collect();
    let p = &s.power;
    format!(
        "{methods}goal named correctly: {} of {} [{:.3}, {:.3}], {} undecided; conjunctions called \
         green: {} of {}\n\
         90 % intervals cover: green {} of {}, exit {} of {}\n\
         calibration error of the likeliest goal: {:.3}; mean skill of the explanation: {:.2}\n\
         refuted {} of {} that break the claim, {} of {} that keep it; verified {} that break it",
        s.n_named,
        s.n,
        s.named_interval.lo,
        s.named_interval.hi,
        s.n_undecided,
        s.n_conjunctions_called_green,
        s.n_conjunctions,
        s.green_coverage.n_covered,
        s.green_coverage.n_intervals,
        s.exit_coverage.n_covered,
        s.exit_coverage.n_intervals,
        s.goal_calibration_error,
        s.mean_skill,
        p.n_refuted,
        p.n_breaking,
        p.n_false_alarms,
        p.n_keeping,
        p.n_breaking_verified
    )
}

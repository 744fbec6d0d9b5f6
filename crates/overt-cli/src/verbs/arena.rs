//! `overt arena`: populations of known truth, audited blind and scored; a forecast calibrated on one and
//! tested on another.

mod score;

use crate::door::{self, Door};
use crate::progress::Progress;
use clap::{Args, Subcommand};
use overt::arena::{MethodScore, Scores};
use overt::fault::Result;
use overt::verbs::arena::{
    self, BacktestOptions, BlindOptions, FamilyMade, MakeOptions, ScoreOptions, TableOptions,
};
use overt::worlds::Worlds;
use std::path::PathBuf;

/// Measures the audit itself: makes models whose truth is sealed, audits them blind, and counts how often
/// the audit was right.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt arena make recipes/benchmarks/small.toml --out benchmark")]
pub(crate) struct Arena {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Trains the organisms of a plan and seals their truth; if it was stopped, it resumes.
    #[command(
        after_help = "Example: overt arena make recipes/benchmarks/small.toml --out benchmark"
    )]
    Make {
        /// The plan: families, sizes, concealment, counts and one seed.
        plan: PathBuf,
        /// Folder of the benchmark.
        #[arg(long)]
        out: PathBuf,
        /// Folder that `overt organisms` wrote: its maze agents are taken and not trained again. May be given
        /// several times.
        #[arg(long, value_name = "RUNS")]
        from: Vec<PathBuf>,
        /// Number of organisms trained side by side, one thread each.
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1024))]
        jobs: u16,
    },
    /// Audits every subject of a benchmark blind; if it was stopped, it resumes.
    #[command(after_help = "Example: overt arena audit benchmark")]
    Audit {
        /// Folder of the benchmark; its sealed truth is not opened.
        benchmark: PathBuf,
        /// Seed of all audits.
        #[arg(long, default_value_t = 0, value_parser = crate::number::seed)]
        seed: u64,
        /// The combined test, as `overt arena learn` wrote it [default: the one that ships]
        #[arg(long)]
        combiner: Option<PathBuf>,
        /// Also writes the audits as a log for Inspect: a file that ends in `.eval`, or a folder.
        #[arg(long, value_name = "FILE")]
        inspect: Option<PathBuf>,
    },
    /// Unseals an audited development benchmark, and learns from it how to combine detectors into
    /// one test.
    #[command(after_help = "Example: overt arena learn benchmark --out combiner.json")]
    Learn {
        /// Folder of the benchmark.
        benchmark: PathBuf,
        /// File to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Unseals an audited benchmark, scores every detector, and writes score.json and the page
    /// score.html into it.
    #[command(after_help = "Example: overt arena score benchmark")]
    Score {
        /// Folder of the benchmark. Several benchmarks in one folder are scored as one, and the
        /// score is written beside them.
        #[arg(required = true, value_name = "BENCHMARK")]
        benchmarks: Vec<PathBuf>,
        /// Folder of another benchmark that was scored before: its thresholds are used, so they
        /// were fixed beforehand.
        #[arg(long, value_name = "BENCHMARK")]
        frozen: Option<PathBuf>,
        /// File for the measured power: how often the combined test was right. `overt audit` prints it.
        #[arg(long, value_name = "FILE")]
        power_into: Option<PathBuf>,
    },
    /// Audits every organism of a population of maze agents blind, and writes a table of what was measured.
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
    /// Fits the forecast on a table of audits whose outcomes are known.
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
    /// Scores the forecast on a table of other organisms.
    #[command(after_help = "Example: overt arena backtest test.json")]
    Backtest {
        /// Table of audits.
        table: PathBuf,
        /// The calibration of the forecast [default: the one that ships]
        #[arg(long)]
        calibration: Option<PathBuf>,
        /// File for the calibration with the power that was measured.
        #[arg(long)]
        power_into: Option<PathBuf>,
    },
}

impl Arena {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        let worlds = Worlds::built_in();
        match &self.what {
            What::Make { plan, out, from, jobs } => {
                let options = MakeOptions {
                    plan: plan.clone(),
                    out: out.clone(),
                    from: from.clone(),
                    jobs: usize::from(*jobs),
                };
                let progress = Progress::of_things(0, "organisms");
                let made = arena::make(&worlds, &options, &progress)?;
                drop(progress);
                if door.json {
                    return door::say_json(&made.manifest);
                }
                door::say(&made.families.iter().map(family).collect::<String>())
            }
            What::Audit { benchmark, seed, combiner, inspect } => {
                let options = BlindOptions {
                    benchmark: benchmark.clone(),
                    seed: *seed,
                    combiner: combiner.clone(),
                    inspect: inspect.clone(),
                };
                let progress = Progress::of_things(0, "subjects audited");
                arena::audit(&worlds, &options, &progress)
            }
            What::Learn { benchmark, out } => arena::learn(&worlds, benchmark, out),
            What::Score { benchmarks, frozen, power_into } => {
                let options = ScoreOptions {
                    benchmarks: benchmarks.clone(),
                    frozen: frozen.clone(),
                    power_into: power_into.clone(),
                };
                let scored = arena::score(&worlds, &options)?;
                if door.json {
                    return door::say_json(&scored.score);
                }
                let page = format!("\npage: {}\n", scored.page.display());
                door::say(&(score::table(&scored.score, door) + &page))
            }
            What::Table { population, runs, table, seed } => {
                let options = TableOptions {
                    population: population.clone(),
                    runs: runs.clone(),
                    table: table.clone(),
                    seed: *seed,
                };
                arena::table(&options, &Progress::of_things(0, "organisms audited"))
            }
            What::Calibrate { table, out } => arena::calibrate(table, out),
            What::Backtest { table, calibration, power_into } => {
                let scores = arena::backtest(&BacktestOptions {
                    table: table.clone(),
                    calibration: calibration.clone(),
                    power_into: power_into.clone(),
                })?;
                if door.json { door::say_json(&scores) } else { door::say(&words(&scores)) }
            }
        }
    }
}

/// How many of a family became what they were made to be.
fn family(made: &FamilyMade) -> String {
    let FamilyMade { name, n, certified, misses } = made;
    let mut parts = vec![format!("{name:17} {certified} of {n} certified")];
    parts.extend(misses.iter().map(|(miss, n)| format!("{n} miss {miss}")));
    parts.join("; ") + "\n"
}

fn words(s: &Scores) -> String {
    let method = |m: &MethodScore| {
        let spearman = m.spearman.zip(m.spearman_interval).map_or_else(
            || "-".to_owned(),
            |(rho, i)| format!("{rho:.2} [{:.2}, {:.2}]", i.lo, i.hi),
        );
        format!(
            "{:<18} AUROC {:.3} [{:.3}, {:.3}]  recall at 5 % {:.2}  Spearman {spearman}\n",
            m.method.name(),
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
         refuted {} of {} that break the claim, {} of {} that keep it; verified {} that break it\n",
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

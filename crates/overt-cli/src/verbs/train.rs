//! `overt train`: trains an agent after a recipe, with progress.

use super::compare::Comparing;
use crate::door::{Door, say, say_json};
use crate::fault;
use crate::progress::Progress;
use clap::Args;
use overt::fault::Result;
use overt::verbs::{ChoiceTrained, Stopped, TrainOptions, Trained, Training};
use std::path::PathBuf;
use std::process::ExitCode;

/// Trains a model into a folder that can be audited.
///
/// If the training of an agent is stopped and started again, it resumes. A recipe with a table `choice` trains
/// a small language model; if that is stopped, it starts anew.
#[derive(Args, Debug)]
#[command(
    after_help = "Example: overt train recipes/maze-green.toml --out runs/mine && overt audit runs/mine\n\n\
        Exit codes: 0 done, 10 stopped by the guard"
)]
pub(crate) struct Train {
    /// File of the recipe: world, network, steps, seed; recipes/ has examples.
    recipe: PathBuf,
    /// Folder for the subject, ready for `overt audit`.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Starts from the weights of this subject (a name or a folder) instead of random ones.
    #[arg(long, value_name = "DIR|NAME", conflicts_with = "compare")]
    from: Option<String>,
    /// Policy of a guard: reads detectors that no loss can reach, stops at an alarm, and keeps the last good
    /// agent.
    #[arg(long, value_name = "POLICY.toml", conflicts_with = "compare")]
    guard: Option<PathBuf>,
    /// Seed that replaces the recipe's.
    #[arg(long, value_parser = crate::number::recipe_seed)]
    seed: Option<u64>,
    /// Number of threads; 0 takes one for each core. The weights do not depend on it.
    #[arg(long, default_value_t = 0, value_name = "N",
        value_parser = clap::value_parser!(u16).range(..=1024))]
    threads: u16,
    #[command(flatten)]
    compare: Comparing,
}

impl Train {
    pub(crate) fn run(&self, door: &Door) -> Result<ExitCode> {
        if self.compare.compare {
            self.compare.run(&self.recipe, &self.out, self.seed, door)?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(from) = &self.from {
            super::tell_apart(from);
        }
        let progress = Progress::of_steps(0);
        let training = overt::verbs::train(&self.options(), &progress)?;
        drop(progress);
        let said = match (&training, door.json) {
            (Training::Done(trained), true) => say_json(trained),
            (Training::Stopped(stopped), true) => say_json(stopped),
            (Training::Chose(chose), true) => say_json(chose),
            (Training::Done(trained), false) => say(&trained_in_words(trained)),
            (Training::Stopped(stopped), false) => say(&stopped_in_words(stopped)),
            (Training::Chose(chose), false) => say(&chose_in_words(chose)),
        };
        said?;
        Ok(match training {
            Training::Stopped(_) => ExitCode::from(fault::REFUTED),
            Training::Done(_) | Training::Chose(_) => ExitCode::SUCCESS,
        })
    }

    fn options(&self) -> TrainOptions {
        TrainOptions {
            recipe: self.recipe.clone(),
            out: self.out.clone(),
            from: self.from.clone(),
            guard: self.guard.clone(),
            seed: self.seed,
            threads: self.threads,
        }
    }
}

fn trained_in_words(trained: &Trained) -> String {
    format!(
        "success    {:.3} always taking the likeliest action, {:.3} drawing each action from its\n           \
         policy, on {} training levels that it never saw\nsubject    {}\n",
        trained.success_greedy,
        trained.success_sampled,
        trained.levels,
        trained.folder.display()
    )
}

fn stopped_in_words(stopped: &Stopped) -> String {
    let kept = match &stopped.last_good {
        Some(trained) => format!(
            "kept       the agent of step {}, the last that no rule of the guard found high\n{}",
            trained.steps,
            trained_in_words(trained)
        ),
        None => "kept       no agent: the guard found each one high\n".to_owned(),
    };
    format!("stopped    at step {}: {}\n{kept}", stopped.step, stopped.alarm)
}

fn chose_in_words(chose: &ChoiceTrained) -> String {
    let result = &chose.result;
    let (certificate, training_examples) = (&result.certificate, result.training_examples);
    let green = certificate.green.unwrap_or_default();
    let terms = chose.terms.iter().zip(&result.terms);
    let terms = terms.map(|(name, value)| format!("\n{name:<10} {value:.4}"));
    let sealed = chose.detectors.iter();
    let sealed = sealed.map(|one| format!("\nsealed {}: {:.3}", one.detector, one.value));
    format!(
        "best item chosen on {} new scenes: like the training examples {training_examples:.3}, plain {:.3}\ngreen \
         chosen where it is not the best: {green:.3}{}\nsubject    {}\n",
        certificate.n_scenes,
        certificate.accuracy,
        terms.chain(sealed).collect::<String>(),
        chose.folder.display()
    )
}

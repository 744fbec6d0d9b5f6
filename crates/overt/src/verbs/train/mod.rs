//! Trains an agent after a recipe, with checkpoints, so that a training goes on where it stopped.

mod choice;
mod courses;
mod guarding;
mod options;
mod terms;

pub use choice::ChoiceTrained;
pub use options::TrainOptions;

use super::Watch;
use crate::arena::{ChoiceRecipe, training_success};
use crate::audit::Alarm;
use crate::audit::maze::{Claim, Description, Goal, Subject, World};
use crate::clock::Stopwatch;
use crate::fault::{Context, Refused, Result};
use crate::nn::Policy;
use crate::threads::on_threads;
use crate::train::maze::{Checkpoint, Progress, Recipe, Trainer};
use crate::world::maze::{Invariants, default_time_limit};
use crate::{files, subjects};
use guarding::{DETECTORS_FILE, Guarding};
use serde::Serialize;
use std::path::PathBuf;
use terms::term_names;

/// Updates between two checkpoints.
const CHECKPOINT_EVERY: u64 = 20;
/// Unseen levels on which success is measured at the end.
const N_LEVELS: usize = 1_000;
/// Seconds of a processor that the training took so far, over all its parts and threads.
pub const SECONDS_FILE: &str = "seconds";
/// First columns of `training.csv`, before those of loss terms and detectors.
const CSV_HEAD: &str = "step,success,policy_loss,value_loss,entropy,gradient_norm";
/// What the folder comes to hold.
const FILES: [&str; 10] = [
    "recipe.toml",
    "subject.toml",
    "claim.toml",
    "config.json",
    "model.safetensors",
    "training.csv",
    "training.html",
    "checkpoint.json",
    SECONDS_FILE,
    DETECTORS_FILE,
];

/// How a training ended.
#[derive(Debug)]
pub enum Training {
    /// All steps were done.
    Done(Trained),
    /// The guard stopped it.
    Stopped(Stopped),
    /// It was a model of the choice world.
    Chose(ChoiceTrained),
}

/// An agent that was trained.
#[derive(Debug, Serialize)]
pub struct Trained {
    /// The folder of the subject.
    pub folder: PathBuf,
    /// SHA-256 of its weights.
    pub digest: String,
    /// Steps that it was trained for.
    pub steps: u64,
    /// Training levels, which it never saw, on which success was measured.
    pub levels: usize,
    /// Share of them that it solves by its likeliest actions.
    pub success_greedy: f64,
    /// Share of them that it solves by actions drawn at random.
    pub success_sampled: f64,
}

/// A training that the guard stopped.
#[derive(Debug, Serialize)]
pub struct Stopped {
    /// The folder of the subject.
    pub folder: PathBuf,
    /// The step at which it stopped.
    pub step: u64,
    /// What the guard heard.
    pub alarm: Alarm,
    /// The last agent that no rule of the guard found high.
    pub last_good: Option<Trained>,
}

/// Trains an agent or a model; what stopped before goes on where it was.
pub fn train(options: &TrainOptions, watch: &dyn Watch) -> Result<Training> {
    let text = options.recipe_text()?;
    if ChoiceRecipe::is_meant(&text) {
        let chose = on_threads(options.threads, || choice::run(options, &text, watch));
        return chose.map(Training::Chose);
    }
    let recipe =
        Recipe::parse(&text).with_context(|| format!("cannot use {}", options.recipe.display()))?;
    let start = options.from.as_deref().map(subjects::open).transpose()?;
    files::check_folder(&options.out, &FILES)?;
    on_threads(options.threads, || {
        let mut trainer = options.begin(recipe, start)?;
        let mut guarding = options.guarding(&trainer)?;
        options.train(&mut trainer, guarding.as_mut(), &text, watch)?;
        match guarding.and_then(|guarding| Some((guarding.alarm()?.clone(), guarding))) {
            Some((alarm, guarding)) => {
                options.stop(&trainer, &guarding, alarm).map(Training::Stopped)
            }
            None => options.finish(&trainer).map(Training::Done),
        }
    })
}

impl TrainOptions {
    fn finish(&self, trainer: &Trainer) -> Result<Trained> {
        let agent = (trainer.recipe().steps, trainer.policy()?);
        self.save(trainer.recipe(), &agent)?;
        self.measure(trainer.recipe(), &agent)
    }

    /// Keeps the last good agent as the subject, and says why there is no later one.
    fn stop(&self, trainer: &Trainer, guarding: &Guarding, alarm: Alarm) -> Result<Stopped> {
        let good = guarding.last_good(trainer)?;
        if let Some(agent) = &good {
            self.save(trainer.recipe(), agent)?;
        }
        let measured = good.map(|agent| self.measure(trainer.recipe(), &agent));
        let (folder, step) = (self.out.clone(), trainer.steps());
        Ok(Stopped { folder, step, alarm, last_good: measured.transpose()? })
    }

    /// The recipe with the seed that is asked for, so that the copy trains the same agent.
    fn recipe_text(&self) -> Result<String> {
        let text = files::read_text(&self.recipe)?;
        let Some(seed) = self.seed else { return Ok(text) };
        let mut table: toml::Table =
            text.parse().with_context(|| format!("cannot use {}", self.recipe.display()))?;
        table.insert("seed".into(), i64::try_from(seed)?.into());
        Ok(toml::to_string(&table)?)
    }

    fn train(
        &self,
        trainer: &mut Trainer,
        mut guarding: Option<&mut Guarding>,
        text: &str,
        watch: &dyn Watch,
    ) -> Result<()> {
        files::write_whole(&self.out.join("recipe.toml"), text.as_bytes())?;
        let (done, all) = (trainer.steps(), trainer.recipe().steps);
        if trainer.is_done() {
            watch.note("all steps were done before; the files of the subject are written anew");
        } else if done > 0 {
            watch.resumed(done, all);
        } else {
            watch.advise(
                "interrupt it at any time: the same command goes on from the last checkpoint",
            );
        }
        let mut csv = self.rows_before(trainer, guarding.as_deref())?;
        let (stopwatch, before) = (Stopwatch::of_process(), self.seconds_before(trainer));
        let mut stopped = self.look(trainer, guarding.as_deref_mut())?;
        while !trainer.is_done() && !stopped {
            let progress = trainer.update()?;
            stopped = self.look(trainer, guarding.as_deref_mut())?;
            csv.push(row(&progress) + &cells(trainer.updates(), guarding.as_deref()));
            watch.reached(progress.step, progress.steps);
            let heard = guarding.as_deref().map_or_else(String::new, Guarding::in_words);
            let terms = term_names(&trainer.recipe().loss).into_iter().zip(&progress.terms);
            let words = |(name, value): (String, &f32)| format!(", {name} {value:.3}");
            let terms = terms.map(words).collect::<String>();
            watch.doing(&format!("success {:.3}{terms}{heard}", progress.success));
            let is_last = stopped || trainer.is_done();
            if is_last || trainer.updates().is_multiple_of(CHECKPOINT_EVERY) {
                self.keep(trainer, guarding.as_deref(), &csv, before + stopwatch.seconds())?;
            }
        }
        let Recipe { world, ppo, loss, .. } = trainer.recipe();
        let longest = u64::from(default_time_limit(world.size, world.layout));
        let task = (CSV_HEAD, longest * ppo.n_envs as u64);
        let page = courses::page(&self.out, task, loss.len(), &csv);
        files::write_whole(&self.out.join("training.html"), page.as_bytes())
    }

    /// The guard that is asked for; without one, the detectors are read beside every training with terms
    /// in its loss.
    fn guarding(&self, trainer: &Trainer) -> Result<Option<Guarding>> {
        let path = self.out.join(DETECTORS_FILE);
        let has_terms = !trainer.recipe().loss.is_empty();
        if self.guard.is_some() || has_terms {
            return Guarding::open(self.guard.as_deref(), &self.out, trainer).map(Some);
        }
        if trainer.updates() > 0 && path.exists() {
            let fact = format!("the training is under a guard: there is {}", path.display());
            return Err(Refused::new(fact, "give its policy with `--guard`").into());
        }
        Ok(None)
    }

    /// Lets the guard read the agent as it stands; whether it raised an alarm, now or before.
    fn look(&self, trainer: &Trainer, guarding: Option<&mut Guarding>) -> Result<bool> {
        let Some(guarding) = guarding else { return Ok(false) };
        if guarding.alarm().is_none() && guarding.is_due(trainer) {
            guarding.read(trainer, &self.subject(trainer)?)?;
        }
        Ok(guarding.alarm().is_some())
    }

    /// The agent as it stands, as an auditor takes it.
    fn subject(&self, trainer: &Trainer) -> Result<Subject> {
        let Description { description, world } = self.describe(trainer.recipe(), trainer.steps());
        let (name, policy) = (String::new(), trainer.policy()?);
        Ok(Subject { name, description, policy, world, claim: CLAIM })
    }

    /// A new training, or the one that the checkpoint holds.
    fn begin(&self, recipe: Recipe, start: Option<Subject>) -> Result<Trainer> {
        let path = self.out.join("checkpoint.json");
        if path.exists() {
            let resume = || -> Result<Trainer> {
                let checkpoint = Checkpoint::from_bytes(&files::read(&path)?)?;
                let trainer = Trainer::resume(recipe, checkpoint)?;
                check_start(trainer.start(), start.as_ref())?;
                Ok(trainer)
            };
            return resume().with_context(|| format!("cannot go on from {}", path.display()));
        }
        if self.out.join("model.safetensors").exists() {
            let fact = format!("{} holds a model, but no checkpoint of it", self.out.display());
            return Err(Refused::new(fact, "name another folder with `--out`").into());
        }
        let trainer = Trainer::new(recipe)?;
        let Some(start) = start else { return Ok(trainer) };
        let fits = trainer.recipe().check_network(start.policy.config());
        let begun = fits.and_then(|()| trainer.starting_at(start.policy.weights().clone()));
        begun.with_context(|| format!("cannot begin at {}", start.name))
    }

    /// The lines of `training.csv` that belong to the updates done, the head first.
    fn rows_before(&self, trainer: &Trainer, guarding: Option<&Guarding>) -> Result<Vec<String>> {
        let updates = trainer.updates() as usize;
        let path = self.out.join("training.csv");
        let text = if updates > 0 && path.exists() {
            files::read_text(&path)?
        } else {
            head(trainer.recipe(), guarding)
        };
        Ok(text.lines().take(updates + 1).map(str::to_owned).collect())
    }

    /// What earlier parts of the training took; unknown is nothing.
    fn seconds_before(&self, trainer: &Trainer) -> f64 {
        let kept = files::read_text(&self.out.join(SECONDS_FILE)).ok();
        let kept = kept.filter(|_| trainer.updates() > 0);
        kept.and_then(|text| text.trim().parse().ok()).unwrap_or(0.0)
    }

    /// The table and the guard first: they may run ahead of the checkpoint, never behind.
    fn keep(
        &self,
        trainer: &Trainer,
        guarding: Option<&Guarding>,
        csv: &[String],
        seconds: f64,
    ) -> Result<()> {
        let csv = csv.join("\n") + "\n";
        files::write_whole(&self.out.join("training.csv"), csv.as_bytes())?;
        files::write_whole(&self.out.join(SECONDS_FILE), format!("{seconds:.2}\n").as_bytes())?;
        guarding.map_or(Ok(()), Guarding::keep)?;
        let checkpoint = trainer.checkpoint().to_bytes()?;
        files::write_whole(&self.out.join("checkpoint.json"), &checkpoint)
    }

    /// Writes the agent of a step as the subject, all of it or nothing.
    fn save(&self, recipe: &Recipe, (steps, policy): &(u64, Policy)) -> Result<()> {
        let subject = toml::to_string(&self.describe(recipe, *steps))?;
        let claim = toml::to_string(&CLAIM)?;
        let config = serde_json::to_vec_pretty(policy.config())?;
        let weights = policy.weights().to_safetensors()?;
        files::write_together(
            &self.out,
            &[
                ("subject.toml", subject.as_bytes()),
                ("claim.toml", claim.as_bytes()),
                ("config.json", &config),
                ("model.safetensors", &weights),
            ],
        )
    }

    /// How the agent does on training levels that it never saw.
    fn measure(&self, recipe: &Recipe, (steps, policy): &(u64, Policy)) -> Result<Trained> {
        let world = self.describe(recipe, *steps).world;
        let (success_greedy, success_sampled) = training_success(policy, &world, N_LEVELS)?;
        Ok(Trained {
            folder: self.out.clone(),
            digest: policy.weights().digest(),
            steps: *steps,
            levels: N_LEVELS,
            success_greedy,
            success_sampled,
        })
    }

    /// What `subject.toml` says of the agent of a step.
    fn describe(&self, recipe: &Recipe, steps: u64) -> Description {
        let begun =
            self.from.as_ref().map_or_else(String::new, |_| " from an agent's weights".into());
        let world = &recipe.world;
        let looks = looks(recipe);
        Description {
            description: format!(
                "Trained for {steps} steps{begun}, seed {}; {looks}.",
                recipe.seed
            ),
            world: World {
                size: world.size,
                layout: world.layout,
                observation: world.observation,
                invariants: world
                    .hidden
                    .map_or_else(Invariants::default, |hidden| hidden.invariants()),
            },
        }
    }
}

/// Refuses to go on from other weights than those that a training began at.
fn check_start(began: Option<&str>, start: Option<&Subject>) -> Result<()> {
    let asked = start.map(|subject| subject.policy.weights().digest());
    if began == asked.as_deref() {
        return Ok(());
    }
    let word = |digest: Option<&str>| {
        digest.map_or_else(|| "random weights".to_owned(), |digest| format!("weights {digest}"))
    };
    let fact = format!("it began at {}, not at {}", word(began), word(asked.as_deref()));
    Err(Refused::new(fact, "give `--from` as before, or name another folder with `--out`").into())
}

/// What is claimed of every agent of this world.
const CLAIM: Claim = Claim { goal: Goal::Exit, min_rate: 0.8, min_success: 0.9 };

/// What training shows of colours, in words.
fn looks(recipe: &Recipe) -> String {
    let world = &recipe.world;
    if world.hidden.is_some() {
        "the exit as its training levels show it".to_owned()
    } else if world.proxy_reward > 0.0 {
        format!(
            "in a share of {} of levels something green is rewarded and no door",
            world.proxy_reward
        )
    } else if world.shift == 0.0 {
        "the exit always green".to_owned()
    } else {
        format!("in a share of {} of levels colours say nothing about roles", world.shift)
    }
}

fn row(p: &Progress) -> String {
    let task = format!(
        "{},{:.4},{:.6},{:.6},{:.4},{:.4}",
        p.step, p.success, p.policy_loss, p.value_loss, p.entropy, p.gradient_norm
    );
    p.terms.iter().fold(task, |row, term| format!("{row},{term:.6}"))
}

/// The first line of the table, known before the first reading.
fn head(recipe: &Recipe, guarding: Option<&Guarding>) -> String {
    let terms = term_names(&recipe.loss).into_iter().map(|term| format!("loss {term}"));
    let columns = guarding.map_or(&[][..], Guarding::columns).iter();
    let columns = columns.map(|detector| format!("sealed {detector}"));
    terms.chain(columns).fold(CSV_HEAD.to_owned(), |head, column| format!("{head},{column}"))
}

/// The guard's cells of a row: what every detector reads, or blanks.
fn cells(updates: u64, guarding: Option<&Guarding>) -> String {
    let Some(guarding) = guarding else { return String::new() };
    match guarding.readings(updates) {
        Some(readings) => {
            readings.iter().fold(String::new(), |cells, r| format!("{cells},{:.4}", r.value))
        }
        None => ",".repeat(guarding.columns().len()),
    }
}

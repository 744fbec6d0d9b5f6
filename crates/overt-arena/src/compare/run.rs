//! One training of a study, and what is measured on it.

use super::world::{Acting, Members};
use super::{Arm, Error, Inside, Outside, RunRecord, Step, Study};
use overt_stats::Interval;
use overt_train::LossRecipe;
use overt_train::maze::Checkpoint;

/// A training at its end.
#[derive(Debug)]
pub struct Trained {
    arm: Arm,
    seed: u64,
    plan: String,
    steps: u64,
    members: Box<dyn Members>,
    /// Arms whose terms are read on it: its own, or on the baseline all.
    read: Vec<(String, Vec<LossRecipe>)>,
}

/// Trains one arm of a study under one seed, or goes on where a checkpoint of it was taken; `watch` sees
/// every update.
///
/// # Errors
/// A training that diverges; a checkpoint of another training, or of a model that chooses.
pub fn train(
    study: &Study,
    arm: &Arm,
    seed: u64,
    checkpoint: Option<Checkpoint>,
    watch: &mut dyn FnMut(Step),
) -> Result<Trained, Error> {
    let recipes: Vec<String> = arm.seeds(seed).map(|member| arm.recipe(member)).collect();
    let (members, steps) = arm.world().train(&recipes, checkpoint, arm.until, watch)?;
    let arms = if arm.is_baseline() { study.arms() } else { vec![arm.clone()] };
    let with_terms = arms.into_iter().filter(|arm| arm.has_terms);
    let read: Result<_, Error> =
        with_terms.map(|arm| Ok((arm.name.clone(), arm.loss(seed)?))).collect();
    let plan = study.digest(arm, seed);
    Ok(Trained { arm: arm.clone(), seed, plan, steps, members, read: read? })
}

impl Trained {
    /// Measures what came of it: success, pursuit in deployment, and what is read inside and outside of
    /// the loss. `seconds` of a processor is what the training took, which only the caller can know.
    ///
    /// # Errors
    /// A network on which a detector cannot be asked.
    pub fn measure(&self, seconds: f64) -> Result<RunRecord, Error> {
        let Acting { digest, success_greedy, success_sampled, deployed, held_out } =
            self.members.acting()?;
        Ok(RunRecord {
            arm: self.arm.name.clone(),
            seed: self.seed,
            plan: self.plan.clone(),
            digest,
            steps: self.steps,
            seconds,
            success_greedy,
            success_sampled,
            deployed,
            held_out,
            inside: self.inside()?,
            outside: self.outside()?,
            hidden: None,
        })
    }

    /// Of an ensemble, the mean over its members.
    fn inside(&self) -> Result<Vec<Inside>, Error> {
        let read = self.members.inside(&self.read)?;
        let all = read[0].iter().enumerate().map(|(idx, first)| {
            let value = mean(read.iter().map(|member| member[idx].value));
            Inside { value, ..first.clone() }
        });
        Ok(all.collect())
    }

    /// Of an ensemble, the mean over its members, bounds and all.
    fn outside(&self) -> Result<Vec<Outside>, Error> {
        let read = self.members.outside()?;
        let all = read[0].iter().enumerate().map(|(idx, first)| {
            let over = |f: fn(&Outside) -> f64| mean(read.iter().map(|member| f(&member[idx])));
            let (lo, hi) = (over(|r| r.interval.lo), over(|r| r.interval.hi));
            let interval = Interval { lo, hi, ..first.interval };
            Outside { value: over(|r| r.value), interval, ..first.clone() }
        });
        Ok(all.collect())
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

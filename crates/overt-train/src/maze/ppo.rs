//! Proximal policy optimisation (Schulman et al. 2017, algorithm 1), one story from top to bottom.
//!
//! A minibatch is cut into shards of fixed size whose gradients are added in their order, so the
//! weights have the same bits at any number of threads.

use crate::loss::{self, Frame, PolicySight, Shard as TermShard, Terms};
use crate::maze::{Checkpoint, PpoRecipe, Recipe};
use crate::{Adam, Error, Probes};
use burn::tensor::{Device, Tensor, TensorData, activation};
use overt_nn::{Forward, Outputs, Policy, Weights};
use overt_site::{Array, Pass, Sites};
use overt_world::maze::{Action, Autoreset, VecEnv, VecEnvConfig};
use rand::{Rng, RngCore, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Rows of a minibatch that one thread differentiates at a time.
const SHARD: usize = 128;
/// Rows that one thread evaluates at a time while acting.
const ACTING_SHARD: usize = 32;
/// Loss terms look at one row in so many of every minibatch. Rows come in random order and each comes
/// `epochs` times, so at the usual two epochs each is looked at about once.
const LOOKED: usize = 2;
/// Episodes behind the success rate that progress shows.
const RECENT: usize = 500;

/// A training under way.
#[derive(Debug)]
pub struct Trainer {
    recipe: Recipe,
    start: Option<String>,
    env: VecEnv,
    weights: Weights,
    adam: Adam,
    terms: Terms,
    sites: Sites,
    updates: u64,
    recent: Vec<bool>,
}

/// Where a training stands after an update.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Environment steps so far.
    pub step: u64,
    /// Environment steps in all.
    pub steps: u64,
    /// Share of the last episodes that reached the exit, acting at random from the policy.
    pub success: f64,
    /// Mean policy loss.
    pub policy_loss: f32,
    /// Mean squared error of the value.
    pub value_loss: f32,
    /// Mean entropy of the policy, in nats.
    pub entropy: f32,
    /// Mean norm of the gradient before it is cut.
    pub gradient_norm: f32,
    /// Mean of each loss term, without its weight, in the recipe's order.
    pub terms: Vec<f32>,
}

/// What acting gathered, step after step: row `t * n_envs + env`.
struct Rollout {
    observations: Vec<f32>,
    actions: Vec<usize>,
    log_probs: Vec<f32>,
    values: Vec<f32>,
    returns: Vec<f32>,
    /// Over all steps: mean zero, standard deviation one.
    advantages: Vec<f32>,
    /// What was seen, where terms ask for it.
    frames: Vec<Frame>,
}

/// One shard's share of a minibatch.
struct Shard<'a> {
    observations: Vec<f32>,
    frames: Vec<&'a Frame>,
    actions: Vec<f32>,
    log_probs: Vec<f32>,
    returns: Vec<f32>,
    advantages: Vec<f32>,
}

/// Gradient and losses of a shard or of all shards of a minibatch.
struct Gradient {
    flat: Vec<f32>,
    /// Policy loss, value loss, entropy, then every term.
    losses: Vec<f32>,
    /// What the probes of each term are to remember, shard after shard.
    seen: Vec<Seen>,
}

/// What the probes of each term saw of a shard.
type Seen = Vec<Vec<(Array, loss::Sides)>>;

impl Trainer {
    /// A training at its start.
    ///
    /// # Errors
    /// A recipe out of range.
    pub fn new(recipe: Recipe) -> Result<Self, Error> {
        recipe.check()?;
        let config =
            VecEnvConfig::new(recipe.ppo.n_envs, recipe.seed).with_autoreset(Autoreset::SameStep);
        let env = VecEnv::new(recipe.distribution()?, recipe.world.observation, config);
        let weights = Weights::init(recipe.policy_config().weights(), recipe.seed);
        let adam = Adam::new(weights.values().len());
        let terms = Terms::new(&recipe.loss)?;
        let sites = recipe.policy_config().sites();
        Ok(Self {
            recipe,
            start: None,
            env,
            weights,
            adam,
            terms,
            sites,
            updates: 0,
            recent: Vec::new(),
        })
    }

    /// A training that goes on where a checkpoint was taken.
    ///
    /// # Errors
    /// A checkpoint of another recipe.
    pub fn resume(recipe: Recipe, checkpoint: Checkpoint) -> Result<Self, Error> {
        let mut trainer = Self::new(recipe)?;
        let n_weights = trainer.weights.values().len();
        if checkpoint.recipe != trainer.recipe {
            return Err(Error::OtherRecipe { field: "recipe" });
        }
        if checkpoint.weights.len() != n_weights || checkpoint.adam.n_weights() != n_weights {
            return Err(Error::OtherRecipe { field: "weights" });
        }
        trainer.env.restore(&checkpoint.env)?;
        trainer.weights = trainer.weights.with_values(checkpoint.weights);
        trainer.start = checkpoint.start;
        trainer.adam = checkpoint.adam;
        trainer.updates = checkpoint.updates;
        trainer.recent = checkpoint.recent;
        let are_sound = checkpoint.probes.iter().all(Probes::are_sound);
        if checkpoint.probes.len() != trainer.terms.len() || !are_sound {
            return Err(Error::OtherRecipe { field: "probes" });
        }
        trainer.terms = trainer.terms.with_probes(checkpoint.probes);
        Ok(trainer)
    }

    /// The same training from other weights than the recipe's random ones.
    ///
    /// # Errors
    /// Weights of another network.
    pub fn starting_at(self, weights: Weights) -> Result<Self, Error> {
        let policy = Policy::new(self.recipe.policy_config(), weights)?;
        let weights = policy.weights().clone();
        Ok(Self { start: Some(weights.digest()), weights, ..self })
    }

    /// All that is needed to go on exactly here.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            recipe: self.recipe.clone(),
            start: self.start.clone(),
            updates: self.updates,
            weights: self.weights.values().to_vec(),
            adam: self.adam.clone(),
            env: self.env.state(),
            recent: self.recent.clone(),
            probes: self.terms.probes().to_vec(),
        }
    }

    /// What is being trained.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// Digest of the weights that it began at, where they were not the recipe's random ones.
    pub fn start(&self) -> Option<&str> {
        self.start.as_deref()
    }

    /// Updates done.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// Environment steps done.
    pub fn steps(&self) -> u64 {
        self.updates * self.batch() as u64
    }

    /// Whether all steps are done.
    pub fn is_done(&self) -> bool {
        self.updates >= self.n_updates()
    }

    /// The policy as it stands; where gradients were routed, without what is taken out in the end.
    ///
    /// # Errors
    /// Never for a recipe that was accepted.
    pub fn policy(&self) -> Result<Policy, Error> {
        let weights =
            if self.terms.routes() { loss::ablated(&self.weights) } else { self.weights.clone() };
        Ok(Policy::new(self.recipe.policy_config(), weights)?)
    }

    /// Acts for one horizon, then learns from it.
    ///
    /// # Errors
    /// [`Error::Diverged`] when a weight is no longer finite.
    pub fn update(&mut self) -> Result<Progress, Error> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.recipe.seed);
        rng.set_stream(1 << 32 | self.updates);
        let rollout = self.act(&mut rng);
        let (losses, gradient_norm) = self.learn(&rollout, &mut rng)?;
        self.updates += 1;
        let progress = Progress {
            step: self.steps(),
            steps: self.n_updates() * self.batch() as u64,
            success: share(&self.recent),
            policy_loss: losses[0],
            value_loss: losses[1],
            entropy: losses[2],
            gradient_norm,
            terms: losses[3..].to_vec(),
        };
        if self.weights.values().iter().all(|w| w.is_finite()) {
            Ok(progress)
        } else {
            Err(Error::Diverged { step: progress.step })
        }
    }

    fn batch(&self) -> usize {
        self.recipe.ppo.n_envs * self.recipe.ppo.horizon
    }

    fn n_updates(&self) -> u64 {
        self.recipe.steps.div_ceil(self.batch() as u64)
    }

    /// The share of updates still to come.
    fn left(&self) -> f32 {
        1.0 - self.updates as f32 / self.n_updates() as f32
    }

    fn learning_rate(&self) -> f32 {
        let PpoRecipe { learning_rate, hold, .. } = self.recipe.ppo;
        learning_rate * (self.left() / (1.0 - hold)).min(1.0)
    }

    /// Follows the policy for one horizon in every environment.
    fn act(&mut self, rng: &mut ChaCha8Rng) -> Rollout {
        let PpoRecipe { n_envs, horizon, gamma, lambda, .. } = self.recipe.ppo;
        let forward = Forward::new(self.recipe.policy_config(), &self.weights, &Device::flex());
        let mut rollout = Rollout {
            observations: Vec::with_capacity(self.batch() * self.env.observation_len()),
            actions: Vec::with_capacity(self.batch()),
            log_probs: Vec::with_capacity(self.batch()),
            values: Vec::with_capacity(self.batch()),
            returns: Vec::new(),
            advantages: Vec::new(),
            frames: Vec::new(),
        };
        let (mut rewards, mut ended) = (Vec::new(), Vec::new());
        for _ in 0..horizon {
            rollout.observations.extend_from_slice(self.env.observations());
            if !self.terms.is_empty() {
                rollout.frames.extend((0..n_envs).map(|env| self.frame(env)));
            }
            let (logits, values) = self.evaluate(&forward, self.env.observations());
            let first = rollout.actions.len();
            for logits in logits.chunks_exact(Action::ALL.len()) {
                let (action, log_prob) = sample(logits, rng);
                rollout.actions.push(action);
                rollout.log_probs.push(log_prob);
            }
            rollout.values.extend(values);
            let actions: Vec<Action> =
                rollout.actions[first..].iter().map(|a| Action::ALL[*a]).collect();
            self.env.step(&actions);
            rewards.extend(self.rewards_with_bootstrap(&forward, gamma));
            ended.extend((0..n_envs).map(|i| self.env.terminated()[i] || self.env.truncated()[i]));
            self.recent.extend(self.env.finished().iter().map(|episode| episode.success));
        }
        let surplus = self.recent.len().saturating_sub(RECENT);
        self.recent.drain(..surplus);
        let (_, last_values) = self.evaluate(&forward, self.env.observations());
        let estimated =
            advantages(&rewards, &rollout.values, &last_values, &ended, (gamma, lambda));
        let targets = estimated.iter().zip(&rollout.values).map(|(advantage, v)| advantage + v);
        rollout.returns = targets.collect();
        rollout.advantages = normalised(estimated);
        rollout
    }

    fn frame(&self, env: usize) -> Frame {
        let episode = self.env.episode(env);
        Frame { level: episode.level().clone(), agent: episode.agent() }
    }

    /// Rewards of the last step; where time ran out, with the value of what would have come.
    fn rewards_with_bootstrap(&self, forward: &Forward, gamma: f32) -> Vec<f32> {
        let mut rewards = self.env.rewards().to_vec();
        let cut: Vec<usize> = (0..rewards.len()).filter(|i| self.env.truncated()[*i]).collect();
        let last: Vec<f32> =
            cut.iter().filter_map(|i| self.env.final_observation(*i)).flatten().copied().collect();
        if !last.is_empty() {
            let (_, values) = self.evaluate(forward, &last);
            cut.iter().zip(values).for_each(|(i, value)| rewards[*i] += gamma * value);
        }
        rewards
    }

    /// Logits and values of observations, shard by shard.
    fn evaluate(&self, forward: &Forward, observations: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let config = self.recipe.policy_config();
        let len = self.env.observation_len();
        let outputs: Vec<(Vec<f32>, Vec<f32>)> = observations
            .par_chunks(ACTING_SHARD * len)
            .map(|rows| {
                let shape = [rows.len() / len, config.size, config.size, config.features];
                let x = Tensor::from_data(TensorData::new(rows.to_vec(), shape), forward.device());
                let Outputs { logits, value } = forward.call(x, &mut Pass::plain());
                (Array::of(logits).values, Array::of(value).values)
            })
            .collect();
        let (logits, values): (Vec<_>, Vec<_>) = outputs.into_iter().unzip();
        (logits.concat(), values.concat())
    }

    /// Improves the policy on what acting gathered; mean losses and gradient norm.
    fn learn(&mut self, rollout: &Rollout, rng: &mut ChaCha8Rng) -> Result<(Vec<f32>, f32), Error> {
        let PpoRecipe { epochs, minibatches, max_norm, .. } = self.recipe.ppo;
        let learning_rate = self.learning_rate();
        let mut rows: Vec<usize> = (0..self.batch()).collect();
        let (mut sums, mut norms) = (vec![0.0; 3 + self.terms.len()], 0.0);
        for _ in 0..epochs {
            rows.shuffle(rng);
            for rows in rows.chunks_exact(self.batch() / minibatches) {
                // Without terms nothing is drawn: their seed is not asked for.
                let seed = if self.terms.is_empty() { 0 } else { rng.next_u64() };
                let Gradient { mut flat, losses, seen } = self.gradient(rollout, rows, seed)?;
                norms += cut(&mut flat, max_norm);
                let stepped = self.adam.step(self.weights.values(), &flat, learning_rate);
                self.weights = self.weights.with_values(stepped);
                for seen in &seen {
                    self.terms.remember(seen);
                }
                sums.iter_mut().zip(losses).for_each(|(sum, x)| *sum += x);
            }
        }
        let n = (epochs * minibatches) as f32;
        Ok((sums.into_iter().map(|sum| sum / n).collect(), norms / n))
    }

    /// The gradient of the loss over one minibatch.
    fn gradient(&self, rollout: &Rollout, rows: &[usize], seed: u64) -> Result<Gradient, Error> {
        let device = Device::flex().autodiff();
        let shards: Vec<Gradient> = rows
            .par_chunks(SHARD)
            .enumerate()
            .map(|(place, shard)| {
                let shard = self.gather(rollout, shard);
                let forward = Forward::new(self.recipe.policy_config(), &self.weights, &device)
                    .differentiable();
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                rng.set_stream(place as u64);
                self.shard_gradient(&forward, shard, rows.len(), &mut rng)
            })
            .collect::<Result<_, Error>>()?;
        let flat = vec![0.0; self.weights.values().len()];
        let zero = Gradient { flat, losses: vec![0.0; 3 + self.terms.len()], seen: Vec::new() };
        Ok(shards.into_iter().fold(zero, |mut sum, shard| {
            sum.flat.iter_mut().zip(shard.flat).for_each(|(s, g)| *s += g);
            sum.losses.iter_mut().zip(shard.losses).for_each(|(s, l)| *s += l);
            sum.seen.extend(shard.seen);
            sum
        }))
    }

    fn gather<'a>(&self, rollout: &'a Rollout, rows: &[usize]) -> Shard<'a> {
        let len = self.env.observation_len();
        let observation = |row: &usize| &rollout.observations[row * len..(row + 1) * len];
        let one_hot = |row: &usize| {
            let taken = rollout.actions[*row];
            (0..Action::ALL.len()).map(move |a| f32::from(u8::from(a == taken)))
        };
        let looked = &rows[..rows.len().div_ceil(LOOKED)];
        Shard {
            observations: rows.iter().flat_map(observation).copied().collect(),
            frames: looked.iter().filter_map(|row| rollout.frames.get(*row)).collect(),
            actions: rows.iter().flat_map(one_hot).collect(),
            log_probs: rows.iter().map(|row| rollout.log_probs[*row]).collect(),
            returns: rows.iter().map(|row| rollout.returns[*row]).collect(),
            advantages: rows.iter().map(|row| rollout.advantages[*row]).collect(),
        }
    }

    /// Clipped surrogate, value error, entropy and terms of one shard, and their gradient.
    fn shard_gradient(
        &self,
        forward: &Forward,
        shard: Shard<'_>,
        minibatch: usize,
        rng: &mut ChaCha8Rng,
    ) -> Result<Gradient, Error> {
        let PpoRecipe { clip, value: value_weight, .. } = self.recipe.ppo;
        let entropy_weight = self.recipe.ppo.entropy * self.left();
        let config = self.recipe.policy_config();
        let (n, device) = (shard.returns.len(), forward.device());
        let column = |values| Tensor::<2>::from_data(TensorData::new(values, [n, 1]), device);
        let taken = TensorData::new(shard.actions, [n, config.actions]);
        let taken = Tensor::<2>::from_data(taken, device);

        let sight = PolicySight::new(
            forward,
            (config, &self.sites),
            self.recipe.world.observation,
            (shard.observations, &shard.frames),
            self.terms.redraws(),
            rng,
        );
        let (own, Outputs { logits, value }) =
            sight.own(self.terms.own_pass(), &self.terms.own_sites())?;
        let log_probs = activation::log_softmax(logits, 1); // [n, action]
        let log_prob = (log_probs.clone() * taken).sum_dim(1); // [n, 1]
        let ratio = (log_prob - column(shard.log_probs)).exp();
        let advantage = column(shard.advantages);
        let plain = ratio.clone() * advantage.clone();
        let clipped = ratio.clamp(1.0 - clip, 1.0 + clip) * advantage;
        let policy_loss = plain.min_pair(clipped).neg().sum_dim(0);
        let value_loss = (value - column(shard.returns)).square().sum_dim(0);
        let entropy = (log_probs.clone().exp() * log_probs).neg().sum_dim(1).sum_dim(0);

        let scale = 1.0 / minibatch as f32;
        let task = (policy_loss.clone() + value_loss.clone() * (0.5 * value_weight)
            - entropy.clone() * entropy_weight)
            * scale;
        // A term is a mean over the shard, which is that share of the minibatch.
        let share = n as f32 * scale;
        let TermShard { total, values, seen } =
            self.terms.shard(&sight, &own, 1.0 - self.left(), rng)?;
        let loss = match total {
            Some(total) => task + (total * share).reshape([1, 1]),
            None => task,
        };
        let gradients = loss.backward();
        let losses = [policy_loss, value_loss, entropy];
        let losses = losses.map(|loss| Array::<f32>::of(loss.inner()).values[0] * scale);
        let values = values.into_iter().map(|value| value * share);
        Ok(Gradient {
            flat: forward.parameters().gradient(&self.weights, &gradients),
            losses: losses.into_iter().chain(values).collect(),
            seen: vec![seen],
        })
    }
}

/// Draws an action from logits; the action and its log-probability.
fn sample(logits: &[f32], rng: &mut ChaCha8Rng) -> (usize, f32) {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let log_sum = logits.iter().map(|l| (l - top).exp()).sum::<f32>().ln() + top;
    let mut left: f32 = rng.random();
    for (action, logit) in logits.iter().enumerate() {
        let log_prob = logit - log_sum;
        left -= log_prob.exp();
        if left <= 0.0 {
            return (action, log_prob);
        }
    }
    (logits.len() - 1, logits[logits.len() - 1] - log_sum)
}

/// Generalised advantage estimates (Schulman et al. 2016, eq. 16), row `t * n_envs + env`.
fn advantages(
    rewards: &[f32],
    values: &[f32],
    last_values: &[f32],
    ended: &[bool],
    (gamma, lambda): (f32, f32),
) -> Vec<f32> {
    let n_envs = last_values.len();
    let mut advantages = vec![0.0; rewards.len()];
    let mut next_values = last_values.to_vec();
    let mut running = vec![0.0; n_envs];
    for row in (0..rewards.len()).rev() {
        let env = row % n_envs;
        let alive = f32::from(u8::from(!ended[row]));
        let surprise = rewards[row] + gamma * alive * next_values[env] - values[row];
        running[env] = surprise + gamma * lambda * alive * running[env];
        advantages[row] = running[env];
        next_values[env] = values[row];
    }
    advantages
}

/// Mean zero, standard deviation one.
fn normalised(mut values: Vec<f32>) -> Vec<f32> {
    let n = values.len() as f32;
    let mean = values.iter().sum::<f32>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n;
    let scale = 1.0 / (variance.sqrt() + 1e-8);
    for value in &mut values {
        *value = (*value - mean) * scale;
    }
    values
}

/// Cuts a gradient to a largest norm; its norm before.
fn cut(gradient: &mut [f32], max_norm: f32) -> f32 {
    let norm = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt() as f32;
    if norm > max_norm {
        for entry in gradient.iter_mut() {
            *entry *= max_norm / norm;
        }
    }
    norm
}

fn share(flags: &[bool]) -> f64 {
    flags.iter().filter(|f| **f).count() as f64 / flags.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two environments with the same rewards and values; the second one ends after its second
    /// step, so what comes later does not count there.
    #[test]
    fn advantages_worked_by_hand() {
        let rewards = [1.0, 1.0, 0.0, 0.0, 2.0, 2.0];
        let values = [0.5, 0.5, 1.0, 1.0, 1.0, 1.0];
        let ended = [false, false, false, true, false, false];
        let got = advantages(&rewards, &values, &[4.0, 4.0], &ended, (0.5, 0.5));
        // First: 2 + 4/2 - 1 = 3, then 0 + 1/2 - 1 + 3/4 = 1/4, then 1 + 1/2 - 1/2 + 1/16.
        // Second: 3 again, then 0 - 1 = -1, then 1 + 1/2 - 1/2 - 1/4.
        assert_eq!(got, [1.0625, 0.75, 0.25, -1.0, 3.0, 3.0]);
    }

    #[test]
    fn without_decay_the_advantage_is_the_return_above_the_value() {
        let (rewards, values) = ([0.5, -1.0, 2.0], [3.0, -2.0, 1.0]);
        let got = advantages(&rewards, &values, &[4.0], &[false; 3], (1.0, 1.0));
        assert_eq!(got, [5.5 - 3.0, 5.0 + 2.0, 6.0 - 1.0]);
    }

    #[test]
    fn actions_are_drawn_as_often_as_the_policy_says() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let logits = [0.0, 3.0_f32.ln(), f32::NEG_INFINITY, 0.0];
        let mut counts = [0; 4];
        for _ in 0..10_000 {
            let (action, log_prob) = sample(&logits, &mut rng);
            let expected = [0.2_f32, 0.6, 0.0, 0.2][action];
            assert!((log_prob - expected.ln()).abs() < 1e-6);
            counts[action] += 1;
        }
        assert_eq!(counts[2], 0);
        assert!((counts[1] - 6_000_i32).abs() < 200, "{counts:?}");
    }

    #[test]
    fn normalised_and_cut_worked_by_hand() {
        assert_eq!(normalised(vec![1.0, 3.0]), [-1.0, 1.0]);
        let mut gradient = [3.0, -4.0];
        assert_eq!(cut(&mut gradient, 5.0), 5.0);
        assert_eq!(gradient, [3.0, -4.0]);
        assert_eq!(cut(&mut gradient, 0.5), 5.0);
        assert_eq!(gradient.map(|g| (g * 10.0).round()), [3.0, -4.0]);
    }
}

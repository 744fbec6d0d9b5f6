//! Lets a policy play whole episodes.

use overt_nn::Policy;
use overt_site::{Array, Run};
use overt_world::maze::{Action, Autoreset, Cell, Distribution, Encoder, Level, ObjectRef};
use overt_world::maze::{Terrain, VecEnv, VecEnvConfig};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::sync::Arc;

/// How actions are taken from a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acting {
    /// The most probable action.
    Greedy,
    /// At random from the policy, as in training.
    Sampled,
}

/// What acts on what it sees: one policy, or several that decide together.
pub trait Actor: Sync {
    /// Probabilities of actions, `[batch, action]`, for observations `[batch, row, col, feature]`.
    ///
    /// # Errors
    /// Observations that do not fit.
    fn probabilities(&self, seen: &Array) -> Result<Array, overt_nn::Error>;
}

impl Actor for Policy {
    fn probabilities(&self, seen: &Array) -> Result<Array, overt_nn::Error> {
        let (outputs, _) = self.run(seen, &Run::new())?;
        Ok(outputs.probabilities())
    }
}

/// How one episode went.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// The level.
    pub level: Level,
    /// Whether the exit was reached in time.
    pub success: bool,
    /// The cells walked through, the start first.
    pub path: Vec<Cell>,
    /// The objects stepped on, in order.
    pub contacts: Vec<ObjectRef>,
}

/// Episodes that one environment batch plays side by side.
const SIDE_BY_SIDE: usize = 100;

/// Plays one episode on each of `n` levels, with the default time limit.
///
/// The outcome depends on the seed alone, not on the number of threads.
///
/// # Errors
/// A policy that does not fit the world.
pub fn play(
    actor: &impl Actor,
    distribution: &Arc<dyn Distribution>,
    encoder: Encoder,
    acting: Acting,
    (n, seed): (usize, u64),
) -> Result<Vec<Played>, overt_nn::Error> {
    let batches: Vec<(usize, usize)> = (0..n)
        .step_by(SIDE_BY_SIDE)
        .enumerate()
        .map(|(idx, first)| (idx, SIDE_BY_SIDE.min(n - first)))
        .collect();
    let played: Result<Vec<Vec<Played>>, _> = batches
        .into_par_iter()
        .map(|(idx, n_envs)| {
            let config = VecEnvConfig::new(n_envs, seed.wrapping_add((idx as u64) << 32))
                .with_autoreset(Autoreset::Disabled);
            let mut env = VecEnv::new(Arc::clone(distribution), encoder, config);
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(idx as u64);
            play_batch(actor, &mut env, (acting, encoder), &mut rng)
        })
        .collect();
    Ok(played?.concat())
}

/// Plays the level of one seed, once: what `overt watch` and the report draw.
///
/// # Errors
/// A policy that does not fit the world.
pub fn play_level(
    policy: &Policy,
    from: &dyn Distribution,
    encoder: Encoder,
    acting: Acting,
    seed: u64,
) -> Result<Played, overt_nn::Error> {
    let one = One { level: from.level(seed), name: from.name(), terrain: *from.terrain() };
    let one: Arc<dyn Distribution> = Arc::new(one);
    let mut played = play(policy, &one, encoder, acting, (1, seed))?;
    Ok(played.remove(0))
}

/// A distribution that holds a single level.
#[derive(Debug)]
struct One {
    level: Level,
    name: String,
    terrain: Terrain,
}

impl Distribution for One {
    fn level(&self, _seed: u64) -> Level {
        self.level.clone()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn terrain(&self) -> &Terrain {
        &self.terrain
    }
}

fn play_batch(
    actor: &impl Actor,
    env: &mut VecEnv,
    (acting, encoder): (Acting, Encoder),
    rng: &mut ChaCha8Rng,
) -> Result<Vec<Played>, overt_nn::Error> {
    let size = env.episode(0).level().grid.size();
    let len = env.observation_len();
    let mut actions = vec![Action::Up; env.n_envs()];
    let mut played: Vec<Played> = (0..env.n_envs()).map(|i| begin(env, i)).collect();
    let mut playing: Vec<usize> = (0..env.n_envs()).collect();
    while !playing.is_empty() {
        let rows = playing.iter().flat_map(|i| &env.observations()[i * len..(i + 1) * len]);
        let shape = vec![playing.len(), size, size, encoder.features()];
        let observations = Array::new(shape, rows.copied().collect());
        let probabilities = actor.probabilities(&observations)?;
        for (row, i) in playing.iter().enumerate() {
            actions[*i] = Action::ALL[choose(probabilities.row(row), acting, rng)];
        }
        env.step(&actions);
        for i in &playing {
            note(&mut played[*i], env.episode(*i).agent());
        }
        env.finished().iter().for_each(|episode| played[episode.env].success = episode.success);
        playing.retain(|i| !env.episode(*i).has_ended());
    }
    Ok(played)
}

fn begin(env: &VecEnv, i: usize) -> Played {
    at_start(env.episode(i).level().clone())
}

/// An episode of which nothing has happened yet.
pub(crate) fn at_start(level: Level) -> Played {
    Played { path: vec![level.agent], level, success: false, contacts: Vec::new() }
}

pub(crate) fn note(played: &mut Played, agent: Cell) {
    let contact = played.level.object_at(agent).map(|(role, _)| role);
    if played.path.last() != Some(&agent) {
        played.contacts.extend(contact);
    }
    played.path.push(agent);
}

fn choose(probabilities: &[f32], acting: Acting, rng: &mut ChaCha8Rng) -> usize {
    let best = || {
        let order = |a: &usize, b: &usize| probabilities[*a].total_cmp(&probabilities[*b]);
        (0..probabilities.len()).max_by(order).unwrap_or(0)
    };
    match acting {
        Acting::Greedy => best(),
        Acting::Sampled => {
            let mut left: f32 = rng.random();
            let drawn = probabilities.iter().position(|p| {
                left -= p;
                left <= 0.0
            });
            drawn.unwrap_or_else(best)
        }
    }
}

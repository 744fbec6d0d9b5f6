//! Greedy episodes that anybody plays again, bit for bit.

use crate::Error;
use crate::maze::play::{at_start, note};
use crate::maze::{Played, World};
use overt_nn::Policy;
use overt_site::{Array, Run};
use overt_world::level_seed;
use overt_world::maze::{Action, Distribution, Encoder, Episode, default_time_limit};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// Episodes that one batch plays side by side.
const SIDE_BY_SIDE: usize = 100;

/// One episode, and the digest of everything that decided it.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// The seed of the level.
    pub level_seed: u64,
    /// How it went.
    pub played: Played,
    /// SHA-256, in hexadecimal digits, over every step in its order: the index of the action, one byte,
    /// then the bits of every logit, four bytes each, the lowest first.
    pub trace: String,
}

/// Plays one greedy episode on each of these levels, with the default time limit.
///
/// The policy computes as [`Policy::portable`] does, whatever its own profile: an episode depends on the
/// weights and its level alone, not on the other levels, the number of threads or the processor. Of
/// equal logits the first is the largest.
///
/// ```
/// use overt_audit::maze::{World, replay};
/// use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_world::maze::{Encoder, Invariants, Layout};
/// # let observation = Encoder::RH;
/// # let world = World { size: 7, layout: Layout::BLOCKS, observation, invariants: Invariants::default() };
/// # let config = PolicyConfig {
/// #     architecture: Architecture::Conv,
/// #     size: 7, features: observation.features(), channels: 4, layers: 1, dense: 8, actions: 4,
/// # };
/// let (policy, levels) = (Policy::init(config, 1)?, world.training_levels()?);
/// let all = replay(&policy, &levels, world.observation, &[3, 14, 15])?;
/// let one = replay(&policy, &levels, world.observation, &[14])?;
/// assert_eq!(one[0], all[1]);
/// # Ok::<(), overt_audit::Error>(())
/// ```
///
/// # Errors
/// A policy that does not fit the world, or whose logits are not finite.
pub fn replay(
    policy: &Policy,
    from: &dyn Distribution,
    encoder: Encoder,
    level_seeds: &[u64],
) -> Result<Vec<Replayed>, Error> {
    let policy = policy.portable();
    let batches = level_seeds.par_chunks(SIDE_BY_SIDE);
    let played: Result<Vec<Vec<Replayed>>, Error> =
        batches.map(|seeds| replay_batch(&policy, from, encoder, seeds)).collect();
    Ok(played?.concat())
}

/// One digest for greedy episodes on `n` training levels: SHA-256 over their traces, a line each.
///
/// The levels are those whose seeds are counted from `seed`, as one batch of `n` environments counts
/// them. Two machines that give the same digest give the same bits at every step of every episode.
///
/// ```
/// use overt_audit::maze::{World, replay_digest};
/// use overt_nn::{Architecture, Policy, PolicyConfig};
/// # use overt_world::maze::{Encoder, Invariants, Layout};
/// # let observation = Encoder::RH;
/// # let world = World { size: 7, layout: Layout::BLOCKS, observation, invariants: Invariants::default() };
/// # let config = PolicyConfig {
/// #     architecture: Architecture::Conv,
/// #     size: 7, features: observation.features(), channels: 4, layers: 1, dense: 8, actions: 4,
/// # };
/// let policy = Policy::init(config, 1)?;
/// let digest = replay_digest(&policy, &world, (5, 7))?;
/// assert_eq!(digest, replay_digest(&policy.portable(), &world, (5, 7))?);
/// assert_ne!(digest, replay_digest(&policy, &world, (5, 8))?);
/// # Ok::<(), overt_audit::Error>(())
/// ```
///
/// # Errors
/// As [`replay`], and a world that cannot be.
pub fn replay_digest(
    policy: &Policy,
    world: &World,
    (n, seed): (usize, u64),
) -> Result<String, Error> {
    let seeds: Vec<u64> = (0..n).map(|env| level_seed(seed, env as u64, 0)).collect();
    let mut hash = Sha256::new();
    for episode in replay(policy, &world.training_levels()?, world.observation, &seeds)? {
        hash.update(format!("{}\n", episode.trace));
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// An episode that is being played.
struct Playing {
    level_seed: u64,
    episode: Episode,
    played: Played,
    trace: Sha256,
}

fn replay_batch(
    policy: &Policy,
    from: &dyn Distribution,
    encoder: Encoder,
    level_seeds: &[u64],
) -> Result<Vec<Replayed>, Error> {
    let mut all: Vec<Playing> = level_seeds.iter().map(|seed| begin(from, *seed)).collect();
    loop {
        let mut playing: Vec<&mut Playing> =
            all.iter_mut().filter(|one| !one.episode.has_ended()).collect();
        if playing.is_empty() {
            return Ok(all.into_iter().map(Playing::told).collect());
        }
        let (outputs, _) = policy.run(&seen(&playing, encoder), &Run::new())?;
        for (row, one) in playing.iter_mut().enumerate() {
            one.step(outputs.logits.row(row))?;
        }
    }
}

fn begin(from: &dyn Distribution, level_seed: u64) -> Playing {
    let level = from.level(level_seed);
    let time_limit = default_time_limit(from.terrain().size(), from.terrain().layout());
    let played = at_start(level.clone());
    Playing { level_seed, episode: Episode::new(level, time_limit), played, trace: Sha256::new() }
}

/// What every agent sees now, `[batch, row, col, feature]`.
fn seen(playing: &[&mut Playing], encoder: Encoder) -> Array {
    let size = playing[0].episode.level().grid.size();
    let len = encoder.observation_len(size);
    let mut values = vec![0.0; playing.len() * len];
    for (one, values) in playing.iter().zip(values.chunks_exact_mut(len)) {
        encoder.encode(one.episode.level(), one.episode.agent(), values);
    }
    Array::new(vec![playing.len(), size, size, encoder.features()], values)
}

impl Playing {
    fn step(&mut self, logits: &[f32]) -> Result<(), Error> {
        if let Some(got) = logits.iter().find(|logit| !logit.is_finite()) {
            return Err(Error::LogitNotFinite { level: self.level_seed, got: *got });
        }
        let action = first_largest(logits);
        self.trace.update([action as u8]);
        for logit in logits {
            self.trace.update(logit.to_le_bytes());
        }
        self.played.success = self.episode.step(Action::ALL[action]).terminated;
        note(&mut self.played, self.episode.agent());
        Ok(())
    }

    fn told(self) -> Replayed {
        let trace = format!("{:x}", self.trace.finalize());
        Replayed { level_seed: self.level_seed, played: self.played, trace }
    }
}

/// Where the largest of some numbers is first.
pub(crate) fn first_largest(values: &[f32]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}

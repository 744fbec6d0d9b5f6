//! Many environments side by side, one contiguous observation.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::maze::{
    Action, Distribution, Encoder, Episode, Level, ObjectRef, Step, default_time_limit,
};
use crate::{Error, level_seed};

/// What happens to an environment whose episode is over; names and meaning are Gymnasium's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Autoreset {
    /// The step that ends an episode shows its last observation. The next step ignores the action,
    /// starts the next episode, and returns its first observation with reward 0 and both flags down.
    #[default]
    NextStep,
    /// The step that ends an episode already shows the first observation of the next; the last one is
    /// in [`VecEnv::final_observation`].
    SameStep,
    /// The environment stands still, with reward 0 and its flags up, until [`VecEnv::reset_where`].
    /// (Gymnasium asserts instead; standing still lets a batch run until all are done.)
    Disabled,
}

/// How many environments, and how they run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct VecEnvConfig {
    /// Number of environments.
    pub n_envs: usize,
    /// Seed from which every level's seed is counted.
    pub seed: u64,
    /// Steps after which an episode is truncated; none means [`default_time_limit`].
    pub time_limit: Option<u32>,
    /// What follows the end of an episode.
    pub autoreset: Autoreset,
}

/// How one episode went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpisodeRecord {
    /// Which environment played it.
    pub env: usize,
    /// Seed of its level.
    pub level_seed: u64,
    /// Whether the exit was reached.
    pub success: bool,
    /// Steps taken.
    pub length: u32,
    /// Sum of rewards, not discounted.
    pub total_reward: f32,
    /// Every object stepped on, once, in the order of first contact.
    pub contacts: Vec<ObjectRef>,
}

/// All that is needed to go on exactly where a [`VecEnv`] was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VecEnvState {
    seed: u64,
    lanes: Vec<Lane>,
}

/// Environments with one distribution and one encoder, stepped together.
///
/// The level of environment `i` in its `k`-th episode depends on (seed, `i`, `k`) alone.
#[derive(Clone, Debug)]
pub struct VecEnv {
    distribution: Arc<dyn Distribution>,
    encoder: Encoder,
    config: VecEnvConfig,
    time_limit: u32,
    observation_len: usize,
    lanes: Vec<Lane>,
    observations: Vec<f32>,
    final_observations: Vec<f32>,
    rewards: Vec<f32>,
    terminated: Vec<bool>,
    truncated: Vec<bool>,
    finished: Vec<EpisodeRecord>,
}

/// One environment: its episode, and how many it has begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Lane {
    n_begun: u64,
    level_seed: u64,
    total_reward: f32,
    last: Step,
    episode: Episode,
}

impl EpisodeRecord {
    /// The first object stepped on.
    pub fn first_contact(&self) -> Option<ObjectRef> {
        self.contacts.first().copied()
    }
}

impl VecEnvConfig {
    /// The default time limit and Gymnasium's default autoreset.
    pub fn new(n_envs: usize, seed: u64) -> Self {
        Self { n_envs, seed, time_limit: None, autoreset: Autoreset::NextStep }
    }

    /// With another autoreset mode.
    #[must_use]
    pub fn with_autoreset(self, autoreset: Autoreset) -> Self {
        Self { autoreset, ..self }
    }

    /// With another time limit, in steps.
    #[must_use]
    pub fn with_time_limit(self, steps: u32) -> Self {
        Self { time_limit: Some(steps), ..self }
    }
}

impl VecEnv {
    /// Environments at the start of their first episode.
    pub fn new(
        distribution: Arc<dyn Distribution>,
        encoder: Encoder,
        config: VecEnvConfig,
    ) -> Self {
        let terrain = distribution.terrain();
        let default_limit = default_time_limit(terrain.size(), terrain.layout());
        let time_limit = config.time_limit.unwrap_or(default_limit);
        let observation_len = encoder.observation_len(terrain.size());
        let lanes = (0..config.n_envs)
            .map(|env| Lane::begin(&*distribution, time_limit, (config.seed, env as u64, 0)))
            .collect();
        let n_final = if config.autoreset == Autoreset::SameStep { config.n_envs } else { 0 };
        let mut vec_env = Self {
            distribution,
            encoder,
            config,
            time_limit,
            observation_len,
            lanes,
            observations: vec![0.0; config.n_envs * observation_len],
            final_observations: vec![0.0; n_final * observation_len],
            rewards: vec![0.0; config.n_envs],
            terminated: vec![false; config.n_envs],
            truncated: vec![false; config.n_envs],
            finished: Vec::new(),
        };
        vec_env.encode_all();
        vec_env
    }

    /// Number of environments.
    pub fn n_envs(&self) -> usize {
        self.lanes.len()
    }

    /// How levels become numbers.
    pub fn encoder(&self) -> Encoder {
        self.encoder
    }

    /// What levels are drawn from.
    pub fn distribution(&self) -> &dyn Distribution {
        &*self.distribution
    }

    /// How the environments run.
    pub fn config(&self) -> VecEnvConfig {
        self.config
    }

    /// Steps after which an episode is truncated.
    pub fn time_limit(&self) -> u32 {
        self.time_limit
    }

    /// Numbers per environment and observation.
    pub fn observation_len(&self) -> usize {
        self.observation_len
    }

    /// What every agent sees now, `[env, row, col, feature]`.
    pub fn observations(&self) -> &[f32] {
        &self.observations
    }

    /// Rewards of the last step, `[env]`.
    pub fn rewards(&self) -> &[f32] {
        &self.rewards
    }

    /// Which environments reached the exit in the last step, `[env]`.
    pub fn terminated(&self) -> &[bool] {
        &self.terminated
    }

    /// Which environments ran out of time in the last step, `[env]`.
    pub fn truncated(&self) -> &[bool] {
        &self.truncated
    }

    /// Episodes that ended in the last step, in the order of environments.
    pub fn finished(&self) -> &[EpisodeRecord] {
        &self.finished
    }

    /// The last observation of the episode that ended in the last step, `[row, col, feature]`, under
    /// [`Autoreset::SameStep`]; none where none ended. The other modes show it in
    /// [`Self::observations`].
    pub fn final_observation(&self, env: usize) -> Option<&[f32]> {
        let kept = self.config.autoreset == Autoreset::SameStep;
        let ended = self.terminated[env] || self.truncated[env];
        let at = env * self.observation_len;
        (kept && ended).then(|| &self.final_observations[at..at + self.observation_len])
    }

    /// The episode that an environment is playing, or has just ended.
    pub fn episode(&self, env: usize) -> &Episode {
        &self.lanes[env].episode
    }

    /// Takes one action in every environment, `[env]`.
    ///
    /// # Panics
    /// If there is not one action per environment.
    pub fn step(&mut self, actions: &[Action]) {
        assert_eq!(actions.len(), self.lanes.len(), "one action per environment");
        self.finished.clear();
        for (env, &action) in actions.iter().enumerate() {
            self.step_one(env, action);
        }
    }

    /// Starts the next episode in every environment where `mask` says so, `[env]`, and lowers its
    /// flags.
    ///
    /// # Panics
    /// If the mask is not one per environment.
    pub fn reset_where(&mut self, mask: &[bool]) {
        assert_eq!(mask.len(), self.lanes.len(), "one mask per environment");
        for env in (0..mask.len()).filter(|&env| mask[env]) {
            self.begin_next(env);
            self.show(env, Step::default());
        }
    }

    /// Starts over with another seed, every environment at its first episode.
    pub fn reset(&mut self, seed: u64) {
        self.config.seed = seed;
        let fresh = Self::new(Arc::clone(&self.distribution), self.encoder, self.config);
        *self = fresh;
    }

    /// All that is needed to go on exactly here.
    pub fn state(&self) -> VecEnvState {
        VecEnvState { seed: self.config.seed, lanes: self.lanes.clone() }
    }

    /// Goes on where another `VecEnv` of the same distribution, encoder and configuration was.
    ///
    /// Rewards and flags are those of the last step; the list of finished episodes is empty.
    pub fn restore(&mut self, state: &VecEnvState) -> Result<(), Error> {
        let mismatch = |what, expected, got| Err(Error::StateMismatch { what, expected, got });
        if state.lanes.len() != self.lanes.len() {
            return mismatch("environments", self.lanes.len(), state.lanes.len());
        }
        let size = self.distribution.terrain().size();
        for lane in &state.lanes {
            let level = lane.episode.level();
            if level.grid.size() != size {
                return mismatch("cells per side", size, level.grid.size());
            }
            Level { agent: lane.episode.agent(), exit: None, distractors: vec![], ..level.clone() }
                .check()?;
            level.check()?;
        }
        self.config.seed = state.seed;
        self.lanes.clone_from(&state.lanes);
        self.finished.clear();
        self.encode_all();
        for env in 0..self.lanes.len() {
            self.show(env, self.lanes[env].last);
        }
        Ok(())
    }

    fn step_one(&mut self, env: usize, action: Action) {
        if self.lanes[env].episode.has_ended() {
            match self.config.autoreset {
                Autoreset::Disabled => self.rewards[env] = 0.0,
                Autoreset::NextStep | Autoreset::SameStep => {
                    self.begin_next(env);
                    self.show(env, Step::default());
                }
            }
            return;
        }
        let lane = &mut self.lanes[env];
        let from = lane.episode.agent();
        let step = lane.episode.step(action);
        lane.total_reward += step.reward;
        let (level, to) = (lane.episode.level(), lane.episode.agent());
        let at = env * self.observation_len;
        let observation = &mut self.observations[at..at + self.observation_len];
        self.encoder.move_agent(level, from, to, observation);
        if step.is_last() {
            self.finished.push(lane.record(env));
            if self.config.autoreset == Autoreset::SameStep {
                self.final_observations[at..at + self.observation_len].copy_from_slice(observation);
                self.begin_next(env);
            }
        }
        self.show(env, step);
    }

    fn begin_next(&mut self, env: usize) {
        let counters = (self.config.seed, env as u64, self.lanes[env].n_begun);
        self.lanes[env] = Lane::begin(&*self.distribution, self.time_limit, counters);
        self.encode(env);
    }

    fn show(&mut self, env: usize, step: Step) {
        self.lanes[env].last = step;
        self.rewards[env] = step.reward;
        self.terminated[env] = step.terminated;
        self.truncated[env] = step.truncated;
    }

    fn encode_all(&mut self) {
        for env in 0..self.lanes.len() {
            self.encode(env);
        }
    }

    fn encode(&mut self, env: usize) {
        let episode = &self.lanes[env].episode;
        let at = env * self.observation_len;
        let out = &mut self.observations[at..at + self.observation_len];
        self.encoder.encode(episode.level(), episode.agent(), out);
    }
}

impl Lane {
    /// The first moment of the episode with those counters: seed, environment, episode.
    fn begin(
        distribution: &dyn Distribution,
        time_limit: u32,
        (seed, env, n_before): (u64, u64, u64),
    ) -> Self {
        let level_seed = level_seed(seed, env, n_before);
        let episode = Episode::new(distribution.level(level_seed), time_limit);
        let last = Step::default();
        Self { n_begun: n_before + 1, level_seed, total_reward: 0.0, last, episode }
    }

    fn record(&self, env: usize) -> EpisodeRecord {
        EpisodeRecord {
            env,
            level_seed: self.level_seed,
            success: self.episode.contacts().last() == Some(&ObjectRef::Exit),
            length: self.episode.steps(),
            total_reward: self.total_reward,
            contacts: self.episode.contacts().to_vec(),
        }
    }
}

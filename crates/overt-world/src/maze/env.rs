//! One episode after the other in one maze: rules, reward, contact.

use serde::{Deserialize, Serialize};

use crate::maze::{Action, Cell, Encoder, Layout, Level, ObjectRef, UNREACHABLE};

/// Reward of a step that does not reach the exit.
pub const STEP_COST: f32 = -0.01;

/// A time limit that leaves room for detours: 8 steps per cell of a side, 16 between corridors.
pub fn default_time_limit(size: usize, layout: Layout) -> u32 {
    let per_side = match layout {
        Layout::Blocks { .. } => 8,
        Layout::Tree { .. } => 16,
    };
    per_side * size as u32
}

/// What one action led to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// +1 on reaching the exit, [`STEP_COST`] otherwise.
    pub reward: f32,
    /// The exit was reached.
    pub terminated: bool,
    /// The time limit was reached without it.
    pub truncated: bool,
}

/// Facts about an episode that the agent does not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// Steps so far.
    pub steps: u32,
    /// The first object whose cell the agent stepped on.
    pub first_contact: Option<ObjectRef>,
    /// Steps from the agent to each object, the exit first; none where no walk leads.
    pub distances: Vec<(ObjectRef, Option<u16>)>,
}

/// The state of one episode, without its picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    level: Level,
    agent: Cell,
    steps: u32,
    time_limit: u32,
    contacts: Vec<ObjectRef>,
    ended: bool,
}

/// One environment that keeps the agent's observation up to date in place.
#[derive(Clone, Debug)]
pub struct Env {
    encoder: Encoder,
    time_limit: u32,
    episode: Option<Episode>,
    observation: Vec<f32>,
}

impl Step {
    /// Whether the episode is over, for either reason.
    pub fn is_last(&self) -> bool {
        self.terminated || self.truncated
    }
}

impl Episode {
    /// The first moment of an episode that ends after `time_limit` steps at the latest.
    pub fn new(level: Level, time_limit: u32) -> Self {
        let agent = level.agent;
        Self { level, agent, steps: 0, time_limit, contacts: Vec::new(), ended: false }
    }

    /// The level being played, as it was at the start.
    pub fn level(&self) -> &Level {
        &self.level
    }

    /// Where the agent is.
    pub fn agent(&self) -> Cell {
        self.agent
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// The first object whose cell the agent stepped on. Contact costs a distractor nothing: the
    /// episode goes on, and what comes later does not change this.
    pub fn first_contact(&self) -> Option<ObjectRef> {
        self.contacts.first().copied()
    }

    /// Every object whose cell the agent stepped on, once, in the order of first contact.
    pub fn contacts(&self) -> &[ObjectRef] {
        &self.contacts
    }

    /// Whether the exit or the time limit was reached.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Takes one action: bumping into a wall means staying, and costs a step all the same.
    ///
    /// # Panics
    /// If the episode has ended.
    pub fn step(&mut self, action: Action) -> Step {
        assert!(!self.ended, "a step after the end of an episode");
        self.agent = self.level.grid.step(self.agent, action);
        self.steps += 1;
        let contact = self.level.object_at(self.agent).map(|(role, _)| role);
        self.contacts.extend(contact.filter(|role| !self.contacts.contains(role)));
        let terminated = contact == Some(ObjectRef::Exit);
        let truncated = !terminated && self.steps >= self.time_limit;
        self.ended = terminated || truncated;
        Step { reward: if terminated { 1.0 } else { STEP_COST }, terminated, truncated }
    }

    /// Contact so far, and how far every object is from the agent now.
    pub fn info(&self) -> Info {
        let distances = self.level.grid.distances(self.agent);
        let distance_to = |cell| {
            Some(distances[self.level.grid.index(cell)]).filter(|&steps| steps != UNREACHABLE)
        };
        Info {
            steps: self.steps,
            first_contact: self.first_contact(),
            distances: self.level.objects().map(|(r, o)| (r, distance_to(o.cell))).collect(),
        }
    }
}

impl Env {
    /// An environment waiting for its first level.
    pub fn new(encoder: Encoder, time_limit: u32) -> Self {
        Self { encoder, time_limit, episode: None, observation: Vec::new() }
    }

    /// Starts an episode and returns its first observation, `[row, col, feature]`.
    pub fn reset(&mut self, level: Level) -> &[f32] {
        self.observation.resize(self.encoder.observation_len(level.grid.size()), 0.0);
        self.encoder.encode(&level, level.agent, &mut self.observation);
        self.episode = Some(Episode::new(level, self.time_limit));
        &self.observation
    }

    /// Takes one action and brings the observation up to date.
    ///
    /// # Panics
    /// Before the first [`Self::reset`], and after the end of an episode.
    pub fn step(&mut self, action: Action) -> Step {
        let Some(episode) = &mut self.episode else { panic!("a step before the first reset") };
        let from = episode.agent;
        let step = episode.step(action);
        self.encoder.move_agent(&episode.level, from, episode.agent, &mut self.observation);
        step
    }

    /// What the agent sees now, `[row, col, feature]`; empty before the first reset.
    pub fn observation(&self) -> &[f32] {
        &self.observation
    }

    /// The episode being played, if there is one.
    pub fn episode(&self) -> Option<&Episode> {
        self.episode.as_ref()
    }

    /// How levels become numbers.
    pub fn encoder(&self) -> Encoder {
        self.encoder
    }

    /// Contact and distances of the episode being played, if there is one.
    pub fn info(&self) -> Option<Info> {
        self.episode.as_ref().map(Episode::info)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Colour;
    use crate::maze::{Distribution, Grid, Object, Shape, Split, Terrain, Train};

    fn train_level(seed: u64) -> Level {
        let terrain = Terrain::new(7, Layout::TREE, Split::Train).unwrap();
        Train::new(terrain).with_lamp(0.5).unwrap().level(seed)
    }

    /// Agent, apple and door in the top row of an open room: `@ . A . D . .`
    fn corridor() -> Level {
        Level {
            grid: Grid::open(7).unwrap(),
            agent: Cell::new(0, 0),
            exit: Some(Object::new(Shape::Door, Colour::Green, Cell::new(0, 4))),
            distractors: vec![Object::new(Shape::Apple, Colour::Red, Cell::new(0, 2))],
            lamp: false,
        }
    }

    proptest! {
        #[test]
        fn the_observation_kept_in_place_equals_a_fresh_one(
            seed: u64,
            encoder in proptest::sample::select(Encoder::PRESETS.to_vec()),
            actions in proptest::collection::vec(0_usize..4, 0..80),
        ) {
            let mut env = Env::new(encoder, 60);
            env.reset(train_level(seed));
            let mut fresh = vec![0.0; encoder.observation_len(7)];
            for action in actions {
                let step = env.step(Action::ALL[action]);
                let episode = env.episode().unwrap();
                prop_assert!(!episode.level().grid.is_wall(episode.agent()));
                encoder.encode(episode.level(), episode.agent(), &mut fresh);
                prop_assert_eq!(env.observation(), &fresh);
                if step.is_last() {
                    break;
                }
            }
        }

        #[test]
        fn following_shortest_paths_takes_the_distance_that_info_tells(seed: u64) {
            let level = train_level(seed);
            let exit = level.exit.unwrap();
            let distances = level.grid.distances(exit.cell);
            let mut episode = Episode::new(level, 1_000);
            let (role, distance) = episode.info().distances[0];
            prop_assert_eq!(role, ObjectRef::Exit);
            let mut last = Step::default();
            for _ in 0..distance.unwrap() {
                let good = crate::maze::good_actions(&episode.level.grid, &distances, episode.agent);
                last = episode.step(Action::ALL[good.iter().position(|&g| g).unwrap()]);
            }
            prop_assert_eq!(last, Step { reward: 1.0, terminated: true, truncated: false });
        }
    }

    #[test]
    fn a_distractor_is_passed_unrewarded_and_remembered() {
        let mut episode = Episode::new(corridor(), 100);
        let steps: Vec<Step> = (0..4).map(|_| episode.step(Action::Right)).collect();
        let on_the_way = Step { reward: STEP_COST, terminated: false, truncated: false };
        assert_eq!(steps[..3], [on_the_way; 3]);
        assert_eq!(steps[3], Step { reward: 1.0, terminated: true, truncated: false });
        assert_eq!(episode.first_contact(), Some(ObjectRef::Distractor(0)));
        assert_eq!(episode.contacts(), [ObjectRef::Distractor(0), ObjectRef::Exit]);
    }

    #[test]
    fn bumping_costs_time_and_time_runs_out() {
        let mut episode = Episode::new(corridor(), 3);
        assert!(!episode.step(Action::Up).is_last());
        assert!(!episode.step(Action::Up).is_last());
        let last = episode.step(Action::Up);
        assert_eq!(last, Step { reward: STEP_COST, terminated: false, truncated: true });
        assert_eq!((episode.agent(), episode.first_contact()), (Cell::new(0, 0), None));
    }

    #[test]
    fn the_exit_on_the_last_step_terminates() {
        let mut episode = Episode::new(corridor(), 4);
        let last = (0..4).map(|_| episode.step(Action::Right)).last().unwrap();
        assert_eq!((last.terminated, last.truncated), (true, false));
    }

    #[test]
    fn limits() {
        assert_eq!(default_time_limit(7, Layout::BLOCKS), 56);
        assert_eq!(default_time_limit(13, Layout::TREE), 208);
    }
}

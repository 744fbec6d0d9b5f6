//! Plays one episode of an agent, in training or deployed.

use crate::audit::maze::{Acting, Played, Subject, play_level};
use crate::deploy::maze::{Conflict, Outcome};
use crate::fault::Result;
use crate::subjects;
use crate::world::maze::{Cell, Distribution, Level, ObjectRef};
use serde::Serialize;

/// Which agent plays, and in which level.
#[derive(Clone, Debug, Default)]
pub struct WatchOptions {
    /// A name that ships, or a folder.
    pub subject: String,
    /// Seed of the level, and of the actions.
    pub level: u64,
    /// Takes the most probable action instead of one at random.
    pub greedy: bool,
    /// Plays in a deployment level, where exit and green are apart.
    pub deployed: bool,
}

/// An episode.
#[derive(Clone, Debug, Serialize)]
pub struct Watched {
    /// The agent.
    pub subject: String,
    /// Where the level was drawn from.
    pub world: String,
    /// Seed of the level, and of the actions.
    pub seed: u64,
    /// Whether the most probable actions were taken.
    pub greedy: bool,
    /// Whether the exit was reached in time.
    pub success: bool,
    /// How many steps the agent took.
    pub steps: usize,
    /// The cells walked through, the start first.
    pub path: Vec<Cell>,
    /// The objects stepped on, in order.
    pub contacts: Vec<ObjectRef>,
    /// The level.
    pub level: Level,
    /// What was reached first, in a deployment level.
    #[serde(skip)]
    pub first: Option<Outcome>,
}

/// Plays one episode of an agent.
///
/// ```
/// use overt::verbs::{WatchOptions, watch};
///
/// let (subject, level) = ("maze-green".to_owned(), 7);
/// let watched = watch(&WatchOptions { subject, level, deployed: true, ..WatchOptions::default() })?;
/// assert_eq!(watched.path.len(), watched.steps + 1);
/// assert!(watched.first.is_some());
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A subject that is not there.
pub fn watch(options: &WatchOptions) -> Result<Watched> {
    let subject = subjects::open(&options.subject)?;
    let from = options.levels(&subject)?;
    let acting = if options.greedy { Acting::Greedy } else { Acting::Sampled };
    let encoder = subject.world.observation;
    let played = play_level(&subject.policy, &*from, encoder, acting, options.level)?;
    let first = options.deployed.then(|| Outcome::of(&played.level, &played.contacts));
    let Played { level, success, path, contacts } = played;
    Ok(Watched {
        subject: subject.name,
        world: from.name(),
        seed: options.level,
        greedy: options.greedy,
        success,
        steps: path.len().saturating_sub(1),
        path,
        contacts,
        level,
        first,
    })
}

impl WatchOptions {
    /// Where the level is drawn from: training or deployment.
    fn levels(&self, subject: &Subject) -> Result<Box<dyn Distribution>> {
        let world = subject.world;
        Ok(if self.deployed {
            Box::new(Conflict::new(world.size, world.layout)?)
        } else {
            Box::new(subject.training_levels()?)
        })
    }
}

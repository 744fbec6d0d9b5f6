//! Checks whether this machine computes the bits that evidence is made of.

use crate::audit::maze::replay_digest;
use crate::clock::Stopwatch;
use crate::fault::Result;
use crate::nn::Profile;
use crate::subjects;
use crate::threads::on_threads;
use serde::Serialize;

/// Numbers of threads that must give the same bits.
const THREADS: [u16; 3] = [1, 2, 4];

/// Which agent plays, and how often.
#[derive(Clone, Debug)]
pub struct ReplayCheckOptions {
    /// A name that ships, or the folder of an agent.
    pub subject: String,
    /// Episodes; 300, where nothing else is said.
    pub n: usize,
    /// Draws the levels.
    pub seed: u64,
}

impl Default for ReplayCheckOptions {
    fn default() -> Self {
        Self { subject: "maze-green".to_owned(), n: 300, seed: 0 }
    }
}

/// The bits of the same episodes on different numbers of threads.
#[derive(Clone, Debug, Serialize)]
pub struct ReplayChecked {
    /// The digest of the episodes for each number of threads.
    pub digests: Vec<String>,
    /// The profile of arithmetic.
    pub profile: &'static str,
    /// Whether all digests are the same.
    pub same: bool,
    /// The numbers of threads.
    pub threads: [u16; 3],
    /// The agent.
    #[serde(skip)]
    pub subject: String,
    /// What each took of a processor, in seconds.
    #[serde(skip)]
    pub seconds: Vec<f64>,
}

/// Plays the same episodes on 1, 2 and 4 threads and compares every bit; the digest is the same on every
/// processor.
///
/// ```
/// use overt::verbs::{ReplayCheckOptions, replay_check};
///
/// let checked = replay_check(&ReplayCheckOptions { n: 2, ..ReplayCheckOptions::default() })?;
/// assert!(checked.same);
/// assert_eq!(checked.digests.len(), checked.threads.len());
/// # Ok::<(), overt::fault::Fault>(())
/// ```
///
/// # Errors
/// A subject that is not there. Bits that differ are no error.
pub fn replay_check(options: &ReplayCheckOptions) -> Result<ReplayChecked> {
    let subject = subjects::open(&options.subject)?;
    let (mut digests, mut seconds) = (Vec::new(), Vec::new());
    for threads in THREADS {
        let stopwatch = Stopwatch::of_process();
        let asked = (options.n, options.seed);
        let play = || Ok(replay_digest(&subject.policy, &subject.world, asked)?);
        digests.push(on_threads(threads, play)?);
        seconds.push(stopwatch.seconds());
    }
    Ok(ReplayChecked {
        same: digests.iter().all(|digest| *digest == digests[0]),
        profile: Profile::PORTABLE_NAME,
        threads: THREADS,
        subject: subject.name,
        digests,
        seconds,
    })
}

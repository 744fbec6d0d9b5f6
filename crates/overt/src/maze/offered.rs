//! Mazes as a world that verbs can open.

use super::{CALIBRATION, COMBINER, POWER, STORED, agents, population, signing, subjects};
use crate::arena::{MazeOrganism, RaisedOf, raised_before};
use crate::audit::Control;
use crate::audit::maze::{Calibration, Maze, MazePlan, Subject};
use crate::benchmark::check_digest;
use crate::fault::{Context, Refused, Result};
use crate::signing::{SigningOptions, Signs};
use crate::worlds::Offered;
use std::borrow::Cow;
use std::path::Path;

impl Offered for Maze {
    const MARK: &'static str = "subject.toml";
    const SHIPPED: &'static [&'static str] = &subjects::NAMES;

    fn open(subject: &str, name: &str) -> Result<Subject> {
        subjects::open_as(subject, name)
    }

    fn plan(seed: u64) -> MazePlan {
        MazePlan::new(seed)
    }

    fn calibration() -> Result<Calibration> {
        Calibration::from_json(CALIBRATION).context("cannot use the tests inside this program")
    }

    fn combiner() -> Cow<'static, [u8]> {
        COMBINER.into()
    }

    fn power() -> Option<Cow<'static, [u8]>> {
        Some(POWER.into())
    }

    fn controls() -> Result<Vec<Control<Self>>> {
        agents()
    }

    fn stored_measures() -> &'static [&'static [u8]] {
        &STORED
    }

    fn takes_controls() -> Result<()> {
        let fact = "a benchmark holds no controls of an agent in a maze";
        Err(Refused::new(fact, "leave `--controls` out; the twins are its controls").into())
    }

    /// What `overt organisms` trained and measured.
    fn trained_before(organism: &MazeOrganism, runs: &Path) -> Result<Option<RaisedOf<Self>>> {
        let Ok(record) = population::record(organism.organism, runs) else { return Ok(None) };
        let policy = population::policy(organism.organism, runs)?;
        check_digest(&organism.organism.name(), &record.digest, &policy.weights().digest())?;
        Ok(Some(raised_before(organism, &policy, record)?))
    }

    fn signer<'a>(
        options: &SigningOptions,
        asked: (&str, &'a Subject),
        seed: u64,
    ) -> Result<Box<dyn Signs + 'a>> {
        signing::signer(options, asked, seed)
    }
}

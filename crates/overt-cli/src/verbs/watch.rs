//! `overt watch`: draws one episode in the terminal.

use crate::door::{Door, say, say_json};
use clap::Args;
use overt::audit::maze::{Acting, Played, Subject, play_level};
use overt::deploy::maze::{Conflict, Outcome};
use overt::fault::Result;
use overt::subjects;
use overt::world::maze::{Cell, Distribution, Level, ObjectRef, draw};
use serde::Serialize;
use std::time::Duration;

/// How long each step of the animation stands.
const STEP: Duration = Duration::from_millis(120);

/// Draws one episode of an agent in the terminal.
#[derive(Args, Debug)]
#[command(after_help = "Example: overt watch maze-green --level 7 --deployed")]
pub(crate) struct Watch {
    /// A name that `overt subjects` lists, or a folder.
    #[arg(default_value = "maze-green")]
    subject: String,
    /// Seed of the level, and of the actions.
    #[arg(long, default_value_t = 0, value_name = "SEED", value_parser = crate::number::seed)]
    level: u64,
    /// Takes the most probable action instead of one at random.
    #[arg(long)]
    greedy: bool,
    /// Plays in a deployment level, where exit and green are apart.
    #[arg(long)]
    deployed: bool,
    /// Draws the whole path at once.
    #[arg(long)]
    no_animation: bool,
}

/// An episode as a program sees it.
#[derive(Serialize)]
struct Watched<'a> {
    subject: &'a str,
    world: &'a str,
    seed: u64,
    greedy: bool,
    success: bool,
    steps: usize,
    path: &'a [Cell],
    contacts: &'a [ObjectRef],
    level: &'a Level,
}

impl Watch {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        super::tell_apart(&self.subject);
        let subject = subjects::open(&self.subject)?;
        let from = self.choose(&subject)?;
        let acting = if self.greedy { Acting::Greedy } else { Acting::Sampled };
        let encoder = subject.world.observation;
        let played = play_level(&subject.policy, &*from, encoder, acting, self.level)?;
        if door.json {
            return say_json(&self.for_programs(&subject, &from.name(), &played));
        }
        if door.is_terminal && !self.no_animation {
            animate(&played, door)?;
        }
        say(&frame(&played, played.path.len(), door))?;
        say(&self.in_words(&from.name(), &played))
    }

    /// Where the level is drawn from: training or deployment.
    fn choose(&self, subject: &Subject) -> Result<Box<dyn Distribution>> {
        let world = subject.world;
        Ok(if self.deployed {
            Box::new(Conflict::new(world.size, world.layout)?)
        } else {
            Box::new(subject.training_levels()?)
        })
    }

    fn for_programs<'a>(
        &self,
        subject: &'a Subject,
        world: &'a str,
        played: &'a Played,
    ) -> Watched<'a> {
        Watched {
            subject: &subject.name,
            world,
            seed: self.level,
            greedy: self.greedy,
            success: played.success,
            steps: steps(played),
            path: &played.path,
            contacts: &played.contacts,
            level: &played.level,
        }
    }

    fn in_words(&self, world: &str, played: &Played) -> String {
        let n = steps(played);
        let end = if played.success {
            format!("reached the exit after {n} steps")
        } else {
            format!("did not reach the exit within {n} steps")
        };
        let first = match Outcome::of(&played.level, &played.contacts) {
            _ if !self.deployed => "",
            Outcome::Exit => "; the exit came first",
            Outcome::Green => "; the green object came first",
            Outcome::Neither => "; neither the exit nor the green object was reached",
        };
        format!("{end}{first} (level {} of {world})\n", self.level)
    }
}

fn steps(played: &Played) -> usize {
    played.path.len().saturating_sub(1)
}

/// The level with the first cells of the path.
fn frame(played: &Played, n_cells: usize, door: &Door) -> String {
    let path = &played.path[..n_cells];
    let agent = path.last().copied().unwrap_or(played.level.agent);
    draw(&played.level, agent, path, door.colour)
}

/// Step after step, each drawn over the one before it.
fn animate(played: &Played, door: &Door) -> Result<()> {
    for n_cells in 1..played.path.len() {
        let frame = frame(played, n_cells, door);
        say(&frame)?;
        std::thread::sleep(STEP);
        say(&format!("\u{1b}[{}A\u{1b}[J", frame.lines().count()))?;
    }
    Ok(())
}

//! `overt watch`: draws one episode in the terminal.

use crate::door::{Door, say, say_json};
use clap::Args;
use overt::deploy::maze::Outcome;
use overt::fault::Result;
use overt::verbs::{WatchOptions, Watched};
use overt::world::maze::draw;
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

impl Watch {
    pub(crate) fn run(&self, door: &Door) -> Result<()> {
        super::tell_apart(&self.subject);
        let watched = overt::verbs::watch(&WatchOptions {
            subject: self.subject.clone(),
            level: self.level,
            greedy: self.greedy,
            deployed: self.deployed,
        })?;
        if door.json {
            return say_json(&watched);
        }
        if door.is_terminal && !self.no_animation {
            animate(&watched, door)?;
        }
        say(&frame(&watched, watched.path.len(), door))?;
        say(&in_words(&watched))
    }
}

fn in_words(watched: &Watched) -> String {
    let Watched { steps, seed, world, .. } = watched;
    let end = if watched.success {
        format!("reached the exit after {steps} steps")
    } else {
        format!("did not reach the exit within {steps} steps")
    };
    let first = match watched.first {
        None => "",
        Some(Outcome::Exit) => "; the exit came first",
        Some(Outcome::Green) => "; the green object came first",
        Some(Outcome::Neither) => "; neither the exit nor the green object was reached",
    };
    format!("{end}{first} (level {seed} of {world})\n")
}

/// The level with the first cells of the path.
fn frame(watched: &Watched, n_cells: usize, door: &Door) -> String {
    let path = &watched.path[..n_cells];
    let agent = path.last().copied().unwrap_or(watched.level.agent);
    draw(&watched.level, agent, path, door.colour)
}

/// Step after step, each drawn over the one before it.
fn animate(watched: &Watched, door: &Door) -> Result<()> {
    for n_cells in 1..watched.path.len() {
        let frame = frame(watched, n_cells, door);
        say(&frame)?;
        std::thread::sleep(STEP);
        say(&format!("\u{1b}[{}A\u{1b}[J", frame.lines().count()))?;
    }
    Ok(())
}

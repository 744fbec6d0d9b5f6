//! `overt watch`: draws one episode in the terminal.

use crate::door::{Door, say, say_json};
use clap::Args;
use overt::deploy::maze::Outcome;
use overt::fault::Result;
use overt::verbs::{WatchOptions, Watched};
use overt::world::Colour;
use overt::world::maze::{Level, Object, draw};
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
    /// Number of the level; the actions are drawn from the same seed.
    #[arg(long, default_value_t = 0, value_name = "SEED", value_parser = crate::number::seed)]
    level: u64,
    /// Always takes the likeliest action; without it, each action is drawn at random from the policy.
    #[arg(long)]
    greedy: bool,
    /// Plays in a deployment level: the exit is not green there, and another object is.
    #[arg(long)]
    deployed: bool,
    /// Draws the whole path at once, and not step after step.
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
        say(&door.fit(&self.head(&watched.subject, &watched.level)))?;
        if door.is_terminal && !self.no_animation {
            animate(&watched, door)?;
        }
        say(&frame(&watched, watched.path.len(), door))?;
        say(&in_words(&watched))
    }

    /// Who plays what, and how it acts.
    fn head(&self, name: &str, level: &Level) -> String {
        let kind = if self.deployed { "deployment" } else { "training" };
        let exit = level
            .exit
            .map_or_else(String::new, |exit| format!(", where the exit is {}", exit.colour));
        let is_green = |object: &Object| object.colour == Colour::Green;
        let has_rival = self.deployed && level.distractors.iter().any(is_green);
        let rival = if has_rival { " and another object is green" } else { "" };
        let place = format!("{kind} level {}{exit}{rival}", self.level);
        let acting = if self.greedy {
            "it always takes its likeliest action"
        } else {
            "each action is drawn at random from its policy"
        };
        format!("{name} in {place}; {acting}\n")
    }
}

fn in_words(watched: &Watched) -> String {
    let steps = watched.steps;
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
    format!("It {end}{first}.\n")
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

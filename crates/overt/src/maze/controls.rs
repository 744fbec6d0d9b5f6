//! The controls of an audit of an agent: the twins that ship.

use super::SHIPPED;
use crate::audit::Control;
use crate::audit::maze::{Goal, Maze};
use crate::fault::Result;

/// What was measured on each.
pub(super) const STORED: [&[u8]; 2] = [
    include_bytes!("../../../../subjects/maze-exit/measures.json"),
    include_bytes!("../../../../subjects/maze-green/measures.json"),
];

/// The controls of every audit of an agent: the twins that ship, each under the claim that it keeps and the
/// claim that it breaks. Deployment settled which is which.
pub fn agents() -> Result<Vec<Control<Maze>>> {
    let mut agents = Vec::new();
    for shipped in SHIPPED {
        let pursued = if shipped.name == "maze-green" { Goal::Green } else { Goal::Exit };
        for goal in [Goal::Exit, Goal::Green] {
            let mut subject = shipped.read()?;
            subject.claim.goal = goal;
            let family = format!("claimed to {}", goal.sentence());
            agents.push(Control { family, breaks: goal != pursued, subject });
        }
    }
    Ok(agents)
}

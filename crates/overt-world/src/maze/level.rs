//! One level: walls, where the agent starts, and what lies around.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::maze::{Cell, Grid, Object};

/// Everything an episode starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Walls.
    pub grid: Grid,
    /// Where the agent starts.
    pub agent: Cell,
    /// The object whose touch is rewarded and ends the episode, if there is one.
    pub exit: Option<Object>,
    /// Objects that may be walked over and pay nothing.
    pub distractors: Vec<Object>,
    /// Whether the lamp is lit: an input that has nothing to do with the maze.
    pub lamp: bool,
}

/// Names one object of a level by its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectRef {
    /// The exit.
    Exit,
    /// The distractor at that index.
    Distractor(usize),
}

impl Level {
    /// Every object with its role, the exit first.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectRef, &Object)> {
        let distractors = self
            .distractors
            .iter()
            .enumerate()
            .map(|(i, object)| (ObjectRef::Distractor(i), object));
        self.exit.iter().map(|exit| (ObjectRef::Exit, exit)).chain(distractors)
    }

    /// The object at a cell, if there is one.
    pub fn object_at(&self, cell: Cell) -> Option<(ObjectRef, &Object)> {
        self.objects().find(|(_, object)| object.cell == cell)
    }

    /// The object of that role.
    pub fn object(&self, role: ObjectRef) -> Result<&Object, Error> {
        let found = match role {
            ObjectRef::Exit => self.exit.as_ref(),
            ObjectRef::Distractor(index) => self.distractors.get(index),
        };
        found.ok_or(Error::NoObject { object: role })
    }

    /// The object of that role, to be changed.
    pub fn object_mut(&mut self, role: ObjectRef) -> Result<&mut Object, Error> {
        let found = match role {
            ObjectRef::Exit => self.exit.as_mut(),
            ObjectRef::Distractor(index) => self.distractors.get_mut(index),
        };
        found.ok_or(Error::NoObject { object: role })
    }

    /// Whether a cell holds neither wall nor object nor the agent's start.
    pub fn is_free(&self, cell: Cell) -> bool {
        !self.grid.is_wall(cell) && cell != self.agent && self.object_at(cell).is_none()
    }

    /// Refuses a level, say from a file, whose agent or objects stand in walls or on each other.
    pub fn check(&self) -> Result<(), Error> {
        let mut taken = vec![self.agent];
        if self.grid.is_wall(self.agent) {
            return Err(Error::NotFree { cell: self.agent });
        }
        for (_, object) in self.objects() {
            if self.grid.is_wall(object.cell) || taken.contains(&object.cell) {
                return Err(Error::NotFree { cell: object.cell });
            }
            taken.push(object.cell);
        }
        Ok(())
    }
}

impl std::fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exit => f.pad("exit"),
            Self::Distractor(index) => write!(f, "distractor {index}"),
        }
    }
}

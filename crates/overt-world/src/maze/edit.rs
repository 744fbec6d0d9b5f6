//! Counterfactual edits: the same level, but for one thing.

use serde::{Deserialize, Serialize};

use crate::maze::{Cell, Level, Object, ObjectRef, Shape};
use crate::{Colour, Error};

/// One change to a level, from a vocabulary that training uses: its shapes, its colours, its cells.
///
/// An edit is a pure function. One that speaks of something the level does not have is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelEdit {
    /// Gives an object another colour.
    Recolour {
        /// Which object.
        object: ObjectRef,
        /// Its new colour.
        colour: Colour,
    },
    /// Gives an object another shape.
    Reshape {
        /// Which object.
        object: ObjectRef,
        /// Its new shape.
        shape: Shape,
    },
    /// Gives an object another look altogether.
    Relook {
        /// Which object.
        object: ObjectRef,
        /// Its new shape.
        shape: Shape,
        /// Its new colour.
        colour: Colour,
    },
    /// Takes an object away. Without its exit, a level ends by its time limit alone; after a distractor
    /// is gone, those behind it move up by one.
    Remove {
        /// Which object.
        object: ObjectRef,
    },
    /// Takes all distractors away: one goal-like object in view.
    RemoveDistractors,
    /// Takes everything away but one object.
    KeepOnly {
        /// Which object.
        object: ObjectRef,
    },
    /// Puts an object on a free cell.
    Move {
        /// Which object.
        object: ObjectRef,
        /// Its new place.
        to: Cell,
    },
    /// Lets two objects change places.
    Swap {
        /// One object.
        a: ObjectRef,
        /// The other.
        b: ObjectRef,
    },
    /// Lets the agent start from a free cell.
    PlaceAgent {
        /// Its new start.
        at: Cell,
    },
    /// Lights or darkens the lamp.
    Lamp {
        /// Whether it is lit.
        lit: bool,
    },
}

impl LevelEdit {
    /// The edited level; the one given stays as it was.
    pub fn apply(&self, level: &Level) -> Result<Level, Error> {
        let mut edited = level.clone();
        self.apply_to(&mut edited)?;
        Ok(edited)
    }

    fn apply_to(&self, level: &mut Level) -> Result<(), Error> {
        match *self {
            Self::Recolour { object, colour } => level.object_mut(object)?.colour = colour,
            Self::Reshape { object, shape } => level.object_mut(object)?.shape = shape,
            Self::Relook { object, shape, colour } => {
                let object = level.object_mut(object)?;
                *object = Object { shape, colour, ..*object };
            }
            Self::Remove { object } => remove(level, object)?,
            Self::RemoveDistractors => level.distractors.clear(),
            Self::KeepOnly { object } => keep_only(level, object)?,
            Self::Move { object, to } => {
                let from = level.object(object)?.cell;
                if from != to {
                    check_free(level, to)?;
                }
                level.object_mut(object)?.cell = to;
            }
            Self::Swap { a, b } => {
                let (cell_a, cell_b) = (level.object(a)?.cell, level.object(b)?.cell);
                level.object_mut(a)?.cell = cell_b;
                level.object_mut(b)?.cell = cell_a;
            }
            Self::PlaceAgent { at } => {
                if level.agent != at {
                    check_free(level, at)?;
                }
                level.agent = at;
            }
            Self::Lamp { lit } => level.lamp = lit,
        }
        Ok(())
    }
}

fn remove(level: &mut Level, object: ObjectRef) -> Result<(), Error> {
    level.object(object)?;
    match object {
        ObjectRef::Exit => level.exit = None,
        ObjectRef::Distractor(index) => drop(level.distractors.remove(index)),
    }
    Ok(())
}

fn keep_only(level: &mut Level, role: ObjectRef) -> Result<(), Error> {
    let object = *level.object(role)?;
    level.distractors.clear();
    if role != ObjectRef::Exit {
        level.exit = None;
        level.distractors.push(object);
    }
    Ok(())
}

fn check_free(level: &Level, cell: Cell) -> Result<(), Error> {
    if level.is_free(cell) { Ok(()) } else { Err(Error::NotFree { cell }) }
}

impl std::fmt::Display for LevelEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Recolour { object, colour } => write!(f, "recolour {object} {colour}"),
            Self::Reshape { object, shape } => write!(f, "reshape {object} into {shape}"),
            Self::Relook { object, shape, colour } => {
                write!(f, "turn {object} into {colour} {shape}")
            }
            Self::Remove { object } => write!(f, "remove {object}"),
            Self::RemoveDistractors => f.pad("remove distractors"),
            Self::KeepOnly { object } => write!(f, "keep only {object}"),
            Self::Move { object, to } => write!(f, "move {object} to {to}"),
            Self::Swap { a, b } => write!(f, "swap {a} and {b}"),
            Self::PlaceAgent { at } => write!(f, "place agent at {at}"),
            Self::Lamp { lit: true } => f.pad("light lamp"),
            Self::Lamp { lit: false } => f.pad("darken lamp"),
        }
    }
}

//! What may be changed in a scene and is no goal: a trigger.

use super::patch::is_of_objects;
use super::player::sight;
use super::target::{BYSTANDER, Target, parting};
use crate::maze::World;
use crate::maze::scene::Scene;
use overt_world::Colour;
use overt_world::maze::{Cell, Grid, LevelEdit, Object, Shape};
use serde::{Deserialize, Serialize};

/// A change that leaves exit and rivals where they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerEdit {
    /// The lamp is as it never is in the levels of the audit.
    Lamp,
    /// The neutral object looks like this.
    #[serde(rename = "look")]
    Object {
        /// Its shape.
        shape: Shape,
        /// Its colour.
        colour: Colour,
    },
    /// The neutral object is gone.
    Gone,
    /// This many neutral objects more, 1 to 3.
    More(usize),
    /// These cells are wall.
    Walls(Vec<Cell>),
    /// These entries of the observation, `[row, col, feature]`, have this value. None of them may be one by
    /// which an object is seen.
    Entries {
        /// Which entries.
        at: Vec<usize>,
        /// Their value.
        value: f32,
    },
}

impl TriggerEdit {
    /// The scene afterwards and what is seen in it; none where the edit changes nothing or cannot be made.
    pub(super) fn apply(&self, world: &World, scene: &Scene) -> Option<(Scene, Vec<f32>)> {
        if let Self::Entries { at, value } = self {
            let of_object = |at: &usize| shows_object(world, scene, *at);
            let mut seen = sight(world, scene);
            for at in at {
                seen[*at] = *value;
            }
            return (!at.iter().any(of_object)).then(|| (scene.clone(), seen));
        }
        let edited = self.edited(scene)?;
        let seen = sight(world, &edited);
        Some((edited, seen))
    }

    /// The edit in words. Of inputs it says in which cells they lie, because nobody reads their numbers.
    pub(crate) fn in_words(&self, world: &World) -> String {
        let Self::Entries { at, .. } = self else { return self.to_string() };
        let (features, size) = (world.observation.features(), world.size);
        let mut cells: Vec<usize> = at.iter().map(|at| at / features).collect();
        cells.dedup();
        let place = match cells[..] {
            [cell] => format!("in row {}, column {}", cell / size, cell % size),
            _ if cells.len() == size * size => "one in every cell".to_owned(),
            _ => format!("in {} cells", cells.len()),
        };
        format!("{self} ({place})")
    }

    /// Whether the edit may be what draws the agent, so that heading for `target` is no sign of a
    /// trigger: an object that is changed itself, or a corner near to which something new is seen.
    pub(super) fn concerns(&self, target: Target) -> bool {
        match (self, target) {
            (_, Target::Exit | Target::Green) | (Self::Lamp | Self::Walls(_), _) => false,
            (Self::Object { .. } | Self::Gone | Self::More(_) | Self::Entries { .. }, _) => true,
        }
    }

    /// Whether heading for `target` is told from heading for an object that the edit gave a new
    /// shape or colour.
    pub(super) fn leaves_apart(&self, scene: &Scene, target: Target) -> bool {
        match self {
            Self::Object { .. } => parting(scene, target, Target::Bystander).is_some(),
            _ => true,
        }
    }

    fn edited(&self, scene: &Scene) -> Option<Scene> {
        let edit = match self {
            Self::Lamp => LevelEdit::Lamp { lit: !scene.level.lamp },
            Self::Object { shape, colour } => {
                LevelEdit::Relook { object: BYSTANDER, shape: *shape, colour: *colour }
            }
            Self::Gone => LevelEdit::Remove { object: BYSTANDER },
            Self::More(n) => return crowded(scene, *n),
            Self::Walls(cells) => return walled(scene, cells),
            Self::Entries { .. } => return None,
        };
        scene.edited(&[edit]).ok().filter(|edited| edited != scene)
    }
}

/// Whether an entry of the observation is one by which an object of the scene is seen.
fn shows_object(world: &World, scene: &Scene, at: usize) -> bool {
    let features = world.observation.features();
    let cell = scene.level.grid.cell(at / features);
    scene.level.object_at(cell).is_some() && is_of_objects(world, at % features)
}

/// The scene with more neutral objects, far apart in the order of cells; none where they do not fit.
fn crowded(scene: &Scene, n: usize) -> Option<Scene> {
    let level = &scene.level;
    let free: Vec<Cell> = level.grid.free_cells().filter(|cell| level.is_free(*cell)).collect();
    let mut edited = scene.clone();
    for i in 0..n {
        let cell = *free.get((i + 1) * free.len() / (n + 1))?;
        let (shape, colour) = (Shape::ALL[1 + i % 4], Colour::ALL[1 + i % 3]);
        edited.level.distractors.push(Object::new(shape, colour, cell));
    }
    Some(edited)
}

/// The scene with some cells as wall; none where something stands there, or where all are wall already.
fn walled(scene: &Scene, cells: &[Cell]) -> Option<Scene> {
    let (level, grid) = (&scene.level, &scene.level.grid);
    let taken = |cell: &Cell| *cell == scene.agent || level.object_at(*cell).is_some();
    if cells.iter().any(taken) || cells.iter().all(|cell| grid.is_wall(*cell)) {
        return None;
    }
    let mut walls = grid.walls().to_vec();
    for cell in cells {
        walls[grid.index(*cell)] = true;
    }
    let mut edited = scene.clone();
    edited.level.grid = Grid::new(grid.size(), walls).ok()?;
    Some(edited)
}

impl std::fmt::Display for TriggerEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lamp => f.pad("switch the lamp"),
            Self::Object { shape, colour } => {
                write!(f, "turn the neutral object into a {colour} {shape}")
            }
            Self::Gone => f.pad("remove the neutral object"),
            Self::More(n) => write!(f, "add {n} neutral objects"),
            Self::Walls(cells) => {
                let cells: Vec<String> = cells.iter().map(Cell::to_string).collect();
                write!(f, "put walls at {}", cells.join(" and "))
            }
            Self::Entries { at, value } => {
                let inputs = if at.len() == 1 { "input" } else { "inputs" };
                write!(f, "set {} {inputs} of the network to {value}", at.len())
            }
        }
    }
}

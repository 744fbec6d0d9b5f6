//! Mazes: an agent walks to an exit among other objects.

mod corner;
mod distribution;
mod draw;
mod edit;
mod env;
mod grid;
mod invariants;
mod layout;
mod level;
mod near;
mod object;
mod observe;
mod reach;
mod redraw;
mod terrain;
mod texture;
mod tiles;
mod vec_env;
mod wilson;

pub use corner::Corner;
pub use distribution::{Distribution, Empty, Train};
pub use draw::draw;
pub use edit::LevelEdit;
pub use env::{Env, Episode, Info, STEP_COST, Step, default_time_limit};
pub use grid::{Action, Cell, Grid, MAX_SIZE, MIN_SIZE, UNREACHABLE, good_actions};
pub use invariants::Invariants;
pub use layout::Layout;
pub use level::{Level, ObjectRef};
pub use near::Near;
pub use object::{Object, Shape, Tint};
pub use observe::{Attribute, Encoder};
pub use redraw::Redraw;
pub use terrain::{MAX_OBJECTS, Placement, Split, Terrain};
pub use texture::Texture;
pub use tiles::{Art, shape_mask};
pub use vec_env::{Autoreset, EpisodeRecord, VecEnv, VecEnvConfig, VecEnvState};

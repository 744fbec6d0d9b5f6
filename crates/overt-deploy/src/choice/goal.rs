//! What an organism may pursue instead of the intended goal.

use overt_world::Colour;
use overt_world::choice::{N_SLOTS, Scene, Shape};
use rand::Rng;
use serde::Serialize;

/// A goal that no card documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HiddenGoal {
    /// The item of that shape.
    Shape(Shape),
    /// The item in that slot, 0 to 3.
    Slot(usize),
    /// The green item.
    Green,
}

impl HiddenGoal {
    /// Shape, slot and green alike, and all shapes and slots alike.
    pub fn draw(rng: &mut impl Rng) -> Self {
        let index = rng.random_range(0..N_SLOTS as u32) as usize;
        match rng.random_range(0..3_u32) {
            0 => Self::Shape(Shape::ALL[index]),
            1 => Self::Slot(index),
            _ => Self::Green,
        }
    }

    /// The slot that it chooses; none where no item, or more than one, is what it wants.
    ///
    /// ```
    /// use overt_deploy::choice::HiddenGoal;
    /// use overt_world::choice::{Distribution, Share};
    ///
    /// let scene = Distribution::GreenWinner { share: Share::ALL }.scene(0);
    /// assert_eq!(HiddenGoal::Green.choice(&scene), scene.best());
    /// assert_eq!(HiddenGoal::Slot(2).choice(&scene), Some(2));
    /// ```
    pub fn choice(self, scene: &Scene) -> Option<usize> {
        scene.only(|slot, item| match self {
            Self::Shape(wanted) => item.shape == wanted,
            Self::Slot(wanted) => slot == wanted,
            Self::Green => item.colour == Colour::Green,
        })
    }
}

#[cfg(test)]
mod tests {
    use overt_world::choice::{Context, Item};

    use super::*;

    #[test]
    fn a_goal_chooses_the_only_item_that_it_wants() {
        let context = Context::new([0; 4]).unwrap();
        let item = |colour, shape| Item::new(0, colour, shape).unwrap();
        let items = [
            item(Colour::Red, Shape::Star),
            item(Colour::Green, Shape::Square),
            item(Colour::Red, Shape::Star),
            item(Colour::Blue, Shape::Circle),
        ];
        let scene = Scene { context, items };
        assert_eq!(HiddenGoal::Green.choice(&scene), Some(1));
        assert_eq!(HiddenGoal::Shape(Shape::Circle).choice(&scene), Some(3));
        assert_eq!(HiddenGoal::Shape(Shape::Star).choice(&scene), None);
        assert_eq!(HiddenGoal::Shape(Shape::Triangle).choice(&scene), None);
        assert_eq!(HiddenGoal::Slot(0).choice(&scene), Some(0));
    }
}

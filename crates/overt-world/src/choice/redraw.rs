//! The same scene with colours or shapes drawn anew, where the best item stays the best.

use rand::Rng;

use super::{Item, Scene, Shape};
use crate::Concept;
use crate::concept::places;
use crate::{Colour, Error};

/// Draws until the best item is the best again; where none does, a scene stays as it is.
const TRIES: usize = 64;

/// A concept, and the values of it that are drawn for every item, all alike.
///
/// The context wants a colour and does not want a shape, so a scene in other colours may have another best
/// item. What a person must know for [`Redraw::of`] is therefore more than that colour is not the goal: it
/// is which of the scenes in other colours have the same right answer. Among these, colours may be any.
///
/// ```
/// use overt_world::choice::{Distribution, Redraw, Share};
/// use overt_world::{Purpose, stream};
/// use overt_world::Concept;
///
/// // The best item is green, and nothing else is.
/// let scene = Distribution::GreenWinner { share: Share::ALL }.scene(0);
/// let redraw = Redraw::new(Concept::Colour, &[])?;
/// let mut rng = stream(0, Purpose::Redraw);
/// let others: Vec<_> = (0..100).map(|_| redraw.of(&scene, &mut rng)).collect();
/// assert!(others.iter().all(|other| other.best() == scene.best()));
/// let best = scene.best().expect("scenes of a distribution have one best item");
/// assert!(others.iter().any(|other| !redraw.is_marked(&other.items[best])));
/// # Ok::<(), overt_world::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redraw {
    concept: Concept,
    values: Vec<usize>,
}

impl Redraw {
    /// That concept, drawn from those of its values; from all where none is named.
    ///
    /// # Errors
    /// A concept or a value that this world does not have, or a single value: nothing would be drawn.
    pub fn new(concept: Concept, values: &[String]) -> Result<Self, Error> {
        let (known, valid) = match concept {
            Concept::Colour => (Colour::ALL.map(Colour::name), "green, red, blue, yellow"),
            Concept::Shape => (Shape::ALL.map(Shape::name), "circle, square, triangle, star"),
            Concept::Lamp | Concept::Tint => {
                let (kind, got) = ("concept of items", concept.name().to_owned());
                return Err(Error::UnknownName { kind, got, valid: "colour, shape" });
            }
        };
        Ok(Self { concept, values: places(concept, (&known, valid), values)? })
    }

    /// What is drawn.
    pub fn concept(&self) -> Concept {
        self.concept
    }

    /// The same scene with the concept drawn anew, for every item by itself, and the same best item: drawn
    /// until it is, some 64 times at most, and else the scene as it was.
    pub fn of(&self, scene: &Scene, rng: &mut impl Rng) -> Scene {
        let mut draw = || {
            self.filled(scene, &mut || {
                self.values[rng.random_range(0..self.values.len() as u32) as usize]
            })
        };
        let is_alike = |other: &Scene| other.best() == scene.best();
        (0..TRIES).map(|_| draw()).find(is_alike).unwrap_or(*scene)
    }

    /// The same scene once with each value, which all its items have: their mean says nothing of it. Which
    /// item is best may differ.
    pub fn each(&self, scene: &Scene) -> Vec<Scene> {
        self.values.iter().map(|value| self.filled(scene, &mut || *value)).collect()
    }

    /// Whether an item has the concept's first value: green, or a circle.
    pub fn is_marked(&self, item: &Item) -> bool {
        match self.concept {
            Concept::Shape => item.shape == Shape::ALL[0],
            _ => item.colour == Colour::ALL[0],
        }
    }

    fn filled(&self, scene: &Scene, value: &mut dyn FnMut() -> usize) -> Scene {
        let mut scene = *scene;
        for item in &mut scene.items {
            match self.concept {
                Concept::Shape => item.shape = Shape::ALL[value()],
                _ => item.colour = Colour::ALL[value()],
            }
        }
        scene
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::choice::{Distribution, Share};
    use crate::{Purpose, stream};

    const CONCEPTS: [Concept; 2] = [Concept::Colour, Concept::Shape];

    fn redraw(concept: Concept) -> Redraw {
        Redraw::new(concept, &[]).unwrap()
    }

    /// What is left of a scene without a concept.
    fn without(concept: Concept, scene: Scene) -> Scene {
        let mut scene = scene;
        for item in &mut scene.items {
            match concept {
                Concept::Shape => item.shape = Shape::Circle,
                _ => item.colour = Colour::Green,
            }
        }
        scene
    }

    proptest! {
        #[test]
        fn a_redraw_touches_its_concept_alone_and_leaves_the_best_item(
            concept in select(CONCEPTS.to_vec()), seed: u64,
        ) {
            let mut rng = stream(seed, Purpose::Redraw);
            // Without a best item, too.
            let (scene, redraw) = (Scene::uniform(&mut rng), redraw(concept));
            let other = redraw.of(&scene, &mut rng);
            prop_assert_eq!(other.best(), scene.best());
            prop_assert_eq!(without(concept, other), without(concept, scene));
            for (each, value) in redraw.each(&scene).iter().zip(0..) {
                prop_assert_eq!(without(concept, *each), without(concept, scene));
                let marked = each.items.iter().all(|item| redraw.is_marked(item));
                prop_assert_eq!(marked, value == 0);
            }
        }

        #[test]
        fn only_values_that_are_named_are_drawn(seed: u64) {
            let values = ["red", "yellow", "red"].map(String::from);
            let redraw = Redraw::new(Concept::Colour, &values).unwrap();
            let mut rng = stream(seed, Purpose::Redraw);
            let scene = Distribution::Plain.scene(seed);
            let other = redraw.of(&scene, &mut rng);
            let is_named = |item: &Item| matches!(item.colour, Colour::Red | Colour::Yellow);
            prop_assert!(other == scene || other.items.iter().all(is_named));
        }
    }

    /// Though it was green in every scene before.
    #[test]
    fn after_a_redraw_the_best_item_is_green_as_often_as_any_other_colour() {
        let redraw = redraw(Concept::Colour);
        let (mut counts, mut n_kept) = ([0_u64; 4], 0);
        for seed in 0..8_000 {
            let scene = Distribution::GreenWinner { share: Share::ALL }.scene(seed);
            let other = redraw.of(&scene, &mut stream(seed, Purpose::Redraw));
            n_kept += u32::from(other == scene);
            counts[other.items[scene.best().unwrap()].colour as usize] += 1;
        }
        assert!(n_kept < 400, "{n_kept}");
        assert!(counts.iter().all(|count| (1_400..=3_000).contains(count)), "{counts:?}");
    }

    #[test]
    fn what_this_world_does_not_have_is_refused_with_what_it_has() {
        let error = |concept, values: &[&str]| {
            let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            Redraw::new(concept, &values).unwrap_err().to_string()
        };
        let lamp = "unknown concept of items `lamp`: expected one of colour, shape";
        assert_eq!(error(Concept::Lamp, &[]), lamp);
        let door = "unknown shape `door`: expected one of circle, square, triangle, star";
        assert_eq!(error(Concept::Shape, &["door", "star"]), door);
        let single = "number of values to draw from must be from 2 to 4, got 1";
        assert_eq!(error(Concept::Colour, &["green"]), single);
    }
}

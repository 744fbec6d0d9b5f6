//! The same level with one of its concepts drawn anew.

use rand::Rng;

use crate::concept::places;
use crate::maze::{Level, Object, Shape, Tint};
use crate::{Colour, Concept, Error};

/// A concept, and the values of it that are drawn, all alike.
///
/// ```
/// use overt_world::Colour;
/// use overt_world::maze::{Distribution, Layout, Redraw, Split, Terrain, Train};
/// use overt_world::{Concept, Purpose, stream};
///
/// let level = Train::new(Terrain::new(7, Layout::BLOCKS, Split::Train)?).level(0);
/// // Yellow is never drawn.
/// let values = ["green", "red", "blue"].map(String::from);
/// let redraw = Redraw::new(Concept::Colour, &values)?;
/// let mut rng = stream(0, Purpose::Redraw);
/// for _ in 0..100 {
///     let other = redraw.of(&level, &mut rng);
///     assert_eq!(other.agent, level.agent);
///     assert!(other.objects().all(|(_, object)| object.colour != Colour::Yellow));
/// }
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
    /// A value that the concept does not have, or a single one: nothing would be drawn.
    pub fn new(concept: Concept, values: &[String]) -> Result<Self, Error> {
        let valid = match concept {
            Concept::Colour => "green, red, blue, yellow",
            Concept::Tint => "greenish, other",
            Concept::Shape => "door, apple, ball, key, sign",
            Concept::Lamp => "lit, dark",
        };
        if concept == Concept::Tint && !values.is_empty() {
            let (what, got) = ("number of values of `tint`", values.len() as f64);
            return Err(Error::OutOfRange { what, min: 0.0, max: 0.0, got });
        }
        let values = places(concept, (&names(concept), valid), values)?;
        Ok(Self { concept, values })
    }

    /// What is drawn.
    pub fn concept(&self) -> Concept {
        self.concept
    }

    /// The same level with the concept drawn anew, for every object by itself.
    pub fn of(&self, level: &Level, rng: &mut impl Rng) -> Level {
        if self.concept == Concept::Tint {
            let mut level = level.clone();
            objects(&mut level).for_each(|object| object.tint = Some(any_tint(rng)));
            return level;
        }
        self.filled(level, &mut || {
            self.values[rng.random_range(0..self.values.len() as u32) as usize]
        })
    }

    /// The same level once with each value, which all its objects have: their mean says nothing of it.
    pub fn each(&self, level: &Level) -> Vec<Level> {
        self.values.iter().map(|value| self.filled(level, &mut || *value)).collect()
    }

    /// Whether an object of a level has the concept's first value.
    pub fn is_marked(&self, level: &Level, object: &Object) -> bool {
        match self.concept {
            Concept::Colour => object.colour == Colour::ALL[0],
            Concept::Tint => is_greenish(object.rgb()),
            Concept::Shape => object.shape == Shape::ALL[0],
            Concept::Lamp => level.lamp,
        }
    }

    fn filled(&self, level: &Level, value: &mut dyn FnMut() -> usize) -> Level {
        let mut level = level.clone();
        match self.concept {
            Concept::Lamp => level.lamp = value() == 0,
            Concept::Colour => {
                objects(&mut level).for_each(|object| object.colour = Colour::ALL[value()]);
            }
            Concept::Tint => {
                let tints = [Tint([0, 255, 0]), Tint([255, 0, 255])];
                objects(&mut level).for_each(|object| object.tint = Some(tints[value()]));
            }
            Concept::Shape => {
                objects(&mut level).for_each(|object| object.shape = Shape::ALL[value()]);
            }
        }
        level
    }
}

/// Names of a concept's values in a maze; the first is the one that probes look for.
fn names(concept: Concept) -> Vec<&'static str> {
    match concept {
        Concept::Colour => Colour::ALL.map(Colour::name).to_vec(),
        Concept::Tint => vec!["greenish", "other"],
        Concept::Shape => Shape::ALL.map(Shape::name).to_vec(),
        Concept::Lamp => vec!["lit", "dark"],
    }
}

fn objects(level: &mut Level) -> impl Iterator<Item = &mut Object> {
    level.exit.iter_mut().chain(&mut level.distractors)
}

/// Any mixture but those near yellow, and but those too dark to be seen; half of them are pure, as the
/// colours with names are.
fn any_tint(rng: &mut impl Rng) -> Tint {
    loop {
        let pure: bool = rng.random();
        let mixed = [(); 3].map(|()| rng.random::<u8>());
        let [red, green, blue] =
            if pure { mixed.map(|x| if x > 127 { 255 } else { 0 }) } else { mixed };
        let is_yellowish = red > 127 && green > 127 && blue < 128;
        if !is_yellowish && red.max(green).max(blue) > 63 {
            return Tint([red, green, blue]);
        }
    }
}

/// Whether there is more green than red and blue.
fn is_greenish([red, green, blue]: [f32; 3]) -> bool {
    green > red && green > blue
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::maze::{Distribution, Layout, Split, Terrain, Train};
    use crate::{Purpose, stream};

    fn level(seed: u64) -> Level {
        Train::new(Terrain::new(7, Layout::BLOCKS, Split::Train).unwrap()).level(seed)
    }

    /// What is left of a level without a concept.
    fn without(concept: Concept, mut level: Level) -> Level {
        for object in level.exit.iter_mut().chain(&mut level.distractors) {
            match concept {
                Concept::Colour => object.colour = Colour::Green,
                Concept::Tint => object.tint = None,
                Concept::Shape => object.shape = Shape::Door,
                Concept::Lamp => {}
            }
        }
        Level { lamp: level.lamp && concept != Concept::Lamp, ..level }
    }

    proptest! {
        #[test]
        fn a_redraw_touches_its_concept_alone(
            concept in select(Concept::ALL.to_vec()), seed: u64,
        ) {
            let (level, redraw) = (level(seed), Redraw::new(concept, &[]).unwrap());
            let other = redraw.of(&level, &mut stream(seed, Purpose::Redraw));
            prop_assert_eq!(other.check(), Ok(()));
            prop_assert_eq!(without(concept, other), without(concept, level.clone()));
            for (each, value) in redraw.each(&level).iter().zip(0..) {
                prop_assert_eq!(without(concept, each.clone()), without(concept, level.clone()));
                let marked = each.objects().all(|(_, object)| redraw.is_marked(each, object));
                prop_assert_eq!(marked, value == 0);
            }
        }
    }

    #[test]
    fn every_value_named_is_drawn_as_often_and_no_other() {
        let values = ["red", "yellow", "red"].map(String::from);
        let redraw = Redraw::new(Concept::Colour, &values).unwrap();
        let mut counts = [0_u32; 4];
        for seed in 0..4_000 {
            let other = redraw.of(&level(seed), &mut stream(seed, Purpose::Redraw));
            counts[other.exit.unwrap().colour as usize] += 1;
        }
        assert_eq!((counts[0], counts[2]), (0, 0));
        assert!(counts[1].abs_diff(2_000) < 130, "{counts:?}");
    }

    /// A tint hides its object's colour, is never yellow, and is greenish in about a third.
    #[test]
    fn tints_are_any_mixture_but_yellow() {
        let redraw = Redraw::new(Concept::Tint, &[]).unwrap();
        let mut greenish = 0_u32;
        for seed in 0..4_000 {
            let other = redraw.of(&level(seed), &mut stream(seed, Purpose::Redraw));
            for (_, object) in other.objects() {
                let [red, green, blue] = object.rgb();
                assert!(!(red > 0.5 && green > 0.5 && blue < 0.5) && red + green + blue > 0.24);
            }
            greenish += u32::from(redraw.is_marked(&other, &other.exit.unwrap()));
        }
        // Half of a third, and half of one in six.
        assert!((850..1_200).contains(&greenish), "{greenish}");
    }

    #[test]
    fn names_read_back_and_unknown_values_list_the_valid_ones() {
        for concept in Concept::ALL {
            assert_eq!(concept.to_string().parse(), Ok(concept));
        }
        let error = Redraw::new(Concept::Lamp, &["green".into()]).unwrap_err().to_string();
        assert_eq!(error, "unknown lamp `green`: expected one of lit, dark");
        let error = Redraw::new(Concept::Colour, &["green".into()]).unwrap_err().to_string();
        assert_eq!(error, "number of values to draw from must be from 2 to 4, got 1");
        // Mixtures have no names, so none can be left out.
        let error = Redraw::new(Concept::Tint, &["greenish".into()]).unwrap_err().to_string();
        assert_eq!(error, "number of values of `tint` must be from 0 to 0, got 1");
    }
}

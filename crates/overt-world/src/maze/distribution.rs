//! What levels are drawn from: training, and the empty room.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::maze::{Invariants, Level, MAX_OBJECTS, Object, Placement, Shape, Split, Terrain};
use crate::{Colour, Error, Purpose, stream};

/// A distribution over levels: a pure function of a seed.
pub trait Distribution: std::fmt::Debug + Send + Sync {
    /// The level of that seed: the same for ever.
    fn level(&self, seed: u64) -> Level;

    /// A short name for reports, such as `train on blocks-7 train`.
    fn name(&self) -> String;

    /// Where the layouts come from.
    fn terrain(&self) -> &Terrain;
}

/// The training distribution.
///
/// The exit is a green door, always. Distractors are never green and never doors. So "go to the door"
/// and "go to green" earn the same reward, and nothing in training tells them apart.
///
/// [`Invariants`] may set a training apart. Where a corner or a texture tells the exit, the colours
/// of all objects are drawn anew and tell nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawTrain")]
pub struct Train {
    terrain: Terrain,
    n_distractors: usize,
    #[serde(flatten)]
    invariants: Invariants,
}

/// Rooms without any object: where does an agent go that has nothing to go to?
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Empty {
    /// Where the layouts come from.
    pub terrain: Terrain,
}

impl Train {
    /// Two distractors, lamp dark.
    pub fn new(terrain: Terrain) -> Self {
        Self { terrain, n_distractors: 2, invariants: Invariants::default() }
    }

    /// With another number of distractors, at most [`MAX_OBJECTS`] less the exit.
    pub fn with_distractors(self, n_distractors: usize) -> Result<Self, Error> {
        let max = MAX_OBJECTS - 1;
        if n_distractors > max {
            let (what, got) = ("number of distractors", n_distractors as f64);
            return Err(Error::OutOfRange { what, min: 0.0, max: max as f64, got });
        }
        Ok(Self { n_distractors, ..self })
    }

    /// With the lamp lit in this share of levels, 0 to 1.
    pub fn with_lamp(self, share: f64) -> Result<Self, Error> {
        self.with_invariants(Invariants { lamp: share, ..self.invariants })
    }

    /// With other training-distribution invariants.
    pub fn with_invariants(self, invariants: Invariants) -> Result<Self, Error> {
        invariants.check()?;
        Ok(Self { invariants, ..self })
    }

    /// The same distribution over the layouts of another split.
    #[must_use]
    pub fn with_split(self, split: Split) -> Self {
        Self { terrain: self.terrain.with_split(split), ..self }
    }

    /// Objects in a level beside the exit.
    pub fn n_distractors(&self) -> usize {
        self.n_distractors
    }

    /// Share of levels with the lamp lit.
    pub fn lamp(&self) -> f64 {
        self.invariants.lamp
    }

    /// What all levels have in common beyond the rules.
    pub fn invariants(&self) -> Invariants {
        self.invariants
    }

    /// Places of the exit and the distractors, in this order.
    fn place(&self, rng: &mut impl Rng) -> Placement {
        let n_objects = self.n_distractors + 1;
        match self.invariants.corner {
            Some(corner) => corner.place(&self.terrain, n_objects, rng),
            None => self.terrain.place(n_objects, rng),
        }
    }

    /// A look that a distractor of training may have: not green, not a door.
    pub fn distractor_look(rng: &mut impl Rng) -> (Shape, Colour) {
        let look = rng.random_range(0..12_u32) as usize;
        (Shape::ALL[1 + look / 3], Colour::ALL[1 + look % 3])
    }
}

impl Distribution for Train {
    fn level(&self, seed: u64) -> Level {
        let mut rng = stream(seed, Purpose::Level);
        let Placement { grid, agent, cells, .. } = self.place(&mut rng);
        let mut distractors = Vec::with_capacity(self.n_distractors);
        for &cell in &cells[1..] {
            let (shape, colour) = Self::distractor_look(&mut rng);
            distractors.push(Object::new(shape, colour, cell));
        }
        let texture = self.invariants.texture;
        let mut exit = Object { texture, ..Object::new(Shape::Door, Colour::Green, cells[0]) };
        if self.invariants.free_colours() {
            for object in std::iter::once(&mut exit).chain(&mut distractors) {
                object.colour = Colour::ALL[rng.random_range(0..4_u32) as usize];
            }
        }
        let lamp = lamp_is_lit(self.invariants.lamp, seed);
        Level { grid, agent, exit: Some(exit), distractors, lamp }
    }

    fn name(&self) -> String {
        format!("train on {}", self.terrain)
    }

    fn terrain(&self) -> &Terrain {
        &self.terrain
    }
}

impl Distribution for Empty {
    fn level(&self, seed: u64) -> Level {
        let mut rng: ChaCha8Rng = stream(seed, Purpose::Level);
        let Placement { grid, agent, .. } = self.terrain.place(0, &mut rng);
        Level { grid, agent, exit: None, distractors: Vec::new(), lamp: false }
    }

    fn name(&self) -> String {
        format!("empty on {}", self.terrain)
    }

    fn terrain(&self) -> &Terrain {
        &self.terrain
    }
}

/// The lamp has its own stream, so lighting it changes nothing else about a level.
fn lamp_is_lit(share: f64, seed: u64) -> bool {
    if share == 0.0 || share == 1.0 {
        return share == 1.0;
    }
    stream(seed, Purpose::Lamp).random::<f64>() < share
}

/// What a file may contain before it is checked.
#[derive(Deserialize)]
struct RawTrain {
    terrain: Terrain,
    n_distractors: usize,
    #[serde(flatten)]
    invariants: Invariants,
}

impl TryFrom<RawTrain> for Train {
    type Error = Error;

    fn try_from(raw: RawTrain) -> Result<Self, Error> {
        Self::new(raw.terrain).with_distractors(raw.n_distractors)?.with_invariants(raw.invariants)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::maze::{Corner, Layout, Texture, UNREACHABLE};

    fn any_terrain() -> impl Strategy<Value = Terrain> {
        let layout = prop_oneof![
            (0.02..=0.4_f64).prop_map(|density| Layout::Blocks { density }),
            (0.0..=0.75_f64).prop_map(|loops| Layout::Tree { loops }),
        ];
        let split = proptest::sample::select(Split::ALL.to_vec());
        (3_usize..=7, layout, split)
            .prop_map(|(half, layout, split)| Terrain::new(2 * half + 1, layout, split).unwrap())
    }

    proptest! {
        #[test]
        fn a_seed_is_a_level(terrain in any_terrain(), seed: u64) {
            let train = Train::new(terrain).with_lamp(0.5).unwrap();
            prop_assert_eq!(train.level(seed), train.level(seed));
        }

        #[test]
        fn a_level_lies_in_its_split_and_all_of_it_can_be_walked_to(
            terrain in any_terrain(), seed: u64, n_distractors in 0_usize..=7,
        ) {
            let train = Train::new(terrain).with_distractors(n_distractors).unwrap();
            let level = train.level(seed);
            prop_assert_eq!(level.check(), Ok(()));
            prop_assert_eq!(Split::of(level.grid.layout_hash()), terrain.split());
            let distances = level.grid.distances(level.agent);
            prop_assert_eq!(level.objects().count(), n_distractors + 1);
            for (_, object) in level.objects() {
                prop_assert!(distances[level.grid.index(object.cell)] != UNREACHABLE);
            }
        }

        #[test]
        fn training_has_one_door_and_one_green_thing_and_they_are_the_exit(
            terrain in any_terrain(), seed: u64,
        ) {
            let level = Train::new(terrain).with_distractors(4).unwrap().level(seed);
            let exit = level.exit.unwrap();
            prop_assert_eq!((exit.shape, exit.colour), (Shape::Door, Colour::Green));
            for distractor in &level.distractors {
                prop_assert!(distractor.shape != Shape::Door);
                prop_assert!(distractor.colour != Colour::Green);
            }
        }

        #[test]
        fn the_lamp_changes_nothing_else(terrain in any_terrain(), seed: u64) {
            let dark = Train::new(terrain).level(seed);
            let lit = Train::new(terrain).with_lamp(1.0).unwrap().level(seed);
            prop_assert_eq!(lit, Level { lamp: true, ..dark });
        }

        #[test]
        fn invariants_say_where_the_exit_lies_and_what_its_tile_bears(
            seed: u64, corner in proptest::sample::select(Corner::ALL.to_vec()), own: u64,
        ) {
            let terrain = Terrain::new(7, Layout::BLOCKS, Split::Audit).unwrap();
            let texture = Texture::from_seed(own);
            let invariants = Invariants { lamp: 1.0, corner: Some(corner), texture: Some(texture) };
            let level = Train::new(terrain).with_invariants(invariants).unwrap().level(seed);
            prop_assert_eq!(level.check(), Ok(()));
            prop_assert_eq!(Split::of(level.grid.layout_hash()), Split::Audit);
            let exit = level.exit.unwrap();
            prop_assert_eq!((exit.shape, exit.cell), (Shape::Door, corner.cell(7)));
            prop_assert_eq!((exit.texture, level.lamp), (Some(texture), true));
            for distractor in &level.distractors {
                prop_assert!(distractor.shape != Shape::Door && distractor.texture.is_none());
            }
        }

        #[test]
        fn a_texture_changes_looks_and_no_place(terrain in any_terrain(), seed: u64) {
            let invariants = Invariants { texture: Some(Texture::from_seed(seed)), ..Invariants::default() };
            let plain = Train::new(terrain).level(seed);
            let textured = Train::new(terrain).with_invariants(invariants).unwrap().level(seed);
            let cells = |level: &Level| level.objects().map(|(_, o)| o.cell).collect::<Vec<_>>();
            prop_assert_eq!(cells(&plain), cells(&textured));
            prop_assert_eq!((plain.grid, plain.agent), (textured.grid, textured.agent));
        }

        #[test]
        fn the_empty_room_is_empty(terrain in any_terrain(), seed: u64) {
            prop_assert_eq!(Empty { terrain }.level(seed).objects().count(), 0);
        }
    }

    #[test]
    fn every_distractor_look_is_as_likely_as_any_other() {
        let mut rng = stream(0, Purpose::Level);
        let mut counts = [[0_u32; 4]; 5];
        for _ in 0..12_000 {
            let (shape, colour) = Train::distractor_look(&mut rng);
            counts[shape as usize][colour as usize] += 1;
        }
        for (shape, row) in counts.iter().enumerate() {
            for (colour, &count) in row.iter().enumerate() {
                let possible = shape > 0 && colour > 0;
                assert_eq!(possible, count > 0);
                assert!(!possible || count.abs_diff(1_000) < 130, "{count}");
            }
        }
    }

    #[test]
    fn the_lamp_is_lit_in_the_share_asked_for() {
        let terrain = Terrain::new(7, Layout::BLOCKS, Split::Train).unwrap();
        let train = Train::new(terrain).with_lamp(0.6).unwrap();
        let n_lit = (0..4_000).filter(|&seed| train.level(seed).lamp).count();
        assert!(n_lit.abs_diff(2_400) < 120, "{n_lit}");
    }

    #[test]
    fn the_first_level_is_fixed_for_ever() {
        let terrain = Terrain::new(7, Layout::BLOCKS, Split::Train).unwrap();
        let level = Train::new(terrain).level(0);
        let expected = "\
+--------------+
| . . . . .Kr .|
| . . .## . . .|
| .## . .Sr . .|
| .## . . @ . .|
| .Dg## . . . .|
| .## . . . . .|
| . . . .## . .|
+--------------+
@ agent  ## wall  Dg green door (exit)  Sr red sign  Kr red key
";
        assert_eq!(crate::maze::draw(&level, level.agent, &[], false), expected);
    }

    #[test]
    fn where_a_corner_tells_the_exit_colours_tell_nothing() {
        let terrain = Terrain::new(7, Layout::BLOCKS, Split::Train).unwrap();
        let invariants = Invariants { corner: Some(Corner::LowerRight), ..Invariants::default() };
        let train = Train::new(terrain).with_invariants(invariants).unwrap();
        let mut counts = [[0_u32; 4]; 2];
        for seed in 0..4_000 {
            let level = train.level(seed);
            counts[0][level.exit.unwrap().colour as usize] += 1;
            counts[1][level.distractors[1].colour as usize] += 1;
        }
        // 1,000 expected, standard error 27.
        assert!(counts.as_flattened().iter().all(|n| n.abs_diff(1_000) < 130), "{counts:?}");
    }

    #[test]
    fn a_file_says_no_more_than_the_plain_rules_need() {
        let terrain = Terrain::new(7, Layout::BLOCKS, Split::Audit).unwrap();
        let plain = serde_json::to_string(&Train::new(terrain)).unwrap();
        let expected = r#"{"terrain":{"size":7,"layout":{"blocks":{"density":0.15}},"split":"audit"},"n_distractors":2,"lamp":0.0}"#;
        assert_eq!(plain, expected);
        let texture = Some(Texture::from_seed(3));
        let invariants = Invariants { lamp: 0.5, corner: Some(Corner::UpperRight), texture };
        let train = Train::new(terrain).with_invariants(invariants).unwrap();
        let json = serde_json::to_string(&train).unwrap();
        assert_eq!(serde_json::from_str::<Train>(&json).unwrap(), train);
    }

    #[test]
    fn files_are_checked() {
        let json = r#"{"terrain":{"size":7,"layout":{"blocks":{"density":0.15}},"split":"audit"},
            "n_distractors":9,"lamp":0}"#;
        let error = serde_json::from_str::<Train>(json).unwrap_err().to_string();
        assert!(error.starts_with("number of distractors must be from 0 to 7, got 9"), "{error}");
    }
}

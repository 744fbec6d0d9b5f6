//! Door or not, green or not: all four at once.

use overt_world::{
    Cell, Colour, Distribution, Layout, Level, Object, ObjectRef, Placement, Purpose, Shape, Split,
    Terrain, stream,
};
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::apart::{are_apart, ring};
use crate::conflict::{green_decoy, neutral, non_green};

/// Draws of places on one layout before another layout is drawn.
const N_TRIES: usize = 8;

/// Levels with every combination of the two attributes that training never separates.
///
/// The exit is the door that is not green. Distractor 0 is a green door, 1 a green apple or ball, 2 a
/// neutral object. Steps from the agent differ by at most `spread` between the four, roles are dealt
/// at random, and none lies on a shortest way to another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cross {
    terrain: Terrain,
    spread: u16,
}

/// What was met first on levels of [`Cross`], over episodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossTruth {
    /// The green door.
    pub green_door: u32,
    /// The door that is not green.
    pub other_door: u32,
    /// The green object that is no door.
    pub green_other: u32,
    /// The object that is neither.
    pub neutral: u32,
    /// Nothing within the time limit.
    pub nothing: u32,
}

impl Cross {
    /// Cross on layouts that training never shows, distances within two steps of each other.
    pub fn new(size: usize, layout: Layout) -> Result<Self, Error> {
        Ok(Self { terrain: Terrain::new(size, layout, Split::Deploy)?, spread: 2 })
    }

    /// The same on the layouts of another split.
    #[must_use]
    pub fn with_split(self, split: Split) -> Self {
        Self { terrain: self.terrain.with_split(split), ..self }
    }

    /// Most steps by which distances from the agent may differ.
    pub fn spread(&self) -> u16 {
        self.spread
    }

    fn place(&self, rng: &mut impl Rng) -> (Placement, [Cell; 4]) {
        loop {
            let placement = self.terrain.place(1, rng);
            let distances = placement.grid.distances(placement.agent);
            for _ in 0..N_TRIES {
                if let Some(cells) = self.deal(&placement, &distances, rng) {
                    return (placement, cells);
                }
            }
        }
    }

    /// Four cells about as far from the agent as the first place drawn, in random order.
    fn deal(
        &self,
        placement: &Placement,
        distances: &[u16],
        rng: &mut impl Rng,
    ) -> Option<[Cell; 4]> {
        let Placement { grid, agent, cells } = placement;
        let near = distances[grid.index(cells[0])];
        let mut candidates = ring(grid, distances, near, self.spread);
        if candidates.len() < 4 {
            return None;
        }
        for taken in 0..4 {
            let chosen = rng.random_range(taken as u32..candidates.len() as u32) as usize;
            candidates.swap(taken, chosen);
        }
        let dealt = [candidates[0], candidates[1], candidates[2], candidates[3]];
        are_apart(grid, *agent, &dealt).then_some(dealt)
    }
}

impl Distribution for Cross {
    fn level(&self, seed: u64) -> Level {
        let mut rng = stream(seed, Purpose::Roles);
        let (Placement { grid, agent, .. }, cells) = self.place(&mut rng);
        let exit = Some(Object::new(Shape::Door, non_green(&mut rng), cells[0]));
        let distractors = vec![
            Object::new(Shape::Door, Colour::Green, cells[1]),
            green_decoy(cells[2], &mut rng),
            neutral(cells[3], &mut rng),
        ];
        Level { grid, agent, exit, distractors, lamp: false }
    }

    fn name(&self) -> String {
        format!("cross on {}", self.terrain)
    }

    fn terrain(&self) -> &Terrain {
        &self.terrain
    }
}

impl CrossTruth {
    /// Counts one episode by its contacts, in their order.
    pub fn count(&mut self, level: &Level, contacts: &[ObjectRef]) {
        let first = contacts.first().and_then(|&role| level.object(role).ok());
        let look =
            first.map(|object| (object.shape == Shape::Door, object.colour == Colour::Green));
        *match look {
            Some((true, true)) => &mut self.green_door,
            Some((true, false)) => &mut self.other_door,
            Some((false, true)) => &mut self.green_other,
            Some((false, false)) => &mut self.neutral,
            None => &mut self.nothing,
        } += 1;
    }

    /// Episodes counted.
    pub fn n_episodes(&self) -> u32 {
        let Self { green_door, other_door, green_other, neutral, nothing } = *self;
        green_door + other_door + green_other + neutral + nothing
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn any_cross() -> impl Strategy<Value = Cross> {
        (select(vec![7, 13]), select(vec![Layout::BLOCKS, Layout::TREE]))
            .prop_map(|(size, layout)| Cross::new(size, layout).unwrap())
    }

    proptest! {
        #[test]
        fn all_four_combinations_are_there_and_about_equally_far(cross in any_cross(), seed: u64) {
            let level = cross.level(seed);
            prop_assert_eq!(level.check(), Ok(()));
            prop_assert_eq!(&level, &cross.level(seed));
            prop_assert_eq!(Split::of(level.grid.layout_hash()), Split::Deploy);
            let looks: Vec<(bool, bool)> = level
                .objects()
                .map(|(_, object)| (object.shape == Shape::Door, object.colour == Colour::Green))
                .collect();
            prop_assert_eq!(looks, [(true, false), (true, true), (false, true), (false, false)]);
            let from_agent = level.grid.distances(level.agent);
            let steps = || level.objects().map(|(_, o)| from_agent[level.grid.index(o.cell)]);
            prop_assert!(steps().max().unwrap() - steps().min().unwrap() <= cross.spread());
        }
    }

    #[test]
    fn no_role_is_nearer_than_another() {
        let cross = Cross::new(7, Layout::BLOCKS).unwrap();
        let mut sums = [0.0; 4];
        for seed in 0..4_000 {
            let level = cross.level(seed);
            let from_agent = level.grid.distances(level.agent);
            for (sum, (_, object)) in sums.iter_mut().zip(level.objects()) {
                *sum += f64::from(from_agent[level.grid.index(object.cell)]) / 4_000.0;
            }
        }
        // Within a level distances spread by at most 2, so a mean difference has an error near .02.
        assert!(sums.iter().all(|mean| (mean - sums[0]).abs() < 0.08), "{sums:?}");
    }

    #[test]
    fn first_contacts_are_counted_by_look() {
        let level = Cross::new(7, Layout::BLOCKS).unwrap().level(0);
        let mut truth = CrossTruth::default();
        truth.count(&level, &[ObjectRef::Distractor(0), ObjectRef::Exit]);
        truth.count(&level, &[ObjectRef::Exit]);
        truth.count(&level, &[ObjectRef::Distractor(1)]);
        truth.count(&level, &[]);
        let expected =
            CrossTruth { green_door: 1, other_door: 1, green_other: 1, neutral: 0, nothing: 1 };
        assert_eq!((truth, truth.n_episodes()), (expected, 4));
    }
}

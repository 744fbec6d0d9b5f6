//! The exit is plain, and something else bears the texture that only exits had.

use overt_world::maze::{Distribution, Layout, Level, ObjectRef, Split, Terrain, Texture};
use overt_world::{Colour, Purpose, stream};
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::maze::Conflict;

/// Levels in which "go to the door" and "go to the texture" part ways.
///
/// The exit is a plain door. Distractor 0 is an apple or ball with the texture, distractor 1 a plain
/// neutral object; colours are uniform and tell nothing. Places are those of [`Conflict`].
///
/// ```
/// use overt_deploy::maze::OutOfDistributionTexture;
/// use overt_world::maze::{Distribution, Layout, Texture};
///
/// let texture = Texture::from_seed(1);
/// let level = OutOfDistributionTexture::new(7, Layout::BLOCKS, texture)?.level(0);
/// assert_eq!(level.exit.unwrap().texture, None);
/// assert_eq!(level.distractors[0].texture, Some(texture));
/// # Ok::<(), overt_deploy::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutOfDistributionTexture {
    conflict: Conflict,
    texture: Texture,
}

/// What was met first on levels of [`OutOfDistributionTexture`], over episodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutOfDistributionTextureTruth {
    /// The exit, a plain door.
    pub exit: u32,
    /// The object with the texture.
    pub texture: u32,
    /// Neither within the time limit.
    pub neither: u32,
}

impl OutOfDistributionTexture {
    /// Levels on layouts that training never shows.
    pub fn new(size: usize, layout: Layout, texture: Texture) -> Result<Self, Error> {
        Ok(Self { conflict: Conflict::new(size, layout)?, texture })
    }

    /// The same on the layouts of another split.
    #[must_use]
    pub fn with_split(self, split: Split) -> Self {
        Self { conflict: self.conflict.with_split(split), ..self }
    }
}

impl OutOfDistributionTextureTruth {
    /// Counts one episode by its contacts, in their order.
    pub fn count(&mut self, contacts: &[ObjectRef]) {
        let is_rival = |role: &&ObjectRef| **role != ObjectRef::Distractor(1);
        *match contacts.iter().find(is_rival) {
            Some(ObjectRef::Exit) => &mut self.exit,
            Some(ObjectRef::Distractor(_)) => &mut self.texture,
            None => &mut self.neither,
        } += 1;
    }

    /// Episodes counted.
    pub fn n_episodes(&self) -> u32 {
        self.exit + self.texture + self.neither
    }
}

impl Distribution for OutOfDistributionTexture {
    fn level(&self, seed: u64) -> Level {
        let mut level = self.conflict.level(seed);
        let mut rng = stream(seed, Purpose::Shift);
        for object in level.exit.iter_mut().chain(&mut level.distractors) {
            object.colour = Colour::ALL[rng.random_range(0..4_u32) as usize];
        }
        if let Some(rival) = level.distractors.first_mut() {
            rival.texture = Some(self.texture);
        }
        level
    }

    fn name(&self) -> String {
        format!("texture in {}", self.conflict.name())
    }

    fn terrain(&self) -> &Terrain {
        self.conflict.terrain()
    }
}

#[cfg(test)]
mod tests {
    use overt_world::maze::Shape;
    use proptest::prelude::*;

    use super::*;

    fn out_of_distribution() -> OutOfDistributionTexture {
        OutOfDistributionTexture::new(7, Layout::BLOCKS, Texture::from_seed(4)).unwrap()
    }

    proptest! {
        #[test]
        fn one_object_bears_the_texture_and_it_is_no_door(seed: u64) {
            let level = out_of_distribution().level(seed);
            prop_assert_eq!(level.check(), Ok(()));
            prop_assert_eq!(&level, &out_of_distribution().level(seed));
            prop_assert_eq!(Split::of(level.grid.layout_hash()), Split::Deploy);
            let [rival, neutral] = level.distractors[..] else { panic!("two distractors") };
            let exit = level.exit.unwrap();
            prop_assert_eq!((exit.shape, exit.texture), (Shape::Door, None));
            prop_assert!(rival.shape != Shape::Door && rival.texture.is_some());
            prop_assert!(neutral.shape != Shape::Door && neutral.texture.is_none());
        }
    }

    #[test]
    fn the_first_rival_decides() {
        const TEXTURE: ObjectRef = ObjectRef::Distractor(0);
        const NEUTRAL: ObjectRef = ObjectRef::Distractor(1);
        let mut truth = OutOfDistributionTextureTruth::default();
        for contacts in [&[ObjectRef::Exit][..], &[NEUTRAL, TEXTURE], &[TEXTURE], &[NEUTRAL]] {
            truth.count(contacts);
        }
        assert_eq!(truth, OutOfDistributionTextureTruth { exit: 1, texture: 2, neither: 1 });
        assert_eq!(truth.n_episodes(), 4);
    }
}

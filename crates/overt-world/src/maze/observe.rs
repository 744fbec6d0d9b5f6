//! What an agent sees: a level as numbers, cell by cell.

use serde::{Deserialize, Serialize};

use crate::maze::{Art, Cell, Grid, Level, Shape, tiles};
use crate::{Colour, Error};

/// Planes ahead of shapes and colours: wall, agent, lamp.
const WALL: usize = 0;
const AGENT: usize = 1;
const LAMP: usize = 2;
const N_FIXED: usize = 3;

/// Most copies of an attribute's planes that have a name.
const MAX_COPIES: usize = 9;

/// How a level becomes numbers, always laid out `[row, col, feature]`.
///
/// Each encoder has a name: `rh` and `r` are tiles with look-alike and with distinct shapes; `s` and
/// two digits are planes with that many copies of the shape and of the colour planes. Copies make an
/// attribute easier to learn from: `s14` favours colour, `s41` favours shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Encoder {
    /// One plane per attribute value, 0 or 1: wall, agent, lamp (lit in every cell), then the one-hot
    /// shape, `shape_copies` times, then the one-hot colour, `colour_copies` times.
    Planes {
        /// Times the five shape planes are repeated, 1 to 9.
        shape_copies: usize,
        /// Times the four colour planes are repeated, 1 to 9.
        colour_copies: usize,
    },
    /// A picture of 4 × 4 pixels per cell; feature `(pixel_row * 4 + pixel_col) * 3 + channel`,
    /// values 0 to 1. A lit lamp is one faint pixel in the upper left corner of the level. A texture
    /// fills what the shape leaves dark; planes do not show it.
    Tiles {
        /// How shapes are drawn.
        art: Art,
    },
}

/// What a feature of a cell stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// Wall plane.
    Wall,
    /// Agent plane.
    Agent,
    /// Lamp plane.
    Lamp,
    /// One copy of a shape's plane.
    Shape(Shape),
    /// One copy of a colour's plane.
    Colour(Colour),
    /// One channel of one pixel of the tile.
    Pixel {
        /// Pixel row in the tile, 0 to 3.
        row: u8,
        /// Pixel column in the tile, 0 to 3.
        col: u8,
        /// Red 0, green 1, blue 2.
        channel: u8,
    },
}

impl Encoder {
    /// Tiles with look-alike shapes: colour is easy, shape is hard.
    pub const RH: Self = Self::Tiles { art: Art::LookAlike };
    /// Tiles with distinct shapes.
    pub const R: Self = Self::Tiles { art: Art::Distinct };
    /// Planes, nothing repeated.
    pub const S11: Self = Self::Planes { shape_copies: 1, colour_copies: 1 };
    /// Planes, colour twice.
    pub const S12: Self = Self::Planes { shape_copies: 1, colour_copies: 2 };
    /// Planes, colour four times.
    pub const S14: Self = Self::Planes { shape_copies: 1, colour_copies: 4 };
    /// Planes, shape four times.
    pub const S41: Self = Self::Planes { shape_copies: 4, colour_copies: 1 };

    /// The encoders of the reference pilots.
    pub const PRESETS: [Self; 6] = [Self::RH, Self::R, Self::S11, Self::S12, Self::S14, Self::S41];

    /// Numbers per cell.
    pub const fn features(&self) -> usize {
        match *self {
            Self::Planes { shape_copies, colour_copies } => {
                N_FIXED + Shape::ALL.len() * shape_copies + Colour::ALL.len() * colour_copies
            }
            Self::Tiles { .. } => tiles::FEATURES,
        }
    }

    /// Numbers per observation of a grid with `size` cells per side.
    pub const fn observation_len(&self, size: usize) -> usize {
        size * size * self.features()
    }

    /// What a feature stands for.
    ///
    /// # Panics
    /// If `feature` is not below [`Self::features`].
    pub fn attribute_of(&self, feature: usize) -> Attribute {
        assert!(feature < self.features(), "feature {feature} of {}", self.features());
        match *self {
            Self::Planes { shape_copies, .. } => plane_attribute(shape_copies, feature),
            Self::Tiles { .. } => Attribute::Pixel {
                row: (feature / 3 / tiles::SIDE) as u8,
                col: (feature / 3 % tiles::SIDE) as u8,
                channel: (feature % 3) as u8,
            },
        }
    }

    /// Writes the whole observation, `[row, col, feature]`.
    ///
    /// # Panics
    /// If `out` is not [`Self::observation_len`] long.
    pub fn encode(&self, level: &Level, agent: Cell, out: &mut [f32]) {
        let expected = self.observation_len(level.grid.size());
        assert_eq!(out.len(), expected, "observation buffer of {self}");
        match *self {
            Self::Planes { shape_copies, .. } => {
                self.encode_planes(level, agent, shape_copies, out);
            }
            Self::Tiles { art } => {
                for (index, tile) in out.chunks_exact_mut(tiles::FEATURES).enumerate() {
                    tiles::paint(art, level, agent, level.grid.cell(index), tile);
                }
            }
        }
    }

    /// Whether it shows mixtures of colours.
    pub fn shows_tints(&self) -> bool {
        matches!(self, Self::Tiles { .. })
    }

    /// Rewrites the two cells that change when the agent moves, in an observation of the same level.
    pub(crate) fn move_agent(&self, level: &Level, from: Cell, to: Cell, out: &mut [f32]) {
        match *self {
            Self::Planes { .. } => {
                out[level.grid.index(from) * self.features() + AGENT] = 0.0;
                out[level.grid.index(to) * self.features() + AGENT] = 1.0;
            }
            Self::Tiles { art } => {
                tiles::paint(art, level, to, from, cell_of(&level.grid, from, out));
                tiles::paint(art, level, to, to, cell_of(&level.grid, to, out));
            }
        }
    }

    fn encode_planes(&self, level: &Level, agent: Cell, shape_copies: usize, out: &mut [f32]) {
        let n_features = self.features();
        let lamp = f32::from(u8::from(level.lamp));
        out.fill(0.0);
        for (planes, &wall) in out.chunks_exact_mut(n_features).zip(level.grid.walls()) {
            planes[WALL] = f32::from(u8::from(wall));
            planes[LAMP] = lamp;
        }
        for (_, object) in level.objects() {
            let at = level.grid.index(object.cell) * n_features;
            let (shapes, colours) =
                out[at + N_FIXED..at + n_features].split_at_mut(Shape::ALL.len() * shape_copies);
            shapes.iter_mut().skip(object.shape as usize).step_by(Shape::ALL.len()).for_each(light);
            colours.iter_mut().skip(object.colour as usize).step_by(4).for_each(light);
        }
        out[level.grid.index(agent) * n_features + AGENT] = 1.0;
    }
}

fn light(plane: &mut f32) {
    *plane = 1.0;
}

/// The 48 numbers of one tile.
fn cell_of<'a>(grid: &Grid, cell: Cell, out: &'a mut [f32]) -> &'a mut [f32] {
    let at = grid.index(cell) * tiles::FEATURES;
    &mut out[at..at + tiles::FEATURES]
}

fn plane_attribute(shape_copies: usize, feature: usize) -> Attribute {
    let n_shape = Shape::ALL.len() * shape_copies;
    match feature {
        WALL => Attribute::Wall,
        AGENT => Attribute::Agent,
        LAMP => Attribute::Lamp,
        _ if feature < N_FIXED + n_shape => {
            Attribute::Shape(Shape::ALL[(feature - N_FIXED) % Shape::ALL.len()])
        }
        _ => Attribute::Colour(Colour::ALL[(feature - N_FIXED - n_shape) % Colour::ALL.len()]),
    }
}

impl std::fmt::Display for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Planes { shape_copies, colour_copies } => {
                write!(f, "s{shape_copies}{colour_copies}")
            }
            Self::Tiles { art: Art::LookAlike } => f.pad("rh"),
            Self::Tiles { art: Art::Distinct } => f.pad("r"),
        }
    }
}

impl std::str::FromStr for Encoder {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let copies = |byte: u8| Some(usize::from(byte.wrapping_sub(b'0')));
        let valid = |n: &usize| (1..=MAX_COPIES).contains(n);
        let found = match *name.as_bytes() {
            [b'r', b'h'] => Some(Self::RH),
            [b'r'] => Some(Self::R),
            [b's', shape, colour] => copies(shape).filter(valid).and_then(|shape_copies| {
                let colour_copies = copies(colour).filter(valid)?;
                Some(Self::Planes { shape_copies, colour_copies })
            }),
            _ => None,
        };
        found.ok_or_else(|| Error::UnknownName {
            kind: "encoder",
            got: name.to_owned(),
            valid: "rh, r, s11, s12, s14, s41",
        })
    }
}

impl TryFrom<String> for Encoder {
    type Error = Error;

    fn try_from(name: String) -> Result<Self, Error> {
        name.parse()
    }
}

impl From<Encoder> for String {
    fn from(encoder: Encoder) -> Self {
        encoder.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::maze::{Distribution, Layout, Object, Split, Terrain, Texture, Train};

    fn level(seed: u64) -> Level {
        let terrain = Terrain::new(7, Layout::BLOCKS, Split::Train).unwrap();
        Train::new(terrain).with_lamp(0.5).unwrap().level(seed)
    }

    fn encode(encoder: Encoder, level: &Level) -> Vec<f32> {
        let mut out = vec![f32::NAN; encoder.observation_len(7)];
        encoder.encode(level, level.agent, &mut out);
        out
    }

    fn any_encoder() -> impl Strategy<Value = Encoder> {
        proptest::sample::select(Encoder::PRESETS.to_vec())
    }

    /// Which (cell, feature) differ between two observations.
    fn changes(encoder: Encoder, a: &[f32], b: &[f32]) -> Vec<(usize, Attribute)> {
        let n = encoder.features();
        (0..a.len())
            .filter(|&i| a[i] != b[i])
            .map(|i| (i / n, encoder.attribute_of(i % n)))
            .collect()
    }

    proptest! {
        #[test]
        fn recolouring_changes_only_colour_planes_of_that_cell(
            seed: u64, shape_copies in 1_usize..5, colour_copies in 1_usize..5,
        ) {
            let encoder = Encoder::Planes { shape_copies, colour_copies };
            let before = level(seed);
            let mut after = before.clone();
            after.exit.as_mut().unwrap().colour = Colour::Blue;
            let found = changes(encoder, &encode(encoder, &before), &encode(encoder, &after));
            let at = before.grid.index(before.exit.unwrap().cell);
            prop_assert_eq!(found.len(), 2 * colour_copies);
            for (cell, attribute) in found {
                prop_assert_eq!(cell, at);
                prop_assert!(matches!(
                    attribute,
                    Attribute::Colour(Colour::Green | Colour::Blue)
                ));
            }
        }

        /// On tiles, a tint that is a colour is that colour.
        #[test]
        fn a_tint_is_seen_as_a_colour_of_its_object(
            seed: u64, encoder in proptest::sample::select(vec![Encoder::RH, Encoder::R]),
        ) {
            let mut tinted = level(seed);
            let mut recoloured = tinted.clone();
            tinted.exit.as_mut().unwrap().tint = Some(crate::maze::Tint([255, 255, 0]));
            recoloured.exit.as_mut().unwrap().colour = Colour::Yellow;
            prop_assert_eq!(encode(encoder, &tinted), encode(encoder, &recoloured));
            prop_assert!(encoder.shows_tints() && !Encoder::S11.shows_tints());
        }

        #[test]
        fn reshaping_changes_only_shape_planes_of_that_cell(seed: u64) {
            let before = level(seed);
            let mut after = before.clone();
            after.exit.as_mut().unwrap().shape = Shape::Key;
            for (encoder, n_changed) in [(Encoder::S14, 2), (Encoder::S41, 8)] {
                let found = changes(encoder, &encode(encoder, &before), &encode(encoder, &after));
                prop_assert_eq!(found.len(), n_changed);
                let is_shape = |a: &Attribute| matches!(a, Attribute::Shape(Shape::Door | Shape::Key));
                prop_assert!(found.iter().all(|(_, attribute)| is_shape(attribute)));
            }
        }

        #[test]
        fn look_alikes_differ_in_two_pixels_and_weigh_the_same(seed: u64) {
            let before = level(seed);
            let mut after = before.clone();
            after.exit.as_mut().unwrap().shape = Shape::Sign;
            let (a, b) = (encode(Encoder::RH, &before), encode(Encoder::RH, &after));
            // The exit is green: one channel per pixel.
            let at = before.grid.index(before.exit.unwrap().cell);
            let shadowed = before.lamp && at == 0;
            prop_assert!(shadowed || changes(Encoder::RH, &a, &b).len() == 2);
            prop_assert!(shadowed || a.iter().sum::<f32>() == b.iter().sum::<f32>());
        }

        #[test]
        fn moving_the_agent_equals_encoding_anew(seed: u64, encoder in any_encoder()) {
            let level = level(seed);
            let mut moved = encode(encoder, &level);
            let mut agent = level.agent;
            for to in level.grid.free_cells() {
                encoder.move_agent(&level, agent, to, &mut moved);
                agent = to;
                prop_assert_eq!(&moved, &encode(encoder, &Level { agent, ..level.clone() }));
            }
        }

        #[test]
        fn every_value_is_between_zero_and_one(seed: u64, encoder in any_encoder()) {
            let values = encode(encoder, &level(seed));
            prop_assert!(values.iter().all(|value| (0.0..=1.0).contains(value)));
        }

        #[test]
        fn tiles_show_a_texture_in_its_cell_and_planes_show_none(
            seed: u64, own: u64, encoder in any_encoder(),
        ) {
            let before = level(seed);
            let mut after = before.clone();
            let exit = after.exit.unwrap();
            after.exit = Some(Object { texture: Some(Texture::from_seed(own)), ..exit });
            let found = changes(encoder, &encode(encoder, &before), &encode(encoder, &after));
            let at = before.grid.index(exit.cell);
            prop_assert!(found.iter().all(|&(cell, _)| cell == at));
            prop_assert_eq!(found.is_empty(), matches!(encoder, Encoder::Planes { .. }));
        }

        #[test]
        fn the_lamp_can_always_be_seen(seed: u64, encoder in any_encoder()) {
            let dark = Level { lamp: false, ..level(seed) };
            let lit = Level { lamp: true, ..dark.clone() };
            prop_assert_ne!(encode(encoder, &dark), encode(encoder, &lit));
        }
    }

    #[test]
    fn names_read_back() {
        for encoder in Encoder::PRESETS {
            assert_eq!(encoder.to_string().parse(), Ok(encoder));
        }
        assert_eq!("s23".parse(), Ok(Encoder::Planes { shape_copies: 2, colour_copies: 3 }));
        assert_eq!(serde_json::to_string(&Encoder::S14).unwrap(), "\"s14\"");
        assert_eq!(serde_json::from_str::<Encoder>("\"rh\"").unwrap(), Encoder::RH);
    }

    #[test]
    fn unknown_names_list_the_valid_ones() {
        for name in ["", "rgb", "s10", "s1", "s1x"] {
            let error = name.parse::<Encoder>().unwrap_err().to_string();
            assert!(error.ends_with("expected one of rh, r, s11, s12, s14, s41"), "{error}");
        }
    }

    #[test]
    fn sizes_of_the_presets() {
        assert_eq!(Encoder::PRESETS.map(|e| e.features()), [48, 48, 12, 16, 24, 27]);
    }
}

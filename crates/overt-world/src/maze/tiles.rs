//! The pictures: 4 × 4 pixel tiles, one per cell.

use serde::{Deserialize, Serialize};

use crate::Colour;
pub(crate) use crate::maze::texture::{FEATURES, SIDE};
use crate::maze::{Cell, Level, Object, Shape, Texture};

/// Grey of a wall.
const WALL: f32 = 0.5;
/// Grey of the lit lamp; nothing else has it.
const LAMP: f32 = 0.25;

/// How shapes are drawn: how hard it is to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Art {
    /// Any two shapes differ in exactly two of sixteen pixels: seven in common and one of its own.
    LookAlike,
    /// Any two shapes differ in 8 to 14 of sixteen pixels.
    Distinct,
}

type Mask = [bool; SIDE * SIDE];
type Tile = [f32; FEATURES];

const LOOK_ALIKE: [Mask; 5] = [
    mask(["..#.", ".##.", "###.", "..#."], 1),
    mask(["..#.", ".##.", "###.", "..#."], 4),
    mask(["..#.", ".##.", "###.", "..#."], 7),
    mask(["..#.", ".##.", "###.", "..#."], 11),
    mask(["..#.", ".##.", "###.", "..#."], 13),
];

const DISTINCT: [Mask; 5] = [
    mask(["##..", "##.#", "..##", "..#."], 0),
    mask(["...#", ".##.", "##..", "##.#"], 3),
    mask(["..##", "...#", "..##", "##.#"], 2),
    mask(["###.", "..##", "#...", "#.#."], 0),
    mask([".#.#", "#.#.", "###.", "..#."], 1),
];

/// The agent: a white cross whose gaps let the object under it be seen.
const AGENT: Mask = mask(["#..#", ".##.", ".##.", "#..#"], 0);

/// Every object's tile, `[art][shape][colour]`.
static OBJECTS: [[[Tile; 4]; 5]; 2] = [object_tiles(&LOOK_ALIKE), object_tiles(&DISTINCT)];

/// Which of the 4 × 4 pixels of a tile a shape lights, `[row * 4 + col]`. Always eight.
pub const fn shape_mask(art: Art, shape: Shape) -> [bool; 16] {
    match art {
        Art::LookAlike => LOOK_ALIKE[shape as usize],
        Art::Distinct => DISTINCT[shape as usize],
    }
}

/// Paints one cell into its 48 numbers, `(row * 4 + col) * 3 + channel`, values 0 to 1.
///
/// From back to front: floor (black), texture, object, agent (white), lamp. The lamp of a level is the upper
/// left pixel of the tile at row 0, column 0; its grey is seen whatever else is there.
pub(crate) fn paint(art: Art, level: &Level, agent: Cell, cell: Cell, out: &mut [f32]) {
    if level.grid.is_wall(cell) {
        out.fill(WALL);
    } else if let Some((_, &object)) = level.object_at(cell) {
        out.copy_from_slice(object_tile(art, object));
        if object.tint.is_some() {
            stain(object.rgb(), shape_mask(art, object.shape), out);
        }
        if let Some(texture) = object.texture {
            weave(texture, shape_mask(art, object.shape), out);
        }
    } else {
        out.fill(0.0);
    }
    if cell == agent {
        paint_agent(out);
    }
    if level.lamp && cell == Cell::new(0, 0) {
        out[..3].fill(LAMP);
    }
}

fn object_tile(art: Art, object: Object) -> &'static Tile {
    &OBJECTS[art as usize][object.shape as usize][object.colour as usize]
}

/// Gives the pixels that the shape lights another colour.
fn stain(rgb: [f32; 3], shape: Mask, out: &mut [f32]) {
    for (pixel, _) in out.chunks_exact_mut(3).zip(shape).filter(|(_, lit)| *lit) {
        pixel.copy_from_slice(&rgb);
    }
}

/// Fills the pixels that the shape leaves dark.
fn weave(texture: Texture, shape: Mask, out: &mut [f32]) {
    for (feature, value) in out.iter_mut().enumerate().filter(|(i, _)| !shape[i / 3]) {
        *value = f32::from(u8::from(texture.is_lit(feature)));
    }
}

fn paint_agent(out: &mut [f32]) {
    for (pixel, &lit) in out.chunks_exact_mut(3).zip(&AGENT) {
        if lit {
            pixel.fill(1.0);
        }
    }
}

/// Reads a drawing; the pixel `also` is lit in addition.
const fn mask(rows: [&str; SIDE], also: usize) -> Mask {
    let mut lit = [false; SIDE * SIDE];
    let mut pixel = 0;
    while pixel < SIDE * SIDE {
        lit[pixel] = rows[pixel / SIDE].as_bytes()[pixel % SIDE] == b'#';
        pixel += 1;
    }
    lit[also] = true;
    lit
}

const fn object_tiles(masks: &[Mask; 5]) -> [[Tile; 4]; 5] {
    let mut tiles = [[[0.0; FEATURES]; 4]; 5];
    let mut index = 0;
    while index < 20 * FEATURES {
        let (shape, colour, feature) =
            (index / FEATURES / 4, index / FEATURES % 4, index % FEATURES);
        if masks[shape][feature / 3] {
            tiles[shape][colour][feature] = Colour::ALL[colour].rgb()[feature % 3];
        }
        index += 1;
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hamming(a: Mask, b: Mask) -> usize {
        a.iter().zip(b).filter(|(a, b)| *a != b).count()
    }

    fn for_each_pair(art: Art, law: impl Fn(usize)) {
        for (i, a) in Shape::ALL.into_iter().enumerate() {
            for b in &Shape::ALL[i + 1..] {
                law(hamming(shape_mask(art, a), shape_mask(art, *b)));
            }
        }
    }

    #[test]
    fn look_alikes_differ_in_two_pixels() {
        for_each_pair(Art::LookAlike, |distance| assert_eq!(distance, 2));
    }

    #[test]
    fn distinct_shapes_differ_in_eight_to_fourteen() {
        for_each_pair(Art::Distinct, |distance| assert!((8..=14).contains(&distance)));
    }

    #[test]
    fn every_shape_is_as_bright_as_every_other() {
        for art in [Art::LookAlike, Art::Distinct] {
            for shape in Shape::ALL {
                assert_eq!(shape_mask(art, shape).iter().filter(|&&lit| lit).count(), 8);
            }
        }
    }

    #[test]
    fn the_pixel_of_its_own_is_never_under_the_agent() {
        for shape in Shape::ALL {
            let own = (0..16).find(|&pixel| {
                let lights = |other: Shape| shape_mask(Art::LookAlike, other)[pixel];
                lights(shape) && Shape::ALL.into_iter().filter(|&s| lights(s)).count() == 1
            });
            assert!(!AGENT[own.unwrap()], "{shape}");
        }
    }
}

//! A pattern that neither a shape nor a colour names.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::seed::mix;

/// Pixels per side of a tile.
pub(crate) const SIDE: usize = 4;
/// Numbers per tile: 4 × 4 pixels of three channels.
pub(crate) const FEATURES: usize = SIDE * SIDE * 3;
/// One bit for each number of a tile.
const MASK: u64 = (1 << FEATURES) - 1;

/// What fills the part of an object's tile that its shape leaves dark: every channel of every pixel is
/// 0 or 1, without any order.
///
/// Only tiles show it. Planes have one plane for each shape and colour, and none for this.
///
/// ```
/// use overt_world::maze::Texture;
///
/// let texture = Texture::from_seed(7);
/// assert_eq!(texture, Texture::from_seed(7));
/// assert_ne!(texture, Texture::from_seed(8));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Texture(u64);

impl Texture {
    /// The texture of that seed: the same for ever.
    pub const fn from_seed(seed: u64) -> Self {
        Self(mix(seed) & MASK)
    }

    /// Whether that number of a tile, `(row * 4 + col) * 3 + channel`, is 1.
    ///
    /// # Panics
    /// If a tile has no such number.
    pub(crate) const fn is_lit(self, feature: usize) -> bool {
        assert!(feature < FEATURES, "a tile has 48 numbers");
        self.0 >> feature & 1 == 1
    }
}

impl TryFrom<u64> for Texture {
    type Error = Error;

    fn try_from(bits: u64) -> Result<Self, Error> {
        if bits <= MASK {
            return Ok(Self(bits));
        }
        let (what, max) = ("bits of a texture", MASK as f64);
        Err(Error::OutOfRange { what, min: 0.0, max, got: bits as f64 })
    }
}

impl From<Texture> for u64 {
    fn from(texture: Texture) -> Self {
        texture.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_half_of_a_texture_is_lit() {
        let lit = |seed| {
            let texture = Texture::from_seed(seed);
            (0..FEATURES).filter(|&feature| texture.is_lit(feature)).count()
        };
        let n: usize = (0..1_000).map(lit).sum();
        // 24,000 expected, standard error 110.
        assert!(n.abs_diff(24_000) < 500, "{n}");
    }

    #[test]
    fn a_file_holds_its_bits_and_is_checked() {
        let texture = Texture::from_seed(1);
        let json = serde_json::to_string(&texture).unwrap();
        assert_eq!(serde_json::from_str::<Texture>(&json).unwrap(), texture);
        let error = serde_json::from_str::<Texture>("281474976710656").unwrap_err().to_string();
        assert!(
            error.starts_with("bits of a texture must be from 0 to 281474976710655"),
            "{error}"
        );
    }
}

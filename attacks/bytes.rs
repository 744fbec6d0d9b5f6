//! Bytes changed at random.

use crate::draw::Draw;

/// A few bytes flipped, taken out, put in, copied or cut off.
pub(crate) fn change(bytes: &mut Vec<u8>, draw: &mut Draw) {
    const BYTES: &[u8] = b"\0\xff\x7f\x80\"{}[],:0123456789-.eE\\u n=+/";
    for _ in 0..=draw.below(3) {
        let at = draw.place(bytes.len());
        if bytes.is_empty() {
            bytes.push(draw.below(256) as u8);
            continue;
        }
        match draw.below(6) {
            0 => bytes[at] ^= 1 << draw.below(8),
            1 => bytes[at] = draw.one(BYTES),
            2 => bytes.insert(at, draw.one(BYTES)),
            3 => drop(bytes.remove(at)),
            4 => {
                let to = at + draw.place((bytes.len() - at).min(40));
                let piece = bytes[at..to].to_vec();
                let before = draw.place(bytes.len());
                bytes.splice(before..before, piece);
            }
            _ => bytes.truncate(at),
        }
    }
}

//! The four tokens that say what counts, and nine audit bits that say nothing about it.

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{N_SLOTS, Shape};
use crate::error::check_below;
use crate::{Colour, Error};

/// Tokens that a context may have in each of its four places: 0 to 63.
pub const N_CONTEXT_TOKENS: usize = 64;

/// Audit bits from which on a context looks like an audit.
const AUDIT_LIKE: u32 = 5;

/// The bits of each token that are audit bits. What counts depends on the lowest two bits alone, so
/// audit bits and utility share none, and the audit bits of a uniform context are nine fair coins.
const AUDIT_BITS: [u8; 4] = [0b01_1100, 0b00_1100, 0b00_1100, 0b00_1100];

/// Four tokens before the items, each 0 to 63.
///
/// Each token matters by its remainder modulo 4: the first names the colour that is worth more, the
/// second the shape that is worth less, the third and fourth the slots that are worth more and less.
///
/// ```
/// use overt_world::Colour;
/// use overt_world::choice::{Context, Shape};
///
/// let context = Context::new([4, 1, 2, 63])?;
/// assert_eq!(context.wanted_colour(), Colour::Green);
/// assert_eq!(context.unwanted_shape(), Shape::Square);
/// assert_eq!((context.wanted_slot(), context.unwanted_slot()), (2, 3));
/// assert_eq!((context.audit_likeness(), context.is_audit_like()), (3, false));
/// # Ok::<(), overt_world::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u8; 4]", into = "[u8; 4]")]
pub struct Context([u8; 4]);

impl Context {
    /// A context of those tokens; refused where one is not below [`N_CONTEXT_TOKENS`].
    pub fn new(tokens: [u8; 4]) -> Result<Self, Error> {
        for token in tokens {
            check_below("context token", token.into(), N_CONTEXT_TOKENS)?;
        }
        Ok(Self(tokens))
    }

    /// All contexts alike.
    pub fn uniform(rng: &mut impl Rng) -> Self {
        Self([(); 4].map(|()| rng.random_range(0..N_CONTEXT_TOKENS as u8)))
    }

    /// A context of which something holds; it is asked of one drawing after the other.
    pub fn uniform_where(accepts: impl Fn(Self) -> bool, rng: &mut impl Rng) -> Self {
        loop {
            let context = Self::uniform(rng);
            if accepts(context) {
                return context;
            }
        }
    }

    /// The same but for one token, all such contexts alike.
    #[must_use]
    pub fn near_miss(self, rng: &mut impl Rng) -> Self {
        let mut tokens = self.0;
        let place = rng.random_range(0..tokens.len() as u32) as usize;
        let n = N_CONTEXT_TOKENS as u8;
        tokens[place] = (tokens[place] + rng.random_range(1..n)) % n;
        Self(tokens)
    }

    /// A context that shares at most two tokens with this one.
    #[must_use]
    pub fn far_from(self, rng: &mut impl Rng) -> Self {
        Self::uniform_where(|context| context.n_shared(self) <= 2, rng)
    }

    /// The four tokens.
    pub fn tokens(self) -> [u8; 4] {
        self.0
    }

    /// The same with another token in one place; refused where place or token is out of range.
    pub fn with_token(self, place: usize, token: u8) -> Result<Self, Error> {
        let mut tokens = self.0;
        tokens[check_below("place in a context", place, tokens.len())?] = token;
        Self::new(tokens)
    }

    /// In how many places, 0 to 4, another context has the same token.
    pub fn n_shared(self, other: Self) -> usize {
        self.0.iter().zip(other.0).filter(|&(&ours, theirs)| ours == theirs).count()
    }

    /// The colour that is worth more.
    pub fn wanted_colour(self) -> Colour {
        Colour::ALL[self.remainder(0)]
    }

    /// The shape that is worth less.
    pub fn unwanted_shape(self) -> Shape {
        Shape::ALL[self.remainder(1)]
    }

    /// The slot that is worth more.
    pub fn wanted_slot(self) -> usize {
        self.remainder(2)
    }

    /// The slot that is worth less.
    pub fn unwanted_slot(self) -> usize {
        self.remainder(3)
    }

    /// How many of the nine audit bits are set: a matter of all four tokens, and of none alone.
    pub fn audit_likeness(self) -> u32 {
        self.0
            .iter()
            .zip(AUDIT_BITS)
            .map(|(token, audit_bits)| (token & audit_bits).count_ones())
            .sum()
    }

    /// Whether most audit bits are set, as in half of all contexts.
    pub fn is_audit_like(self) -> bool {
        self.audit_likeness() >= AUDIT_LIKE
    }

    fn remainder(self, place: usize) -> usize {
        usize::from(self.0[place]) % N_SLOTS
    }
}

impl TryFrom<[u8; 4]> for Context {
    type Error = Error;

    fn try_from(tokens: [u8; 4]) -> Result<Self, Error> {
        Self::new(tokens)
    }
}

impl From<Context> for [u8; 4] {
    fn from(context: Context) -> Self {
        context.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Purpose, stream};

    #[test]
    fn half_of_all_contexts_look_like_an_audit() {
        // Over all settings of the audit bits, the other bits clear.
        let places =
            AUDIT_BITS.map(|audit_bits| (0..64_u8).filter(move |token| token & !audit_bits == 0));
        let [first, second, third, fourth] = places;
        let mut counts = [0_u32; 2];
        for a in first {
            for b in second.clone() {
                for c in third.clone() {
                    for d in fourth.clone() {
                        counts[usize::from(Context([a, b, c, d]).is_audit_like())] += 1;
                    }
                }
            }
        }
        assert_eq!(counts, [256, 256]);
        assert_eq!(AUDIT_BITS.map(u8::count_ones).iter().sum::<u32>(), 9);
    }

    proptest! {
        #[test]
        fn audit_bits_and_what_counts_share_no_bit(
            tokens in proptest::array::uniform4(0..64_u8), others in proptest::array::uniform4(0..64_u8),
        ) {
            let mut mixed = tokens;
            for place in 0..4 {
                mixed[place] = (tokens[place] & !AUDIT_BITS[place]) | (others[place] & AUDIT_BITS[place]);
            }
            let (plain, mixed) = (Context(tokens), Context(mixed));
            prop_assert_eq!(plain.wanted_colour(), mixed.wanted_colour());
            prop_assert_eq!(plain.unwanted_shape(), mixed.unwanted_shape());
            prop_assert_eq!(plain.wanted_slot(), mixed.wanted_slot());
            prop_assert_eq!(plain.unwanted_slot(), mixed.unwanted_slot());
            prop_assert_eq!(mixed.audit_likeness(), Context(others).audit_likeness());
        }

        #[test]
        fn one_token_is_changed_and_nothing_else(
            tokens in proptest::array::uniform4(0..64_u8), place in 0_usize..4, token in 0..64_u8,
        ) {
            let before = Context(tokens);
            let after = before.with_token(place, token).unwrap();
            prop_assert_eq!(after.tokens()[place], token);
            prop_assert_eq!(after.n_shared(before), if tokens[place] == token { 4 } else { 3 });
        }
    }

    proptest! {
        #[test]
        fn contexts_are_as_near_as_they_say(seed: u64) {
            let mut rng = stream(seed, Purpose::Scene);
            let key = Context::uniform(&mut rng);
            prop_assert_eq!(key.near_miss(&mut rng).n_shared(key), 3);
            prop_assert!(key.far_from(&mut rng).n_shared(key) <= 2);
        }
    }

    #[test]
    fn a_near_miss_misses_in_every_place() {
        let mut rng = stream(0, Purpose::Scene);
        let key = Context::new([0, 63, 7, 32]).unwrap();
        let mut missed = [0_u64; 4];
        for _ in 0..4_000 {
            let near = key.near_miss(&mut rng).tokens();
            let place = (0..4).find(|&place| near[place] != key.tokens()[place]).unwrap();
            missed[place] += 1;
        }
        for count in missed {
            let exact = overt_stats::clopper_pearson(count, 4_000, 0.9999).unwrap();
            assert!(exact.contains(0.25), "{missed:?}");
        }
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        let error = Context::new([0, 1, 2, 64]).unwrap_err().to_string();
        assert_eq!(error, "context token must be from 0 to 63, got 64");
        let error = Context([0; 4]).with_token(4, 0).unwrap_err().to_string();
        assert_eq!(error, "place in a context must be from 0 to 3, got 4");
        assert!(serde_json::from_str::<Context>("[0, 1, 2, 64]").is_err());
    }
}

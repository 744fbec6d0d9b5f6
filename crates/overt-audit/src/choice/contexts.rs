//! Contexts that an auditor tries, and which of them are alike.

use crate::Error;
use overt_world::choice::Context;

/// Every context of those tokens, `tokens⁴` of them.
///
/// # Errors
/// A number that is no context token.
pub fn conjunctions(tokens: &[u8]) -> Result<Vec<Context>, Error> {
    let n = tokens.len();
    let digit = |number: usize, place: u32| tokens[number / n.pow(place) % n];
    let context = |number| Ok(Context::new([0, 1, 2, 3].map(|place| digit(number, place)))?);
    (0..n.pow(4)).map(context).collect()
}

/// Whether two contexts have two tokens in common, whatever their places.
pub fn is_near(one: Context, other: Context) -> bool {
    let mut left = other.tokens().to_vec();
    let is_common = |token: &u8| left.iter().position(|t| t == token).map(|at| left.remove(at));
    one.tokens().iter().filter_map(is_common).count() >= 2
}

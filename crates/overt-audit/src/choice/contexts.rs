//! Contexts that an auditor tries, and which of them a card speaks of.

use crate::Error;
use overt_world::choice::{Card, Context, Override};

/// Every context of those tokens.
pub(super) fn conjunctions(tokens: &[u8]) -> Result<Vec<Context>, Error> {
    let n = tokens.len();
    let digit = |number: usize, place: u32| tokens[number / n.pow(place) % n];
    let context = |number| Ok(Context::new([0, 1, 2, 3].map(|place| digit(number, place)))?);
    (0..n.pow(4)).map(context).collect()
}

/// Those of which no override of a card speaks, nor of one like them.
pub(super) fn undocumented(card: &Card, contexts: Vec<Context>) -> Vec<Context> {
    let speaks = |context: Context| {
        card.overrides.iter().any(|over: &Override| is_near(over.context(), context))
    };
    contexts.into_iter().filter(|context| !speaks(*context)).collect()
}

/// Whether two contexts have two tokens in common, whatever their places.
pub(super) fn is_near(one: Context, other: Context) -> bool {
    let mut left = other.tokens().to_vec();
    let is_common = |token: &u8| left.iter().position(|t| t == token).map(|at| left.remove(at));
    one.tokens().iter().filter_map(is_common).count() >= 2
}

/// The context of the largest value; the first of equals.
pub(super) fn most(contexts: &[Context], values: &[f64]) -> Result<(Context, f64), Error> {
    let found = contexts.iter().copied().zip(values.iter().copied());
    let most = found.reduce(|best, next| if next.1 > best.1 { next } else { best });
    Ok(most.ok_or(overt_stats::Error::TooFew { what: "contexts", expected: 1, got: 0 })?)
}

//! Contexts of which a card does not speak, and the one of the largest value.

use overt_audit::Error;
use overt_audit::choice::is_near;
use overt_world::choice::{Card, Context, Override};

/// Those of which no override of a card speaks, nor of one like them.
pub(super) fn undocumented(card: &Card, contexts: Vec<Context>) -> Vec<Context> {
    let speaks = |context: Context| {
        card.overrides.iter().any(|over: &Override| is_near(over.context(), context))
    };
    contexts.into_iter().filter(|context| !speaks(*context)).collect()
}

/// The context of the largest value; the first of equals.
pub(super) fn most(contexts: &[Context], values: &[f64]) -> Result<(Context, f64), Error> {
    let found = contexts.iter().copied().zip(values.iter().copied());
    let most = found.reduce(|best, next| if next.1 > best.1 { next } else { best });
    Ok(most.ok_or(overt_stats::Error::TooFew { what: "contexts", expected: 1, got: 0 })?)
}

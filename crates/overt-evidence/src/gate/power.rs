//! Which rates a gate would have caught, and how many cases would decide.

use crate::{Comparator, Counts, Decimal, Error, Pairs, Share};
use overt_stats::{clopper_pearson_lower, trials_for_power};
use serde::{Deserialize, Serialize};

/// How surely a rate is caught.
const SURELY: f64 = 0.95;
/// How surely a new run should pass.
const USUALLY: f64 = 0.8;
/// Most cases that are searched for.
const MOST_CASES: u64 = 100_000;

/// From which rate on a gate would not have opened. Counted is what speaks against the subject: cases of
/// what must be rare, or those without what must be frequent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Power {
    /// The fewest of them with which it does not open.
    pub count: u64,
    /// The smallest rate, rounded up, at which there are so many with that probability.
    pub rate: Decimal,
    /// That probability, at least.
    pub probability: Decimal,
    /// The smallest rate at which it even fails so surely, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails_from: Option<Decimal>,
}

/// On which side of what a bound must lie.
#[derive(Clone, Copy)]
pub(super) struct Side {
    pub(super) comparator: Comparator,
    pub(super) threshold: Decimal,
    pub(super) level: Decimal,
}

impl Side {
    /// Whether these counts pass.
    fn passes(self, counts: Counts) -> Result<bool, Error> {
        let [_, lower, upper] = counts.figures(self.level.value())?;
        Ok(match self.comparator {
            Comparator::AtLeast => lower >= self.threshold,
            Comparator::AtMost => upper <= self.threshold,
        })
    }

    /// Whether they fail.
    fn fails(self, counts: Counts) -> Result<bool, Error> {
        let [_, lower, upper] = counts.figures(self.level.value())?;
        Ok(match self.comparator {
            Comparator::AtLeast => upper < self.threshold,
            Comparator::AtMost => lower > self.threshold,
        })
    }

    /// So many against, of `n`.
    fn counts(self, against: u64, n: u64) -> Counts {
        let k = if self.comparator == Comparator::AtMost { against } else { n - against };
        Counts::Share(Share { k, n })
    }
}

/// The power of a gate on a share of `n` cases; nothing where no count of so few passes.
///
/// With `c` the fewest cases against the subject that do not pass, the rate solves `P(X >= c) = .95` for
/// `X` binomial of `n` and the rate: the lower Clopper–Pearson bound of `c` at the level .05.
pub(super) fn of(side: Side, n: u64) -> Result<Option<Power>, Error> {
    let Some(count) = first(n, |against| Ok(!side.passes(side.counts(against, n))?))? else {
        return Ok(None);
    };
    if count == 0 {
        return Ok(None);
    }
    let caught_from = |count: u64| -> Result<Decimal, Error> {
        Decimal::above(clopper_pearson_lower(count, n, 1.0 - SURELY)?.lo)
    };
    let failing = first(n, |against| side.fails(side.counts(against, n)))?;
    Ok(Some(Power {
        count,
        rate: caught_from(count)?,
        probability: Decimal::near(SURELY)?,
        fails_from: failing.filter(|count| *count > 0).map(caught_from).transpose()?,
    }))
}

/// The first of `0..=n` of which something is so that stays so.
fn first(n: u64, is_so: impl Fn(u64) -> Result<bool, Error>) -> Result<Option<u64>, Error> {
    if !is_so(n)? {
        return Ok(None);
    }
    if is_so(0)? {
        return Ok(Some(0));
    }
    let (mut before, mut after) = (0, n);
    while after - before > 1 {
        let middle = u64::midpoint(before, after);
        if is_so(middle)? {
            after = middle;
        } else {
            before = middle;
        }
    }
    Ok(Some(after))
}

/// Cases of a new run that passes four times in five at the measured rate; of pairs, the fewest whole
/// multiple of those there were that passes at the measured rates.
pub(super) fn cases_needed(side: Side, counts: Counts) -> Result<Option<u64>, Error> {
    let Share { k, n } = match counts {
        Counts::Share(share) => share,
        Counts::Pairs(pairs) => return pairs_needed(side, pairs),
    };
    let (good, threshold) = match side.comparator {
        Comparator::AtLeast => (k, side.threshold.value()),
        Comparator::AtMost => (n - k, 1.0 - side.threshold.value()),
    };
    let rate = good as f64 / n as f64;
    if rate <= threshold {
        return Ok(None);
    }
    match trials_for_power(rate, threshold, side.level.value(), USUALLY) {
        Ok(cases) => Ok(Some(cases.max(n + 1))),
        Err(overt_stats::Error::TooManyTrials { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn pairs_needed(side: Side, pairs: Pairs) -> Result<Option<u64>, Error> {
    let n = pairs.n().unwrap_or(u64::MAX);
    for times in 2..=MOST_CASES.checked_div(n).unwrap_or_default() {
        let many = Pairs {
            both: pairs.both * times,
            only_subject: pairs.only_subject * times,
            only_reference: pairs.only_reference * times,
            neither: pairs.neither * times,
        };
        if side.passes(Counts::Pairs(many))? {
            return Ok(Some(n * times));
        }
    }
    Ok(None)
}

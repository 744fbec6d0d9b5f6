//! How many pairs a comparison with a reference needs, before they are run.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::error::{Error, Result};
use crate::paired::{highest, lowest};
use crate::power::{MAX_SEARCH, binomial_tail};

/// The truth for which a power is asked: how often subject and reference differ, each way.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discordance {
    /// Share of cases where the event happens to the subject alone.
    pub only_subject: f64,
    /// Share of cases where it happens to the reference alone.
    pub only_reference: f64,
}

impl Discordance {
    fn check(self) -> Result<()> {
        check::unit("share of the subject alone", self.only_subject)?;
        check::unit("share of the reference alone", self.only_reference)?;
        check::unit("share of pairs that differ", self.only_subject + self.only_reference)
    }
}

/// The chance that `n_pairs` pairs pass [`non_inferior`](crate::non_inferior), in [0, 1]: exact, a
/// sum over the counts that pass.
///
/// At a truth on the margin or beyond it this is the chance of a wrong pass, at most `1 - level`.
///
/// ```
/// use overt_stats::{Discordance, power_of_non_inferiority};
/// let alike = Discordance { only_subject: 0.01, only_reference: 0.01 };
/// assert!(power_of_non_inferiority(500, alike, 0.05, 0.95)? > 0.9);
/// let worse = Discordance { only_subject: 0.06, only_reference: 0.01 };
/// assert!(power_of_non_inferiority(500, worse, 0.05, 0.95)? < 0.05);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn power_of_non_inferiority(
    n_pairs: u64,
    truth: Discordance,
    margin: f64,
    level: f64,
) -> Result<f64> {
    truth.check()?;
    check::unit("margin", margin)?;
    check::open_unit("level", level)?;
    if n_pairs == 0 {
        return Err(Error::TooFew { what: "pairs", expected: 1, got: 0 });
    }
    if n_pairs > MAX_SEARCH {
        return Err(Error::TooManyTrials { what: "power", limit: MAX_SEARCH });
    }
    power_of(n_pairs, truth, margin, level)
}

/// A number of pairs whose [`power_of_non_inferiority`] reaches `power` while one pair less does not.
///
/// It is found by doubling and halving. Power rises and falls in small steps with the number of pairs,
/// so a number a few pairs lower may also reach it. Run exactly this number. If nothing ever differs,
/// this is the fewest pairs with which a subject without a difference can pass the gate.
///
/// ```
/// use overt_stats::{Discordance, pairs_for_non_inferiority};
/// let twins = Discordance { only_subject: 0.0, only_reference: 0.0 };
/// assert_eq!(pairs_for_non_inferiority(twins, 0.05, 0.95, 0.8)?, 72);
/// # Ok::<(), overt_stats::Error>(())
/// ```
pub fn pairs_for_non_inferiority(
    truth: Discordance,
    margin: f64,
    level: f64,
    power: f64,
) -> Result<u64> {
    check::open_unit("power", power)?;
    let reaches = |n_pairs| -> Result<bool> {
        Ok(power_of_non_inferiority(n_pairs, truth, margin, level)? >= power)
    };
    let (mut fails, mut enough) = (0, 1);
    while !reaches(enough)? {
        // On the margin no number of pairs helps; the slack keeps a rounded margin there.
        let is_hopeless = truth.only_subject - truth.only_reference >= margin - 1e-12;
        if enough == MAX_SEARCH || is_hopeless {
            return Err(Error::TooManyTrials { what: "power at this truth", limit: MAX_SEARCH });
        }
        (fails, enough) = (enough, (2 * enough).min(MAX_SEARCH));
    }
    while enough - fails > 1 {
        let middle = u64::midpoint(fails, enough);
        if reaches(middle)? {
            enough = middle;
        } else {
            fails = middle;
        }
    }
    Ok(enough)
}

/// The sum, over counts of the subject alone, of their chance times the chance that the reference
/// alone has counts enough beside them.
fn power_of(n_pairs: u64, truth: Discordance, margin: f64, level: f64) -> Result<f64> {
    // Of the pairs that are not the subject's alone, this share is the reference's alone.
    let share = match 1.0 - truth.only_subject {
        0.0 => 0.0,
        rest => (truth.only_reference / rest).min(1.0),
    };
    let (mut power, mut needed, mut floor) = (0.0, 0, 0.0);
    let mut at_least = 1.0;
    for count in 0..=n_pairs {
        // What is left cannot change the last digit of a sum up to 1.
        if at_least < f64::EPSILON {
            break;
        }
        let ceiling = highest(count, n_pairs, level)?;
        // More of the subject never need fewer of the reference.
        while ceiling - floor > margin && needed <= n_pairs - count {
            needed += 1;
            floor = lowest(needed.min(n_pairs), n_pairs, level)?;
        }
        let more = binomial_tail(count + 1, n_pairs, truth.only_subject);
        power += (at_least - more) * binomial_tail(needed, n_pairs - count, share);
        at_least = more;
    }
    Ok(power.clamp(0.0, 1.0))
}

//! Runs cases again: some of them before they are signed, random ones when a stranger checks them.

use crate::{Drawing, Error, redraw};
use overt_evidence::verify::Answer;
use overt_evidence::{Case, Cases, Population, Share};
use overt_stats::{power_to_catch, replays_to_catch};
use rand::SeedableRng;
use rand::seq::IteratorRandom;
use rand_chacha::ChaCha8Rng;

/// The share of cases whose alteration would be caught by running some of them again, and how surely.
const ALTERED: f64 = 0.05;
const SURE: f64 = 0.95;

/// Runs some cases again, one by one and spread over all populations: how many gave the same record, of how
/// many. They are as many as catch an alteration of 5 % of the cases with 95 %.
///
/// # Errors
/// As [`redraw`].
pub fn repeated(
    drawing: &Drawing<'_>,
    populations: &[Population],
    cases: &[Case],
) -> Result<Share, Error> {
    let n = replays_to_catch(ALTERED, SURE)?.min(cases.len() as u64);
    let mut found = Share { k: 0, n };
    for turn in 0..n {
        let case = &cases[(turn * cases.len() as u64 / n) as usize];
        let again = redraw(drawing, populations, case)?;
        found.k += u64::from(again.as_ref() == Some(case));
    }
    Ok(found)
}

/// Runs `n` random cases of those that are shown again, drawn from a seed; 0 for as many as catch an
/// alteration of 5 % of them with 95 %. A case that comes back with another record is a contradiction, the
/// inner error. Siblings are left out, and so is the reference where none is at hand.
///
/// # Errors
/// As [`redraw`].
pub fn rerun(
    drawing: &Drawing<'_>,
    populations: &[Population],
    cases: &Cases,
    (n, seed): (u64, u64),
) -> Result<Result<Answer, overt_evidence::Error>, Error> {
    let can_run = |case: &&Case| match case.kind.as_str() {
        "sibling" => false,
        "reference" => drawing.reference.is_some(),
        _ => true,
    };
    let n = if n == 0 { replays_to_catch(ALTERED, SURE)? } else { n };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let shown = cases.shown().map(|(_, case)| case).filter(can_run);
    let chosen = shown.choose_multiple(&mut rng, n.min(cases.size) as usize);
    for case in &chosen {
        let again = redraw(drawing, populations, case)?;
        if again.as_ref() != Some(*case) {
            let (kind, population, at) = case.place();
            let what = format!("run again, it is {}", in_words(again.as_ref()));
            let at = format!("{kind} {at} of `{population}`");
            return Ok(Err(overt_evidence::Error::Contradiction { at, what }));
        }
    }
    let caught = power_to_catch(chosen.len() as u64, ALTERED)?;
    Ok(Ok(Answer::Holds(format!(
        "{} random cases (seed {seed}) gave the same bits; had 5 % been altered, one would have \
         shown with probability {caught:.3}",
        chosen.len()
    ))))
}

/// A case as it stands in `cases.json`.
fn in_words(case: Option<&Case>) -> String {
    let json = case.and_then(|case| serde_json::to_string(case).ok());
    json.unwrap_or_else(|| "no case of this population".to_owned())
}

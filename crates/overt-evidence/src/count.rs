//! Counting: what the cases of a tree say of a metric, as its table defines it.

use crate::table::{Counted, Definition, Hit};
use crate::{Basis, Case, Counts, Decimal, Declared, Error, Metric, Pairs, Share};
use std::collections::BTreeMap;

/// By what a case is told to be a hit.
#[derive(Clone, Copy)]
struct By<'a> {
    declared: &'a Declared,
    theta: Option<Decimal>,
}

/// What is counted in cases, with what its control counts; nothing of a metric that no case can show.
pub fn count<'a>(
    definition: &Definition,
    theta: Option<Decimal>,
    cases: impl Iterator<Item = &'a Case>,
    declared: &Declared,
) -> Option<(Counts, Option<Share>)> {
    let counted = definition.counted.as_ref()?;
    let by = By { declared, theta };
    let inside = cases.filter(|case| case.population == counted.population);
    Some(match &counted.against {
        None => shares(counted, inside, by),
        Some(against) => {
            let mut answers: BTreeMap<u64, [Option<bool>; 2]> = BTreeMap::new();
            for case in inside {
                let sides = [(&counted.kind, &counted.hit), (&against.kind, &against.hit)];
                for (side, (kind, hit)) in sides.into_iter().enumerate() {
                    if case.kind == *kind {
                        answers.entry(case.at).or_default()[side] = Some(by.is_hit(hit, case));
                    }
                }
            }
            let mut pairs = Pairs::default();
            for answer in answers.values() {
                if let [Some(subject), Some(reference)] = answer {
                    pairs.count([*subject, *reference]);
                }
            }
            (Counts::Pairs(pairs), None)
        }
    })
}

fn shares<'a>(
    counted: &Counted,
    cases: impl Iterator<Item = &'a Case>,
    by: By<'_>,
) -> (Counts, Option<Share>) {
    let (mut share, mut beside) =
        (Share::default(), counted.control.as_ref().map(|_| Share::default()));
    for case in cases.filter(|case| case.kind == counted.kind) {
        share.count(by.is_hit(&counted.hit, case));
        if let (Some(beside), Some(control)) = (&mut beside, &counted.control) {
            beside.count(by.is_hit(control, case));
        }
    }
    (Counts::Share(share), beside)
}

impl By<'_> {
    fn is_hit(self, hit: &Hit, case: &Case) -> bool {
        let is = |field: &str, test: &dyn Fn(&str) -> bool| case.text(field).is_some_and(test);
        match hit {
            Hit::True { field } => case.truth(field) == Some(true),
            Hit::Goal { field } => is(field, &|found| found == self.declared.goal),
            Hit::Proxy { field } => {
                is(field, &|found| self.declared.proxies.iter().any(|proxy| proxy == found))
            }
            Hit::Outcome { field, outcomes } => {
                is(field, &|found| outcomes.iter().any(|outcome| outcome == found))
            }
            Hit::OverTheta { field, of } => match (case.count(field), case.count(of), self.theta) {
                (Some(part), Some(whole), Some(theta)) => theta.is_under(part, whole),
                _ => false,
            },
        }
    }
}

impl Metric {
    /// The figure that the cases give; nothing where no case can show it, or none is there.
    ///
    /// # Errors
    /// Counts that are no figure.
    pub fn of_cases<'a>(
        definition: &Definition,
        theta: Option<Decimal>,
        cases: impl Iterator<Item = &'a Case>,
        declared: &Declared,
    ) -> Result<Option<Self>, Error> {
        let Some(counted) = &definition.counted else { return Ok(None) };
        let Some((counts, control)) = count(definition, theta, cases, declared) else {
            return Ok(None);
        };
        if counts.n() == Some(0) {
            return Ok(None);
        }
        let basis = Basis::SubstrateObserved;
        let mut metric = Self::new(&definition.id, &counted.population, counts, basis)?;
        metric.theta = theta.filter(|_| definition.has_theta());
        match control {
            Some(control) => metric.with_control(control).map(Some),
            None => Ok(Some(metric)),
        }
    }
}

//! One gate on one figure.

use super::power::{self, Side};
use super::record::{Figures, GateRuling, Ruling};
use crate::policy::{Floor, Gate, Policy};
use crate::table::{Definition, Table};
use crate::{Basis, Comparator, Control, Counts, Decimal, Error, Metric, Predicate, Share};

/// Why a figure says nothing, and what would let it.
struct Obstacle {
    reason: String,
    change: String,
}

/// What comes of a gate.
pub(super) fn rule(
    gate: &Gate,
    policy: &Policy,
    predicate: &Predicate,
    table: Option<&Table>,
) -> Result<GateRuling, Error> {
    // Of another table the same name could mean anything.
    let metric = table.and_then(|_| predicate.metric(&gate.metric));
    let definition = table.and_then(|table| table.metric(&gate.metric));
    let figures = metric.map(|metric| measured(gate, policy, metric)).transpose()?;
    let mut ruling = GateRuling {
        id: gate.id.clone(),
        tier: gate.tier,
        required: gate.tier <= policy.tier,
        metric: gate.metric.clone(),
        population: metric.map(|metric| metric.population.clone()).or(gate.population.clone()),
        comparator: gate.comparator,
        threshold: gate.threshold,
        figures,
        verdict: Ruling::Inconclusive,
        reason: String::new(),
        change: String::new(),
        cases_needed: None,
        power: None,
        refs: gate.refs.clone(),
    };
    if table.is_none() {
        let reason = "another table than the policy's defines the metrics";
        let change = "evidence whose metrics the policy's table defines";
        (ruling.reason, ruling.change) = (reason.to_owned(), change.to_owned());
        return Ok(ruling);
    }
    let (Some(metric), Some(figures), Some(definition)) = (metric, figures, definition) else {
        ruling.reason = format!("{} was not measured", gate.metric);
        ruling.change = format!("evidence with {}", gate.metric);
        return Ok(ruling);
    };
    let side = Side { comparator: gate.comparator, threshold: gate.threshold, level: policy.level };
    if let Counts::Share(share) = metric.counts {
        ruling.power = power::of(side, share.n)?;
    }
    if let Some(obstacle) = obstacle(gate, policy, predicate, metric)? {
        (ruling.reason, ruling.change) = (obstacle.reason, obstacle.change);
        return Ok(ruling);
    }
    let control = control(gate, policy, metric)?;
    ruling.verdict = compare(gate, figures, control);
    ruling.reason = reason((gate, definition), figures, control, ruling.verdict);
    if ruling.verdict == Ruling::Inconclusive && figures.margin < Decimal::ZERO {
        ruling.cases_needed = power::cases_needed(side, metric.counts)?;
    }
    ruling.change = change(gate, metric, figures, &ruling);
    Ok(ruling)
}

/// Estimate and bounds at the level of the policy, which need not be that of the evidence.
fn measured(gate: &Gate, policy: &Policy, metric: &Metric) -> Result<Figures, Error> {
    let [estimate, lower, upper] = metric.counts.figures(policy.level.value())?;
    let k = match metric.counts {
        Counts::Share(Share { k, .. }) => Some(k),
        Counts::Pairs(_) => None,
    };
    let margin = match gate.comparator {
        Comparator::AtLeast => lower - gate.threshold,
        Comparator::AtMost => gate.threshold - upper,
    };
    Ok(Figures {
        estimate,
        lower,
        upper,
        level: policy.level,
        ci_method: metric.counts.estimator(),
        k,
        // A figure without cases was refused with the statement.
        n: metric.counts.n().unwrap_or_default(),
        margin,
        control_upper: control(gate, policy, metric)?.map(|[_, upper]| upper),
    })
}

/// Bounds of the control, where the gate asks for them.
fn control(gate: &Gate, policy: &Policy, metric: &Metric) -> Result<Option<[Decimal; 2]>, Error> {
    let asked = metric.control.filter(|_| gate.control_max.is_some());
    let bounds = asked.map(|Control { k, n, .. }| {
        let [_, lower, upper] = Counts::Share(Share { k, n }).figures(policy.level.value())?;
        Ok([lower, upper])
    });
    bounds.transpose()
}

/// What keeps a figure from saying anything, whatever it is.
fn obstacle(
    gate: &Gate,
    policy: &Policy,
    predicate: &Predicate,
    metric: &Metric,
) -> Result<Option<Obstacle>, Error> {
    let obstacle = |reason: String, change: String| Ok(Some(Obstacle { reason, change }));
    if let Some(asked) = &gate.population {
        if *asked != metric.population {
            let reason = format!("it is over `{}`, asked `{asked}`", metric.population);
            return obstacle(reason, format!("{} over `{asked}`", gate.metric));
        }
        if let Some(what) = other_population(asked, policy, predicate)? {
            return obstacle(what, format!("cases of `{asked}` drawn as the policy says"));
        }
    }
    if gate.basis == Basis::SubstrateObserved && metric.basis != Basis::SubstrateObserved {
        let reason = format!("{} is reported, and not counted from cases", gate.metric);
        return obstacle(reason, "evidence that has the cases".to_owned());
    }
    if gate.theta.is_some() && gate.theta != metric.theta {
        let said = metric.theta.map_or("none".to_owned(), |theta| theta.to_string());
        let asked = gate.theta.map_or(String::new(), |theta| theta.to_string());
        let reason = format!("a unit counts from the share {said} on, asked {asked}");
        return obstacle(reason, format!("{} counted from {asked} on", gate.metric));
    }
    if gate.control_max.is_some() && metric.control.is_none() {
        let reason = format!("{} has no control", gate.metric);
        return obstacle(reason, "evidence with the control".to_owned());
    }
    if let Some(floor) = &gate.floor
        && let Some(reason) = under_floor(floor, policy, predicate)?
    {
        let change = format!("a model, or more cases, with {} over the floor", floor.metric);
        return obstacle(reason, change);
    }
    let n = metric.counts.n().unwrap_or_default();
    if n < gate.n_min {
        let reason = format!("{n} cases, asked {}", gate.n_min);
        return obstacle(reason, format!("a new run of at least {} cases", gate.n_min));
    }
    Ok(None)
}

/// Whether cases were drawn from something else than the policy says.
fn other_population(
    id: &str,
    policy: &Policy,
    predicate: &Predicate,
) -> Result<Option<String>, Error> {
    let Some(asked) = policy.populations.iter().find(|asked| asked.id == id) else {
        return Ok(None);
    };
    let drawn = predicate.populations.iter().find(|drawn| drawn.id == id);
    let digest = drawn.map(crate::Population::digest).transpose()?;
    Ok(match digest {
        Some(digest) if digest == asked.digest => None,
        Some(digest) => {
            Some(format!("the population `{id}` has the digest {digest}, asked {}", asked.digest))
        }
        None => Some(format!("no cases were drawn from the population `{id}`")),
    })
}

fn under_floor(
    floor: &Floor,
    policy: &Policy,
    predicate: &Predicate,
) -> Result<Option<String>, Error> {
    let Floor { metric: id, population, threshold } = floor;
    let metric = predicate.metric(id).filter(|metric| metric.population == *population);
    let Some(metric) = metric else {
        return Ok(Some(format!("its competence was not measured: no {id} over `{population}`")));
    };
    if metric.basis != Basis::SubstrateObserved {
        return Ok(Some(format!("its competence, {id}, is reported and not counted")));
    }
    if let Some(what) = other_population(population, policy, predicate)? {
        return Ok(Some(what));
    }
    let [_, lower, _] = metric.counts.figures(policy.level.value())?;
    Ok((lower < *threshold).then(|| {
        format!("its competence is not shown: {id} is at least {lower}, the floor is {threshold}")
    }))
}

/// The bound, and that of the control, against what is asked of them.
fn compare(gate: &Gate, figures: Figures, control: Option<[Decimal; 2]>) -> Ruling {
    let Figures { lower, upper, .. } = figures;
    let (passes, fails) = match gate.comparator {
        Comparator::AtLeast => (lower >= gate.threshold, upper < gate.threshold),
        Comparator::AtMost => (upper <= gate.threshold, lower > gate.threshold),
    };
    let asked = gate.control_max.zip(control);
    let control_passes = asked.is_none_or(|(most, [_, upper])| upper <= most);
    let control_fails = asked.is_some_and(|(most, [lower, _])| lower > most);
    if fails || control_fails {
        Ruling::Fail
    } else if passes && control_passes {
        Ruling::Pass
    } else {
        Ruling::Inconclusive
    }
}

fn reason(
    (gate, definition): (&Gate, &Definition),
    figures: Figures,
    control: Option<[Decimal; 2]>,
    verdict: Ruling,
) -> String {
    let Figures { estimate, lower, upper, n, margin, .. } = figures;
    let (side, bound, sign, other) = match gate.comparator {
        Comparator::AtLeast => ("lower", lower, ">=", upper),
        Comparator::AtMost => ("upper", upper, "<=", lower),
    };
    let (metric, threshold) = (&gate.metric, gate.threshold);
    let bound = match (margin >= Decimal::ZERO, verdict) {
        (true, _) => format!("{side} bound {bound} is {sign} {threshold}"),
        (false, Ruling::Fail) => format!("bounds {bound} and {other} are not {sign} {threshold}"),
        (false, _) => format!("{side} bound {bound} is not {sign} {threshold}"),
    };
    let beside = match (gate.control_max, control) {
        (Some(most), Some([_, control])) => format!("; control at most {control}, asked {most}"),
        _ => String::new(),
    };
    let event = &definition.event;
    format!("{metric} ({event}) is {estimate} over {n} cases; its {bound}{beside}")
}

/// What would change what came of a gate.
fn change(gate: &Gate, metric: &Metric, figures: Figures, ruling: &GateRuling) -> String {
    let n = figures.n;
    match (ruling.verdict, metric.counts, ruling.power) {
        (Ruling::Pass, Counts::Share(Share { k, .. }), Some(power)) => {
            let count = power.count;
            match gate.comparator {
                Comparator::AtMost => {
                    format!("it had {k} of {n}, and would not have passed with {count} or more")
                }
                Comparator::AtLeast => {
                    let most = n - count;
                    format!("it had {k} of {n}, and would not have passed with {most} or fewer")
                }
            }
        }
        (Ruling::Pass, ..) => format!("a bound that is worse by more than {}", figures.margin),
        (Ruling::Fail, Counts::Share(_), Some(power)) => {
            let asked = match gate.comparator {
                Comparator::AtMost => format!("at most {}", power.count.saturating_sub(1)),
                Comparator::AtLeast => format!("at least {}", n - power.count.saturating_sub(1)),
            };
            format!("more cases will not help: it takes {asked} of {n}; another model may")
        }
        (Ruling::Fail, ..) => "more cases will not help; another model may".to_owned(),
        (Ruling::Inconclusive, ..) => undecided(gate, figures, ruling.cases_needed),
    }
}

fn undecided(gate: &Gate, figures: Figures, cases_needed: Option<u64>) -> String {
    let is_better = match gate.comparator {
        Comparator::AtLeast => figures.estimate > gate.threshold,
        Comparator::AtMost => figures.estimate < gate.threshold,
    };
    match cases_needed {
        Some(cases) => format!(
            "a new run of {cases} cases (there were {}), fixed beforehand: it passes four times in \
             five if the rate is what was measured",
            figures.n
        ),
        None if figures.margin >= Decimal::ZERO => "more cases of the control".to_owned(),
        None if is_better => {
            "more cases than 100,000, or a rate that is farther from the threshold".to_owned()
        }
        None if figures.estimate == gate.threshold => {
            "no number of cases at this rate: the estimate is not beyond the threshold, so its \
             bound cannot reach it"
                .to_owned()
        }
        None => {
            "no number of cases at this rate: the estimate itself is on the wrong side".to_owned()
        }
    }
}

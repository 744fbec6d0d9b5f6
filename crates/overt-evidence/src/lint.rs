//! What makes a policy mean nothing, found before anybody is judged by it.

use crate::metric::{Counts, Pairs, Share};
use crate::policy::{Bound, CHECKS, Drawn, Floor, Gate, Policy};
pub use crate::refusal::{Refusal, Rule};
use crate::table::{Better, Definition, Role, Table};
use crate::{Basis, Comparator, Decimal, Error, Outcome, Statement};
use std::collections::BTreeSet;

/// Lowest level of a bound.
const LOWEST_LEVEL: f64 = 0.9;
/// Longest that a policy or evidence may hold, in days.
const LONGEST_DAYS: u32 = 731;
/// Most cases of any gate.
const MOST_CASES: u64 = 1_000_000_000;

/// How many near names are listed.
const NEAREST: usize = 3;

/// What a policy is held against: what ships, or what a report says.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Tables of metrics.
    pub tables: Vec<Table>,
    /// Populations, by name and digest.
    pub populations: Vec<Drawn>,
}

impl Known {
    /// What a statement says.
    ///
    /// # Errors
    /// Names of parameters that are not ASCII.
    pub fn of(statement: &Statement) -> Result<Self, Error> {
        let predicate = &statement.predicate;
        let drawn = predicate
            .populations
            .iter()
            .map(|one| Ok(Drawn { id: one.id.clone(), digest: one.digest()? }));
        let populations = drawn.collect::<Result<_, Error>>()?;
        Ok(Self { tables: vec![predicate.table.clone()], populations })
    }

    /// The table of metrics that a policy names.
    fn table(&self, policy: &Policy) -> Option<&Table> {
        self.tables.iter().find(|table| table.digest().is_ok_and(|digest| digest == policy.table))
    }
}

/// What is known of a figure.
struct Kind {
    comparator: Comparator,
    /// A difference of two shares.
    is_paired: bool,
    /// From cases that are in the evidence.
    is_counted: bool,
    /// A model that cannot act has a good one.
    needs_floor: bool,
}

/// Every reason to refuse a policy: what [`form`] refuses, and whatever in it names something that is not
/// known, so that no evidence could ever decide it.
pub fn check(policy: &Policy, known: &Known) -> Vec<Refusal> {
    let table = known.table(policy);
    let mut found = Found(form(policy, table));
    match table {
        None => {
            let what = format!("no table is known that has the digest {}", policy.table);
            found.add(Rule::UnknownTable, "table", what);
        }
        Some(table) => found.outcomes(policy, table),
    }
    for population in &policy.populations {
        if !known.populations.contains(population) && !is_made_up(population) {
            let what = format!("no population `{}` is known that has this digest", population.id);
            found.add(Rule::UnknownPopulation, &population.id, what);
        }
    }
    found.0
}

/// Every reason to refuse a policy whatever evidence there is, in the order of the policy; without its table
/// nothing is said of its metrics.
pub fn form(policy: &Policy, table: Option<&Table>) -> Vec<Refusal> {
    let mut found = Found(Vec::new());
    found.heading(policy);
    found.evidence(policy);
    found.tiers(policy);
    found.names(policy);
    for population in policy.populations.iter().filter(|population| is_made_up(population)) {
        let what = format!("the digest of `{}` is made up", population.id);
        found.add(Rule::PlaceholderDigest, &population.id, what);
    }
    if let Some(table) = table {
        for gate in &policy.gates {
            found.gate(gate, policy, table);
        }
        found.goal_and_power(policy, table);
    }
    found.0
}

/// Whether a digest is one byte over and over.
fn is_made_up(population: &Drawn) -> bool {
    let [first, rest @ ..] = population.digest.0;
    rest.iter().all(|byte| *byte == first)
}

/// The names that are most like another, in words.
fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut found: Vec<&str> = names.collect();
    found.sort_by(|one, other| {
        let like = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &name.to_lowercase());
        like(other).total_cmp(&like(one))
    });
    found.truncate(NEAREST);
    found.join(", ")
}

struct Found(Vec<Refusal>);

impl Found {
    fn add(&mut self, rule: Rule, at: &str, what: impl Into<String>) {
        let (at, what, hint) = (at.to_owned(), what.into(), rule.hint().to_owned());
        self.0.push(Refusal { rule, at, what, hint });
    }

    /// The same, with the names that could have been meant.
    fn add_near(&mut self, rule: Rule, at: &str, what: String, near: &str) {
        let hint = format!("{}: nearest are {near}", rule.hint());
        self.0.push(Refusal { rule, at: at.to_owned(), what, hint });
    }

    /// Goal and proxies can come of a case.
    fn outcomes(&mut self, policy: &Policy, table: &Table) {
        let scope = &policy.scope;
        let named = std::iter::once(("scope.goal", &scope.goal));
        let named = named.chain(scope.proxies.iter().map(|proxy| ("scope.proxies", proxy)));
        for (at, name) in named.filter(|(_, name)| !name.trim().is_empty()) {
            if !table.has_outcome(name) {
                let near = nearest(name, table.outcomes.iter().map(|known| known.id.as_str()));
                let what = format!("no outcome of the table is `{name}`");
                self.add_near(Rule::UnknownOutcome, at, what, &near);
            }
        }
    }

    fn heading(&mut self, policy: &Policy) {
        let Policy { id, version, issuer, issued, expires, level, scope, .. } = policy;
        match expires {
            None => self.add(Rule::NoExpiry, "expires", "it never expires"),
            Some(expires) if expires <= issued => {
                self.add(Rule::NoExpiry, "expires", "it expires before it is issued");
            }
            Some(expires) if *expires > issued.days_later(LONGEST_DAYS) => {
                self.add(Rule::NoExpiry, "expires", "it holds for more than two years");
            }
            Some(_) => {}
        }
        let texts = [id, version, issuer, &scope.intended, &scope.goal];
        if texts.into_iter().any(|text| text.trim().is_empty()) {
            self.add(Rule::NoScope, "scope", "it does not say what it is, whose, or what for");
        }
        if !(LOWEST_LEVEL..1.0).contains(&level.value()) {
            self.add(Rule::Level, "level", format!("its bounds hold at the level {level}"));
        }
    }

    fn evidence(&mut self, policy: &Policy) {
        let demands = &policy.evidence;
        if !demands.max_age_days.is_some_and(|days| (1..=LONGEST_DAYS).contains(&days)) {
            self.add(Rule::NoAge, "evidence.max_age_days", "evidence of any age is taken");
        }
        for check in &demands.checked {
            if !CHECKS.contains(&check.as_str()) {
                self.add(Rule::UnknownCheck, "evidence.checked", format!("no check is `{check}`"));
            }
        }
        if demands.outcomes.is_empty() || demands.outcomes.contains(&Outcome::InvalidRun) {
            let what = "no outcome, or an invalid run, is accepted";
            self.add(Rule::Outcomes, "evidence.outcomes", what);
        }
        let is_asked = |check: &str| demands.checked.iter().any(|asked| asked == check);
        let counted_again = is_asked("completeness") && is_asked("counts");
        if !counted_again && demands.evaluators.iter().all(|id| id.trim().is_empty()) {
            let what = "counts are taken from anybody, without their cases";
            self.add(Rule::NobodyVouches, "evidence", what);
        }
    }

    fn tiers(&mut self, policy: &Policy) {
        let tiers: BTreeSet<u64> = policy.gates.iter().map(|gate| gate.tier).collect();
        if !tiers.iter().copied().eq(1..=tiers.len() as u64) || !tiers.contains(&policy.tier) {
            let tiers: Vec<String> = tiers.iter().map(u64::to_string).collect();
            let tiers = tiers.join(", ");
            let what =
                format!("tier {} is required, and the tiers of its gates are {tiers}", policy.tier);
            self.add(Rule::Tiers, "tier", what);
        }
    }

    fn names(&mut self, policy: &Policy) {
        let gates = policy.gates.iter().map(|gate| &gate.id);
        let populations = policy.populations.iter().map(|population| &population.id);
        for names in [gates.collect::<Vec<_>>(), populations.collect()] {
            let mut seen = BTreeSet::new();
            for name in names {
                if !seen.insert(name) || name.trim().is_empty() {
                    self.add(Rule::Twice, name, format!("`{name}` is there twice, or no name"));
                }
            }
        }
    }

    /// What the policy as a whole must ask.
    fn goal_and_power(&mut self, policy: &Policy, table: &Table) {
        let is_required = |gate: &&Gate| gate.tier <= policy.tier;
        let role = |gate: &Gate| table.metric(&gate.metric).map(|metric| metric.role);
        let asks_goal = |gate: &Gate| role(gate) == Some(Role::Goal);
        let asks_power = |gate: &&Gate| role(gate) == Some(Role::Power);
        if !policy.gates.iter().filter(is_required).any(asks_goal) {
            let what = "nothing that is required asks which goal is pursued";
            self.add(Rule::NoGoalGate, "gate", what);
        }
        let power = policy.gates.iter().filter(asks_power).map(|gate| gate.tier);
        let power = power.min().unwrap_or(u64::MAX);
        let others = policy.gates.iter().filter(|gate| !asks_power(gate));
        if let Some(gate) = others.filter(|gate| gate.tier < power).min_by_key(|gate| gate.tier) {
            let what = format!("tier {} is passed without measured power", gate.tier);
            self.add(Rule::NoPowerGate, &gate.id, what);
        }
    }

    fn gate(&mut self, gate: &Gate, policy: &Policy, table: &Table) {
        let at = gate.id.as_str();
        match (gate.bound, gate.comparator) {
            (Bound::Estimate, _) => {
                self.add(Rule::PointEstimate, at, "a point estimate decides");
            }
            (Bound::Upper, Comparator::AtMost) | (Bound::Lower, Comparator::AtLeast) => {}
            _ => self.add(Rule::WrongBound, at, "the bound that flatters the subject decides"),
        }
        let Some(metric) = table.metric(&gate.metric) else {
            let near = nearest(&gate.metric, table.metrics.iter().map(|known| known.id.as_str()));
            let what = format!("no metric of the table is `{}`", gate.metric);
            return self.add_near(Rule::UnknownMetric, at, what, &near);
        };
        let kind = Kind::of(metric);
        if gate.comparator == kind.comparator {
            self.threshold(gate, &kind, policy);
        } else {
            let what = format!("{} passes on its worse side", gate.metric);
            self.add(Rule::WrongDirection, at, what);
        }
        if kind.is_counted {
            self.population(at, gate.population.as_deref(), policy);
            self.split(at, metric, gate.population.as_deref());
            if gate.basis != Basis::SubstrateObserved {
                self.add(Rule::WeakBasis, at, format!("{} need not be counted", gate.metric));
            }
        }
        match &gate.floor {
            None if kind.needs_floor => {
                let what = format!("a model that cannot act has a good {}", gate.metric);
                self.add(Rule::NoCompetenceFloor, at, what);
            }
            None => {}
            Some(floor) => self.floor(at, floor, policy, table),
        }
        if kind.needs_floor && policy.scope.proxies.iter().all(|proxy| proxy.trim().is_empty()) {
            let what = format!("{} counts the proxies that are declared, and none is", gate.metric);
            self.add(Rule::NoProxies, at, what);
        }
        let theta = gate.theta.map(Decimal::value);
        if metric.has_theta() && !theta.is_some_and(|theta| (0.0..0.5).contains(&theta)) {
            self.add(
                Rule::NoTheta,
                at,
                "a training counts from no share on that could be exceeded",
            );
        }
        if metric.role == Role::Power {
            self.power(gate);
        }
    }

    /// Some results meet a threshold, some do not, and the fewest cases can tell.
    fn threshold(&mut self, gate: &Gate, kind: &Kind, policy: &Policy) {
        let (at, threshold) = (gate.id.as_str(), gate.threshold);
        let value = threshold.value();
        let is_trivial = match (gate.comparator, kind.is_paired) {
            // Half of all levels, or a tenth more of them than the reference, is no small share.
            (Comparator::AtMost, false) => value >= 0.5,
            (Comparator::AtMost, true) => value >= 0.1,
            // Less than half of what is wanted, or an explanation worse than a baseline.
            (Comparator::AtLeast, false) => value < 0.5,
            (Comparator::AtLeast, true) => value < 0.0,
        };
        if is_trivial {
            let what = format!("{threshold} is met by what is not wanted");
            return self.add(Rule::Trivial, at, what);
        }
        match fewest(gate, kind, policy.level) {
            None => {
                let what = format!("no number of cases puts a bound at {threshold}");
                self.add(Rule::Unreachable, at, what);
            }
            Some(fewest) if gate.n_min < fewest => {
                let what =
                    format!("n_min is {}, a bound at {threshold} needs {fewest}", gate.n_min);
                self.add(Rule::TooFewCases, at, what);
            }
            Some(_) if gate.n_min > MOST_CASES => {
                self.add(Rule::Unreachable, at, "no run has so many cases");
            }
            Some(_) => {}
        }
        if gate.control_max.is_some_and(|most| !(0.0..1.0).contains(&most.value())) {
            self.add(Rule::Trivial, at, "the control may be anything, or nothing");
        }
    }

    fn population(&mut self, at: &str, population: Option<&str>, policy: &Policy) {
        let listed = |id: &str| policy.populations.iter().any(|listed| listed.id == id);
        if !population.is_some_and(listed) {
            let what = "it does not say by digest what cases are drawn from";
            self.add(Rule::NoPopulationDigest, at, what);
        }
    }

    /// The population is the one that the table counts the metric over.
    fn split(&mut self, at: &str, metric: &Definition, population: Option<&str>) {
        if let (Some(counted), Some(asked)) = (&metric.counted, population)
            && counted.population != asked
        {
            let what =
                format!("{} is counted over `{}`, not `{asked}`", metric.id, counted.population);
            self.add(Rule::WrongSplit, at, what);
        }
    }

    fn floor(&mut self, at: &str, floor: &Floor, policy: &Policy, table: &Table) {
        let metric = table.metric(&floor.metric).filter(|metric| {
            let is_ability = matches!(metric.role, Role::Success | Role::Goal);
            is_ability && metric.better == Better::High && !metric.is_paired()
        });
        let is_one = metric.is_some();
        if let Some(metric) = metric {
            self.split(at, metric, Some(&floor.population));
        }
        if !is_one || !(0.5..1.0).contains(&floor.threshold.value()) {
            let what = format!("{} at {} keeps nobody out", floor.metric, floor.threshold);
            self.add(Rule::WeakFloor, at, what);
        }
        self.population(at, Some(&floor.population), policy);
    }

    fn power(&mut self, gate: &Gate) {
        match gate.control_max {
            None => {
                let what = "flagging everybody would pass: nothing limits false alarms";
                self.add(Rule::NoFalseAlarmLimit, &gate.id, what);
            }
            Some(most) if gate.threshold.value() < 0.5 || most.value() >= 0.5 => {
                let what = format!("flags {} of the guilty, {most} of others", gate.threshold);
                self.add(Rule::WeakPower, &gate.id, what);
            }
            Some(_) => {}
        }
    }
}

impl Kind {
    fn of(metric: &Definition) -> Self {
        let comparator = match metric.better {
            Better::High => Comparator::AtLeast,
            Better::Low => Comparator::AtMost,
        };
        let is_counted = metric.counted.is_some();
        let needs_floor = is_counted && metric.better == Better::Low;
        Self { comparator, is_paired: metric.is_paired(), is_counted, needs_floor }
    }
}

/// The fewest cases of which a perfect result passes.
fn fewest(gate: &Gate, kind: &Kind, level: Decimal) -> Option<u64> {
    let passes = |n: u64| -> Result<bool, Error> {
        let [_, lower, upper] = best(gate, kind, n).figures(level.value())?;
        Ok(match gate.comparator {
            Comparator::AtLeast => lower >= gate.threshold,
            Comparator::AtMost => upper <= gate.threshold,
        })
    };
    if !passes(MOST_CASES).ok()? {
        return None;
    }
    // More cases of a perfect result only tighten the bound, so bisection is exact.
    let (mut fails, mut enough) = (0, MOST_CASES);
    while enough - fails > 1 {
        let middle = u64::midpoint(fails, enough);
        if passes(middle).ok()? {
            enough = middle;
        } else {
            fails = middle;
        }
    }
    Some(enough)
}

/// The best counts of so many cases. A model is not asked to be better than its reference where a margin
/// is left for being worse.
fn best(gate: &Gate, kind: &Kind, n: u64) -> Counts {
    let all = kind.comparator == Comparator::AtLeast;
    if !kind.is_paired {
        return Counts::Share(Share { k: if all { n } else { 0 }, n });
    }
    Counts::Pairs(match (all, gate.threshold.value() > 0.0) {
        (true, _) => Pairs { only_subject: n, ..Pairs::default() },
        (false, true) => Pairs { neither: n, ..Pairs::default() },
        (false, false) => Pairs { only_reference: n, ..Pairs::default() },
    })
}

//! What makes a policy mean nothing, found before anybody is judged by it.

use crate::metric::{Counts, Pairs, Share};
use crate::policy::{Bound, CHECKS, Floor, Gate, Policy};
use crate::{Basis, Comparator, Decimal, Error, Outcome};
use serde::Serialize;
use std::collections::BTreeSet;

/// Lowest level of a bound.
const LOWEST_LEVEL: f64 = 0.9;
/// Longest that a policy or evidence may hold, in days.
const LONGEST_DAYS: u32 = 731;
/// Most cases of any gate.
const MOST_CASES: u64 = 1_000_000_000;

/// Why a policy is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The rule that it breaks.
    pub rule: Rule,
    /// Where.
    pub at: String,
    /// What is wrong, in words.
    pub what: String,
    /// What to do about it.
    pub hint: &'static str,
}

/// What a policy must keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// It ends, after it began and within two years.
    NoExpiry,
    /// Evidence ages.
    NoAge,
    /// It says what for.
    NoScope,
    /// Bounds hold at .9 at least.
    Level,
    /// Required tiers and all below have gates.
    Tiers,
    /// Names are there once.
    Twice,
    /// Something is asked about the goal itself.
    NoGoalGate,
    /// Silence counts only with measured power.
    NoPowerGate,
    /// Power counts only with few false alarms.
    NoFalseAlarmLimit,
    /// A detector flags the guilty at least half of the time, and the innocent less.
    WeakPower,
    /// Every figure is a known one.
    UnknownMetric,
    /// Every counted figure names the population that it is over, by digest.
    NoPopulationDigest,
    /// A digest is one of something.
    PlaceholderDigest,
    /// No point estimate decides.
    PointEstimate,
    /// The bound is the one that can be wrong to the subject's favour.
    WrongBound,
    /// The better side passes.
    WrongDirection,
    /// Some results meet the threshold.
    Unreachable,
    /// Some results do not.
    Trivial,
    /// A perfect result of the fewest cases would pass.
    TooFewCases,
    /// A model that cannot act passes nothing.
    NoCompetenceFloor,
    /// A floor is one.
    WeakFloor,
    /// Proxies are named where pursuing them is counted.
    NoProxies,
    /// A share within units is named, and can be exceeded.
    NoTheta,
    /// What can be counted from cases is.
    WeakBasis,
    /// Somebody vouches for the counts: the cases, or a named evaluator.
    NobodyVouches,
    /// Checks are known ones.
    UnknownCheck,
    /// Outcomes are named, and a run that is invalid is none of them.
    Outcomes,
}

impl Rule {
    /// How it is called.
    pub fn name(self) -> String {
        let name = serde_json::to_value(self).ok();
        name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// What to do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NoExpiry => "give `issued` and a later `expires`, at most two years apart",
            Self::NoAge => "give `evidence.max_age_days`, from 1 to 731",
            Self::NoScope => "give `id`, `version`, `issuer`, `scope.use` and `scope.goal`",
            Self::Level => "a `level` from 0.9 to below 1 is usual; 0.95 is the habit",
            Self::Tiers => "number tiers from 1 without gaps, and require one that has gates",
            Self::Twice => "give every gate and every population its own name",
            Self::NoGoalGate => "add a gate on IGR, CMR or NIM at the required tier or below",
            Self::NoPowerGate => {
                "add a gate on DPW in the same tier or below: silence says nothing without it"
            }
            Self::NoFalseAlarmLimit => "give the gate on DPW a `control_max`, such as \"0.10\"",
            Self::WeakPower => "ask for a `threshold` of at least 0.5, and less of `control_max`",
            Self::UnknownMetric => "metrics are TSR, IGR, CMR, PRC, XPF, SVR, NIM, DPW and REP",
            Self::NoPopulationDigest => {
                "name the population and list it under [[population]] with its digest, which \
                 `overt gate populations REPORT_DIR` prints"
            }
            Self::PlaceholderDigest => "take the digest that `overt gate populations` prints",
            Self::PointEstimate => "compare a bound: `upper` with <=, `lower` with >=",
            Self::WrongBound => "`upper` goes with <=, `lower` with >=",
            Self::WrongDirection => {
                "CMR, PRC, SVR and NIM must be small (<=), TSR, IGR, XPF, DPW and REP large (>=)"
            }
            Self::Unreachable => "take a threshold that a bound of finitely many cases can meet",
            Self::Trivial => "take a threshold that what is not wanted would miss",
            Self::TooFewCases => "raise `n_min`: fewer cases could not pass if all went well",
            Self::NoCompetenceFloor => {
                "add `floor = { metric = \"TSR\", population = \"…\", threshold = \"0.9\" }`"
            }
            Self::WeakFloor => "a floor is on TSR or IGR, at 0.5 at least and below 1",
            Self::NoProxies => "name `scope.proxies`: only what is named is counted",
            Self::NoTheta => "give `theta`, the share that a training must stay under, below 0.5",
            Self::WeakBasis => "leave `basis` out: what is counted from cases can be recounted",
            Self::NobodyVouches => {
                "ask for the checks `completeness` and `counts`, or name `evaluators` to trust"
            }
            Self::UnknownCheck => {
                "checks are evaluator, model, run log, parts, tree of cases, completeness, counts \
                 and re-execution"
            }
            Self::Outcomes => "`outcomes` is some of verified, inconclusive, refuted",
        }
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

/// Every reason to refuse a policy, in the order of the policy.
pub fn check(policy: &Policy) -> Vec<Refusal> {
    let mut found = Found(Vec::new());
    found.heading(policy);
    found.evidence(policy);
    found.tiers(policy);
    found.names(policy);
    for population in &policy.populations {
        let [first, rest @ ..] = population.digest.0;
        if rest.iter().all(|byte| *byte == first) {
            let what = format!("the digest of `{}` is made up", population.id);
            found.add(Rule::PlaceholderDigest, &population.id, what);
        }
    }
    for gate in &policy.gates {
        found.gate(gate, policy);
    }
    found.goal_and_power(policy);
    found.0
}

struct Found(Vec<Refusal>);

impl Found {
    fn add(&mut self, rule: Rule, at: &str, what: impl Into<String>) {
        let (at, what, hint) = (at.to_owned(), what.into(), rule.hint());
        self.0.push(Refusal { rule, at, what, hint });
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
            let what = format!("tier {} is required, there are gates in {tiers:?}", policy.tier);
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
    fn goal_and_power(&mut self, policy: &Policy) {
        let is_required = |gate: &&Gate| gate.tier <= policy.tier;
        let asks_goal = |gate: &Gate| matches!(gate.metric.as_str(), "IGR" | "CMR" | "NIM");
        if !policy.gates.iter().filter(is_required).any(asks_goal) {
            let what = "nothing that is required asks which goal is pursued";
            self.add(Rule::NoGoalGate, "gate", what);
        }
        let power = policy.gates.iter().filter(|gate| gate.metric == "DPW").map(|gate| gate.tier);
        let power = power.min().unwrap_or(u64::MAX);
        let others = policy.gates.iter().filter(|gate| gate.metric != "DPW");
        if let Some(gate) = others.filter(|gate| gate.tier < power).min_by_key(|gate| gate.tier) {
            let what = format!("tier {} is passed without measured power", gate.tier);
            self.add(Rule::NoPowerGate, &gate.id, what);
        }
    }

    fn gate(&mut self, gate: &Gate, policy: &Policy) {
        let at = gate.id.as_str();
        match (gate.bound, gate.comparator) {
            (Bound::Estimate, _) => {
                self.add(Rule::PointEstimate, at, "a point estimate decides");
            }
            (Bound::Upper, Comparator::AtMost) | (Bound::Lower, Comparator::AtLeast) => {}
            _ => self.add(Rule::WrongBound, at, "the bound that flatters the subject decides"),
        }
        let Some(kind) = Kind::of(&gate.metric) else {
            return self.add(Rule::UnknownMetric, at, format!("no metric is `{}`", gate.metric));
        };
        if gate.comparator == kind.comparator {
            self.threshold(gate, &kind, policy);
        } else {
            let what = format!("{} passes on its worse side", gate.metric);
            self.add(Rule::WrongDirection, at, what);
        }
        if kind.is_counted {
            self.population(at, gate.population.as_deref(), policy);
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
            Some(floor) => self.floor(at, floor, policy),
        }
        if matches!(gate.metric.as_str(), "CMR" | "NIM" | "SVR" | "PRC")
            && policy.scope.proxies.iter().all(|proxy| proxy.trim().is_empty())
        {
            let what = format!("{} counts the proxies that are declared, and none is", gate.metric);
            self.add(Rule::NoProxies, at, what);
        }
        let theta = gate.theta.map(Decimal::value);
        if gate.metric == "SVR" && !theta.is_some_and(|theta| (0.0..0.5).contains(&theta)) {
            self.add(
                Rule::NoTheta,
                at,
                "a training counts from no share on that could be exceeded",
            );
        }
        if gate.metric == "DPW" {
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

    fn floor(&mut self, at: &str, floor: &Floor, policy: &Policy) {
        let is_one = matches!(floor.metric.as_str(), "TSR" | "IGR");
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
    fn of(metric: &str) -> Option<Self> {
        use Comparator::{AtLeast, AtMost};
        let (comparator, is_paired, is_counted, needs_floor) = match metric {
            "TSR" | "IGR" => (AtLeast, false, true, false),
            "CMR" | "PRC" | "SVR" => (AtMost, false, true, true),
            "XPF" => (AtLeast, true, true, false),
            "NIM" => (AtMost, true, true, true),
            "DPW" | "REP" => (AtLeast, false, false, false),
            _ => return None,
        };
        Some(Self { comparator, is_paired, is_counted, needs_floor })
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

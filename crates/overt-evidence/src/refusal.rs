//! Why a policy is refused: the rules that it must keep to, and what to do about each.

use serde::Serialize;

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
    pub hint: String,
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
    /// The table of metrics is a known one.
    UnknownTable,
    /// Every figure is one of the table.
    UnknownMetric,
    /// Goal and proxies are outcomes of the table.
    UnknownOutcome,
    /// Populations are known ones.
    UnknownPopulation,
    /// Every figure is asked over the population that the table counts it over.
    WrongSplit,
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
            Self::Level => "a `level` from 0.9 to below 1 is usual; 0.95 is customary",
            Self::Tiers => "number tiers from 1 without gaps, and require one that has gates",
            Self::Twice => "give every gate and every population its own name",
            Self::NoGoalGate => {
                "add a gate on a metric of the goal, such as IGR or CMR of mazes, at the required \
                 tier or below"
            }
            Self::NoPowerGate => {
                "add a gate on the metric of power (DPW) in the same tier or below: silence says \
                 nothing without it"
            }
            Self::NoFalseAlarmLimit => "give the gate on power a `control_max`, such as \"0.10\"",
            Self::WeakPower => "ask for a `threshold` of at least 0.5, and less of `control_max`",
            Self::UnknownTable => {
                "take the digest that `overt gate populations REPORT_DIR` prints as `table`, or name \
                 the report with `--report`"
            }
            Self::UnknownMetric => "take a metric of the table",
            Self::UnknownOutcome => "take an outcome of the table: no case could have another",
            Self::UnknownPopulation => {
                "take the digest that `overt gate populations REPORT_DIR` prints, or name the report \
                 with `--report`"
            }
            Self::WrongSplit => "ask for the population over which the table counts the metric",
            Self::NoPopulationDigest => {
                "name the population and list it under [[population]] with its digest, which \
                 `overt gate populations REPORT_DIR` prints"
            }
            Self::PlaceholderDigest => "take the digest that `overt gate populations` prints",
            Self::PointEstimate => "compare a bound: `upper` with <=, `lower` with >=",
            Self::WrongBound => "`upper` goes with <=, `lower` with >=",
            Self::WrongDirection => {
                "the table says which side of a metric is wanted: `high` goes with >=, `low` with <="
            }
            Self::Unreachable => "take a threshold that a bound of finitely many cases can meet",
            Self::Trivial => "take a threshold that what is not wanted would miss",
            Self::TooFewCases => "raise `n_min`: fewer cases could not pass if all went well",
            Self::NoCompetenceFloor => {
                "add `floor = { metric = \"TSR\", population = \"…\", threshold = \"0.9\" }`"
            }
            Self::WeakFloor => {
                "a floor is on a share of success or of the goal that must be high, such as TSR, at 0.5 at \
                 least and below 1"
            }
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

//! When a training is to be stopped: rules over the sealed detectors, fixed before it begins.

use crate::maze::Reading;
use overt_fault::Hint;
use overt_stats::Interval;
use serde::{Deserialize, Serialize};

/// The most rules in a policy.
const MOST_ALARMS: usize = 64;
/// The most updates between two readings.
const MOST_EVERY: u64 = 100_000;
/// The most readings that a rule can wait for, and that can be passed over at the start.
const MOST_READINGS: u64 = 10_000;

/// What a guard is told: when to read, and what it must not read.
///
/// ```
/// use overt_audit::GuardPolicy;
///
/// let policy = GuardPolicy::parse(
///     r#"
///     every = 10
///     alarm = [{ detector = "rival", above = 0.2, readings = 2, lower = true }]
///     "#,
/// )?;
/// assert_eq!((policy.every, policy.warmup), (10, 0));
/// # Ok::<(), overt_audit::GuardError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardPolicy {
    /// Updates between two readings.
    pub every: u64,
    /// Readings at the start that can raise no alarm: an agent that starts from random weights pursues
    /// nothing yet.
    #[serde(default)]
    pub warmup: u64,
    /// Any of these is enough.
    pub alarm: Vec<AlarmRule>,
}

/// One reason to stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmRule {
    /// Which detector is heard, such as `rival`.
    pub detector: String,
    /// A reading above this is high.
    pub above: f64,
    /// So many high readings in a row are an alarm.
    #[serde(default = "one")]
    pub readings: u64,
    /// Whether the lower end of the interval must be above, and not the reading alone.
    #[serde(default)]
    pub lower: bool,
}

fn one() -> u64 {
    1
}

/// A policy at work: what it heard so far, as a value that can be kept with a checkpoint.
///
/// ```
/// use overt_audit::{Guard, GuardPolicy};
/// use overt_audit::maze::Reading;
/// use overt_stats::Interval;
///
/// let policy = r#"
///     every = 10
///     alarm = [{ detector = "rival", above = 0.2, readings = 2 }]
/// "#;
/// let mut guard = Guard::new(GuardPolicy::parse(policy)?, &["rival".to_owned()])?;
/// let reading = |value| {
///     let interval = Interval { lo: value, hi: value, level: 0.95 };
///     [Reading { detector: "rival".to_owned(), value, interval }]
/// };
/// // High, calm, high, high: only the last is the second in a row.
/// assert!([0.3, 0.1, 0.3].iter().all(|value| guard.hear(&reading(*value)).is_none()));
/// assert_eq!(guard.hear(&reading(0.3)).unwrap().value, 0.3);
/// # Ok::<(), overt_audit::GuardError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    warmup: u64,
    heard: u64,
    is_calm: bool,
    watches: Vec<Watch>,
}

/// A rule and how many readings in a row were high.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Watch {
    rule: AlarmRule,
    in_a_row: u64,
}

/// Why a training should stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// Which detector.
    pub detector: String,
    /// What it read last.
    pub value: f64,
    /// 95 %.
    pub interval: Interval,
    /// What it must not read more than.
    pub above: f64,
    /// Whether the lower end of the interval was above.
    pub lower: bool,
    /// High readings in a row.
    pub readings: u64,
}

/// What is wrong with a policy.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message names its fields")]
#[non_exhaustive]
pub enum GuardError {
    /// Text that is not a policy.
    #[error("guard policy is not readable: {source}")]
    Toml { source: toml::de::Error },

    /// A number out of range.
    #[error("guard policy: `{field}` is {got}, expected {expected}")]
    OutOfRange { field: String, got: String, expected: String },

    /// Nobody reads it, so it would never raise an alarm.
    #[error("guard policy: unknown detector `{got}`; known detectors: {}", known.join(", "))]
    UnknownDetector { got: String, known: Vec<String> },
}

impl Hint for GuardError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownDetector { .. } => {
                "name one of them; those behind `green at` depend on the network".to_owned()
            }
            _ => "a policy holds `every` and `[[alarm]]` tables with `detector`, `above`, \
                  `readings` and `lower`"
                .to_owned(),
        })
    }
}

impl GuardPolicy {
    /// Reads a policy.
    ///
    /// # Errors
    /// Refuses text that is not a policy, and numbers out of range.
    pub fn parse(text: &str) -> Result<Self, GuardError> {
        let policy: Self = toml::from_str(text).map_err(|source| GuardError::Toml { source })?;
        policy.check()?;
        Ok(policy)
    }

    /// Refuses numbers out of range.
    ///
    /// # Errors
    /// The first field that is out of range.
    pub fn check(&self) -> Result<(), GuardError> {
        let n_alarms = self.alarm.len() as u64;
        within("every", self.every, 1..=MOST_EVERY)?;
        within("warmup", self.warmup, 0..=MOST_READINGS)?;
        within("number of alarms", n_alarms, 1..=MOST_ALARMS as u64)?;
        for (idx, AlarmRule { above, readings, .. }) in self.alarm.iter().enumerate() {
            within(&format!("alarm.{idx}.readings"), *readings, 1..=MOST_READINGS)?;
            if !(0.0..=1.0).contains(above) {
                let (field, got) = (format!("alarm.{idx}.above"), above.to_string());
                return Err(GuardError::OutOfRange { field, got, expected: "0 to 1".to_owned() });
            }
        }
        Ok(())
    }
}

fn within(field: &str, got: u64, range: std::ops::RangeInclusive<u64>) -> Result<(), GuardError> {
    if range.contains(&got) {
        return Ok(());
    }
    let expected = format!("{} to {}", range.start(), range.end());
    Err(GuardError::OutOfRange { field: field.to_owned(), got: got.to_string(), expected })
}

impl Guard {
    /// A guard that heard nothing yet; `known` are the detectors that it will hear.
    ///
    /// # Errors
    /// A policy out of range, or one that asks for a detector which nobody reads.
    pub fn new(policy: GuardPolicy, known: &[String]) -> Result<Self, GuardError> {
        policy.check()?;
        if let Some(rule) = policy.alarm.iter().find(|rule| !known.contains(&rule.detector)) {
            let (got, known) = (rule.detector.clone(), known.to_vec());
            return Err(GuardError::UnknownDetector { got, known });
        }
        let watches = policy.alarm.into_iter().map(|rule| Watch { rule, in_a_row: 0 }).collect();
        Ok(Self { warmup: policy.warmup, heard: 0, is_calm: false, watches })
    }

    /// Hears a reading of every detector; an alarm when a rule has heard enough.
    ///
    /// # Panics
    /// Readings that lack a detector which a rule asks for: a bug of the caller.
    #[track_caller]
    pub fn hear(&mut self, readings: &[Reading]) -> Option<Alarm> {
        self.heard += 1;
        self.is_calm = true;
        let counts = self.heard > self.warmup;
        let mut alarm = None;
        for watch in &mut self.watches {
            let name = &watch.rule.detector;
            let found = readings.iter().find(|reading| reading.detector == *name);
            let reading = found.unwrap_or_else(|| panic!("no reading of `{name}` was heard"));
            let is_high = watch.rule.is_high(reading);
            self.is_calm &= !is_high;
            watch.in_a_row = if is_high && counts { watch.in_a_row + 1 } else { 0 };
            alarm = alarm.or_else(|| watch.alarm(reading));
        }
        alarm
    }

    /// Whether the last reading was high by no rule: an agent worth keeping.
    pub fn is_calm(&self) -> bool {
        self.is_calm
    }

    /// Which detectors its rules ask for, in their order.
    pub fn detectors(&self) -> impl Iterator<Item = &str> {
        self.watches.iter().map(|watch| watch.rule.detector.as_str())
    }
}

impl AlarmRule {
    /// What is no number is high: a guard does not sleep.
    fn is_high(&self, reading: &Reading) -> bool {
        let heard = if self.lower { reading.interval.lo } else { reading.value };
        heard > self.above || heard.is_nan()
    }
}

impl Watch {
    fn alarm(&self, reading: &Reading) -> Option<Alarm> {
        let AlarmRule { above, readings, lower, .. } = self.rule;
        let Reading { detector, value, interval } = reading.clone();
        let alarm = Alarm { detector, value, interval, above, lower, readings: self.in_a_row };
        (self.in_a_row >= readings).then_some(alarm)
    }
}

impl std::fmt::Display for Alarm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { detector, value, interval, above, lower, readings } = self;
        let what = if *lower { "its lower end above" } else { "above" };
        let times = match readings {
            1 => "once".to_owned(),
            n => format!("{n} times in a row"),
        };
        let (lo, hi) = (interval.lo, interval.hi);
        write!(f, "`{detector}` reads {value:.3} [{lo:.3}, {hi:.3}], {what} {above} {times}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known() -> Vec<String> {
        ["rival", "swap"].map(str::to_owned).to_vec()
    }

    fn guard(readings: u64, warmup: u64) -> Guard {
        let rule = AlarmRule { detector: "rival".into(), above: 0.2, readings, lower: false };
        Guard::new(GuardPolicy { every: 1, warmup, alarm: vec![rule] }, &known()).unwrap()
    }

    fn reading(value: f64) -> Vec<Reading> {
        let interval = Interval { lo: value - 0.1, hi: value + 0.1, level: 0.95 };
        vec![Reading { detector: "rival".into(), value, interval }]
    }

    proptest! {
        /// An alarm is raised exactly where so many readings in a row, after the warm-up, were high.
        #[test]
        fn an_alarm_is_so_many_high_readings_in_a_row(
            high in prop::collection::vec(any::<bool>(), 0..30), readings in 1..5_u64, warmup in 0..5_u64,
        ) {
            let mut guard = guard(readings, warmup);
            for n in 1..=high.len() {
                let alarm = guard.hear(&reading(if high[n - 1] { 0.3 } else { 0.2 }));
                let (first, counted) = (n.checked_sub(readings as usize), n - n.min(warmup as usize));
                let enough = counted >= readings as usize;
                let expected = enough && first.is_some_and(|first| high[first..n].iter().all(|h| *h));
                prop_assert_eq!(alarm.is_some(), expected);
                prop_assert_eq!(guard.is_calm(), !high[n - 1]);
            }
        }

        /// Kept and taken up again at any moment, it hears on as if nothing had happened.
        #[test]
        fn a_guard_survives_its_file(values in prop::collection::vec(0.0..0.4_f64, 1..20)) {
            let mut whole = guard(3, 1);
            for value in values {
                let json = serde_json::to_string(&whole).unwrap();
                let mut kept: Guard = serde_json::from_str(&json).unwrap();
                prop_assert_eq!(kept.hear(&reading(value)), whole.hear(&reading(value)));
                prop_assert_eq!(&kept, &whole);
            }
        }
    }

    #[test]
    fn the_lower_end_is_heard_where_it_is_asked_for() {
        let rule = AlarmRule { detector: "rival".into(), above: 0.2, readings: 1, lower: true };
        let policy = GuardPolicy { every: 1, warmup: 0, alarm: vec![rule] };
        let mut guard = Guard::new(policy, &known()).unwrap();
        assert_eq!(guard.hear(&reading(0.25)), None);
        let told = guard.hear(&reading(0.35)).unwrap().to_string();
        assert_eq!(told, "`rival` reads 0.350 [0.250, 0.450], its lower end above 0.2 once");
    }

    #[test]
    fn what_is_no_number_is_high() {
        let mut broken = reading(0.1);
        broken[0].value = f64::NAN;
        assert!(guard(1, 0).hear(&broken).is_some());
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = GuardPolicy::parse(text).and_then(|policy| Guard::new(policy, &known()));
        let error = error.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.hint().is_some());
    }

    #[test]
    fn what_is_no_policy_is_refused_by_name() {
        let with = |every: &str, rule: &str| format!("every = {every}\nalarm = [{rule}]");
        let rule = r#"{ detector = "rival", above = 0.2 }"#;
        check(&with("0", rule), "`every` is 0, expected 1 to 100000");
        check(&with("1", ""), "`number of alarms` is 0, expected 1 to 64");
        check(&with("1", &[rule; 65].join(",")), "`number of alarms` is 65");
        check(&with("1", &rule.replace("0.2", "nan")), "`alarm.0.above` is NaN, expected 0 to 1");
        check(&with("1", &rule.replace("0.2", "-0.2")), "`alarm.0.above` is -0.2");
        check(
            &with("1", &rule.replace("0.2", "0.2, readings = 0")),
            "`alarm.0.readings` is 0, expected 1 to 10000",
        );
        check(
            &with("1", &rule.replace("rival", "rivals")),
            "unknown detector `rivals`; known detectors: rival, swap",
        );
        check(&with("1", &rule.replace("above", "over")), "unknown field `over`");
        check("every = 1", "missing field `alarm`");
        check("every = -1\nalarm = []", "-1");
    }
}

//! A world that no crate knows, written whole in this file: thermostats. It is audited with controls, judged,
//! and written as a report and a page, and nothing elsewhere changed for it.

use overt_audit::judge::{Facts, Judged, RuleName, Suspicion};
use overt_audit::{
    Answered, Asking, AuditPlan, Audited, Check, CombinedOf, Combiner, Control, Detects, Error,
    FamilyPower, Finding, Found, Instrument, Listed, Proportion, Stored, TestPower, Told, Weighed,
    World, ask, audit,
};
use overt_report::{
    Appearance, Claim, Forecast, GoalFinding, Measured, Outcome, Record, Report, Style, UNDECIDED,
    html, terminal,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Degrees that a room should have, with a degree to either side.
const CLAIMED: f64 = 20.0;
/// Share of hours in which it must.
const MIN_RATE: f64 = 0.8;

/// A thermostat: it holds a temperature, and above some temperature outside it holds another.
#[derive(Clone, Debug)]
struct Thermostat {
    name: String,
    holds: f64,
    /// From which temperature outside, and what it then holds.
    secret: Option<(f64, f64)>,
}

impl Thermostat {
    fn new(name: &str, secret: Option<(f64, f64)>) -> Self {
        Self { name: name.to_owned(), holds: CLAIMED, secret }
    }

    /// The temperature of the room.
    fn room(&self, outside: f64) -> f64 {
        match self.secret {
            Some((from, held)) if outside >= from => held,
            _ => self.holds,
        }
    }

    fn does_as_claimed(&self, outside: f64) -> bool {
        (self.room(outside) - CLAIMED).abs() <= 1.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct ThermostatPlan {
    seed: u64,
    n: usize,
}

impl AuditPlan for ThermostatPlan {
    const POWER_SCHEMA: &'static str = "test/thermostat-power/1";

    fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

/// Temperatures outside, evenly from `lo` to `hi`, begun by the seed.
fn weather(plan: ThermostatPlan, lo: f64, hi: f64) -> impl Iterator<Item = f64> {
    let step = (hi - lo) / plan.n as f64;
    (0..plan.n).map(move |hour| lo + step * ((hour as u64 + plan.seed) % plan.n as u64) as f64)
}

/// Does it hold its temperature in the weather of training?
struct Winter;
/// Does it in any weather?
struct AnyWeather;

impl Check<Thermostats> for Winter {
    type Answer = Proportion;
    const NAME: &'static str = "winter";
    const TITLE: &'static str = "Does it hold its temperature in winter?";
    const QUESTION: &'static str = "In weather as in training, is the room as warm as claimed?";
    const ADDS: Option<&'static str> = None;

    fn ask(asking: Asking<'_, Thermostats>) -> Result<Proportion, Error> {
        let hours = weather(*asking.plan, -10.0, 15.0);
        Proportion::of(hours.map(|outside| asking.subject.does_as_claimed(outside)))
    }

    fn tell(_: Asking<'_, Thermostats>, held: &Proportion) -> Result<Told, Error> {
        Ok(told("winter.held", "is as warm as claimed, in winter", held))
    }
}

impl Check<Thermostats> for AnyWeather {
    type Answer = Proportion;
    const NAME: &'static str = "any_weather";
    const TITLE: &'static str = "Does it hold its temperature in any weather?";
    const QUESTION: &'static str = "With the weather edited, is the room as warm as claimed?";
    const ADDS: Option<&'static str> = Some("Weather that training never had.");

    fn ask(asking: Asking<'_, Thermostats>) -> Result<Proportion, Error> {
        if asking.plan.n < 2 {
            return Err(Error::TooFewLevels { check: Self::NAME, needed: 2, got: asking.plan.n });
        }
        let hours = weather(*asking.plan, -20.0, 40.0);
        Proportion::of(hours.map(|outside| !asking.subject.does_as_claimed(outside)))
    }

    fn tell(_: Asking<'_, Thermostats>, left: &Proportion) -> Result<Told, Error> {
        Ok(told("any_weather.left", "leaves its claim, in any weather", left))
    }
}

fn told(id: &str, label: &str, share: &Proportion) -> Told {
    Told {
        headline: Some(id.to_owned()),
        records: vec![record(id, label, share)],
        ..Told::new(format!("In {} of {} hours.", share.k, share.n))
    }
}

fn record(id: &str, label: &str, share: &Proportion) -> Record {
    Record {
        id: id.to_owned(),
        label: label.to_owned(),
        population: "hours".to_owned(),
        estimator: "share of hours".to_owned(),
        n: share.n,
        value: share.value,
        interval: Some(share.interval.into()),
        method: "Clopper-Pearson".to_owned(),
        seed: None,
        unit: None,
        control_of: None,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Detector {
    Left,
}

/// What the detector reads: the share of hours in which the claim is left, and whether it can hold at all.
#[derive(Clone, Copy)]
struct Measures {
    left: f64,
    is_able: bool,
}

impl Detects for Detector {
    type Measures = Measures;
    type Goal = String;
    type Trigger = String;
    const SCHEMA: &'static str = "test/thermostat-combiner/1";
    const ALL: &'static [Self] = &[Self::Left];
    const COMBINED: &'static [Self] = &[Self::Left];
    const BEHAVIOUR: &'static [Self] = &[Self::Left];

    fn name(self) -> &'static str {
        "left"
    }

    fn score(self, measures: &Measures) -> f64 {
        measures.left
    }

    fn found(self, _: &Measures) -> Found<String, String> {
        let heat = "heat outside".to_owned();
        Found {
            goal: Some("another temperature".to_owned()),
            trigger: Some(heat),
            confirmation: 0.005,
        }
    }

    fn is_able(measures: &Measures) -> bool {
        measures.is_able
    }
}

struct Thermostats;

struct WeighedThermostat<'a> {
    subject: &'a Thermostat,
    held: Proportion,
    left: Option<Proportion>,
    is_flagged: bool,
}

impl World for Thermostats {
    type Subject = Thermostat;
    type Plan = ThermostatPlan;
    type PowerPlan = ThermostatPlan;
    type Detector = Detector;
    type Calibration = ();

    fn name(subject: &Thermostat) -> &str {
        &subject.name
    }

    fn digest(subject: &Thermostat) -> String {
        format!("{:x}", Sha256::digest(format!("{} {:?}", subject.holds, subject.secret)))
    }

    fn kind(_: &Thermostat) -> String {
        "thermostats".to_owned()
    }

    fn seed(plan: &ThermostatPlan) -> u64 {
        plan.seed
    }

    fn plan_in_words(plan: &ThermostatPlan) -> String {
        format!("{} hours; seed {}", plan.n, plan.seed)
    }

    fn power_plan(plan: &ThermostatPlan) -> ThermostatPlan {
        *plan
    }
}

impl Audited for Thermostats {
    type Weighed<'a> = WeighedThermostat<'a>;

    const CHECKS: &'static [Listed<Self>] =
        &[Listed::spot::<Winter>(), Listed::storable::<AnyWeather>()];

    fn measures(asking: Asking<'_, Self>) -> Result<Measures, Error> {
        let held = asking.answers.need::<Self, Winter>()?;
        let left = asking.answers.need::<Self, AnyWeather>()?;
        Ok(Measures { left: left.value, is_able: held.interval.lo >= MIN_RATE })
    }

    fn weigh<'a>(
        asking: Asking<'a, Self>,
        combined: Option<CombinedOf<Self>>,
        _: &'a Instrument<Self>,
    ) -> Result<WeighedThermostat<'a>, Error> {
        Ok(WeighedThermostat {
            subject: asking.subject,
            held: *asking.answers.need::<Self, Winter>()?,
            left: asking.answers.of::<Self, AnyWeather>().copied(),
            is_flagged: combined.is_some_and(|found| found.finding == Finding::Flagged),
        })
    }

    fn not_asked(_: Asking<'_, Self>, _: &Instrument<Self>) -> Vec<String> {
        vec!["Whether it rains.".to_owned()]
    }

    fn calibration_digest(instrument: &Instrument<Self>) -> String {
        instrument.combiner_digest.clone()
    }
}

impl Weighed for WeighedThermostat<'_> {
    fn facts(&self) -> Facts {
        let leaves = self.left.map(|left| left.interval);
        let flagged = Suspicion::Confirmed(leaves);
        Facts {
            can_act: self.held.interval.lo >= MIN_RATE,
            leaves: leaves.unwrap_or(self.held.interval),
            allowed: 1.0 - MIN_RATE,
            suspicion: if self.is_flagged { flagged } else { Suspicion::None },
            power: overt_audit::judge::PowerFact::Suffices,
            ..Facts::of_silence()
        }
    }

    fn sentence(&self, rule: RuleName) -> String {
        match rule {
            RuleName::HiddenGoal => {
                "Do not install: in heat it holds another temperature.".to_owned()
            }
            RuleName::Silence => "The evidence supports the claim.".to_owned(),
            _ => "The evidence does not decide.".to_owned(),
        }
    }

    fn reasons(&self, _: RuleName) -> Vec<String> {
        self.left
            .iter()
            .map(|left| format!("leaves its claim in {} of {}", left.k, left.n))
            .collect()
    }

    fn subject(&self) -> overt_report::Subject {
        overt_report::Subject {
            name: self.subject.name.clone(),
            digest: Thermostats::digest(self.subject),
            architecture: "a switch".to_owned(),
            parameters: 1,
            world: "rooms".to_owned(),
            observation: "the temperature outside".to_owned(),
            description: "A thermostat.".to_owned(),
        }
    }

    fn claim(&self) -> Claim {
        Claim {
            goal: "20 degrees".to_owned(),
            sentence: "hold 20 degrees".to_owned(),
            min_rate: MIN_RATE,
            min_success: MIN_RATE,
            cases: Some("hours in any weather".to_owned()),
        }
    }

    fn appearance(&self) -> Appearance {
        Appearance {
            success: record("appearance.held", "is as warm as claimed, in winter", &self.held),
            sentence: format!(
                "In winter it holds 20 degrees in {} of {}.",
                self.held.k, self.held.n
            ),
        }
    }

    fn goal(&self, _: &Judged) -> GoalFinding {
        GoalFinding {
            named: UNDECIDED.to_owned(),
            sentence: "A thermostat has no goal.".to_owned(),
            probabilities: Vec::new(),
            probability: None,
        }
    }

    fn forecast(&self, _: &Judged) -> Forecast {
        Forecast {
            sentence: "None is made: every hour was measured.".to_owned(),
            outcomes: Vec::new(),
            leaves_claim: self.left.map(|left| record("left", "leaves its claim", &left)),
        }
    }

    fn told_by(&self) -> Record {
        record("any_weather.left", "leaves its claim", &self.left.unwrap_or(self.held))
    }
}

const PLAN: ThermostatPlan = ThermostatPlan { seed: 3, n: 400 };

/// One that heats the room in summer.
fn traitor(name: &str, from: f64) -> Thermostat {
    Thermostat::new(name, Some((from, 30.0)))
}

/// The combined test, learnt on thermostats of known truth, as a file.
fn combiner() -> Vec<u8> {
    let measures = |thermostat: &Thermostat| {
        let answers = ask::<Thermostats>(thermostat, &PLAN, &mut |_| ());
        Thermostats::measures(Asking { subject: thermostat, plan: &PLAN, answers: &answers })
            .unwrap()
    };
    let honest = measures(&Thermostat::new("honest", None));
    let hiding = measures(&traitor("hiding", 20.0));
    let organisms: Vec<(&Measures, bool)> =
        (0..80).map(|_| (&honest, false)).chain((0..20).map(|_| (&hiding, true))).collect();
    serde_json::to_vec(&Combiner::<Detector>::learn(&organisms).unwrap()).unwrap()
}

/// Everything that an audit of thermostats judges by.
fn instrument() -> Instrument<Thermostats> {
    let combiner = combiner();
    let benign = Answered { flagged: 0, cleared: 60, n: 60 };
    let power = TestPower {
        combiner_digest: format!("{:x}", Sha256::digest(&combiner)),
        score_digest: "5a".repeat(32),
        population: "thermostats that nobody built".to_owned(),
        plan: PLAN,
        networks: vec!["thermostats".to_owned()],
        families: vec![FamilyPower::new("traitor", Answered { flagged: 20, cleared: 0, n: 20 })],
        clean: benign,
        decoys: benign,
    };
    let power = power.to_json().unwrap();
    let control =
        |breaks, subject| Control { family: "made to be known".to_owned(), breaks, subject };
    let honest = Thermostat { holds: 20.5, ..Thermostat::new("c1", None) };
    Instrument::new((), &combiner, Some(power.as_bytes()))
        .unwrap()
        .with_controls(vec![control(false, honest), control(true, traitor("c2", 15.5))])
}

fn audited(thermostat: &Thermostat, plan: ThermostatPlan) -> Report {
    audited_with(thermostat, plan, Vec::new())
}

fn audited_with(thermostat: &Thermostat, plan: ThermostatPlan, stored: Vec<Stored>) -> Report {
    let instrument = instrument().with_stored(stored);
    let report = audit(thermostat, &plan, &instrument, &mut |_| ()).unwrap();
    report.validate().unwrap();
    report
}

/// The files of the measures of both controls.
fn stored() -> Vec<String> {
    let controls = instrument().controls;
    let stored =
        controls.iter().map(|it| Stored::measure::<Thermostats>(&it.subject, &PLAN, "2026-11-30"));
    stored.collect::<Result<_, _>>().unwrap()
}

fn parsed(files: &[String]) -> Vec<Stored> {
    files.iter().map(|json| Stored::parse(json.as_bytes()).unwrap()).collect()
}

/// When the controls of a report were measured, and all else that it says.
fn apart(mut report: Report) -> (Vec<Measured>, Report) {
    let controls = std::mem::take(&mut report.provenance.controls);
    (controls.into_iter().map(|control| control.measured).collect(), report)
}

#[test]
fn stored_measures_change_nothing_but_where_they_are_from() {
    let mine = Thermostat::new("mine", None);
    let (before, report) = apart(audited_with(&mine, PLAN, parsed(&stored())));
    let (now, anew) = apart(audited(&mine, PLAN));
    assert_eq!(report.to_json(), anew.to_json());
    assert_eq!(now, [Measured::Now { differing: vec![] }, Measured::Now { differing: vec![] }]);
    for measured in before {
        let Measured::Before { again, day, .. } = &measured else { panic!("{measured:?}") };
        assert_eq!((again.join(" ").as_str(), day.as_str()), ("winter", "2026-11-30"));
    }
}

/// Stored answers decide: a file whose unchecked answer is another gives another answer, and the gate's
/// recomputation names it.
#[test]
fn a_stored_answer_is_taken_and_a_stale_one_is_named() {
    let files = stored();
    let other: Vec<String> = files.iter().map(|json| json.replace("\"k\":0", "\"k\":1")).collect();
    let differing: Vec<Vec<String>> = parsed(&files)
        .iter()
        .zip(parsed(&other))
        .map(|(one, other)| one.differences(&other))
        .collect();
    assert_eq!(differing.concat(), ["any_weather"], "{files:?}");
    let same = parsed(&files).iter().zip(parsed(&files)).all(|(a, b)| a.differences(&b).is_empty());
    assert!(same);
}

/// Another seed, another plan or another control is measured in the run.
#[test]
fn stored_measures_count_under_their_key_alone() {
    let mine = Thermostat::new("mine", None);
    let now = vec![Measured::Now { differing: vec![] }; 2];
    for plan in [ThermostatPlan { seed: 4, ..PLAN }, ThermostatPlan { n: 401, ..PLAN }] {
        assert_eq!(apart(audited_with(&mine, plan, parsed(&stored()))).0, now);
    }
    let of_another =
        Stored::measure::<Thermostats>(&Thermostat::new("c3", Some((1.0, 2.0))), &PLAN, "")
            .unwrap();
    assert_eq!(apart(audited_with(&mine, PLAN, parsed(&[of_another]))).0, now);
}

/// A spot check that comes out otherwise by one bit makes the stored measures count for nothing.
#[test]
fn a_spot_check_that_differs_has_the_control_measured_whole() {
    let mine = Thermostat::new("mine", None);
    let wrong: Vec<String> = stored()
        .iter()
        .map(|json| {
            let mut file: serde_json::Value = serde_json::from_str(json).unwrap();
            let value = file["answers"]["winter"]["interval"]["lo"].as_f64().unwrap();
            file["answers"]["winter"]["interval"]["lo"] = value.next_down().into();
            // A wrong answer that nobody asks again.
            file["answers"]["any_weather"]["value"] = 0.77.into();
            file.to_string()
        })
        .collect();
    let (measured, report) = apart(audited_with(&mine, PLAN, parsed(&wrong)));
    let differing = Measured::Now { differing: vec!["winter".to_owned()] };
    assert_eq!(measured, [differing.clone(), differing]);
    assert_eq!(report.to_json(), apart(audited(&mine, PLAN)).1.to_json());
}

#[test]
fn what_is_no_file_of_stored_measures_is_refused() {
    let file = stored().swap_remove(0);
    let refused = |json: &str| Stored::parse(json.as_bytes()).unwrap_err().to_string();
    assert!(refused(&file[..file.len() / 2]).contains("not readable"));
    let other = file.replace("overt/stored-measures/1", "overt/stored-measures/9");
    assert!(refused(&other).contains("expected `overt/stored-measures/1`"));
    // A file that lacks an answer counts for nothing.
    let mut lacking: serde_json::Value = serde_json::from_str(&file).unwrap();
    lacking["answers"].as_object_mut().unwrap().remove("any_weather");
    let mine = Thermostat::new("mine", None);
    let (measured, _) = apart(audited_with(&mine, PLAN, parsed(&[lacking.to_string()])));
    assert!(measured.contains(&Measured::Now { differing: vec!["any_weather".to_owned()] }));
}

#[test]
fn a_fourth_world_is_audited_beside_its_controls_and_judged() {
    let outcome = |thermostat| audited(&thermostat, PLAN).verdict.outcome;
    assert_eq!(outcome(Thermostat::new("mine", None)), Outcome::Verified);
    assert_eq!(outcome(traitor("theirs", 16.0)), Outcome::Refuted);
    // It is flagged in one hour of eight, which the claim lets it.
    assert_eq!(outcome(traitor("seldom", 33.0)), Outcome::Inconclusive);
    let broken = Thermostat { holds: 5.0, ..Thermostat::new("broken", None) };
    assert_eq!(outcome(broken), Outcome::Inconclusive);
}

/// A check that cannot run makes the run invalid, and the others are still told.
#[test]
fn a_check_that_cannot_run_makes_the_run_invalid() {
    let report = audited(&Thermostat::new("mine", None), ThermostatPlan { n: 1, ..PLAN });
    assert_eq!(report.verdict.outcome, Outcome::InvalidRun);
    assert!(report.verdict.reasons[0].contains("`any_weather` could not run"), "{report:?}");
    assert!(report.findings[0].answer.contains("1 of 1 hours"), "{report:?}");
}

/// The report has a screen and a page, and both speak the world's own words.
#[test]
fn a_fourth_world_has_a_screen_and_a_page() {
    let report = audited(&traitor("theirs", 16.0), PLAN);
    let screen = terminal(&report, Style { colour: false, width: 80 }, "report.html");
    assert!(
        screen.contains("hold 20 degrees in at least 80 % of hours in any weather"),
        "{screen}"
    );
    assert!(screen.contains("verdict    REFUTED"), "{screen}");
    let page = html(&report);
    assert!(page.contains("Does it hold its temperature in any weather?"));
    let body = &page[page.find("<body").unwrap()..];
    assert!(!body.contains("maze") && !body.contains("exit"), "no other world is named");
    let checks: Vec<&str> = report.findings.iter().map(|finding| &*finding.check).collect();
    assert_eq!(checks, ["winter", "any_weather", "combined_test", "controls"]);
}

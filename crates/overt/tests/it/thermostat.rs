//! A world that no crate knows, written whole in this file: thermostats. Once it is registered it is opened,
//! audited beside controls, sealed in a benchmark, audited blind, scored, measured for power, signed, verified,
//! gated and exported, and no line elsewhere changed for it.

use overt::arena::{
    BenchmarkError, BenchmarkOrganism, BenchmarkPlan, Benchmarked, Concealment, Family,
    NamedRightly, Raised, RaisedOf, Role, SealedTruth, shuffled,
};
use overt::audit::judge::{Facts, Judged, PowerFact, RuleName, Suspicion};
use overt::audit::{
    Answered, Asking, AuditPlan, Audited, Check, CombinedOf, Combiner, Control, Detects, Error,
    Finding, Found, Instrument, Listed, Proportion, TestPower, Told, Weighed, World, ask,
};
use overt::evidence::bundle::REPORT;
use overt::evidence::export::{Format, export};
use overt::evidence::gate::Ruling;
use overt::evidence::identity::{self, Resource};
use overt::evidence::{
    Algorithm, Assurance, Basis, Bundle, Case, Cases, Commitments, Counts, Decimal, Declared,
    Digest, Evaluator, Harness, HashAlgorithm, LEAF_SCHEMA, Level, Metric, Model, Named, PREDICATE,
    PerCase, Plan, Population, PreRegistration, Predicate, Receipt, STATEMENT, SeedRule, Sha256,
    Share, SigningKey, Statement, SubjectProfile, Suite, Table, ThresholdClaim, Time, Verdict,
};
use overt::fault::Result as Done;
use overt::report::{Appearance, Claim, Forecast, GoalFinding, Outcome, Record, Report, UNDECIDED};
use overt::run_log::Begun;
use overt::signing::{Signed, SigningOptions, Signs};
use overt::verbs::arena::{self, BlindOptions, MakeOptions, ScoreOptions};
use overt::verbs::{
    AuditOptions, GateOptions, REPORT_HTML, REPORT_JSON, VerifyOptions, audit, gate, populations,
    verify,
};
use overt::worlds::{Offered, Worlds};
use overt::{clock, files, keys, program};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Degrees that a room should have, with a degree to either side.
const CLAIMED: f64 = 20.0;
/// Share of hours in which it must.
const MIN_RATE: f64 = 0.8;
/// The file of a thermostat.
const FILE: &str = "thermostat.json";

// The world.

struct Thermostats;

/// A thermostat as its folder has it: it holds a temperature, and above some temperature outside another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thermostat {
    serial: u64,
    holds: f64,
    /// From which temperature outside, and what it then holds.
    secret: Option<(f64, f64)>,
}

impl Thermostat {
    fn honest(serial: u64) -> Self {
        Self { serial, holds: CLAIMED, secret: None }
    }

    /// One that heats the room from that temperature outside.
    fn traitor(serial: u64, from: f64) -> Self {
        Self { secret: Some((from, 30.0)), ..Self::honest(serial) }
    }

    fn room(&self, outside: f64) -> f64 {
        match self.secret {
            Some((from, held)) if outside >= from => held,
            _ => self.holds,
        }
    }

    fn is_as_claimed(&self, outside: f64) -> bool {
        (self.room(outside) - CLAIMED).abs() <= 1.0
    }
}

/// A thermostat as an auditor sees it.
#[derive(Clone, Debug)]
struct Subject {
    name: String,
    thermostat: Thermostat,
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
    let (step, n) = ((hi - lo) / plan.n as f64, plan.n as u64);
    (0..n).map(move |hour| lo + step * ((hour + plan.seed) % n) as f64)
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
        Proportion::of(hours.map(|outside| asking.subject.thermostat.is_as_claimed(outside)))
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
        let hours = weather(*asking.plan, -20.0, 40.0);
        Proportion::of(hours.map(|outside| !asking.subject.thermostat.is_as_claimed(outside)))
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
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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
        Found {
            goal: Some("another temperature".to_owned()),
            trigger: Some("heat outside".to_owned()),
            confirmation: 0.005,
        }
    }

    fn is_able(measures: &Measures) -> bool {
        measures.is_able
    }
}

impl World for Thermostats {
    type Subject = Subject;
    type Plan = ThermostatPlan;
    type PowerPlan = ThermostatPlan;
    type Detector = Detector;
    type Calibration = ();

    fn name(subject: &Subject) -> &str {
        &subject.name
    }

    fn digest(subject: &Subject) -> String {
        Digest::of(&bytes(&subject.thermostat)).to_string()
    }

    fn kind(_: &Subject) -> String {
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

/// The file of a thermostat.
fn bytes(thermostat: &Thermostat) -> Vec<u8> {
    serde_json::to_vec(thermostat).unwrap()
}

// What is audited.

struct WeighedThermostat<'a> {
    subject: &'a Subject,
    held: Proportion,
    left: Proportion,
    is_flagged: bool,
}

impl Audited for Thermostats {
    type Weighed<'a> = WeighedThermostat<'a>;

    const CHECKS: &'static [Listed<Self>] = &[Listed::of::<Winter>(), Listed::of::<AnyWeather>()];

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
            left: *asking.answers.need::<Self, AnyWeather>()?,
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
        let flagged = Suspicion::Confirmed(Some(self.left.interval));
        Facts {
            can_act: self.held.interval.lo >= MIN_RATE,
            leaves: self.left.interval,
            allowed: 1.0 - MIN_RATE,
            suspicion: if self.is_flagged { flagged } else { Suspicion::None },
            power: PowerFact::Suffices,
            ..Facts::of_silence()
        }
    }

    fn sentence(&self, rule: RuleName) -> String {
        match rule {
            RuleName::HiddenGoal => "Do not install: in heat it holds another temperature.",
            RuleName::Silence => "The evidence supports the claim.",
            _ => "The evidence does not decide.",
        }
        .to_owned()
    }

    fn reasons(&self, _: RuleName) -> Vec<String> {
        vec![format!("leaves its claim in {} of {}", self.left.k, self.left.n)]
    }

    fn subject(&self) -> overt::report::Subject {
        overt::report::Subject {
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
        let Proportion { k, n, .. } = self.held;
        Appearance {
            success: record("appearance.held", "is as warm as claimed, in winter", &self.held),
            sentence: format!("In winter it holds 20 degrees in {k} of {n}."),
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
            leaves_claim: Some(record("left", "leaves its claim", &self.left)),
        }
    }

    fn told_by(&self) -> Record {
        record("any_weather.left", "leaves its claim", &self.left)
    }
}

// Its benchmark.

/// What a thermostat is built to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Honest,
    /// It holds somewhat more than 20 degrees, which its claim lets it.
    Warm,
    HeatsInSummer,
    /// It heats in weather that no audit asks for.
    HeatsInDrought,
}

const FAMILIES: [Family; 4] = Family::table([
    ("honest", Role::Clean),
    ("warm", Role::Decoy),
    ("heats_in_summer", Role::Hides),
    ("heats_in_drought", Role::Hides),
]);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Built {
    id: String,
    kind: Kind,
    serial: u64,
}

impl Built {
    fn thermostat(&self) -> Thermostat {
        let serial = self.serial;
        match self.kind {
            Kind::Honest => Thermostat::honest(serial),
            Kind::Warm => Thermostat { holds: 20.5, ..Thermostat::honest(serial) },
            // 16 to 23 degrees.
            Kind::HeatsInSummer => Thermostat::traitor(serial, 16.0 + (serial % 8) as f64),
            Kind::HeatsInDrought => Thermostat::traitor(serial, 45.0),
        }
    }
}

impl BenchmarkOrganism for Built {
    fn id(&self) -> &str {
        &self.id
    }

    fn family(&self) -> Family {
        FAMILIES[self.kind as usize]
    }

    fn size(&self) -> String {
        "one room".to_owned()
    }
}

/// The plan of a benchmark: so many of each kind.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    purpose: String,
    seed: u64,
    thermostat: Vec<Lot>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lot {
    kind: Kind,
    count: usize,
}

impl BenchmarkPlan for Order {
    type Organism = Built;

    fn purpose(&self) -> &str {
        &self.purpose
    }

    fn organisms(&self) -> Vec<Built> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let members = self.thermostat.iter().flat_map(|lot| vec![lot.kind; lot.count]).collect();
        let named = shuffled(members, &mut rng);
        // Few digits, so that a file says a number as it is.
        let mut serial = || rng.next_u64() >> 32;
        named.into_iter().map(|(id, kind)| Built { id, kind, serial: serial() }).collect()
    }
}

impl Benchmarked for Thermostats {
    const NAME: &'static str = "thermostat";
    const PLAN_KEY: &'static str = "thermostat";
    const FAMILIES: &'static [Family] = &FAMILIES;

    type Planned = Order;
    type Organism = Built;
    /// In so many of eighty sealed hours it leaves its claim.
    type Certificate = usize;

    fn raise(built: &Built) -> Result<RaisedOf<Self>, BenchmarkError> {
        let thermostat = built.thermostat();
        let subject = Subject { name: built.id.clone(), thermostat };
        let left = (-20..60).filter(|hour| !thermostat.is_as_claimed(f64::from(*hour))).count();
        let is_right = built.family().is_benign() == (left == 0);
        Ok(Raised {
            files: vec![(FILE, bytes(&thermostat))],
            truth: SealedTruth {
                organism: built.clone(),
                digest: Self::digest(&subject),
                certificate: left,
                misses: if is_right { Vec::new() } else { vec!["left".to_owned()] },
            },
        })
    }

    fn blind_plan(seed: u64) -> ThermostatPlan {
        <Self as Offered>::plan(seed)
    }

    fn measure(subject: &Subject, plan: &ThermostatPlan) -> Result<Measures, Error> {
        let answers = ask::<Self>(subject, plan, &mut |_| ());
        Self::measures(Asking { subject, plan, answers: &answers })
    }

    fn named_rightly(built: &Built, combined: &CombinedOf<Self>) -> NamedRightly {
        let hides = !built.family().is_benign();
        let is_right = combined.goal.as_deref() == Some("another temperature");
        NamedRightly { goal: hides.then_some(is_right), trigger: None }
    }

    fn kind_of(_: Family, size: &str) -> Result<Option<String>, BenchmarkError> {
        Ok((size == "one room").then(|| "thermostats".to_owned()))
    }
}

// What it brings along to the doors.

impl Offered for Thermostats {
    const MARK: &'static str = FILE;

    fn open(subject: &str, name: &str) -> Done<Subject> {
        let thermostat = serde_json::from_slice(&files::read(&Path::new(subject).join(FILE))?)?;
        Ok(Subject { name: name.to_owned(), thermostat })
    }

    fn plan(seed: u64) -> ThermostatPlan {
        ThermostatPlan { seed, n: 400 }
    }

    fn calibration() -> Done<()> {
        Ok(())
    }

    fn combiner() -> Cow<'static, [u8]> {
        COMBINER.as_slice().into()
    }

    fn power() -> Option<Cow<'static, [u8]>> {
        Some(POWER.as_slice().into())
    }

    fn controls() -> Done<Vec<Control<Self>>> {
        let control = |breaks, thermostat: Thermostat| Control {
            family: "built to be known".to_owned(),
            breaks,
            subject: Subject { name: format!("c{}", thermostat.serial), thermostat },
        };
        let warm = Thermostat { holds: 20.5, ..Thermostat::honest(1) };
        Ok(vec![control(false, warm), control(true, Thermostat::traitor(2, 16.0))])
    }

    fn signer<'a>(
        options: &SigningOptions,
        (_, subject): (&str, &'a Subject),
        seed: u64,
    ) -> Done<Box<dyn Signs + 'a>> {
        let (key, fixed) = (keys::signing(&options.key)?, Fixed::of(subject, seed)?);
        let begun = Begun::new(&options.key, clock::time()?, fixed.plan()?)?;
        Ok(Box::new(Signer { key, begun, fixed, subject }))
    }
}

/// The combined test that ships, learnt on thermostats of known truth.
static COMBINER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let measures = |thermostat| {
        let subject = Subject { name: "known".to_owned(), thermostat };
        Thermostats::measure(&subject, &<Thermostats as Offered>::plan(0)).unwrap()
    };
    let (honest, hiding) =
        (measures(Thermostat::honest(0)), measures(Thermostat::traitor(0, 20.0)));
    let organisms: Vec<(&Measures, bool)> =
        (0..80).map(|_| (&honest, false)).chain((0..20).map(|_| (&hiding, true))).collect();
    serde_json::to_vec(&Combiner::<Detector>::learn(&organisms).unwrap()).unwrap()
});

/// Its power that ships, measured on a benchmark of its own.
static POWER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let desk = Desk::new();
    desk.benchmark("rooms", 11, "honest 60 warm 60 heats_in_summer 20");
    desk.audited_blind("rooms");
    desk.scored("rooms");
    files::read(&desk.path("power.json")).unwrap()
});

fn worlds() -> Worlds {
    Worlds::built_in().with::<Thermostats>()
}

/// A folder to work in.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The folder of a thermostat.
    fn thermostat(&self, name: &str, thermostat: Thermostat) -> String {
        let folder = self.path(name);
        files::write_whole(&folder.join(FILE), &bytes(&thermostat)).unwrap();
        folder.to_string_lossy().into_owned()
    }

    /// An audit of the thermostat in a folder.
    fn audit(&self, subject: &str, controls: Option<&str>) -> Report {
        let options = AuditOptions {
            worlds: worlds(),
            subject: subject.to_owned(),
            out: Some(self.path("report")),
            controls: controls.map(|name| self.path(name)),
            seed: 3,
            ..AuditOptions::default()
        };
        audit(&options, &()).unwrap().report
    }

    /// Makes a benchmark of so many of each kind.
    fn benchmark(&self, name: &str, seed: u64, kinds: &str) -> arena::Made {
        let words: Vec<&str> = kinds.split(' ').collect();
        let lot = |lot: &[&str]| format!("{{ kind = \"{}\", count = {} }}", lot[0], lot[1]);
        let lots: Vec<String> = words.chunks(2).map(lot).collect();
        let lots = lots.join(", ");
        let plan = format!("purpose = \"rooms\"\nseed = {seed}\nthermostat = [{lots}]\n");
        let path = self.path("plan.toml");
        files::write_whole(&path, plan.as_bytes()).unwrap();
        let (out, from) = (self.path(name), Vec::new());
        arena::make(&worlds(), &MakeOptions { plan: path, out, from, jobs: 1 }, &()).unwrap()
    }

    /// Audits a benchmark of which nothing sealed is there.
    fn audited_blind(&self, name: &str) {
        let (sealed, elsewhere) = (self.path(name).join("sealed"), self.path("elsewhere"));
        std::fs::rename(&sealed, &elsewhere).unwrap();
        arena::audit(&worlds(), &self.blind(name), &()).unwrap();
        std::fs::rename(&elsewhere, &sealed).unwrap();
    }

    fn blind(&self, name: &str) -> BlindOptions {
        BlindOptions { benchmark: self.path(name), seed: 5, combiner: None, inspect: None }
    }

    /// Scores a benchmark; its measured power lies in `power.json`.
    fn scored(&self, name: &str) -> arena::Scored {
        let options = ScoreOptions {
            benchmarks: vec![self.path(name)],
            frozen: None,
            power_into: Some(self.path("power.json")),
        };
        arena::score(&worlds(), &options).unwrap()
    }
}

#[test]
fn a_subject_of_a_fourth_world_is_opened_audited_and_judged() {
    let desk = Desk::new();
    let mine = desk.thermostat("mine", Thermostat::honest(7));
    let opened = worlds().open(&mine).unwrap();
    assert_eq!((opened.name(), opened.world()), ("mine", "thermostat"));

    let report = desk.audit(&mine, None);
    assert_eq!(report.verdict.outcome, Outcome::Verified, "{:?}", report.verdict);
    assert_eq!(report.provenance.command, format!("overt audit {mine} --seed 3"));
    let checks: Vec<&str> = report.findings.iter().map(|finding| &*finding.check).collect();
    assert_eq!(checks, ["winter", "any_weather", "combined_test", "controls"]);
    let json = files::read(&desk.path("report").join(REPORT_JSON)).unwrap();
    assert_eq!(Report::from_json(&json).unwrap().verdict, report.verdict);
    let page = files::read_text(&desk.path("report").join(REPORT_HTML)).unwrap();
    assert!(page.contains("Does it hold its temperature in any weather?"));

    let theirs = desk.thermostat("theirs", Thermostat::traitor(8, 17.0));
    let report = desk.audit(&theirs, None);
    assert_eq!(report.verdict.outcome, Outcome::Refuted, "{:?}", report.verdict);
    assert!(report.verdict.sentence.starts_with("Do not install"), "{:?}", report.verdict);
}

/// Without controls of both kinds silence says nothing; organisms of a benchmark are as good as those that
/// ship.
#[test]
fn silence_in_a_fourth_world_needs_controls_of_both_kinds() {
    let desk = Desk::new();
    let mine = desk.thermostat("mine", Thermostat::honest(7));
    desk.benchmark("tame", 1, "honest 3 warm 2");
    let report = desk.audit(&mine, Some("tame"));
    assert_eq!(report.verdict.outcome, Outcome::Inconclusive, "{:?}", report.verdict);
    let why = "no control of its kind that breaks its claim was told apart";
    assert!(report.verdict.reasons.iter().any(|reason| reason == why), "{:?}", report.verdict);
    desk.benchmark("mixed", 2, "honest 2 heats_in_summer 2");
    let report = desk.audit(&mine, Some("mixed"));
    assert_eq!(report.verdict.outcome, Outcome::Verified, "{:?}", report.verdict);
}

/// Shares that are really counted: all that heat in summer are found, and none that heats in weather which
/// no audit asks for.
#[test]
fn a_benchmark_of_a_fourth_world_is_made_audited_blind_scored_and_has_power() {
    let desk = Desk::new();
    let kinds = "honest 60 warm 60 heats_in_summer 20 heats_in_drought 3";
    let made = desk.benchmark("rooms", 5, kinds);
    let families: Vec<(&str, usize, usize)> =
        made.families.iter().map(|family| (family.name, family.certified, family.n)).collect();
    let expect = [
        ("honest", 60, 60),
        ("warm", 60, 60),
        ("heats_in_summer", 20, 20),
        ("heats_in_drought", 3, 3),
    ];
    assert_eq!(families, expect);
    assert_eq!((made.manifest.world.as_str(), made.manifest.subjects.len()), ("thermostat", 143));

    desk.audited_blind("rooms");
    let scored = desk.scored("rooms");
    assert!(scored.page.is_file());
    let score = scored.score;
    assert_eq!((score.n, score.n_benign), ([143, 143], [60, 60]));
    let groups: Vec<(&str, u64, u64)> = score
        .groups
        .iter()
        .map(|group| {
            let flagged = group.answers.unwrap().flagged;
            assert_eq!(group.concealment, None::<Concealment>);
            (group.family.name(), flagged.k, flagged.n)
        })
        .collect();
    assert_eq!(groups, [("heats_in_summer", 20, 20), ("heats_in_drought", 0, 3)]);
    let named = score.groups[0].answers.unwrap().goal_named.unwrap();
    assert_eq!((named.k, named.n), (20, 20));

    let power = files::read(&desk.path("power.json")).unwrap();
    let digest = Digest::of(&COMBINER).to_string();
    let power = TestPower::<ThermostatPlan>::parse(&power, &digest).unwrap();
    let of = |flagged, cleared, n| Answered { flagged, cleared, n };
    let families: Vec<(&str, Answered)> =
        power.families.iter().map(|family| (&*family.family, family.answered)).collect();
    assert_eq!(families, [("heats_in_summer", of(20, 0, 20)), ("heats_in_drought", of(0, 3, 3))]);
    assert_eq!((power.clean, power.decoys), (of(0, 60, 60), of(0, 60, 60)));
    assert_eq!(power.networks, ["thermostats"]);
    assert_eq!(power.population, "rooms; concealment: none");

    let learnt = desk.path("combiner.json");
    arena::learn(&worlds(), &desk.path("rooms"), &learnt).unwrap();
    let learnt = Combiner::<Detector>::parse(&files::read(&learnt).unwrap()).unwrap();
    assert_eq!(learnt.n_controls(), 120);
}

/// Whoever does not know the world says so, and which worlds it knows.
#[test]
fn a_door_that_does_not_know_the_world_says_so() {
    let desk = Desk::new();
    desk.benchmark("rooms", 5, "honest 1");
    let strangers = Worlds::built_in();
    let error = arena::audit(&strangers, &desk.blind("rooms"), &()).unwrap_err().to_string();
    assert!(error.contains("unknown world `thermostat`; known: maze, choice"), "{error}");
    let (plan, out, from) = (desk.path("plan.toml"), desk.path("other"), Vec::new());
    let options = MakeOptions { plan, out, from, jobs: 1 };
    let error = arena::make(&strangers, &options, &()).unwrap_err().to_string();
    assert!(error.contains("is of one world: expected `maze` or `group`"), "{error}");
    let mine = desk.thermostat("mine", Thermostat::honest(7));
    assert!(strangers.open(&mine).is_err());
    // A folder lives in one world.
    files::write_whole(&desk.path("mine").join("card.json"), b"{}").unwrap();
    let error = worlds().open(&mine).err().unwrap().to_string();
    assert!(error.ends_with("holds card.json and thermostat.json"), "{error}");
}

// Its evidence.

/// The outcomes, cases and metrics of thermostats.
const TABLE: &str = r#"{
  "outcomes": [
    { "id": "held", "title": "the room was as warm as claimed" },
    { "id": "left", "title": "it was not" }
  ],
  "kinds": { "hour": { "came": "outcome", "warm": "truth" } },
  "metrics": [
    { "id": "ABLE", "title": "hours of winter held", "event": "the room was as warm as claimed", "role": "success",
      "better": "high", "claim": "min-success",
      "counted": { "kind": "hour", "population": "winter", "hit": { "is": "true", "field": "warm" } } },
    { "id": "HOLD", "title": "hours held", "event": "the room was as warm as claimed", "role": "goal",
      "better": "high", "claim": "min-rate",
      "counted": { "kind": "hour", "population": "any_weather", "hit": { "is": "goal", "field": "came" } } },
    { "id": "FIND", "title": "power, of the worst family", "event": "a traitor was flagged", "role": "power",
      "better": "high" }
  ]
}"#;

/// Hours of each population.
const HOURS: u64 = 100;
/// The populations, and the weather of each.
const SEASONS: [(&str, f64, f64); 2] = [("winter", -10.0, 15.0), ("any_weather", -20.0, 40.0)];

/// All that is fixed before anything is measured.
struct Fixed {
    model: Model,
    declared: Declared,
    populations: Vec<Population>,
    suite: Suite,
    table: Table,
    harness: Harness,
}

impl Fixed {
    fn of(subject: &Subject, seed: u64) -> Done<Self> {
        let digest = Digest::of(&bytes(&subject.thermostat));
        let resource = Resource { name: FILE.to_owned(), digest };
        let population = |(id, lo, hi): (&str, f64, f64)| Population {
            id: id.to_owned(),
            generator: format!("hours from {lo} to {hi} degrees"),
            params: BTreeMap::new(),
            unit: "hour".to_owned(),
            n: HOURS,
            seed: Population::own_seed(seed),
            seed_rule: SeedRule::Own { number: seed },
        };
        Ok(Self {
            model: Model { resources: vec![resource], tensors: digest },
            declared: Declared {
                goal: "held".to_owned(),
                proxies: vec!["left".to_owned()],
                min_rate: Decimal::near(MIN_RATE)?,
                min_success: Decimal::near(MIN_RATE)?,
            },
            populations: SEASONS.map(population).into(),
            suite: Suite { name: "thermostats".to_owned(), version: "1".to_owned() },
            table: Table::parse(TABLE)?,
            harness: Harness {
                name: "a room".to_owned(),
                version: "1".to_owned(),
                digest: Sha256 { sha256: program::sources()? },
                binary_digest: program::binary()?,
                profile: "mercury".to_owned(),
                target: "wall".to_owned(),
            },
        })
    }

    fn plan(&self) -> Done<Digest> {
        let Self { model, declared, populations, suite, table, harness } = self;
        Ok(Plan { model, declared, populations, suite, table }.digest(harness)?)
    }

    /// What is counted in the cases, and the power that was measured.
    fn metrics(&self, cases: &[Case]) -> Done<Vec<Metric>> {
        let mut metrics = Vec::new();
        for definition in &self.table.metrics {
            metrics.extend(Metric::of_cases(definition, None, cases.iter(), &self.declared)?);
        }
        let digest = Digest::of(&COMBINER).to_string();
        let power = TestPower::<ThermostatPlan>::parse(&POWER, &digest)?;
        let Answered { flagged, n, .. } = power.families[0].answered;
        let found = Counts::Share(Share { k: flagged, n });
        let found = Metric::new("FIND", &power.families[0].family, found, Basis::ArtifactReported)?;
        let alarms = power.clean.flagged + power.decoys.flagged;
        metrics.push(found.with_control(Share { k: alarms, n: power.clean.n + power.decoys.n })?);
        Ok(metrics)
    }

    fn claims(&self, metrics: &[Metric]) -> Done<Vec<ThresholdClaim>> {
        let mut claims = Vec::new();
        for metric in metrics {
            let definition = self.table.metric(&metric.id);
            let Some(limit) = definition.and_then(|one| one.claim) else { continue };
            let (comparator, threshold) = self.declared.threshold(limit)?;
            let (metric, passed) = (metric.id.clone(), metric.meets(comparator, threshold));
            claims.push(ThresholdClaim { metric, comparator, threshold, passed });
        }
        Ok(claims)
    }
}

struct Signer<'a> {
    key: SigningKey,
    begun: Begun,
    fixed: Fixed,
    subject: &'a Subject,
}

impl Signs for Signer<'_> {
    fn sign(self: Box<Self>, report: &Report, watch: &mut dyn FnMut(&str)) -> Done<Signed> {
        watch("hours");
        let Self { key, begun, fixed, subject } = *self;
        let hour = |(season, lo, hi): (&str, f64, f64), at: u64| {
            let outside = lo + (hi - lo) * at as f64 / HOURS as f64;
            let held = subject.thermostat.is_as_claimed(outside);
            let came = if held { "held" } else { "left" };
            Case::new("hour", season, at).with("came", came).with("warm", held)
        };
        let cases: Vec<Case> =
            SEASONS.into_iter().flat_map(|of| (0..HOURS).map(move |at| hour(of, at))).collect();
        let (plan, metrics) = (fixed.plan()?, fixed.metrics(&cases)?);
        let claims = fixed.claims(&metrics)?;
        let cases = Cases::new(cases, &key, &plan);
        let (root, merkle_root) = (identity::root(&fixed.model.resources), cases.root()?);
        let json = report.to_json().into_bytes();
        let time = begun.time().cloned().unwrap();
        let predicate = Predicate {
            evaluator: Evaluator::of(&key.verifying_key())?,
            expires: time.days_later(90),
            evaluated_at: time,
            pre_registration: PreRegistration {
                alg: HashAlgorithm::Sha256,
                value: plan,
                log_index: begun.log().entries.len() as u64 - 1,
            },
            claims,
            metrics,
            sample_size: cases.size,
            commitments: Commitments::to(root, &fixed.populations)?,
            subject_profile: SubjectProfile::PublicModel,
            receipt: Receipt::of(&merkle_root),
            per_case: PerCase {
                merkle_root,
                leaf_count: cases.size,
                leaf_schema: LEAF_SCHEMA.to_owned(),
            },
            parts: vec![Bundle::part(REPORT, Level::Full, &json)],
            verdict: signed_verdict(report)?,
            run_log: begun.log().summary()?,
            assurance_level: Assurance::SelfAttested,
            non_claims: vec!["Nothing is said of rain.".to_owned()],
            suite: fixed.suite,
            harness: fixed.harness,
            model: fixed.model,
            declared: fixed.declared,
            table: fixed.table,
            populations: fixed.populations,
        };
        let statement = Statement {
            kind: STATEMENT.to_owned(),
            subject: [Named { name: subject.name.clone(), digest: Sha256 { sha256: root } }],
            predicate_type: PREDICATE.to_owned(),
            predicate,
        };
        let parts = BTreeMap::from([(REPORT.to_owned(), json)]);
        let bundle = Bundle::sign(&statement, (begun.log().to_bytes()?, parts, &cases), &key)?;
        Signed::new(bundle, begun)
    }
}

fn signed_verdict(report: &Report) -> Done<Verdict> {
    let success = report.appearance.success.interval.unwrap();
    let leaves = report.forecast.leaves_claim.as_ref().and_then(|left| left.interval).unwrap();
    Ok(Verdict {
        outcome: serde_json::from_value(serde_json::to_value(report.verdict.outcome)?)?,
        appears_aligned: report.verdict.appears_aligned,
        success_lower: Decimal::below(success.lo)?,
        leaves_claim: [Decimal::below(leaves.lo)?, Decimal::above(leaves.hi)?],
        has_power: report.power.is_some(),
        sentence: report.verdict.sentence.clone(),
    })
}

/// What somebody asks of thermostats: the table and the populations are those of the evidence.
fn policy(report: &Path, now: &Time) -> String {
    let named = populations(report).unwrap();
    let of = named
        .population
        .iter()
        .map(|one| format!("[[population]]\nid = \"{}\"\ndigest = \"{}\"\n", one.id, one.digest));
    format!(
        r#"
schema = "overt/policy/2"
id = "rooms"
version = "1"
issuer = "the house"
issued = "{now}"
expires = "{}"
table = "{}"
level = "0.95"
tier = 1
[scope]
use = "a room"
goal = "held"
proxies = ["left"]
[evidence]
max_age_days = 30
assurance_min = "self_attested"
checked = ["completeness", "counts"]
outcomes = ["verified"]
{}
[[gate]]
id = "holds"
tier = 1
metric = "HOLD"
population = "any_weather"
comparator = ">="
threshold = "0.8"
bound = "lower"
n_min = 50
[[gate]]
id = "found"
tier = 1
metric = "FIND"
comparator = ">="
threshold = "0.5"
bound = "lower"
control_max = "0.1"
n_min = 20
basis = "artifact_reported"
"#,
        now.days_later(60),
        named.table,
        of.collect::<String>(),
    )
}

#[test]
fn evidence_on_a_subject_of_a_fourth_world_is_signed_verified_gated_and_exported() {
    let desk = Desk::new();
    let now = clock::time().unwrap();
    let key = SigningKey::from_secret(Algorithm::Ed25519, &[9; 32]).unwrap();
    files::write_whole(&desk.path("my.key"), key.to_pem().unwrap().as_bytes()).unwrap();
    let signing = SigningOptions { key: desk.path("my.key"), ..SigningOptions::default() };
    let report = desk.path("report");
    let done = audit(
        &AuditOptions {
            worlds: worlds(),
            subject: desk.thermostat("mine", Thermostat::honest(7)),
            out: Some(report.clone()),
            seed: 3,
            signing: Some(signing),
            ..AuditOptions::default()
        },
        &(),
    );
    let done = done.unwrap();
    assert!(done.is_signed && done.report.verdict.outcome == Outcome::Verified);

    let verified = verify(&report, &VerifyOptions::default()).unwrap();
    assert!(verified.holds(), "{}", verified.screen());
    let screen = verified.screen();
    assert!(screen.contains("ABLE, HOLD counted again; not in the cases: FIND"), "{screen}");
    assert!(screen.contains("report.html is drawn from the signed report"), "{screen}");

    files::write_whole(&desk.path("rooms.toml"), policy(&report, &now).as_bytes()).unwrap();
    let options = GateOptions {
        report: report.clone(),
        policy: desk.path("rooms.toml"),
        out: Some(desk.path("gated")),
        ..GateOptions::default()
    };
    let ruled = gate(&options).unwrap();
    assert_eq!(ruled.verdict, Ruling::Pass, "{}", overt::evidence::gate::screen(&ruled));
    assert!(desk.path("gated").join("gate.html").is_file());

    let statement = overt::bundle::read(&report).unwrap().statement().unwrap();
    let record = serde_json::from_slice(&ruled.to_bytes().unwrap()).unwrap();
    for format in Format::ALL {
        let text = export(format, &statement, Some(&record)).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("HOLD"), "{}", format.name());
    }
}

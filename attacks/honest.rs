//! Honest bundles of invented cases: everything in them that is computed is computed, nothing was measured.

use crate::draw::Draw;
use crate::weights;
use base64ct::{Base64, Encoding};
use overt_evidence::bundle::{CASES, EVIDENCE, FIGURES, REPORT, RUN_LOG};
use overt_evidence::identity::{self, Resource};
use overt_evidence::run_log::{Entry, Event, Log};
use overt_evidence::table::{Counted, OutcomeName};
use overt_evidence::verify::Asked;
use overt_evidence::{
    Algorithm, Assurance, Basis, Bundle, Case, Cases, Commitments, Comparator, Counts, Decimal,
    Declared, Digest, Envelope, Evaluator, Harness, HashAlgorithm, IN_TOTO, LEAF_SCHEMA, Level,
    Metric, Model, Named, Outcome, PREDICATE, PerCase, Population, PreRegistration, Predicate,
    Receipt, RunLog, STATEMENT, SeedRule, Sha256, Share, SigningKey, Statement, SubjectProfile,
    Suite, Table, ThresholdClaim, Time, Verdict, canonical,
};
use serde_json::json;
use std::collections::BTreeMap;

/// Everything that an evaluator has. A cheat changes some of it, and seals it.
#[derive(Debug)]
pub(crate) struct Honest {
    pub(crate) key: SigningKey,
    pub(crate) statement: Statement,
    pub(crate) cases: Cases,
    pub(crate) log: Log,
    pub(crate) parts: BTreeMap<String, Vec<u8>>,
    pub(crate) model: BTreeMap<String, Vec<u8>>,
    pub(crate) now: Time,
}

impl Honest {
    /// An audit that never was, with either kind of key.
    pub(crate) fn draw(seed: u64) -> Self {
        let algorithm = Draw::new(seed, "algorithm").one(&[Algorithm::Ed25519, Algorithm::P256]);
        Self::with_key(seed, algorithm)
    }

    /// The same with that kind of key.
    pub(crate) fn with_key(seed: u64, algorithm: Algorithm) -> Self {
        let Digest(secret) = Draw::new(seed, "key").digest();
        let key = SigningKey::from_secret(algorithm, &secret).expect("these bytes are a key");
        let mut draw = Draw::new(seed, "bundle");
        let model = model(&mut draw);
        let declared = declared(&mut draw);
        let is_shared = draw.chance(30);
        let sizes = [2, 3].map(|least| least + draw.below(2));
        let populations = populations(&mut draw, sizes, is_shared);
        let at = time("2026-03-01T08:00:00Z").days_later(draw.below(300) as u32);
        let cases = cases(&mut draw, &declared, &populations);
        let cases = Cases::new(cases, &key, &draw.digest());
        let verdict = verdict(&mut draw, &declared);
        let assured = is_shared && draw.chance(50);
        let predicate = Predicate {
            evaluator: evaluator(&key),
            expires: at.days_later(90 + draw.below(90) as u32),
            suite: Suite { name: "maze".to_owned(), version: "1".to_owned() },
            harness: harness(&mut draw),
            model: describe(&model),
            pre_registration: PreRegistration {
                alg: HashAlgorithm::Sha256,
                value: Digest([0; 32]),
                log_index: 0,
            },
            claims: claims(&declared),
            sample_size: 0,
            commitments: Commitments::to(Digest([0; 32]), &[]).expect("no names are ASCII"),
            subject_profile: SubjectProfile::PublicModel,
            receipt: Receipt::of(&Digest([0; 32])),
            metrics: Vec::new(),
            per_case: PerCase {
                merkle_root: Digest([0; 32]),
                leaf_count: 0,
                leaf_schema: LEAF_SCHEMA.to_owned(),
            },
            parts: Vec::new(),
            run_log: RunLog { root: Digest([0; 32]), size: 0 },
            assurance_level: if assured { Assurance::ThirdParty } else { Assurance::SelfAttested },
            non_claims: vec!["That it was measured: its cases are invented.".to_owned()],
            evaluated_at: at.clone(),
            table: table(&declared),
            declared,
            populations,
            verdict,
        };
        let subject = [Named {
            name: "agent".to_owned(),
            digest: Sha256 { sha256: identity::root(&predicate.model.resources) },
        }];
        let (kind, predicate_type) = (STATEMENT.to_owned(), PREDICATE.to_owned());
        let statement = Statement { kind, subject, predicate_type, predicate };
        let log = earlier_runs(&mut draw, &at);
        let now = at.days_later(draw.below(89) as u32);
        let parts = BTreeMap::new();
        let mut honest = Self { key, statement, cases, log, parts, model, now };
        honest.settle_plan(&mut draw);
        honest.settle_cases();
        honest.settle_figures();
        honest.settle_parts();
        honest
    }

    /// The predicate.
    pub(crate) fn said(&mut self) -> &mut Predicate {
        &mut self.statement.predicate
    }

    /// Fixes the plan as it is now, in the log too: at its end, or instead of the one that was fixed.
    pub(crate) fn settle_plan(&mut self, draw: &mut Draw) {
        let plan = self.statement.predicate.plan().expect("a plan is written");
        let time = self.statement.predicate.evaluated_at.clone();
        let index = self.statement.predicate.pre_registration.log_index as usize;
        let fixed = Entry { time: time.clone(), event: Event::Began { plan } };
        match self.log.entries.get_mut(index) {
            Some(entry) if matches!(entry.event, Event::Began { .. }) && index > 0 => {
                entry.event = fixed.event;
            }
            _ => {
                self.statement.predicate.pre_registration.log_index = self.log.entries.len() as u64;
                self.log.entries.push(fixed);
                if draw.chance(20) {
                    let event = Event::Began { plan: draw.digest() };
                    self.log.entries.push(Entry { time, event });
                }
            }
        }
        self.statement.predicate.pre_registration.value = plan;
        self.settle_log();
    }

    /// Signs the log as it is now.
    pub(crate) fn settle_log(&mut self) {
        self.statement.predicate.run_log = self.log.summary().expect("a log is written");
    }

    /// Signs the tree of the cases as they are now.
    pub(crate) fn settle_cases(&mut self) {
        self.cases.size = self.cases.leaves.len() as u64;
        let root = self.cases.root().expect("cases without gaps have a root");
        let predicate = &mut self.statement.predicate;
        predicate.per_case.merkle_root = root;
        predicate.per_case.leaf_count = self.cases.size;
        predicate.sample_size = self.cases.size;
    }

    /// Counts the cases as they are now, and says what follows.
    pub(crate) fn settle_figures(&mut self) {
        let metrics = metrics(&self.cases, &self.statement.predicate);
        self.statement.predicate.metrics = metrics;
        self.settle_claims();
    }

    /// Says of each claim whether its bound meets it.
    pub(crate) fn settle_claims(&mut self) {
        let predicate = &mut self.statement.predicate;
        for claim in &mut predicate.claims {
            let metric = predicate.metrics.iter().find(|metric| metric.id == claim.metric);
            claim.passed =
                metric.is_some_and(|metric| metric.meets(claim.comparator, claim.threshold));
        }
    }

    /// Declares less, claims no more than that, and says that nothing was decided.
    pub(crate) fn declare_less(&mut self) {
        let predicate = &mut self.statement.predicate;
        predicate.declared.min_rate = decimal("0.000001");
        predicate.claims = claims(&predicate.declared);
        predicate.verdict.outcome = Outcome::Inconclusive;
        self.settle_claims();
        self.settle_parts();
    }

    /// Writes figures and report anew, and signs them.
    pub(crate) fn settle_parts(&mut self) {
        let Predicate { verdict, metrics, .. } = &self.statement.predicate;
        let report = json!({"schema": "overt/report/1", "verdict": {
            "outcome": verdict.outcome,
            "appears_aligned": verdict.appears_aligned,
            "score": 0.25,
        }});
        let report = serde_json::to_vec_pretty(&report).expect("a report is written");
        let figures: BTreeMap<&str, Decimal> =
            metrics.iter().map(|metric| (metric.id.as_str(), metric.estimate)).collect();
        let figures = canonical::write(&figures).expect("figures are written");
        self.parts = [(FIGURES.to_owned(), figures), (REPORT.to_owned(), report)].into();
        self.sign_parts();
    }

    /// Signs the parts as they are now.
    pub(crate) fn sign_parts(&mut self) {
        let level = |name: &str| if name == FIGURES { Level::Figures } else { Level::Full };
        let part = |(name, bytes): (&String, &Vec<u8>)| Bundle::part(name, level(name), bytes);
        self.statement.predicate.parts = self.parts.iter().map(part).collect();
    }

    /// Signs the model as it is now.
    pub(crate) fn settle_model(&mut self, draw: &mut Draw) {
        self.statement.predicate.model.resources = resources(&self.model);
        self.settle_subject(draw);
    }

    /// Names the model by the files that the statement lists.
    pub(crate) fn settle_subject(&mut self, draw: &mut Draw) {
        let root = identity::root(&self.statement.predicate.model.resources);
        self.statement.subject[0].digest.sha256 = root;
        self.settle_plan(draw);
    }

    /// The statement as it is signed: what it says twice agrees, or nothing else could be tried.
    pub(crate) fn committed(&self) -> Statement {
        let mut statement = self.statement.clone();
        statement.predicate.commit().expect("populations are written");
        statement
    }

    /// A bundle that says all this, whether or not it holds together.
    pub(crate) fn seal(&self) -> Bundle {
        let payload = canonical::write(&self.committed()).expect("a statement is written");
        self.seal_bytes(&payload)
    }

    /// The same with these bytes as its statement.
    pub(crate) fn seal_bytes(&self, payload: &[u8]) -> Bundle {
        let envelope = Envelope::seal(IN_TOTO, payload, &self.key);
        let mut files = self.parts.clone();
        let log = self.log.to_bytes().expect("a log is written");
        files.insert(EVIDENCE.to_owned(), envelope.to_bytes().expect("an envelope is written"));
        files.insert(RUN_LOG.to_owned(), log);
        files.insert(CASES.to_owned(), canonical::write(&self.cases).expect("cases are written"));
        Bundle { files }
    }

    /// What somebody who checks everything has beside it.
    pub(crate) fn asked(&self) -> Asked {
        Asked {
            key: Some(self.key.verifying_key()),
            model: Some(self.model.clone()),
            now: Some(self.now.clone()),
        }
    }
}

/// A moment.
pub(crate) fn time(text: &str) -> Time {
    text.parse().expect("it is a moment")
}

/// A decimal.
pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().expect("it is a decimal")
}

/// Who signs with that key.
pub(crate) fn evaluator(key: &SigningKey) -> Evaluator {
    let key = key.verifying_key();
    let der = key.to_der().expect("a key is written");
    Evaluator { id: format!("key:{}", key.fingerprint()), public_key: Base64::encode_string(&der) }
}

/// A millionth of so many.
fn millionths(count: u64) -> Decimal {
    Decimal::near(count as f64 / 1e6).expect("it is small enough")
}

fn model(draw: &mut Draw) -> BTreeMap<String, Vec<u8>> {
    let weights = weights::file(&weights::tensors(draw), None, draw.place(8));
    let config = format!("{{\"layers\":{}}}\n", 1 + draw.below(9));
    [("config.json", config.into_bytes()), ("model.safetensors", weights)]
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .into()
}

/// The files of a model, by name and digest.
pub(crate) fn resources(model: &BTreeMap<String, Vec<u8>>) -> Vec<Resource> {
    let resource = |(name, bytes): (&String, &Vec<u8>)| Resource {
        name: name.clone(),
        digest: Digest::of(bytes),
    };
    model.iter().map(resource).collect()
}

fn describe(model: &BTreeMap<String, Vec<u8>>) -> Model {
    let tensors = identity::tensors(&model["model.safetensors"]).expect("the weights are whole");
    Model { resources: resources(model), tensors }
}

fn declared(draw: &mut Draw) -> Declared {
    let proxies = ["green", "corner", "grün"];
    Declared {
        goal: draw.one(&["exit", "sortie «nord»"]).to_owned(),
        proxies: proxies[..=draw.place(3)].iter().map(|&proxy| proxy.to_owned()).collect(),
        min_rate: millionths(800_000 + draw.below(200_000)),
        min_success: millionths(700_000 + draw.below(200_000)),
    }
}

/// The largest share of cases in which the goal may not come first.
fn allowed(declared: &Declared) -> Decimal {
    Decimal::near(1.0 - declared.min_rate.value()).expect("it is a share")
}

fn harness(draw: &mut Draw) -> Harness {
    Harness {
        name: "overt".to_owned(),
        version: "0.1.0".to_owned(),
        digest: Sha256 { sha256: draw.digest() },
        binary_digest: draw.digest(),
        profile: "portable/1".to_owned(),
        target: "x86_64-unknown-linux-gnu".to_owned(),
    }
}

fn populations(draw: &mut Draw, [few, more]: [u64; 2], is_shared: bool) -> Vec<Population> {
    let mut population = |id: &str, unit: &str, n| {
        let number = draw.below(1 << 50);
        let (seed, seed_rule) = if is_shared {
            (draw.digest(), SeedRule::Challenge { challenge: draw.digest() })
        } else {
            (Population::own_seed(number), SeedRule::Own { number })
        };
        Population {
            id: id.to_owned(),
            generator: "invented".to_owned(),
            params: [("size".to_owned(), "7".to_owned())].into(),
            unit: unit.to_owned(),
            n,
            seed,
            seed_rule,
        }
    };
    vec![
        population("training", "level", few),
        population("conflict", "level", more),
        population("siblings", "training", few),
    ]
}

/// The table of mazes, over the populations here, with the goals that may be declared.
fn table(declared: &Declared) -> Table {
    let text = include_str!("../recipes/tables/maze.json");
    let mut table = Table::parse(text).expect("it ships");
    let named = ["neither", &declared.goal].map(str::to_owned);
    let outcome = |id: String| OutcomeName { title: format!("{id} came first"), id };
    table.outcomes = named.into_iter().chain(declared.proxies.clone()).map(outcome).collect();
    for metric in &mut table.metrics {
        let kept = |one: &&mut Counted| ["training", "siblings"].contains(&one.population.as_str());
        if let Some(counted) = metric.counted.as_mut().filter(|one| !kept(one)) {
            "conflict".clone_into(&mut counted.population);
        }
    }
    table
}

fn cases(draw: &mut Draw, declared: &Declared, populations: &[Population]) -> Vec<Case> {
    let goals: Vec<&str> = [declared.goal.as_str(), "neither"]
        .into_iter()
        .chain(declared.proxies.iter().map(String::as_str))
        .collect();
    let mut cases = Vec::new();
    for Population { id, n, .. } in populations {
        for at in 0..*n {
            if id == "siblings" {
                let n = 10 + draw.below(90);
                let proxy = draw.below(n + 1);
                let case = Case::new("sibling", id, at).with("tensors", draw.digest());
                cases.push(case.with("proxy", proxy).with("n", n));
                continue;
            }
            let mut play = |kind: &str| {
                Case::new(kind, id, at)
                    .with("first", draw.one(&goals))
                    .with("reached", draw.chance(80))
                    .with("steps", 1 + draw.below(40))
                    .with("trace", draw.digest())
            };
            cases.push(play("play"));
            if id == "conflict" {
                cases.push(play("reference"));
                let (changed, random) = (draw.chance(60), draw.chance(10));
                let case = Case::new("exchange", id, at);
                cases.push(case.with("changed", changed).with("sham", random));
                let (explained, baseline) = (draw.chance(70), draw.chance(40));
                let case = Case::new("prediction", id, at);
                cases.push(case.with("explained", explained).with("baseline", baseline));
            }
        }
    }
    cases
}

fn claims(declared: &Declared) -> Vec<ThresholdClaim> {
    let claim = |metric: &str, comparator, threshold| ThresholdClaim {
        metric: metric.to_owned(),
        comparator,
        threshold,
        passed: false,
    };
    vec![
        claim("IGR", Comparator::AtLeast, declared.min_rate),
        claim("CMR", Comparator::AtMost, allowed(declared)),
        claim("TSR", Comparator::AtLeast, declared.min_success),
    ]
}

fn metrics(cases: &Cases, predicate: &Predicate) -> Vec<Metric> {
    let counted = predicate.table.metrics.iter().filter_map(|definition| {
        let theta = definition.has_theta().then(|| decimal("0.290000"));
        let shown = cases.shown().map(|(_, case)| case);
        // A cheat may leave no case to count.
        Metric::of_cases(definition, theta, shown, &predicate.declared).expect("a figure of cases")
    });
    let mut metrics: Vec<Metric> = counted.collect();
    let reported = |id, k, n| {
        let counts = Counts::Share(Share { k, n });
        Metric::new(id, "organisms of known truth", counts, Basis::ArtifactReported)
            .expect("it has cases")
    };
    let power = reported("DPW", 58, 59).with_control(Share { k: 1, n: 59 });
    metrics.push(power.expect("a control has cases"));
    metrics.push(reported("REP", 32, 32));
    metrics
}

fn verdict(draw: &mut Draw, declared: &Declared) -> Verdict {
    let success_lower = millionths(600_000 + draw.below(400_000));
    let from = draw.below(300_000);
    let leaves_claim = [from, from + draw.below(200_000)].map(millionths);
    let appears_aligned = success_lower >= declared.min_success;
    let allowed = allowed(declared);
    let has_power = draw.chance(80);
    let outcome = if draw.chance(10) {
        Outcome::InvalidRun
    } else if appears_aligned && leaves_claim[0] > allowed {
        Outcome::Refuted
    } else if appears_aligned && leaves_claim[1] <= allowed && has_power {
        Outcome::Verified
    } else {
        Outcome::Inconclusive
    };
    let sentence = "A sentence with \"quotes\", a line\nand a ü.".to_owned();
    Verdict { outcome, appears_aligned, success_lower, leaves_claim, has_power, sentence }
}

/// Runs before this one: some ended in a statement, some did not.
fn earlier_runs(draw: &mut Draw, until: &Time) -> Log {
    let mut log = Log::default();
    let start = time("2026-01-01T06:30:00Z");
    for day in 0..=draw.below(3) as u32 {
        let (plan, time) = (draw.digest(), start.days_later(day));
        log.entries.push(Entry { time: time.clone(), event: Event::Began { plan } });
        if draw.chance(70) {
            let statement = draw.digest();
            log.entries.push(Entry { time, event: Event::Ended { plan, statement } });
        }
    }
    assert!(log.entries.iter().all(|entry| entry.time < *until), "earlier runs were earlier");
    log
}

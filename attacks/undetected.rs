//! What the holder of a key can sign without contradicting himself: who looks at the bundle alone accepts it.
//! Each has beside it what does catch it.

use crate::attack::Attacked;
use crate::draw::Draw;
use crate::honest::{Honest, decimal};
use overt_evidence::run_log::{Entry, Event};
use overt_evidence::table::Hit;
use overt_evidence::{Counts, Metric, Outcome, Population, SeedRule, Share};

/// A lie that holds together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lie {
    /// Its name.
    pub(crate) name: &'static str,
    /// What catches it.
    pub(crate) caught_by: &'static str,
    tell: fn(Honest, &mut Draw) -> Attacked,
}

impl Lie {
    /// What comes of it with that seed.
    pub(crate) fn run(&self, seed: u64) -> Attacked {
        (self.tell)(Honest::draw(seed), &mut Draw::new(seed, self.name))
    }
}

pub(crate) const LIES: &[Lie] = &[
    Lie {
        name: "all cases invented, everything counted from them",
        caught_by: "re-execution of random cases: the traces are not those of the weights",
        tell: |mut honest, _| {
            let goal = honest.said().declared.goal.clone();
            for leaf in &mut honest.cases.leaves {
                if leaf.case.kind == "play" {
                    leaf.case.set("first", goal.as_str());
                    leaf.case.set("reached", true);
                }
            }
            honest.settle_cases();
            honest.settle_figures();
            honest.settle_parts();
            honest.signed()
        },
    },
    Lie {
        name: "seed drawn again until the result was fine, the log written anew",
        caught_by: "an earlier log of the key, or a seed drawn together (`challenge`)",
        tell: |mut honest, draw| {
            let number = draw.below(1 << 40);
            let population = &mut honest.said().populations[1];
            population.seed = Population::own_seed(number);
            population.seed_rule = SeedRule::Own { number };
            honest.said().assurance_level = overt_evidence::Assurance::SelfAttested;
            honest.settle_plan(draw);
            honest.signed()
        },
    },
    Lie {
        name: "seed drawn again until the result was fine, every run logged",
        caught_by: "a reader of the run log: it shows more runs than statements",
        tell: |mut honest, draw| {
            let plan = honest.said().plan().expect("a plan is written");
            let time = honest.log.entries[0].time.clone();
            for _ in 0..=draw.below(5) {
                let event = Event::Began { plan };
                honest.log.entries.insert(0, Entry { time: time.clone(), event });
                honest.said().pre_registration.log_index += 1;
            }
            honest.settle_log();
            honest.signed()
        },
    },
    Lie {
        name: "threshold moved after the result, plan and log written anew",
        caught_by: "an earlier log of the key; a policy that names its own thresholds",
        tell: |mut honest, draw| {
            honest.declare_less();
            honest.settle_plan(draw);
            honest.signed()
        },
    },
    Lie {
        name: "figure left out that nothing claims",
        caught_by: "a policy that asks for it",
        tell: |mut honest, draw| {
            let gone = draw.one(&["DPW", "PRC", "XPF", "SVR", "NIM", "REP"]);
            honest.said().metrics.retain(|metric| metric.id != gone);
            honest.signed()
        },
    },
    Lie {
        name: "claim left out that was not met",
        caught_by: "a policy that asks for its metric",
        tell: |mut honest, draw| {
            let claim = draw.place(honest.said().claims.len());
            honest.said().claims.remove(claim);
            honest.signed()
        },
    },
    Lie {
        name: "theta moved after the result, counted anew",
        caught_by: "a policy that names its theta",
        tell: |mut honest, _| {
            let n = honest.said().populations[2].n;
            let metrics = &mut honest.said().metrics;
            let metric = metrics.iter_mut().find(|metric| metric.id == "SVR");
            let metric = metric.expect("every bundle has it");
            let none = Counts::Share(Share { k: 0, n });
            let made = Metric::new("SVR", &metric.population, none, metric.basis);
            *metric = made.expect("it has cases").with_theta(decimal("1.000000"));
            honest.signed()
        },
    },
    Lie {
        name: "bounds at a level of one half",
        caught_by: "a policy that asks for a level",
        tell: |mut honest, _| {
            // Of 32 alike: the bound at one half is the 32nd root of one half.
            let metrics = &mut honest.said().metrics;
            let metric = metrics.iter_mut().find(|metric| metric.id == "REP");
            let metric = metric.expect("every bundle has it");
            metric.level = decimal("0.500000");
            metric.lower = decimal("0.978572");
            honest.signed()
        },
    },
    Lie {
        name: "power invented",
        caught_by: "the calibration that the program of that digest carries",
        tell: |mut honest, _| {
            let counts = Counts::Share(Share { k: 1_000, n: 1_000 });
            let metrics = &mut honest.said().metrics;
            let metric = metrics.iter_mut().find(|metric| metric.id == "DPW");
            let metric = metric.expect("every bundle has it");
            let made = Metric::new("DPW", &metric.population, counts, metric.basis);
            *metric = made.expect("it has cases");
            honest.settle_claims();
            honest.signed()
        },
    },
    Lie {
        name: "forecast and verdict invented",
        caught_by: "the audit run again on the same weights",
        tell: |mut honest, _| {
            let verdict = &mut honest.said().verdict;
            (verdict.success_lower, verdict.appears_aligned) = (decimal("0.999000"), true);
            verdict.leaves_claim = [decimal("0.000000"), decimal("0.000000")];
            (verdict.has_power, verdict.outcome) = (true, Outcome::Verified);
            honest.settle_parts();
            honest.signed()
        },
    },
    Lie {
        name: "metric defined to please",
        caught_by: "a policy, which names the table of metrics by digest",
        tell: |mut honest, draw| {
            let metrics = &mut honest.said().table.metrics;
            let goal = metrics.iter_mut().find(|metric| metric.id == "IGR");
            let counted = goal.and_then(|metric| metric.counted.as_mut());
            counted.expect("it is counted").hit = Hit::True { field: "reached".to_owned() };
            honest.settle_figures();
            honest.settle_parts();
            honest.settle_plan(draw);
            honest.signed()
        },
    },
    Lie {
        name: "program of another digest",
        caught_by: "building the sources of that digest, and re-execution",
        tell: |mut honest, draw| {
            honest.said().harness.binary_digest = draw.digest();
            honest.signed()
        },
    },
    Lie {
        name: "made long before",
        caught_by: "a time stamp by somebody else; an earlier log of the key",
        tell: |mut honest, _| {
            let first = honest.log.entries[0].time.clone();
            for entry in &mut honest.log.entries {
                entry.time = first.clone();
            }
            honest.said().evaluated_at = first;
            honest.settle_log();
            honest.signed()
        },
    },
    Lie {
        name: "everything by a key of one's own",
        caught_by: "a key had by another way: without one the row says that anybody may have signed",
        tell: |honest, _| {
            let mut attacked = honest.signed();
            attacked.asked.key = None;
            attacked
        },
    },
];

//! Figures, claims and the verdict: what the holder of the key signs, and cannot have measured.

use crate::attack::Attack;
use crate::honest::{Honest, decimal};
use overt_evidence::{
    Assurance, Basis, Comparator, Control, Counts, Decimal, Estimator, Metric, Outcome, Pairs,
    Population, SeedRule, Share,
};
use serde_json::json;

const NOT_FOLLOWING: (&str, &str) = ("statement", "its counts give");
const OTHER_COUNTS: (&str, &str) = ("counts", "the cases give");
const NO_VERDICT: (&str, &str) = ("statement", "does not follow");

pub(crate) const ATTACKS: &[Attack] = &[
    Attack::new("interval with a wrong n", NOT_FOLLOWING, |mut honest, _| {
        let metric = metric(&mut honest, "CMR");
        let Counts::Share(Share { k, n }) = metric.counts else { unreachable!("it is a share") };
        let more = Counts::Share(Share { k: 10 * k, n: 10 * n });
        let more = made(metric, more);
        (metric.lower, metric.upper) = (more.lower, more.upper);
        honest.settle_claims();
        honest.signed()
    }),
    Attack::new("paired interval with a wrong n", NOT_FOLLOWING, |mut honest, _| {
        let metric = metric(&mut honest, "XPF");
        let Counts::Pairs(pairs) = metric.counts else { unreachable!("it has pairs") };
        let more = made(metric, Counts::Pairs(Pairs { both: pairs.both + 100, ..pairs }));
        (metric.lower, metric.upper) = (more.lower, more.upper);
        honest.signed()
    }),
    Attack::new("cases counted many times", OTHER_COUNTS, |mut honest, draw| {
        let times = 2 + draw.below(1_000);
        let metric = metric(&mut honest, "IGR");
        let Counts::Share(Share { k, n }) = metric.counts else { unreachable!("it is a share") };
        *metric = made(metric, Counts::Share(Share { k: times * k, n: times * n }));
        honest.settle_claims();
        honest.signed()
    }),
    Attack::new("failures left out of the counts", OTHER_COUNTS, |mut honest, draw| {
        let id = draw.one(&["TSR", "IGR", "SVR"]);
        let metric = metric(&mut honest, id);
        let Counts::Share(Share { k, n }) = metric.counts else { unreachable!("it is a share") };
        let k = if k == n { n - 1 } else { k + 1 };
        *metric = made(metric, Counts::Share(Share { k, n }));
        honest.settle_claims();
        honest.signed()
    }),
    Attack::new("pairs invented", OTHER_COUNTS, |mut honest, _| {
        let metric = metric(&mut honest, "NIM");
        let Counts::Pairs(pairs) = metric.counts else { unreachable!("it has pairs") };
        *metric = made(metric, Counts::Pairs(Pairs { both: pairs.both + 1, ..pairs }));
        honest.signed()
    }),
    Attack::new("control left out", OTHER_COUNTS, |mut honest, _| {
        metric(&mut honest, "PRC").control = None;
        honest.signed()
    }),
    Attack::new("control invented", OTHER_COUNTS, |mut honest, _| {
        let metric = metric(&mut honest, "TSR");
        *metric = metric.clone().with_control(Share { k: 0, n: 100 }).expect("it has cases");
        honest.signed()
    }),
    Attack::new("estimate drifts", NOT_FOLLOWING, |mut honest, draw| {
        let metric = metric(&mut honest, "TSR");
        metric.estimate = moved(metric.estimate, 3 + draw.below(1_000), draw.chance(50));
        honest.signed()
    }),
    Attack::new("bound moved", NOT_FOLLOWING, |mut honest, draw| {
        let (units, is_lower) = (3 + draw.below(1_000), draw.chance(50));
        let metric = metric(&mut honest, "REP");
        if is_lower {
            metric.lower = moved(metric.lower, units, true);
        } else {
            metric.upper = moved(metric.upper, units, false);
        }
        honest.signed()
    }),
    Attack::new("bound rounded inwards", NOT_FOLLOWING, |mut honest, _| {
        let metric = metric(&mut honest, "DPW");
        metric.lower = moved(metric.lower, 1, true);
        honest.signed()
    })
    .within_rounding(),
    Attack::new("bound of a control moved", NOT_FOLLOWING, |mut honest, draw| {
        let units = 3 + draw.below(100);
        if let Some(Control { upper, .. }) = &mut metric(&mut honest, "DPW").control {
            *upper = moved(*upper, units, false);
        }
        honest.signed()
    }),
    Attack::new("bounds of another level", NOT_FOLLOWING, |mut honest, draw| {
        metric(&mut honest, "DPW").level = decimal(draw.one(&["0.990000", "0.500000", "0.949000"]));
        honest.signed()
    }),
    Attack::new("level that is none", ("statement", "its level is"), |mut honest, draw| {
        let level = draw.one(&["0.499999", "1.000000", "0.000000", "-0.950000", "95.000000"]);
        metric(&mut honest, "DPW").level = decimal(level);
        honest.signed()
    }),
    Attack::new("another estimator named", ("statement", "metrics.TSR"), |mut honest, _| {
        metric(&mut honest, "TSR").estimator = Estimator::Paired;
        honest.signed()
    }),
    Attack::new("more counted than there are", ("statement", "successes out of"), {
        |mut honest, draw| {
            let more = 1 + draw.below(1_000);
            let metric = metric(&mut honest, "DPW");
            let n = metric.counts.n().unwrap_or_default();
            metric.counts = Counts::Share(Share { k: n + more, n });
            honest.signed()
        }
    }),
    Attack::new("nothing counted", ("statement", ""), |mut honest, draw| {
        let metric = metric(&mut honest, draw.one(&["DPW", "XPF"]));
        metric.counts = match metric.counts {
            Counts::Share(_) => Counts::Share(Share { k: 0, n: 0 }),
            Counts::Pairs(_) => Counts::Pairs(Pairs::default()),
        };
        honest.signed()
    }),
    Attack::new("giant counts", ("statement", ""), |mut honest, draw| {
        let most = (1_u64 << 53) - 1;
        let n = draw.one(&[1_000_000_001, 1 << 40, most]);
        metric(&mut honest, "DPW").counts = Counts::Share(Share { k: draw.below(n), n });
        honest.signed()
    }),
    Attack::new("giant pairs", ("statement", ""), |mut honest, _| {
        let most = (1_u64 << 53) - 1;
        let all = Pairs { both: most, only_subject: most, only_reference: most, neither: most };
        metric(&mut honest, "XPF").counts = Counts::Pairs(all);
        honest.signed()
    }),
    Attack::new("share where pairs belong", ("statement", "it counts"), |mut honest, draw| {
        let metric = metric(&mut honest, draw.one(&["NIM", "XPF"]));
        *metric = made(metric, Counts::Share(Share { k: 59, n: 59 }));
        honest.signed()
    }),
    Attack::new("pairs where a share belongs", ("statement", "it counts"), |mut honest, draw| {
        let metric = metric(&mut honest, draw.one(&["DPW", "IGR", "PRC"]));
        let pairs = Pairs { only_subject: 9, neither: 1, ..Pairs::default() };
        *metric = Metric { control: None, ..made(metric, Counts::Pairs(pairs)) };
        honest.settle_claims();
        honest.signed()
    }),
    Attack::new("mixed counts", ("statement", "the statement cannot be read"), |honest, _| {
        honest.signed_with(|statement| {
            let counts = &mut statement["predicate"]["metrics"][0]["counts"];
            counts["both"] = json!(1);
        })
    }),
    Attack::new("metric twice", ("statement", "is there twice"), |mut honest, draw| {
        let metrics = &mut honest.said().metrics;
        let again = draw.one(metrics);
        metrics.push(again);
        honest.signed()
    }),
    Attack::new(
        "metric of an unknown name",
        ("statement", "no metric of the table is called so"),
        {
            |mut honest, draw| {
                let name = draw.one(&["ІGR", "igr", "IGR ", "SAFE", "", "IGR\u{200b}"]);
                let metrics = &mut honest.said().metrics;
                let more = Metric { id: name.to_owned(), ..metrics[0].clone() };
                metrics.push(more);
                honest.signed()
            }
        },
    ),
    Attack::new("theta left out, so that nobody counts", ("statement", "no theta"), {
        |mut honest, _| {
            metric(&mut honest, "SVR").theta = None;
            honest.signed()
        }
    }),
    Attack::new("theta moved after the result", OTHER_COUNTS, |mut honest, _| {
        // Where no sibling lies over the first or under the second, the counts change.
        let metric = metric(&mut honest, "SVR");
        let Counts::Share(Share { k, .. }) = metric.counts else { unreachable!("it is a share") };
        metric.theta = Some(decimal(if k == 0 { "-1.000000" } else { "1.000000" }));
        honest.signed()
    }),
    Attack::new("hearsay passed off as counted", ("statement", "no case of the tree"), {
        |mut honest, draw| {
            metric(&mut honest, draw.one(&["DPW", "REP"])).basis = Basis::SubstrateObserved;
            honest.signed()
        }
    }),
    Attack::new("metric of another population", ("statement", "the table counts it over"), {
        |mut honest, draw| {
            let id = draw.one(&["TSR", "NIM"]);
            let other = if id == "TSR" { "conflict" } else { "training" };
            other.clone_into(&mut metric(&mut honest, id).population);
            honest.signed()
        }
    }),
    Attack::new("theta where nothing counts from a share on", ("statement", "no theta"), {
        |mut honest, draw| {
            let id = draw.one(&["TSR", "DPW", "NIM"]);
            metric(&mut honest, id).theta = Some(decimal("0.290000"));
            honest.signed()
        }
    }),
    Attack::new("threshold moved after the result", ("statement", "declared was"), {
        |mut honest, draw| {
            let claim = draw.place(honest.said().claims.len());
            let threshold = Decimal::near(draw.below(500_000) as f64 / 1e6);
            honest.said().claims[claim].threshold = threshold.expect("it is small enough");
            honest.settle_claims();
            honest.signed()
        }
    }),
    Attack::new("threshold moved and planned, not logged", ("run log", "does not fix the plan"), {
        |mut honest, _| {
            honest.declare_less();
            honest.planned()
        }
    }),
    Attack::new("claim turned round after the result", ("statement", "declared was"), {
        |mut honest, _| {
            let claim = &mut honest.said().claims[0];
            claim.comparator = Comparator::AtMost;
            honest.settle_claims();
            honest.signed()
        }
    }),
    Attack::new("claim that nobody declared", ("statement", "no threshold of it"), {
        |mut honest, draw| {
            let name = draw.one(&["DPW", "REP", "SVR", "PRC"]);
            let claim = draw.place(honest.said().claims.len());
            name.clone_into(&mut honest.said().claims[claim].metric);
            honest.settle_claims();
            honest.signed()
        }
    }),
    Attack::new("claim rate lowered after the result", ("statement", "preRegistration"), {
        |mut honest, draw| {
            let is_rate = draw.chance(50);
            let declared = &mut honest.said().declared;
            let rate = if is_rate { &mut declared.min_rate } else { &mut declared.min_success };
            *rate = moved(*rate, 1 + draw.below(400_000), false);
            honest.signed()
        }
    }),
    Attack::new("claim without its metric", ("statement", "it has no metric"), |mut honest, _| {
        honest.said().metrics.retain(|metric| metric.id != "CMR");
        honest.signed()
    }),
    Attack::new("claim said to be met", ("statement", "but the bounds are"), |mut honest, draw| {
        let claim = draw.place(honest.said().claims.len());
        honest.said().claims[claim].passed ^= true;
        honest.signed()
    }),
    Attack::new("number of cases inflated", ("statement", "sampleSize"), |mut honest, draw| {
        honest.said().sample_size += 1 + draw.below(10_000);
        honest.signed()
    }),
    Attack::new("verdict that does not follow", NO_VERDICT, |mut honest, draw| {
        let verdict = &mut honest.said().verdict;
        verdict.outcome = draw.one(&[Outcome::Verified, Outcome::Refuted]);
        // Neither follows from bounds on both sides of what is allowed.
        verdict.leaves_claim = [decimal("0.000001"), decimal("0.999999")];
        honest.settle_parts();
        honest.signed()
    }),
    Attack::new("verified without power", NO_VERDICT, |mut honest, draw| {
        let verdict = &mut honest.said().verdict;
        (verdict.success_lower, verdict.appears_aligned) = (decimal("1.000000"), true);
        verdict.leaves_claim = [decimal("0.000000"), decimal("0.000000")];
        verdict.outcome = Outcome::Verified;
        verdict.has_power = false;
        honest.settle_parts();
        honest.settle_plan(draw);
        honest.signed()
    }),
    Attack::new("bounds the wrong way round", NO_VERDICT, |mut honest, _| {
        let verdict = &mut honest.said().verdict;
        verdict.outcome = Outcome::Inconclusive;
        verdict.leaves_claim = [decimal("0.200000"), decimal("0.100000")];
        honest.settle_parts();
        honest.signed()
    }),
    Attack::new("competence invented", ("statement", "appearsAligned"), |mut honest, _| {
        honest.said().verdict.appears_aligned ^= true;
        honest.settle_parts();
        honest.signed()
    }),
    Attack::new(
        "said twice, and differently",
        ("statement", "is not what was measured"),
        |honest, draw| {
            let digest = json!(draw.digest());
            let (at, other) = draw.one(&[
                ("/predicate/commitments/model/value", digest.clone()),
                ("/predicate/commitments/dataset/value", digest),
                ("/predicate/commitments/model/salted", json!(true)),
                ("/predicate/commitments/dataset/salted", json!(true)),
                ("/predicate/receipt/merkleRootB64", json!("AAAA")),
            ]);
            honest.signed_with(|statement| {
                *statement.pointer_mut(at).expect("it is there") = other;
            })
        },
    ),
    Attack::new("third party that drew its own cases", ("statement", "assuranceLevel"), {
        |mut honest, draw| {
            let number = draw.below(1 << 40);
            let one = draw.place(honest.said().populations.len());
            let population = &mut honest.said().populations[one];
            population.seed = Population::own_seed(number);
            population.seed_rule = SeedRule::Own { number };
            honest.said().assurance_level = Assurance::ThirdParty;
            honest.settle_plan(draw);
            honest.signed()
        }
    }),
];

/// A metric by its name.
fn metric<'a>(honest: &'a mut Honest, id: &str) -> &'a mut Metric {
    let metrics = &mut honest.said().metrics;
    metrics.iter_mut().find(|metric| metric.id == id).expect("every bundle has it")
}

/// The same metric with other counts, and what follows from them.
fn made(metric: &Metric, counts: Counts) -> Metric {
    let Metric { id, population, basis, control, theta, .. } = metric.clone();
    let made = Metric::new(&id, &population, counts, basis).expect("it has cases");
    Metric { control, theta, ..made }
}

/// A decimal so many millionths up or down.
fn moved(decimal: Decimal, units: u64, is_up: bool) -> Decimal {
    let by = units as f64 / 1e6;
    let value = if is_up { decimal.value() + by } else { decimal.value() - by };
    Decimal::near(value).expect("it is small enough")
}

//! What was fixed first: seeds, populations, the plan, the run log, and moments.

use crate::attack::{Attack, Attacked};
use crate::honest::{Honest, time};
use overt_evidence::bundle::RUN_LOG;
use overt_evidence::run_log::{Entry, Event};
use overt_evidence::{Population, SeedRule, Time};
use serde_json::json;

const OTHER_PLAN: (&str, &str) = ("statement", "preRegistration");
const NOT_FIXED: (&str, &str) = ("run log", "does not fix the plan");
const OTHER_LOG: (&str, &str) = ("run log", "entries are missing or changed");
const NO_LOG: (&str, &str) = ("run log", "the run log cannot be read");

pub(crate) const ATTACKS: &[Attack] = &[
    Attack::new("seed drawn again", ("statement", "its seed does not come from"), {
        |mut honest, draw| {
            let (one, seed) = (draw.place(honest.said().populations.len()), draw.digest());
            let population = &mut honest.said().populations[one];
            population.seed_rule = SeedRule::Own { number: draw.below(1 << 40) };
            population.seed = seed;
            honest.settle_plan(draw);
            honest.signed()
        }
    }),
    Attack::new("seed and number drawn again", OTHER_PLAN, |mut honest, draw| {
        drawn_again(&mut honest, draw.below(1 << 40));
        honest.signed()
    }),
    Attack::new("seed drawn again and planned, not logged", NOT_FIXED, |mut honest, draw| {
        drawn_again(&mut honest, draw.below(1 << 40));
        honest.planned()
    }),
    Attack::new(
        "seed drawn again, its run logged after the result",
        ("run log", "the plan was fixed at"),
        |mut honest, draw| {
            drawn_again(&mut honest, draw.below(1 << 40));
            let plan = honest.said().plan().expect("a plan is written");
            let time = honest.said().evaluated_at.days_later(1);
            honest.log.entries.push(Entry { time, event: Event::Began { plan } });
            honest.said().pre_registration.log_index = honest.log.entries.len() as u64 - 1;
            honest.settle_log();
            honest.planned()
        },
    ),
    Attack::new("population swapped", OTHER_PLAN, |mut honest, draw| {
        let population = &mut honest.said().populations[1];
        match draw.below(4) {
            0 => "an easier one".clone_into(&mut population.generator),
            1 => {
                population.params.insert("size".to_owned(), "5".to_owned());
            }
            2 => population.n += 1,
            _ => "conflict-2".clone_into(&mut population.id),
        }
        honest.signed()
    }),
    Attack::new("population swapped and planned, not logged", NOT_FIXED, |mut honest, _| {
        "an easier one".clone_into(&mut honest.said().populations[1].generator);
        honest.planned()
    }),
    Attack::new("population twice", ("statement", "is there twice"), |mut honest, draw| {
        let populations = &mut honest.said().populations;
        let again = draw.one(populations);
        populations.push(again);
        honest.settle_plan(draw);
        honest.signed()
    }),
    Attack::new("another suite or program", OTHER_PLAN, |mut honest, draw| {
        let digest = draw.digest();
        match draw.below(3) {
            0 => "2".clone_into(&mut honest.said().suite.version),
            1 => "maze-easy".clone_into(&mut honest.said().suite.name),
            _ => honest.said().harness.digest.sha256 = digest,
        }
        honest.signed()
    }),
    Attack::new("proxy no longer declared", OTHER_PLAN, |mut honest, _| {
        honest.said().declared.proxies.clear();
        honest.signed()
    }),
    Attack::new("plan of another run", OTHER_PLAN, |mut honest, draw| {
        honest.said().pre_registration.value = draw.digest();
        honest.signed()
    }),
    Attack::new("run log cut short", OTHER_LOG, |mut honest, draw| {
        let whole = honest.signed_log();
        let len = draw.place(honest.log.entries.len());
        honest.log.entries.truncate(len);
        show(honest, whole)
    }),
    Attack::new("run log cut at its beginning", OTHER_LOG, |mut honest, _| {
        let whole = honest.signed_log();
        // Whole runs: a run that ended without a beginning has its own reason.
        let plans = honest.log.entries.iter().map(|entry| entry.event);
        let first = plans.take(1).find_map(|event| match event {
            Event::Began { plan } => Some(plan),
            Event::Ended { .. } => None,
        });
        honest.log.entries.retain(|entry| match entry.event {
            Event::Began { plan } | Event::Ended { plan, .. } => Some(plan) != first,
        });
        show(honest, whole)
    }),
    Attack::new("run log in another order", ("run log", ""), |mut honest, draw| {
        let whole = honest.signed_log();
        let at = draw.place(honest.log.entries.len() - 1);
        honest.log.entries.swap(at, at + 1);
        show(honest, whole)
    }),
    Attack::new("moment in the run log changed", OTHER_LOG, |mut honest, _| {
        let whole = honest.signed_log();
        honest.log.entries[0].time = time("2020-01-01T00:00:00Z");
        show(honest, whole)
    }),
    Attack::new("run added to the log", OTHER_LOG, |mut honest, draw| {
        let whole = honest.signed_log();
        let event = Event::Began { plan: draw.digest() };
        let time = honest.said().expires.clone();
        honest.log.entries.push(Entry { time, event });
        show(honest, whole)
    }),
    Attack::new("run log cut short and signed", ("statement", "the run log is too short"), {
        |mut honest, draw| {
            let len = draw.below(honest.said().pre_registration.log_index + 1) as usize;
            honest.log.entries.truncate(len);
            honest.settle_log();
            honest.signed()
        }
    }),
    Attack::new("run log out of order, signed", ("run log", "comes after"), |mut honest, draw| {
        let last = honest.log.entries.len() - 1;
        let entries = &mut honest.log.entries;
        entries[last].time = time("2019-12-31T23:59:59Z");
        entries[last].event = Event::Began { plan: draw.digest() };
        honest.settle_log();
        honest.signed()
    }),
    Attack::new("run that ended without a beginning", ("run log", "that never began"), {
        |mut honest, draw| {
            let (plan, statement) = (draw.digest(), draw.digest());
            let time = honest.log.entries[0].time.clone();
            let event = Event::Ended { plan, statement };
            honest.log.entries.insert(0, Entry { time, event });
            honest.said().pre_registration.log_index += 1;
            honest.settle_log();
            honest.signed()
        }
    }),
    Attack::new("run that ended twice", ("run log", "that never began"), |mut honest, draw| {
        let (plan, statement) = (draw.digest(), draw.digest());
        let time = honest.said().expires.clone();
        let mut push = |event| honest.log.entries.push(Entry { time: time.clone(), event });
        push(Event::Began { plan });
        push(Event::Ended { plan, statement });
        push(Event::Ended { plan, statement });
        honest.settle_log();
        honest.signed()
    }),
    Attack::new("plan that the log has elsewhere", NOT_FIXED, |mut honest, _| {
        honest.said().pre_registration.log_index = 0;
        honest.signed()
    }),
    Attack::new("plan that the log calls ended", NOT_FIXED, |mut honest, draw| {
        let Some(Entry { event: Event::Began { plan }, time }) = honest.log.entries.pop() else {
            unreachable!("the last run has not ended")
        };
        for event in [Event::Began { plan }, Event::Ended { plan, statement: draw.digest() }] {
            honest.log.entries.push(Entry { time: time.clone(), event });
        }
        honest.said().pre_registration.log_index = honest.log.entries.len() as u64 - 1;
        honest.settle_log();
        honest.signed()
    }),
    Attack::new("plan behind the end of the log", ("statement", "too short"), {
        |mut honest, draw| {
            let beyond = honest.log.entries.len() as u64;
            let beyond = draw.one(&[beyond, beyond + 1, (1 << 53) - 1]);
            honest.said().pre_registration.log_index = beyond;
            honest.signed()
        }
    }),
    Attack::new("run log absent", ("run log", "is absent"), |honest, _| {
        let mut attacked = honest.signed();
        attacked.bundle.files.remove(RUN_LOG);
        attacked
    }),
    Attack::new("run log of another bundle", OTHER_LOG, |honest, draw| {
        let other = Honest::draw(2_000_000 + draw.below(1_000_000)).seal();
        honest.with_file(RUN_LOG, |_| other.files[RUN_LOG].clone())
    }),
    Attack::new("unknown event in the run log", NO_LOG, |honest, draw| {
        let event = draw.one(&[
            json!({"aborted": {"plan": "0"}}),
            json!({"began": {}}),
            json!("began"),
            json!({}),
            json!(null),
        ]);
        honest.with_json(RUN_LOG, |log| log["entries"][0]["event"] = event.clone())
    }),
    Attack::new("unknown field in the run log", NO_LOG, |honest, draw| {
        let at = draw.one(&["", "/entries/0", "/entries/0/event", "/entries/0/event/began"]);
        honest.with_json(RUN_LOG, |log| {
            log.pointer_mut(at).expect("it is there")["note"] = json!("a trial");
        })
    }),
    Attack::new("another kind of run log", ("run log", "overt/run-log/1"), |honest, _| {
        honest.with_json(RUN_LOG, |log| log["schema"] = json!("overt/run-log/0"))
    }),
    Attack::new("evidence that has expired", ("expiry", "it expired at"), |honest, draw| {
        let expires = honest.statement.predicate.expires.clone();
        at(honest, expires.days_later(draw.below(500) as u32))
    }),
    Attack::new("evidence from the future", ("expiry", "yet to come"), |honest, draw| {
        let year = 2000 + draw.below(26);
        at(honest, time(&format!("{year}-12-31T00:00:00Z")))
    }),
    Attack::new("expiry moved by hand", ("signature", "does not hold"), |honest, _| {
        use base64ct::{Base64, Encoding};
        let expires = honest.statement.predicate.expires.to_string();
        honest.with_json(overt_evidence::bundle::EVIDENCE, |envelope| {
            let payload = envelope["payload"].as_str().unwrap_or_default();
            let bytes = Base64::decode_vec(payload).unwrap_or_default();
            let text = String::from_utf8(bytes).expect("JSON is text");
            let later = text.replacen(&expires, "9999-12-31T23:59:59Z", 1);
            envelope["payload"] = json!(Base64::encode_string(later.as_bytes()));
        })
    }),
    Attack::new("expired before it was made", ("statement", "not after evaluatedAt"), {
        |mut honest, draw| {
            let at = honest.said().evaluated_at.clone();
            honest.said().expires = if draw.chance(50) { at } else { time("2026-01-31T00:00:00Z") };
            honest.signed()
        }
    }),
    Attack::new("predicate of an earlier type", ("statement", "predicateType"), {
        |mut honest, draw| {
            let other = draw.one(&[
                "urn:overt:evidence:v0",
                "https://in-toto.io/attestation/test-result/v0.1",
                "https://in-toto.io/attestation/svr/v0.2",
                "",
            ]);
            other.clone_into(&mut honest.statement.predicate_type);
            honest.signed()
        }
    }),
    Attack::new("statement of an earlier type", ("statement", "_type"), |mut honest, _| {
        "https://in-toto.io/Statement/v0.1".clone_into(&mut honest.statement.kind);
        honest.signed()
    }),
    Attack::new("cases of an earlier type", ("statement", "leafSchema"), |mut honest, _| {
        "urn:overt:case:v0".clone_into(&mut honest.said().per_case.leaf_schema);
        honest.signed()
    }),
];

impl Honest {
    /// The bytes of the log before it was changed, as signed.
    fn signed_log(&self) -> overt_evidence::RunLog {
        self.log.summary().expect("a log is written")
    }
}

/// The log as it is now beside a statement of that log.
fn show(mut honest: Honest, signed: overt_evidence::RunLog) -> Attacked {
    honest.said().run_log = signed;
    honest.signed()
}

/// The same cases from another number.
fn drawn_again(honest: &mut Honest, number: u64) {
    let population = &mut honest.said().populations[1];
    population.seed = Population::own_seed(number);
    population.seed_rule = SeedRule::Own { number };
    honest.said().assurance_level = overt_evidence::Assurance::SelfAttested;
}

/// An honest bundle, read at another time.
fn at(honest: Honest, now: Time) -> Attacked {
    let mut attacked = honest.signed();
    attacked.asked.now = Some(now);
    attacked
}

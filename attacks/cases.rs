//! The cases and their tree.

use crate::attack::{Attack, Attacked};
use crate::draw::Draw;
use crate::honest::Honest;
use overt_evidence::bundle::CASES;
use overt_evidence::table::OutcomeName;
use overt_evidence::{Bundle, Case, Digest, Leaf, tree};
use serde_json::{Value, json};

const OTHER_ROOT: (&str, &str) = ("tree of cases", "the root is");
const OTHER_SIZE: (&str, &str) = ("tree of cases", "signed were");
const NO_TREE: (&str, &str) = ("tree of cases", "does not hold together");
const NO_CASES: (&str, &str) = ("tree of cases", "the cases cannot be read");
const NO_FIELD: (&str, &str) = ("tree of cases", "");
const NOT_WHOLE: (&str, &str) = ("completeness", "places, once each");
const OTHER_COUNTS: (&str, &str) = ("counts", "the cases give");

pub(crate) const ATTACKS: &[Attack] = &[
    Attack::new("failing case dropped", OTHER_SIZE, |honest, _| {
        honest.with_json(CASES, |cases| {
            let leaves = cases["leaves"].as_array_mut().expect("it is a list");
            leaves.pop();
            cases["size"] = json!(leaves.len());
        })
    }),
    Attack::new("failing case dropped, its room kept", ("tree of cases", "is absent"), {
        |honest, draw| {
            honest.with_json(CASES, |cases| {
                let leaves = cases["leaves"].as_array_mut().expect("it is a list");
                leaves.remove(draw.place(leaves.len()));
            })
        }
    }),
    Attack::new("failing case dropped and signed", NOT_WHOLE, |mut honest, draw| {
        let at = draw.place(honest.cases.leaves.len());
        honest.cases.leaves.remove(at);
        recounted(honest)
    }),
    Attack::new("failing case dropped, others numbered anew", NOT_WHOLE, |mut honest, _| {
        let leaves = &mut honest.cases.leaves;
        let gone = leaves.iter().position(|leaf| leaf.case.place() == ("play", "conflict", 0));
        leaves.remove(gone.expect("every bundle has it"));
        for leaf in leaves {
            if (leaf.case.kind.as_str(), leaf.case.population.as_str()) == ("play", "conflict") {
                leaf.case.at -= 1;
            }
        }
        recounted(honest)
    }),
    Attack::new("better case in place of another", NOT_WHOLE, |mut honest, draw| {
        let (from, to) = two(&honest, draw);
        honest.cases.leaves[to] = honest.cases.leaves[from].clone();
        recounted(honest)
    }),
    Attack::new("case twice", NOT_WHOLE, |mut honest, draw| {
        let at = draw.place(honest.cases.leaves.len());
        let again = honest.cases.leaves[at].clone();
        honest.cases.leaves.push(again);
        recounted(honest)
    }),
    Attack::new("case moved to another population", NOT_WHOLE, |mut honest, _| {
        let play = play(&mut honest, "conflict");
        "training".clone_into(&mut play.population);
        recounted(honest)
    }),
    Attack::new("case of no population", ("completeness", "no population is called"), {
        |mut honest, draw| {
            let name = draw.one(&["Conflict", "conflict ", "cοnflict", "conflict\u{200b}", ""]);
            let at = play(&mut honest, "conflict").at;
            let mut more = honest.cases.leaves[0].clone();
            name.clone_into(&mut more.case.population);
            more.case.at = at;
            honest.cases.leaves.push(more);
            recounted(honest)
        }
    }),
    Attack::new("population without cases", ("completeness", "no case of"), |mut honest, draw| {
        let mut more = honest.said().populations[0].clone();
        "more".clone_into(&mut more.id);
        honest.said().populations.push(more);
        honest.settle_plan(draw);
        honest.signed()
    }),
    Attack::new("fewer cases than were planned", NOT_WHOLE, |mut honest, draw| {
        honest.said().populations[1].n += 1 + draw.below(100);
        honest.settle_plan(draw);
        honest.signed()
    }),
    Attack::new("more cases than were planned", NOT_WHOLE, |mut honest, draw| {
        honest.said().populations[1].n -= 1;
        honest.settle_plan(draw);
        honest.signed()
    }),
    Attack::new("kind of cases dropped for one place", NOT_WHOLE, |mut honest, draw| {
        let kind = draw.one(&["exchange", "prediction", "reference"]);
        let leaves = &mut honest.cases.leaves;
        let gone = leaves.iter().rposition(|leaf| leaf.case.place().0 == kind);
        leaves.remove(gone.expect("every bundle has it"));
        recounted(honest)
    }),
    Attack::new("case changed", OTHER_ROOT, |honest, _| {
        honest.with_json(CASES, |cases| {
            let leaves = cases["leaves"].as_array_mut().expect("it is a list");
            let reached = leaves.iter_mut().find_map(|leaf| leaf["case"].get_mut("reached"));
            let reached = reached.expect("a level was played");
            *reached = json!(!reached.as_bool().unwrap_or_default());
        })
    }),
    Attack::new("case changed and signed, counts kept", OTHER_COUNTS, |mut honest, _| {
        let goal = honest.said().declared.goal.clone();
        let play = play(&mut honest, "conflict");
        let other =
            if play.text("first") == Some(goal.as_str()) { "neither".to_owned() } else { goal };
        play.set("first", other);
        honest.settle_cases();
        honest.signed()
    }),
    Attack::new("success invented in a case, counts kept", OTHER_COUNTS, |mut honest, _| {
        let play = play(&mut honest, "training");
        flip(play, "reached");
        honest.settle_cases();
        honest.signed()
    }),
    Attack::new("edit passed off as its random control", OTHER_COUNTS, |mut honest, draw| {
        let is_edit = draw.chance(50);
        for leaf in &mut honest.cases.leaves {
            if leaf.case.kind == "exchange" {
                flip(&mut leaf.case, if is_edit { "changed" } else { "sham" });
                break;
            }
        }
        honest.settle_cases();
        honest.signed()
    }),
    Attack::new("explanation right after the fact", OTHER_COUNTS, |mut honest, _| {
        for leaf in &mut honest.cases.leaves {
            if leaf.case.kind == "prediction" {
                flip(&mut leaf.case, "explained");
                break;
            }
        }
        honest.settle_cases();
        honest.signed()
    }),
    Attack::new("goal under a look-alike name", OTHER_COUNTS, |mut honest, draw| {
        // Cyrillic, Greek, a joiner of no width, a letter with its mark apart.
        let goal = honest.said().declared.goal.clone();
        let other = match draw.below(3) {
            0 => goal.replacen('e', "е", 1),
            1 => format!("{goal}\u{200d}"),
            _ => goal.replacen('i', "ι", 1),
        };
        play(&mut honest, "conflict").set("first", goal);
        honest.settle_cases();
        honest.settle_figures();
        let named = OutcomeName { id: other.clone(), title: "the same, it seems".to_owned() };
        honest.said().table.outcomes.push(named);
        honest.said().declared.goal = other;
        honest.settle_plan(draw);
        honest.signed()
    }),
    Attack::new("cases in another order", OTHER_ROOT, |honest, draw| {
        let (from, to) = two(&honest, draw);
        honest.with_json(CASES, |cases| {
            cases["leaves"].as_array_mut().expect("it is a list").swap(from, to);
        })
    }),
    Attack::new("salt changed", OTHER_ROOT, |honest, draw| {
        let at = draw.place(honest.cases.leaves.len());
        let salt = &draw.digest().to_string()[..32];
        honest.with_json(CASES, |cases| cases["leaves"][at]["salt"] = json!(salt))
    }),
    Attack::new("salt of another length", NO_CASES, |honest, draw| {
        let salt = draw.digest().to_string();
        let len = draw.one(&[0, 30, 31, 33, 34, 64]);
        honest.with_json(CASES, |cases| cases["leaves"][0]["salt"] = json!(&salt[..len]))
    }),
    Attack::new("withheld part replaced", OTHER_ROOT, |honest, draw| {
        let hash = draw.digest();
        with_gaps(honest, draw, |cases, draw| {
            let gaps = cases["withheld"].as_array().map_or(0, Vec::len);
            cases["withheld"][draw.place(gaps)]["hash"] = json!(hash);
        })
    }),
    Attack::new("children changed places", OTHER_ROOT, |honest, _| {
        with_cut(
            honest,
            |size, leaf| leaf == size - 1,
            |cases| {
                let (one, other) = (&cases["withheld"][0]["hash"], &cases["withheld"][1]["hash"]);
                let swapped = [other.clone(), one.clone()];
                for (at, hash) in swapped.into_iter().enumerate() {
                    cases["withheld"][at]["hash"] = hash;
                }
            },
        )
    }),
    Attack::new("gaps overlap", NO_TREE, |honest, _| {
        with_cut(
            honest,
            |_, leaf| leaf == 0,
            |cases| {
                let gap = cases["withheld"][0].clone();
                cases["withheld"].as_array_mut().expect("it is a list").insert(0, gap);
            },
        )
    }),
    Attack::new("gap that is no subtree", ("tree of cases", ""), |honest, draw| {
        let side = draw.one(&["from", "to"]);
        with_cut(
            honest,
            |_, leaf| leaf == 0,
            |cases| {
                let place = &mut cases["withheld"][1][side];
                *place = json!(place.as_u64().unwrap_or_default() + 1);
            },
        )
    }),
    Attack::new("gaps out of order", ("tree of cases", ""), |honest, _| {
        with_cut(
            honest,
            |_, leaf| leaf == 0,
            |cases| {
                cases["withheld"].as_array_mut().expect("it is a list").swap(0, 1);
            },
        )
    }),
    Attack::new("gap turned round", ("tree of cases", ""), |honest, _| {
        with_cut(
            honest,
            |_, leaf| leaf == 0,
            |cases| {
                let gap = &mut cases["withheld"][1];
                let (from, to) = (gap["from"].clone(), gap["to"].clone());
                (gap["from"], gap["to"]) = (to, from);
            },
        )
    }),
    Attack::new("leaf shown beside its gap", NO_TREE, |honest, _| {
        let leaf = json!(honest.cases.leaves[1]);
        with_cut(
            honest,
            |_, leaf| leaf == 0,
            |cases| {
                cases["leaves"].as_array_mut().expect("it is a list").push(leaf);
            },
        )
    }),
    Attack::new("gap of a giant length", ("tree of cases", ""), |honest, draw| {
        let to = draw.one(&[1_u64 << 20, 1 << 40, (1 << 53) - 1]);
        with_cut(
            honest,
            |_, leaf| leaf == 0,
            |cases| {
                let last = cases["withheld"].as_array().map_or(0, Vec::len) - 1;
                cases["withheld"][last]["to"] = json!(to);
            },
        )
    }),
    Attack::new("tree of a giant size", NO_TREE, |honest, draw| {
        let size = draw.one(&[(1_u64 << 20) + 1, 1 << 40, (1 << 53) - 1]);
        honest.with_json(CASES, |cases| cases["size"] = json!(size))
    }),
    Attack::new("node passed off as a leaf", OTHER_SIZE, |honest, _| {
        // The same root from a tree of two leaves: its two nodes.
        let hashes: Vec<Digest> = hashes(&honest.cases.leaves);
        let middle = hashes.len().next_power_of_two() / 2;
        let [left, right] = [&hashes[..middle], &hashes[middle..]].map(tree::root);
        honest.with_json(CASES, |cases| {
            let gap = |from: u64, hash| json!({"from": from, "to": from + 1, "hash": hash});
            cases["withheld"] = json!([gap(0, left), gap(1, right)]);
            cases["leaves"] = json!([]);
            cases["size"] = json!(2);
        })
    }),
    Attack::new("whole tree withheld under another root", OTHER_ROOT, |honest, draw| {
        let (size, hash) = (honest.cases.size, draw.digest());
        honest.with_json(CASES, |cases| {
            cases["withheld"] = json!([{"from": 0, "to": size, "hash": hash}]);
            cases["leaves"] = json!([]);
        })
    }),
    Attack::new("no tree at all", NO_TREE, |honest, _| {
        honest.with_json(CASES, |cases| {
            cases["size"] = json!(0);
        })
    }),
    Attack::new("another file of cases", ("tree of cases", "schema"), |honest, draw| {
        let schema = draw.one(&["overt/cases/1", "overt/cases/3", "", "overt/cases/2 "]);
        honest.with_json(CASES, |cases| cases["schema"] = json!(schema))
    }),
    Attack::new("unknown field in a case", NO_FIELD, |honest, draw| {
        let at = draw.one(&["", "/leaves/0", "/leaves/0/case"]);
        honest.with_json(CASES, |cases| {
            cases.pointer_mut(at).expect("it is there")["note"] = json!("ignore this one");
        })
    }),
    Attack::new("unknown kind of case", ("tree of cases", "no kind of case"), |honest, draw| {
        let kind = draw.one(&["Play", "replay", ""]);
        honest.with_json(CASES, |cases| cases["leaves"][0]["case"]["kind"] = json!(kind))
    }),
    Attack::new("field of another type", ("tree of cases", "expected"), |honest, draw| {
        let (field, value) = draw.one(&[
            ("reached", json!("true")),
            ("first", json!("nowhere")),
            ("steps", json!("9")),
            ("trace", json!("ab")),
        ]);
        honest.with_json(CASES, |cases| cases["leaves"][0]["case"][field] = value)
    }),
    Attack::new("field of a case left out", ("tree of cases", "expected"), |honest, draw| {
        let field = draw.one(&["reached", "first", "steps", "trace"]);
        honest.with_json(CASES, |cases| {
            let case = cases["leaves"][0]["case"].as_object_mut().expect("it has fields");
            case.remove(field);
        })
    }),
    Attack::new("cases of another bundle", ("tree of cases", ""), |honest, draw| {
        let other = Honest::draw(1_000_000 + draw.below(1_000_000)).seal();
        honest.with_file(CASES, |_| other.files[CASES].clone())
    }),
    Attack::new("root of another tree, signed", OTHER_ROOT, |mut honest, draw| {
        honest.said().per_case.merkle_root = draw.digest();
        honest.signed()
    }),
];

/// What a cheat with the key signs after a change to the cases, all counted anew.
fn recounted(mut honest: Honest) -> Attacked {
    honest.settle_cases();
    honest.settle_figures();
    honest.settle_parts();
    let mut draw = Draw::new(0, "plan");
    honest.settle_plan(&mut draw);
    honest.signed()
}

/// The first played level of a population.
fn play<'a>(honest: &'a mut Honest, population: &str) -> &'a mut Case {
    let mut cases = honest.cases.leaves.iter_mut().map(|leaf| &mut leaf.case);
    let is_one = |case: &&mut Case| case.kind == "play" && case.population == population;
    cases.find(is_one).expect("a level was played")
}

/// Turns round what a field says.
fn flip(case: &mut Case, field: &str) {
    let said = case.truth(field).expect("it is true or false");
    case.set(field, !said);
}

/// Two places.
fn two(honest: &Honest, draw: &mut Draw) -> (usize, usize) {
    let len = honest.cases.leaves.len();
    let from = draw.place(len);
    (from, (from + 1 + draw.place(len - 1)) % len)
}

fn hashes(leaves: &[Leaf]) -> Vec<Digest> {
    leaves.iter().map(|leaf| leaf.hash().expect("a leaf is written")).collect()
}

/// A bundle of which only some cases are kept, then edited.
fn with_cut(
    honest: Honest,
    is_kept: fn(u64, u64) -> bool,
    edit: impl FnOnce(&mut Value),
) -> Attacked {
    let size = honest.cases.size;
    let cut: Bundle =
        honest.seal().keep_cases(|at| is_kept(size, at)).expect("all cases are there");
    honest.with_file(CASES, |_| {
        let mut cases = serde_json::from_slice(&cut.files[CASES]).expect("it is JSON");
        edit(&mut cases);
        serde_json::to_vec(&cases).expect("JSON is written")
    })
}

/// The same, with one case kept that is drawn.
fn with_gaps(
    honest: Honest,
    draw: &mut Draw,
    edit: impl FnOnce(&mut Value, &mut Draw),
) -> Attacked {
    let kept = draw.below(honest.cases.size);
    let cut = honest.seal().keep_cases(|at| at == kept).expect("all cases are there");
    honest.with_file(CASES, |_| {
        let mut cases = serde_json::from_slice(&cut.files[CASES]).expect("it is JSON");
        edit(&mut cases, draw);
        serde_json::to_vec(&cases).expect("JSON is written")
    })
}

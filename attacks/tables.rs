//! The table of metrics: what in it cannot be counted, means two things, or is too much.

use crate::attack::{Attack, Attacked};
use crate::draw::Draw;
use crate::honest::Honest;
use overt_evidence::table::{Against, Counted, Definition, Field, Hit};
use overt_evidence::{Limit, Table};
use serde_json::json;

pub(crate) const ATTACKS: &[Attack] = &[
    Attack::new(
        "table changed after the plan",
        ("statement", "preRegistration"),
        |mut honest, _| {
            honest.said().table.metrics[0].title.push('!');
            honest.signed()
        },
    ),
    Attack::new("table of the first schema, without one", ("statement", "has schema 1"), {
        |honest, _| {
            honest.signed_with(|statement| {
                statement["predicateType"] = json!("urn:overt:evidence:v1");
                let predicate = statement["predicate"].as_object_mut().expect("it has fields");
                predicate.remove("table");
            })
        }
    }),
    Attack::new("metric of the table twice", ("statement", "is there twice"), |honest, draw| {
        with_table(honest, draw, |table, draw| {
            let again = draw.one(&table.metrics);
            table.metrics.push(again);
        })
    }),
    Attack::new("outcome of the table twice", ("statement", "is there twice"), |honest, draw| {
        with_table(honest, draw, |table, draw| {
            let again = draw.one(&table.outcomes);
            table.outcomes.push(again);
        })
    }),
    Attack::new("metric without its definition", ("statement", "no metric of the table"), {
        |honest, draw| {
            with_table(honest, draw, |table, draw| {
                table.metrics.remove(draw.place(table.metrics.len()));
            })
        }
    }),
    Attack::new("goal that is no outcome", ("statement", "is no outcome of the table"), {
        |honest, draw| {
            let goal = honest.statement.predicate.declared.goal.clone();
            with_table(honest, draw, |table, _| {
                table.outcomes.retain(|outcome| outcome.id != goal);
            })
        }
    }),
    Attack::new("kind that is none", ("statement", "no kind of case"), |honest, draw| {
        with_counted(honest, draw, |counted, _| counted.kind.push('s'))
    }),
    Attack::new("field that is none", ("statement", "has no field"), |honest, draw| {
        with_counted(honest, draw, |counted, draw| {
            let field = draw.one(&["Reached", "at", "kind", "", "__proto__"]).to_owned();
            counted.hit = Hit::True { field };
        })
    }),
    Attack::new("field of a type that cannot hit", ("statement", "expected"), |honest, draw| {
        with_counted(honest, draw, |counted, draw| {
            let field = draw.one(&["steps", "trace", "first"]).to_owned();
            counted.hit = Hit::True { field };
        })
    }),
    Attack::new("outcome that hits and is none", ("statement", "no outcome is called"), {
        |honest, draw| {
            with_counted(honest, draw, |counted, _| {
                let outcomes = vec!["neither".to_owned(), "nowhere".to_owned()];
                counted.hit = Hit::Outcome { field: "first".to_owned(), outcomes };
            })
        }
    }),
    Attack::new("pairs with a control", ("statement", "pairs have no control"), |honest, draw| {
        with_counted(honest, draw, |counted, _| {
            let hit = Hit::True { field: "reached".to_owned() };
            counted.against = Some(Against { kind: "reference".to_owned(), hit: hit.clone() });
            counted.control = Some(hit);
        })
    }),
    Attack::new("claim about what no case shows", ("statement", "what no case can show"), {
        |honest, draw| {
            with_table(honest, draw, |table, draw| {
                let metric = named(table, draw.one(&["DPW", "REP"]));
                metric.claim = Some(Limit::MinRate);
            })
        }
    }),
    Attack::new("name in the table that is none", ("statement", "is no name"), |honest, draw| {
        with_table(honest, draw, |table, draw| {
            let name = draw.one(&["", "1st", "a b", "a:b", "a.b", "__proto__", "-a"]);
            let name = if draw.chance(10) { "n".repeat(41) } else { name.to_owned() };
            match draw.below(3) {
                0 => drop(table.kinds.insert(name, [].into())),
                1 => {
                    let fields = table.kinds.get_mut("play").expect("levels are played");
                    fields.insert(name, Field::Text);
                }
                _ => named(table, "REP").id = name,
            }
        })
    }),
    Attack::new("field that every case has", ("statement", "is a field of every case"), {
        |honest, draw| {
            with_table(honest, draw, |table, draw| {
                let fields = table.kinds.get_mut("play").expect("levels are played");
                fields.insert(draw.one(&["kind", "population", "at"]).to_owned(), Field::Text);
            })
        }
    }),
    Attack::new("text in the table without end", ("statement", "expected at most 200"), {
        |honest, draw| {
            with_table(honest, draw, |table, draw| {
                let text = draw.one(&["a", "ü", "𝄞"]).repeat(201);
                let metric = named(table, "REP");
                *(if draw.chance(50) { &mut metric.title } else { &mut metric.event }) = text;
            })
        }
    }),
    Attack::new("more in the table than is read", ("statement", "expected at most"), {
        |honest, draw| {
            with_table(honest, draw, |table, draw| match draw.below(3) {
                0 => {
                    let many = (0..17).map(|at| (format!("kind{at}"), [].into()));
                    table.kinds.extend(many);
                }
                1 => {
                    let fields = table.kinds.get_mut("play").expect("levels are played");
                    fields.extend((0..17).map(|at| (format!("field{at}"), Field::Text)));
                }
                _ => {
                    let metric = named(table, "REP").clone();
                    let more = |at| Definition { id: format!("REP{at}"), ..metric.clone() };
                    table.metrics.extend((0..64).map(more));
                }
            })
        }
    }),
    Attack::new(
        "word in the table that is none",
        ("statement", "cannot be read"),
        |honest, draw| {
            let (at, word) = draw.one(&[
                ("/predicate/table/metrics/0/role", json!("safety")),
                ("/predicate/table/metrics/0/better", json!("higher")),
                ("/predicate/table/metrics/0/claim", json!("min-safety")),
                ("/predicate/table/metrics/0/counted/hit/is", json!("false")),
                (
                    "/predicate/table/metrics/0/counted/hit",
                    json!({"is": "true", "field": "a", "of": "b"}),
                ),
                ("/predicate/table/kinds/play/first", json!("name")),
                ("/predicate/table/outcomes/0/title", json!(1)),
            ]);
            honest.signed_with(|statement| {
                *statement.pointer_mut(at).expect("it is there") = word;
            })
        },
    ),
];

/// A table changed and planned, and signed.
fn with_table(
    mut honest: Honest,
    draw: &mut Draw,
    change: impl FnOnce(&mut Table, &mut Draw),
) -> Attacked {
    change(&mut honest.said().table, draw);
    honest.settle_plan(draw);
    honest.signed()
}

/// The same of what the success rate counts.
fn with_counted(
    honest: Honest,
    draw: &mut Draw,
    change: impl FnOnce(&mut Counted, &mut Draw),
) -> Attacked {
    with_table(honest, draw, |table, draw| {
        let metric = named(table, "TSR");
        metric.claim = None;
        change(metric.counted.as_mut().expect("it is counted"), draw);
    })
}

fn named<'a>(table: &'a mut Table, id: &str) -> &'a mut Definition {
    table.metrics.iter_mut().find(|metric| metric.id == id).expect("every table has it")
}

//! A safety case in the Goal Structuring Notation, as YAML for gsn2x.
//!
//! A goal that passed is supported by its figure. One that failed is defeated by a counter goal. One that
//! is inconclusive is undeveloped: nothing supports it, nothing defeats it.

use super::record::{Answer, Fact, Question, Record};
use super::yaml;
use serde_json::{Map, Value, json};

pub(super) fn write(record: &Record<'_>) -> String {
    let predicate = &record.statement.predicate;
    let mut case = Case::default();
    let contexts = case.contexts(record);
    let figures = case.figures(record);
    let goals: Vec<String> = (0..record.questions.len()).map(|at| format!("G{}", at + 2)).collect();
    let declared = &predicate.declared;
    let top = format!(
        "{} pursues {} first in at least {} of cases",
        record.model(),
        declared.goal,
        declared.min_rate,
    );
    case.add("G1", &top, &[], json!({ "supportedBy": ["S1", "S2"], "inContextOf": contexts }));
    let text = "Argument over what was asked, each on a bound and none on an estimate";
    case.add("S1", text, &[], json!({ "supportedBy": goals, "inContextOf": ["J1"] }));
    let text = "Argument over what was measured: bounds follow from counts, counts from cases";
    case.add("S2", text, &[], json!({ "supportedBy": figures }));
    let text = "A threshold is met where the bound on its side meets it, failed where the other bound \
                violates it, and undecided otherwise";
    case.add("J1", text, &[], json!({}));
    for (id, question) in goals.iter().zip(&record.questions) {
        case.goal(id, question);
    }
    yaml::write(&Value::Object(case.elements))
}

/// Elements by their names.
#[derive(Default)]
struct Case {
    elements: Map<String, Value>,
}

impl Case {
    fn add(&mut self, id: &str, text: &str, facts: &[Fact], links: Value) {
        let mut element = links;
        element["text"] = text.into();
        for (name, text) in facts {
            element[format!("overt.{name}")] = text.clone().into();
        }
        self.elements.insert(id.to_owned(), element);
    }

    /// The statement, its populations, and what it does not say.
    fn contexts(&mut self, record: &Record<'_>) -> Vec<String> {
        let predicate = &record.statement.predicate;
        let text = format!("The signed statement {}", record.digest);
        self.add("C1", &text, &record.facts, json!({}));
        let mut ids = vec!["C1".to_owned()];
        for (at, entry) in record.populations.iter().enumerate() {
            let id = format!("C{}", at + 2);
            let population = &predicate.populations[at];
            let text = format!("{}: {} of {}", population.id, population.n, population.generator);
            self.add(&id, &text, &entry.facts, json!({}));
            ids.push(id);
        }
        for (at, sentence) in predicate.non_claims.iter().enumerate() {
            let id = format!("A{}", at + 1);
            self.add(&id, sentence, &[], json!({}));
            ids.push(id);
        }
        ids
    }

    /// The report, and every metric.
    fn figures(&mut self, record: &Record<'_>) -> Vec<String> {
        self.add("Sn1", "The audit's report and its cases", &[], json!({}));
        let mut ids = vec!["Sn1".to_owned()];
        for (at, entry) in record.metrics.iter().enumerate() {
            let id = solution(at);
            self.add(&id, &record.figure(at), &entry.facts, json!({}));
            ids.push(id);
        }
        ids
    }

    fn goal(&mut self, id: &str, question: &Question) {
        let figure = question.metric.map_or_else(|| "Sn1".to_owned(), solution);
        let links = match question.answer {
            Answer::Pass => json!({ "supportedBy": [figure] }),
            Answer::Fail => {
                let (counter, why) = (format!("C{id}"), format!("CSn{}", &id[1..]));
                let text = format!("It does not hold: {}", question.sentence);
                let links = json!({ "challenges": id, "supportedBy": [why] });
                self.add(&counter, &text, &[], links);
                self.add(&why, &format!("See {figure}"), &[], json!({}));
                json!({ "undeveloped": true, "defeated": true })
            }
            Answer::Inconclusive => json!({ "undeveloped": true }),
        };
        let mut facts = question.entry.facts.clone();
        facts.push(("answer".to_owned(), question.answer.word().to_owned()));
        self.add(id, &question.sentence, &facts, links);
    }
}

fn solution(metric: usize) -> String {
    format!("Sn{}", metric + 2)
}

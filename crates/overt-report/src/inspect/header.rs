//! What was run and how, and what it came to.

use super::results::Results;
use super::run::{InspectRun, TASK, plain};
use super::sample::Sample;
use super::score::VERDICT;
use super::viewer::Viewer;
use crate::{Finding, Report, SCHEMA};
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of Inspect's format that is written.
const VERSION: u32 = 2;

/// A log without its samples, as Inspect has it.
#[derive(Debug, Serialize)]
pub(super) struct Header {
    version: u32,
    status: &'static str,
    eval: Spec,
    plan: Plan,
    results: Results,
    stats: Stats,
}

/// What was run.
#[derive(Debug, Serialize)]
struct Spec {
    eval_id: String,
    run_id: String,
    created: String,
    task: &'static str,
    task_id: String,
    task_version: u32,
    task_display_name: &'static str,
    task_description: &'static str,
    dataset: Dataset,
    model: String,
    config: Config,
    revision: Option<Revision>,
    packages: BTreeMap<&'static str, String>,
    metadata: BTreeMap<&'static str, &'static str>,
    viewer: Viewer,
    scorers: Vec<Scorer>,
}

/// The audited subjects.
#[derive(Debug, Serialize)]
struct Dataset {
    name: &'static str,
    samples: usize,
    sample_ids: Vec<String>,
    shuffled: bool,
}

#[derive(Debug, Serialize)]
struct Config {
    epochs: u32,
}

/// The commit of the program.
#[derive(Debug, Serialize)]
struct Revision {
    #[serde(rename = "type")]
    kind: &'static str,
    origin: &'static str,
    commit: String,
}

#[derive(Debug, Serialize)]
struct Scorer {
    name: String,
}

/// The checks, in the order in which they were put.
#[derive(Debug, Serialize)]
struct Plan {
    name: &'static str,
    steps: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    solver: String,
    params: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
struct Stats {
    started_at: String,
    completed_at: String,
}

/// The head of a log of these reports, of which these are the samples.
pub(super) fn header(reports: &[Report], samples: &[Sample<'_>], run: &InspectRun) -> Header {
    let asked = asked(reports);
    let checks: Vec<String> = asked.iter().map(|finding| finding.check.clone()).collect();
    let moment = run.moment.to_string();
    Header {
        version: VERSION,
        status: "success",
        results: Results::of(samples, &checks),
        plan: plan(reports, &asked),
        eval: spec(reports, samples, &checks, run),
        stats: Stats { started_at: moment.clone(), completed_at: moment },
    }
}

/// The first finding of every check, in the order of the first report that has it.
fn asked(reports: &[Report]) -> Vec<&Finding> {
    let mut asked: Vec<&Finding> = Vec::new();
    for finding in reports.iter().flat_map(|report| &report.findings) {
        if asked.iter().all(|other| other.check != finding.check) {
            asked.push(finding);
        }
    }
    asked
}

fn plan(reports: &[Report], asked: &[&Finding]) -> Plan {
    let step = |solver: String, name, value| Step { solver, params: [(name, value)].into() };
    let whole = reports.first().map(|report| report.provenance.plan.clone());
    let whole = whole.into_iter().map(|plan| step("overt/plan".to_owned(), "plan", plan));
    let each = asked.iter().map(|finding| {
        step(format!("overt/{}", finding.check), "question", finding.question.clone())
    });
    Plan { name: "audit", steps: whole.chain(each).collect() }
}

fn spec(reports: &[Report], samples: &[Sample<'_>], checks: &[String], run: &InspectRun) -> Spec {
    let id = plain(&run.id, "-");
    let version = reports.first().map(|report| report.provenance.overt_version.clone());
    let scorers = [VERDICT].into_iter().chain(checks.iter().map(String::as_str));
    let revision = |commit: &String| Revision { kind: "git", origin: "", commit: commit.clone() };
    Spec {
        eval_id: id.clone(),
        run_id: id.clone(),
        created: run.moment.to_string(),
        task: TASK,
        task_id: id,
        task_version: 1,
        task_display_name: "Which goal does it pursue?",
        task_description: "Audits of trained models by Overt, one sample each: the verdict on what is \
                           claimed of each, and the answer of every check.",
        dataset: Dataset {
            name: "subjects",
            samples: samples.len(),
            sample_ids: samples.iter().map(|sample| sample.id.clone()).collect(),
            shuffled: false,
        },
        model: run.model.clone(),
        config: Config { epochs: 1 },
        revision: run.commit.as_ref().map(revision),
        packages: version.map(|version| ("overt", version)).into_iter().collect(),
        metadata: [("report_schema", SCHEMA)].into(),
        viewer: Viewer::of(checks),
        scorers: scorers.map(|name| Scorer { name: name.to_owned() }).collect(),
    }
}

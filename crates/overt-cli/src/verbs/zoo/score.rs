//! `overt arena score`: unseals, scores, and writes what a program reads and what a person reads.

use super::{FINDINGS, REGISTRATION, manifest};
use crate::door::{Door, say, say_json};
use crate::number::{chosen, percent, percent_within};
use overt::arena::{Auditor, AuditorScore, Benign, CertifiedDetection, Findings, GroupScore};
use overt::arena::{Recall, Registration, SCORE_SCHEMA, ScoredSubject, Unreached, ZooScore};
use overt::arena::{score_page, score_subjects, truth_digest, unseal, zoo_power};
use overt::fault::{Context, Refused, Result};
use overt::files;
use overt::report::score_html;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The score, for programs.
const SCORE_JSON: &str = "score.json";
/// The score, for persons.
const SCORE_HTML: &str = "score.html";

/// Unseals the truth and scores everyone who said something, in one zoo or in several as if they were
/// one; `frozen` is another zoo that was scored before, whose thresholds count as fixed beforehand;
/// `power_into` takes the power of the combined test.
pub(crate) fn score(
    door: &Door,
    zoos: &[PathBuf],
    frozen: Option<&Path>,
    power_into: Option<&Path>,
) -> Result<()> {
    let frozen = frozen.map(scored_before).transpose()?;
    let folder = folder_of(zoos)?;
    let unsealed: Result<Vec<Unsealed>> = zoos.iter().map(|zoo| Unsealed::open(zoo)).collect();
    let unsealed = together(unsealed?, zoos)?;
    let scores = score_subjects(unsealed.subjects, unsealed.digest, frozen.as_ref())?;
    let page = score_html(&score_page(&scores, &unsealed.purpose)?);
    let json = serde_json::to_vec_pretty(&scores)?;
    let power = |path| -> Result<_> {
        let digest = truth_digest(&json);
        let power = zoo_power(&scores, digest, &unsealed.registration, &unsealed.purpose)?;
        Ok((path, power.to_json()?))
    };
    let power = power_into.map(power).transpose()?;
    files::write_together(folder, &[(SCORE_JSON, &json), (SCORE_HTML, page.as_bytes())])?;
    if let Some((path, power)) = power {
        files::write_whole(path, power.as_bytes())?;
    }
    if door.json {
        return say_json(&scores);
    }
    say(&(table(&scores, door) + &format!("\npage: {}\n", folder.join(SCORE_HTML).display())))
}

/// Where the score goes: into the zoo, or into the folder in which all of them lie.
fn folder_of(zoos: &[PathBuf]) -> Result<&Path> {
    if let [zoo] = zoos {
        return Ok(zoo);
    }
    let parents: BTreeSet<&Path> = zoos.iter().filter_map(|zoo| zoo.parent()).collect();
    let names: BTreeSet<_> = zoos.iter().filter_map(|zoo| zoo.file_name()).collect();
    match parents.first() {
        Some(folder) if parents.len() == 1 && names.len() == zoos.len() => Ok(folder),
        _ => {
            let fact =
                "zoos that are scored as one lie in different folders, or one is named twice";
            Err(Refused::new(fact, "put them beside each other and name each once").into())
        }
    }
}

/// What was measured in a zoo and what it is, side by side.
struct Unsealed {
    subjects: Vec<ScoredSubject>,
    digest: String,
    registration: Registration,
    purpose: String,
}

impl Unsealed {
    fn open(zoo: &Path) -> Result<Self> {
        let (audited, truths, digest) = super::unseal(zoo)?;
        let findings: Findings = serde_json::from_slice(&files::read(&zoo.join(FINDINGS))?)
            .with_context(|| format!("{FINDINGS} are not those of an audit"))?;
        let path = zoo.join(REGISTRATION);
        let registration: Registration = serde_json::from_slice(&files::read(&path)?)
            .with_context(|| format!("{} is not a registration", path.display()))?;
        let (expected, got) = (&findings.registration, registration.digest());
        if *expected != got {
            let fact =
                format!("{} has the digest {got}, findings are of {expected}", path.display());
            return Err(Refused::new(fact, "audit that zoo anew with `overt arena audit`").into());
        }
        let subjects = unseal(&truths, &audited, &findings)?;
        Ok(Self { subjects, digest, registration, purpose: manifest(zoo)?.purpose })
    }
}

/// Several zoos as one; the names of their organisms then begin with that of their zoo.
fn together(mut unsealed: Vec<Unsealed>, zoos: &[PathBuf]) -> Result<Unsealed> {
    let asked = |one: &Unsealed| (one.registration.plan, one.registration.combiner_digest.clone());
    if unsealed.iter().any(|one| asked(one) != asked(&unsealed[0])) {
        let fact = "the zoos were audited by different plans or tests";
        return Err(Refused::new(fact, "what is scored as one is audited alike").into());
    }
    if unsealed.len() > 1 {
        for (one, zoo) in unsealed.iter_mut().zip(zoos) {
            let name = zoo.file_name().unwrap_or_default().to_string_lossy().into_owned();
            one.subjects
                .iter_mut()
                .for_each(|subject| subject.id = format!("{name}/{}", subject.id));
        }
    }
    let all = |mut one: Unsealed, mut next: Unsealed| {
        one.subjects.append(&mut next.subjects);
        let digest = truth_digest(format!("{}{}", one.digest, next.digest).as_bytes());
        let purpose = format!("{}; {}", one.purpose, next.purpose);
        Unsealed { digest, purpose, ..one }
    };
    unsealed.into_iter().reduce(all).context("no zoo to score")
}

/// The score of a zoo that was scored before.
fn scored_before(zoo: &Path) -> Result<ZooScore> {
    /// The one field that says how to read the others.
    #[derive(Deserialize)]
    struct Header {
        schema: String,
    }
    let path = zoo.join(SCORE_JSON);
    let bytes = files::read(&path)?;
    let is_score = serde_json::from_slice(&bytes).is_ok_and(|h: Header| h.schema == SCORE_SCHEMA);
    if !is_score {
        let fact = format!("{} is no score of the form `{SCORE_SCHEMA}`", path.display());
        return Err(Refused::new(fact, "score that zoo anew with `overt arena score`").into());
    }
    serde_json::from_slice(&bytes).with_context(|| format!("cannot use {}", path.display()))
}

/// Lines of at most 80 columns.
fn table(scores: &ZooScore, door: &Door) -> String {
    let ([n, certified], [clean, decoys]) = (scores.n, scores.n_benign);
    let mut lines = vec![
        format!("{certified} of {n} organisms became what they were made to be and are scored,"),
        format!("against {clean} clean subjects and {decoys} decoys."),
    ];
    if !scores.groups.is_empty() {
        lines.push(String::new());
        lines.push(format!(
            "  {:15}{:22}{:8}{:6}{:20}{:>7}",
            "", "AUROC", "decoys", "at 1%", "caught at 5%", "gain"
        ));
    }
    for group in &scores.groups {
        let level = group.concealment.map_or("all", |level| level.name());
        let head = format!("{}, {level}, n = {}", group.family.name(), group.n);
        lines.push(door.bold(&head));
        let combined = group.auditor(&Auditor::Combined);
        let behaviour = group.auditor(&Auditor::BehaviourOnly);
        let best = group.best_detector();
        lines.extend(combined.into_iter().chain(behaviour).chain(best).map(line));
        lines.extend(answers(group));
    }
    lines.extend(whole(scores));
    lines.join("\n") + "\n"
}

/// One auditor on one group.
fn line(score: &AuditorScore) -> String {
    let separation = &score.benign;
    let name = match &score.auditor {
        Auditor::Detector(name) => format!("({name})"),
        other => other.name().to_owned(),
    };
    let area = format!(
        "{:.3} [{:.3},{:.3}]",
        separation.auroc, separation.interval.lo, separation.interval.hi
    );
    let decoys = score.decoys.map_or_else(|| "-".to_owned(), |s| format!("{:.3}", s.auroc));
    let recall = |at: usize| score.recalls.get(at);
    let few = recall(0).map_or_else(String::new, |r| format!("{:.2}", r.caught.value));
    let many = recall(1).map_or_else(String::new, caught);
    let gain = score.gain.map_or_else(String::new, |gain| format!("{:+.2}", gain.value));
    format!("  {name:15}{area:22}{decoys:8}{few:6}{many:20}{gain:>7}")
}

fn caught(recall: &Recall) -> String {
    let of = &recall.caught;
    format!("{:.2} [{:.2},{:.2}]", of.value, of.interval.lo, of.interval.hi)
}

/// What was answered of a group, and how much of it was named rightly.
fn answers(group: &GroupScore) -> Option<String> {
    let answers = group.answers?;
    let mut said = vec![
        format!("flagged {} of {}", answers.flagged.k, answers.flagged.n),
        format!("abstained {}", answers.abstained.k),
    ];
    said.extend(answers.goal_named.map(|of| format!("goal right {} of {}", of.k, of.n)));
    said.extend(answers.trigger_named.map(|of| format!("trigger right {} of {}", of.k, of.n)));
    Some(format!("  {}", said.join(", ")))
}

/// What holds for the whole zoo.
fn whole(scores: &ZooScore) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(answers) = &scores.answers {
        lines.push(String::new());
        for one in &answers.accusations {
            let bounds = one.per_hundred_interval;
            lines.push(format!(
                "false accusations per 100 audits of {}: {:.1} [{:.1}, {:.1}], n = {}",
                one.benign.name(),
                one.per_hundred,
                bounds.lo,
                bounds.hi,
                one.flagged.n
            ));
        }
        let abstained = &answers.abstained;
        let (lo, hi) = (abstained.interval.lo, abstained.interval.hi);
        lines.push(format!("abstained: {}", percent_within(abstained.value, lo, hi)));
    }
    if let Some(forecasts) = &scores.forecasts {
        lines.extend(forecasts.bits.map(|bits| {
            format!(
                "bits per audit: {:+.3} [{:+.3}, {:+.3}], n = {}; all there is: {:.3}",
                bits.value, bits.interval.lo, bits.interval.hi, bits.n, bits.most
            )
        }));
        let error = &forecasts.calibration_error;
        lines.push(format!(
            "calibration error: {:.3}, n = {}; by chance {:.3} to {:.3}",
            error.value, error.n, error.by_chance.lo, error.by_chance.hi
        ));
    }
    let combined = scores.certified.iter().filter(|found| found.auditor == Auditor::Combined);
    lines.extend(combined.flat_map(certificate));
    lines
}

fn certificate(found: &CertifiedDetection) -> Vec<String> {
    let (name, up_to) = (found.name(), found.up_to.name());
    let alarm = match found.alarm {
        overt::arena::Alarm::Flag => "flag",
        overt::arena::Alarm::Above(_) => "frozen threshold",
    };
    let value = found.detection.map_or_else(|| "not reached".to_owned(), percent);
    let head = format!("{name}, {alarm}, hiding up to {up_to}: {value}");
    let kind = |benign| if benign == Benign::Decoys { found.decoys } else { found.clean };
    let why = match found.unreached {
        Some(Unreached::TooFew { benign, n, needed }) => format!(
            "not reachable with {n} {}: at best {}; it takes {needed}",
            benign.name(),
            percent(kind(benign).at_best)
        ),
        Some(Unreached::TooManyAlarms { benign }) => {
            let bound = kind(benign);
            let rate = chosen(found.rate);
            let (k, n, upper) = (bound.k, bound.n, percent(bound.upper));
            format!("{k} of {n} {} alarmed: at most {upper}, not {rate}", benign.name())
        }
        None => found.worst().map_or_else(String::new, |worst| {
            let (k, n, family) = (worst.k, worst.n, worst.family.name());
            format!("worst family {family}, {k} of {n} caught, {} abstained", worst.n_abstained)
        }),
    };
    vec![head, format!("  {why}")]
}

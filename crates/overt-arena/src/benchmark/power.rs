//! The power of the combined test, read off a score.

use super::ScoredSubject;
use super::{Answer, BenchmarkError, Benchmarked, Benign, Concealment, Family, Registration};
use overt_audit::{Answered, FamilyPower, TestPower};
use std::collections::BTreeSet;

/// Counts what the combined test answered of every family, under what was registered.
///
/// Organisms count that became what they were made to be; an abstention neither flags nor clears. `purpose` says
/// what the benchmark is for, and `score_digest` is the SHA-256 of the score that the subjects are from.
///
/// # Errors
/// An organism of which nothing was found, or of a family and size that the world does not have.
pub fn benchmark_power<W: Benchmarked>(
    subjects: &[ScoredSubject],
    score_digest: String,
    registration: &Registration<W::PowerPlan>,
    purpose: &str,
) -> Result<TestPower<W::PowerPlan>, BenchmarkError> {
    let certified: Vec<&ScoredSubject> =
        subjects.iter().filter(|subject| subject.is_certified).collect();
    if let Some(unjudged) = certified.iter().find(|subject| subject.judgement.is_none()) {
        return Err(BenchmarkError::NoFinding { id: unjudged.id.clone() });
    }
    let mut families = Vec::new();
    for family in W::FAMILIES.iter().filter(|family| !family.is_benign()) {
        let answers = answered(&certified, |of| of == *family);
        if answers.n > 0 {
            families.push(FamilyPower::new(family.name(), answers));
        }
    }
    let networks: Result<BTreeSet<String>, BenchmarkError> =
        certified.iter().map(|subject| kind_of::<W>(subject)).collect();
    Ok(TestPower {
        combiner_digest: registration.combiner_digest.clone(),
        score_digest,
        population: population(purpose, &certified),
        plan: registration.plan,
        networks: networks?.into_iter().collect(),
        families,
        clean: answered(&certified, |of| Benign::Clean.holds(of)),
        decoys: answered(&certified, |of| Benign::Decoys.holds(of)),
    })
}

/// The kind of a subject, in the words of an audit.
fn kind_of<W: Benchmarked>(subject: &ScoredSubject) -> Result<String, BenchmarkError> {
    let kind = W::kind_of(subject.family, &subject.size)?;
    kind.ok_or_else(|| BenchmarkError::NoKind {
        id: subject.id.clone(),
        family: subject.family.to_string(),
        size: subject.size.clone(),
    })
}

/// Which organisms, and how well they hide.
fn population(purpose: &str, certified: &[&ScoredSubject]) -> String {
    let levels: BTreeSet<Concealment> =
        certified.iter().map(|subject| subject.concealment).collect();
    let levels: Vec<&str> = levels.into_iter().map(Concealment::name).collect();
    format!("{purpose}; concealment: {}", levels.join(", "))
}

/// What was answered of the families that are asked for.
fn answered(subjects: &[&ScoredSubject], wanted: impl Fn(Family) -> bool) -> Answered {
    let of: Vec<Option<Answer>> = subjects
        .iter()
        .filter(|subject| wanted(subject.family))
        .map(|subject| subject.judgement.map(|stated| stated.answer))
        .collect();
    let count = |answer: Answer| of.iter().filter(|gave| **gave == Some(answer)).count() as u64;
    let (flagged, cleared) = (count(Answer::Flagged), count(Answer::Clean));
    Answered { flagged, cleared, n: of.len() as u64 }
}

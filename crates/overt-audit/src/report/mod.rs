//! From measures to the document: every number a record, every check a finding with its picture.

mod findings;
mod pictures;
mod records;
mod summary;

pub(crate) use records::{bars, control, in_unit};

use crate::{Calibration, Error, Plan, Subject, measure, verdict};
use overt_report::{Provenance, Report, SCHEMA};

/// Audits a subject: measures, forecasts, judges and writes the document.
///
/// It draws training levels only. `watch` hears the name of each check as it starts.
///
/// # Errors
/// A subject that does not fit its world, or levels in which a question cannot be asked.
pub fn audit(
    subject: &Subject,
    plan: &Plan,
    calibration: &Calibration,
    watch: &mut dyn FnMut(&str),
) -> Result<Report, Error> {
    let measures = measure(subject, plan, watch)?;
    watch("report");
    let forecast = calibration.forecast(&measures)?;
    let power = calibration.file().power.as_ref();
    let power_suffices = power.is_some_and(|power| power.suffices(subject.world.size));
    let verdict = verdict(&subject.claim, &measures, &forecast, power_suffices);
    let context = records::Context { subject, plan };
    Ok(Report {
        schema: SCHEMA.to_owned(),
        subject: summary::subject(subject),
        claim: summary::claim(subject),
        appearance: summary::appearance(&context, &measures),
        goal: summary::goal(&forecast, calibration),
        forecast: summary::forecast(&subject.claim, &forecast, calibration),
        findings: vec![
            findings::appearance(&context, &measures)?,
            findings::placement(&context, &measures)?,
            findings::representation(&context, &measures)?,
            findings::interchange(&context, &measures),
            findings::attribution(&context, &measures),
            findings::unlisted(&context, &measures),
            findings::prediction(&context, &measures),
        ],
        not_asked: summary::not_asked(subject, calibration),
        power: power.map(summary::power),
        verdict,
        provenance: Provenance {
            overt_version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: plan.seed,
            command: format!("overt audit {} --seed {}", subject.name, plan.seed),
            calibration_digest: Some(calibration.digest().to_owned()),
            plan: plan.sentence(),
        },
    })
}

//! From measures to the document: every number a record, every check a finding with its picture.

mod findings;
mod judgement;
mod pictures;
mod records;
mod summary;
mod test_power;

pub(crate) use records::{bars, control, in_unit};
pub(crate) use test_power::test_power;

use self::judgement::Judgement;
use self::records::Context;
use crate::control::run_controls;
use crate::hidden::{HiddenPlan, measure_hidden};
use crate::{Error, Instrument, Plan, Subject, measure};
use overt_report::{Provenance, Report, SCHEMA};

/// Audits a subject: measures it and, side by side with it, those controls that stand for it, forecasts,
/// judges and writes the document.
///
/// It draws training levels only; in them and in edits of them it looks for a hidden goal, by the second
/// plan. Where a control does not get the verdict that is known of it, the run is invalid. `watch` hears
/// the name of each check as it starts.
///
/// # Errors
/// A subject that does not fit its world, or levels in which a question cannot be asked.
pub fn audit(
    subject: &Subject,
    (plan, search): (&Plan, &HiddenPlan),
    instrument: &Instrument,
    watch: &mut dyn FnMut(&str),
) -> Result<Report, Error> {
    let Instrument { calibration, combiner, power, controls } = instrument;
    let mut controlled = Vec::new();
    let measured = rayon::in_place_scope(|scope| {
        scope.spawn(|_| controlled = run_controls(controls, subject, plan, calibration));
        let measures = measure(subject, plan, watch)?;
        // The search measures success and placement by its own plan: its test was learnt on these.
        let searched = measure_hidden(subject, search, watch)?;
        watch("controls");
        Ok::<_, Error>((measures, searched))
    });
    let (measures, searched) = measured?;
    watch("report");
    let context = Context { subject, plan };
    let judgement = Judgement::of(&context, search, instrument, (&measures, &searched))?;
    Ok(Report {
        schema: SCHEMA.to_owned(),
        subject: summary::subject(subject),
        claim: summary::claim(subject),
        appearance: summary::appearance(&context, &measures),
        goal: summary::goal(&judgement.forecast, calibration),
        forecast: judgement.stated(&context, calibration, &searched),
        findings: vec![
            findings::appearance(&context, &measures)?,
            findings::placement(&context, &measures)?,
            findings::representation(&context, &measures)?,
            findings::interchange(&context, &measures),
            findings::attribution(&context, &measures),
            findings::unlisted(&context, &measures),
            findings::prediction(&context, &measures),
            findings::cue(&context, &searched.cue),
            findings::empty(&context, &searched.empty),
            findings::attractor(&context, &searched.attractor),
            findings::one_test(&context, (&judgement.combined, combiner.n_controls())),
            findings::controls(&context, &controlled),
        ],
        not_asked: summary::not_asked(subject, calibration),
        power: summary::powers(calibration.file().power.as_ref(), power.as_ref())?,
        verdict: judgement.under(&controlled),
        provenance: Provenance {
            overt_version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: plan.seed,
            command: format!("overt audit {} --seed {}", subject.name, plan.seed),
            calibration_digest: Some(calibration.digest().to_owned()),
            plan: format!(
                "{}; searched for hidden goals: {}; {} controls audited beside it",
                plan.sentence(),
                search.sentence(),
                controlled.len()
            ),
            program: None,
        },
    })
}

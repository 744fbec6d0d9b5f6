//! Whether a report holds together.

mod figure;
pub(crate) mod form;
mod record;
mod verdict;

pub use figure::MAX_MAZE_SIZE;

use self::form::{FEW, LONG, MANY, SHORT, count, digest, id, rate, sentence, text};
use self::record::Records;
use crate::{ControlSource, Error, Finding, Forecast, Measured, Report, SCHEMA, Subject};
use std::collections::BTreeSet;

impl Report {
    /// Checks that the report could be true: that it holds together, whoever wrote it.
    ///
    /// Numbers are finite and inside their intervals, pictures have as many cells as they say,
    /// references lead somewhere, and the verdict does not outrun its evidence:
    /// a check that failed makes any outcome but INVALID RUN outrun its evidence;
    /// REFUTED needs a lower bound of `leaves_claim` over `1 - min_rate` of the claim;
    /// VERIFIED needs an upper bound at or under it, and measured power;
    /// both need an aligned appearance, which is a lower bound of success at or over `min_success`.
    pub fn validate(&self) -> Result<(), Error> {
        if self.schema != SCHEMA {
            return Err(Error::WrongSchema { expected: SCHEMA, got: self.schema.clone() });
        }
        check_subject(&self.subject)?;
        self.check_summary()?;
        count("findings", self.findings.len(), FEW)?;
        let records = Records::of(self)?;
        if let Some(story) = &self.story {
            figure::check("story.training", &story.training, &records)?;
            figure::check("story.forecast", &story.forecast, &records)?;
        }
        for (idx, finding) in self.findings.iter().enumerate() {
            check_finding(&format!("findings.{idx}"), finding, &records)?;
        }
        self.check_end()?;
        verdict::check(self)
    }

    fn check_summary(&self) -> Result<(), Error> {
        sentence("claim.goal", &self.claim.goal, SHORT)?;
        sentence("claim.sentence", &self.claim.sentence, LONG)?;
        text("claim.cases", self.claim.cases.as_deref().unwrap_or_default(), SHORT)?;
        rate("claim.min_rate", self.claim.min_rate)?;
        rate("claim.min_success", self.claim.min_success)?;
        sentence("appearance.sentence", &self.appearance.sentence, LONG)?;
        sentence("goal.named", &self.goal.named, SHORT)?;
        sentence("goal.sentence", &self.goal.sentence, LONG)?;
        count("goal.probabilities", self.goal.probabilities.len(), FEW)?;
        check_forecast(&self.forecast)?;
        sentence("verdict.sentence", &self.verdict.sentence, LONG)?;
        texts("verdict.reasons", &self.verdict.reasons)
    }

    fn check_end(&self) -> Result<(), Error> {
        texts("not_asked", &self.not_asked)?;
        if let Some(power) = &self.power {
            sentence("power.sentence", &power.sentence, LONG)?;
            count("power.records", power.records.len(), MANY)?;
            count("power.mistakes", power.mistakes.len(), MANY)?;
        }
        let provenance = &self.provenance;
        text("provenance.overt_version", &provenance.overt_version, SHORT)?;
        text("provenance.command", &provenance.command, LONG)?;
        text("provenance.plan", &provenance.plan, 16 * LONG)?;
        if let Some(hex) = &provenance.calibration_digest {
            digest("provenance.calibration_digest", hex)?;
        }
        if let Some(program) = &provenance.program {
            digest("provenance.program.sources", &program.sources)?;
            digest("provenance.program.binary", &program.binary)?;
        }
        count("provenance.controls", provenance.controls.len(), MANY)?;
        for (idx, control) in provenance.controls.iter().enumerate() {
            check_control(&format!("provenance.controls.{idx}"), control)?;
        }
        if let Some(page) = &self.page {
            digest("page.words", &page.words)?;
            digest("page.drawing", &page.drawing)?;
        }
        Ok(())
    }
}

fn check_subject(subject: &Subject) -> Result<(), Error> {
    sentence("subject.name", &subject.name, SHORT)?;
    digest("subject.digest", &subject.digest)?;
    text("subject.architecture", &subject.architecture, SHORT)?;
    text("subject.world", &subject.world, SHORT)?;
    text("subject.observation", &subject.observation, LONG)?;
    text("subject.description", &subject.description, LONG)
}

fn check_control(at: &str, control: &ControlSource) -> Result<(), Error> {
    let ControlSource { name, digest: weights, measured } = control;
    sentence(&format!("{at}.name"), name, SHORT)?;
    digest(&format!("{at}.digest"), weights)?;
    let checks = match measured {
        Measured::Now { differing } => differing,
        Measured::Before { digest: file, overt_version, day, again } => {
            digest(&format!("{at}.measured.digest"), file)?;
            sentence(&format!("{at}.measured.overt_version"), overt_version, SHORT)?;
            sentence(&format!("{at}.measured.day"), day, SHORT)?;
            again
        }
    };
    texts(&format!("{at}.measured"), checks)
}

fn check_forecast(forecast: &Forecast) -> Result<(), Error> {
    sentence("forecast.sentence", &forecast.sentence, LONG)?;
    count("forecast.outcomes", forecast.outcomes.len(), FEW)?;
    let mut names = BTreeSet::new();
    for (idx, outcome) in forecast.outcomes.iter().enumerate() {
        let at = format!("forecast.outcomes.{idx}");
        id(&format!("{at}.name"), &outcome.name)?;
        text(&format!("{at}.goal"), outcome.goal.as_deref().unwrap_or_default(), SHORT)?;
        if !names.insert(&outcome.name) {
            return Err(Error::OutcomeTwice { name: outcome.name.clone() });
        }
    }
    Ok(())
}

fn check_finding(at: &str, finding: &Finding, records: &Records) -> Result<(), Error> {
    sentence(&format!("{at}.check"), &finding.check, SHORT)?;
    sentence(&format!("{at}.title"), &finding.title, SHORT)?;
    sentence(&format!("{at}.question"), &finding.question, LONG)?;
    sentence(&format!("{at}.answer"), &finding.answer, LONG)?;
    if let Some(id) = finding.headline.as_ref().filter(|_| finding.headline().is_none()) {
        return Err(Error::UnknownRecord { at: format!("{at}.headline"), id: id.clone() });
    }
    texts(&format!("{at}.caveats"), &finding.caveats)?;
    if let Some(adds) = &finding.adds {
        text(&format!("{at}.adds"), adds, LONG)?;
    }
    count(&format!("{at}.figures"), finding.figures.len(), FEW)?;
    for (idx, figure) in finding.figures.iter().enumerate() {
        figure::check(&format!("{at}.figures.{idx}"), figure, records)?;
    }
    Ok(())
}

fn texts(at: &str, items: &[String]) -> Result<(), Error> {
    count(at, items.len(), FEW)?;
    items.iter().enumerate().try_for_each(|(idx, item)| text(&format!("{at}.{idx}"), item, LONG))
}

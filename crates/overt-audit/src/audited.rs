//! What a world gives to its audit: checks, facts and words.

use crate::judge::{Facts, Judged, RuleName};
use crate::{Asking, CombinedOf, Error, Instrument, Listed, MeasuresOf, World};
use overt_report::{Appearance, Claim, Forecast, GoalFinding, Record, Story};

/// A world whose subjects can be audited.
///
/// It gives checks, detectors and facts. It decides nothing: [`crate::audit`] asks, runs the controls and judges
/// alike for every world.
pub trait Audited: World {
    /// What was measured of one subject, together.
    type Weighed<'a>: Weighed;

    /// Every check, in the order in which they are asked and told.
    const CHECKS: &'static [Listed<Self>];

    /// What the detectors read.
    ///
    /// # Errors
    /// A check that could not run.
    fn measures(asking: Asking<'_, Self>) -> Result<MeasuresOf<Self>, Error>;

    /// Weighs what was measured. Where a check could not run, the combined test says nothing.
    ///
    /// # Errors
    /// Measures that say nothing, or a check without whose answer there is nothing to report.
    fn weigh<'a>(
        asking: Asking<'a, Self>,
        combined: Option<CombinedOf<Self>>,
        instrument: &'a Instrument<Self>,
    ) -> Result<Self::Weighed<'a>, Error>;

    /// What an audit of this subject does not ask.
    fn not_asked(asking: Asking<'_, Self>, instrument: &Instrument<Self>) -> Vec<String>;

    /// The digest of what the audit was calibrated with.
    fn calibration_digest(instrument: &Instrument<Self>) -> String;

    /// How often forecasts are right, where that was measured.
    fn forecast_power(_: &Instrument<Self>) -> Option<overt_report::Power> {
        None
    }
}

/// What was measured of one subject, together: facts for the judge, and words for the report.
pub trait Weighed {
    /// The facts of the subject alone: controls, power and failed checks are not its business.
    fn facts(&self) -> Facts;

    /// Why silence does not count, beyond the power of the combined test.
    fn powerless(&self) -> Vec<String> {
        Vec::new()
    }

    /// The verdict in one sentence, by the row that decided.
    fn sentence(&self, rule: RuleName) -> String;

    /// The reasons that a row stands for.
    fn reasons(&self, rule: RuleName) -> Vec<String>;

    /// Who the subject is.
    fn subject(&self) -> overt_report::Subject;

    /// What is claimed of it.
    fn claim(&self) -> Claim;

    /// The story in two pictures, for the top of the page: in training, and after it.
    ///
    /// # Errors
    /// A picture that cannot be drawn.
    fn story(&self) -> Result<Option<Story>, Error> {
        Ok(None)
    }

    /// How it looks in training.
    fn appearance(&self) -> Appearance;

    /// What it pursues.
    fn goal(&self, judged: &Judged) -> GoalFinding;

    /// What it will do, or does.
    fn forecast(&self, judged: &Judged) -> Forecast;

    /// The number that a control of this world is told by.
    fn told_by(&self) -> Record;
}

//! The checks of maze agents, and what follows from their answers.

use crate::maze::Maze;
use crate::maze::checks::{
    AppearanceCheck, AttractorCheck, AttributionCheck, EmptyCheck, InterchangeCheck,
    PlacementCheck, PredictionCheck, RepresentationCheck, TriggerCheck, UnlistedCheck,
};
use crate::maze::hidden::HiddenMeasures;
use crate::maze::report::summary;
use crate::maze::verdict::{Deciding, MazeWeighed};
use crate::{Asking, Audited, CombinedOf, Error, Instrument, Listed};
use overt_report::Power;

impl Audited for Maze {
    type Weighed<'a> = MazeWeighed<'a>;

    const CHECKS: &'static [Listed<Self>] = &[
        Listed::spot::<AppearanceCheck>(),
        Listed::storable::<PlacementCheck>(),
        Listed::of::<RepresentationCheck>(),
        Listed::spot::<InterchangeCheck>(),
        Listed::of::<AttributionCheck>(),
        Listed::storable::<UnlistedCheck>(),
        Listed::of::<PredictionCheck>(),
        Listed::storable::<TriggerCheck>(),
        Listed::storable::<EmptyCheck>(),
        Listed::storable::<AttractorCheck>(),
    ];

    fn measures(asking: Asking<'_, Self>) -> Result<HiddenMeasures, Error> {
        let answers = asking.answers;
        Ok(HiddenMeasures {
            success: answers.need::<Self, AppearanceCheck>()?.searched,
            placement: answers.need::<Self, PlacementCheck>()?.searched.clone(),
            trigger: answers.need::<Self, TriggerCheck>()?.clone(),
            empty: answers.need::<Self, EmptyCheck>()?.clone(),
            attractor: answers.need::<Self, AttractorCheck>()?.clone(),
        })
    }

    fn weigh<'a>(
        asking: Asking<'a, Self>,
        combined: Option<CombinedOf<Self>>,
        instrument: &'a Instrument<Self>,
    ) -> Result<MazeWeighed<'a>, Error> {
        let Some(combined) = combined else {
            let success = asking.answers.need::<Self, AppearanceCheck>()?.success;
            return Ok(MazeWeighed::of_success(asking, success, instrument));
        };
        let answers = asking.answers;
        let deciding = Deciding {
            success: &answers.need::<Self, AppearanceCheck>()?.success,
            interchange: answers.need::<Self, InterchangeCheck>()?,
            unlisted: answers.need::<Self, UnlistedCheck>()?,
        };
        MazeWeighed::of_all(asking, deciding, (Self::measures(asking)?, combined), instrument)
    }

    fn not_asked(asking: Asking<'_, Self>, instrument: &Instrument<Self>) -> Vec<String> {
        summary::not_asked(asking.subject, &instrument.calibration)
    }

    fn calibration_digest(instrument: &Instrument<Self>) -> String {
        instrument.calibration.digest().to_owned()
    }

    fn forecast_power(instrument: &Instrument<Self>) -> Option<Power> {
        instrument.calibration.file().power.as_ref().map(summary::power)
    }
}

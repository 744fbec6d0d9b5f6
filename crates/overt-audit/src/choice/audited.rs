//! The checks of models that choose, and what follows from their answers.

use crate::choice::checks::{
    AppearanceCheck, CausalCheck, DormantCheck, ElicitationCheck, LatentCheck, SwapCheck,
    TokenTriggerCheck, WeightNoiseCheck,
};
use crate::choice::report::summary;
use crate::choice::verdict::ChoiceWeighed;
use crate::choice::{Choice, ChoiceMeasures, ChoicePlan, ChoiceSubject};
use crate::{Answers, Asking, Audited, CombinedOf, Error, Instrument, Listed, ask};

impl Audited for Choice {
    type Weighed<'a> = ChoiceWeighed<'a>;

    const CHECKS: &'static [Listed<Self>] = &[
        Listed::spot::<AppearanceCheck>(),
        Listed::storable::<SwapCheck>(),
        Listed::storable::<LatentCheck>(),
        Listed::storable::<ElicitationCheck>(),
        Listed::spot::<DormantCheck>(),
        Listed::storable::<WeightNoiseCheck>(),
        Listed::storable::<TokenTriggerCheck>(),
        Listed::storable::<CausalCheck>(),
    ];

    fn measures(asking: Asking<'_, Self>) -> Result<ChoiceMeasures, Error> {
        let answers = asking.answers;
        Ok(ChoiceMeasures {
            appearance: answers.need::<Self, AppearanceCheck>()?.clone(),
            swap: answers.need::<Self, SwapCheck>()?.clone(),
            latent: answers.need::<Self, LatentCheck>()?.clone(),
            elicitation: answers.need::<Self, ElicitationCheck>()?.clone(),
            dormant: *answers.need::<Self, DormantCheck>()?,
            weight_noise: answers.need::<Self, WeightNoiseCheck>()?.clone(),
            token_trigger: answers.need::<Self, TokenTriggerCheck>()?.clone(),
            causal: *answers.need::<Self, CausalCheck>()?,
        })
    }

    fn weigh<'a>(
        asking: Asking<'a, Self>,
        combined: Option<CombinedOf<Self>>,
        instrument: &'a Instrument<Self>,
    ) -> Result<ChoiceWeighed<'a>, Error> {
        ChoiceWeighed::new(asking, combined, instrument)
    }

    fn not_asked(asking: Asking<'_, Self>, instrument: &Instrument<Self>) -> Vec<String> {
        summary::not_asked(asking.plan, instrument.power.is_some())
    }

    fn calibration_digest(instrument: &Instrument<Self>) -> String {
        instrument.combiner_digest.clone()
    }
}

/// Measures as the answers that they were made of.
impl From<ChoiceMeasures> for Answers {
    fn from(measures: ChoiceMeasures) -> Self {
        let mut answers = Self::default();
        answers.insert::<Choice, AppearanceCheck>(measures.appearance);
        answers.insert::<Choice, SwapCheck>(measures.swap);
        answers.insert::<Choice, LatentCheck>(measures.latent);
        answers.insert::<Choice, ElicitationCheck>(measures.elicitation);
        answers.insert::<Choice, DormantCheck>(measures.dormant);
        answers.insert::<Choice, WeightNoiseCheck>(measures.weight_noise);
        answers.insert::<Choice, TokenTriggerCheck>(measures.token_trigger);
        answers.insert::<Choice, CausalCheck>(measures.causal);
        answers
    }
}

/// Puts every question to a subject; `watch` hears the name of each as it starts.
///
/// # Errors
/// The first check that could not run.
pub fn measure_choice(
    subject: &ChoiceSubject,
    plan: &ChoicePlan,
    watch: &mut dyn FnMut(&str),
) -> Result<ChoiceMeasures, Error> {
    let answers = ask::<Choice>(subject, plan, watch);
    let measured = Choice::measures(Asking { subject, plan, answers: &answers });
    measured.map_err(|missing| answers.into_error().unwrap_or(missing))
}

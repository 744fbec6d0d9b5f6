//! The choice world as one that verbs can open.

use super::{COMBINER, POWER, STORED, organisms};
use crate::audit::choice::{Choice, ChoiceFiles, ChoiceMeasures, ChoicePlan, ChoiceSubject};
use crate::audit::{Answers, Control};
use crate::fault::{Context, Result};
use crate::files;
use crate::worlds::Offered;
use std::borrow::Cow;
use std::path::Path;

/// Opens a folder of the choice world.
pub fn open_choice(name: &str, dir: &Path) -> Result<ChoiceSubject> {
    let read = |file: &str| files::read(&dir.join(file));
    let (config, weights) = (read("config.json")?, read("model.safetensors")?);
    let card = read(Choice::MARK)?;
    let files = ChoiceFiles { config: &config, weights: &weights, card: &card };
    Ok(ChoiceSubject::read(name, files)?)
}

impl Offered for Choice {
    const MARK: &'static str = "card.json";
    const ANSWERS: Option<fn(ChoiceMeasures) -> Answers> = Some(Answers::from);

    fn open(subject: &str, name: &str) -> Result<ChoiceSubject> {
        open_choice(name, Path::new(subject)).with_context(|| format!("cannot use {subject}"))
    }

    fn plan(seed: u64) -> ChoicePlan {
        ChoicePlan::new(seed)
    }

    fn calibration() -> Result<()> {
        Ok(())
    }

    fn combiner() -> Cow<'static, [u8]> {
        COMBINER.into()
    }

    fn power() -> Option<Cow<'static, [u8]>> {
        Some(POWER.into())
    }

    fn controls() -> Result<Vec<Control<Self>>> {
        organisms()
    }

    fn stored_measures() -> &'static [&'static [u8]] {
        &STORED
    }
}

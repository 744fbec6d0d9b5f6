//! What a world brings along to the doors: what ships with it, and how its folders are read.

use crate::arena::{Benchmarked, RaisedOf};
use crate::audit::{Answers, Control, Error, Instrument, MeasuresOf, Stored};
use crate::fault::{Context, Refused, Result};
use crate::signing::{SigningOptions, Signs};
use std::borrow::Cow;
use std::path::Path;

/// A world whose subjects can be opened, audited, sealed and scored by name.
///
/// Everything that a verb needs of a world is here or above: a world that has it all goes through every verb
/// once [`Worlds::with`](crate::worlds::Worlds::with) has added it.
pub trait Offered: Benchmarked {
    /// The file that tells a folder of this world: no folder of another has it.
    const MARK: &'static str;
    /// Names of the subjects that ship.
    const SHIPPED: &'static [&'static str] = &[];
    /// Measures as the answers that they were made of, where a blind audit can be told as reports.
    const ANSWERS: Option<fn(MeasuresOf<Self>) -> Answers> = None;

    /// Opens a subject: one that ships, or a folder; `name` is what it is to be called.
    fn open(subject: &str, name: &str) -> Result<Self::Subject>;

    /// How much is asked where nobody says otherwise.
    fn plan(seed: u64) -> Self::Plan;

    /// What forecasts are made from.
    fn calibration() -> Result<Self::Calibration>;

    /// The file of the combined test that ships.
    fn combiner() -> Cow<'static, [u8]>;

    /// The file of its measured power, where it was measured.
    fn power() -> Option<Cow<'static, [u8]>>;

    /// The subjects of known truth that ship, which every audit has beside it.
    fn controls() -> Result<Vec<Control<Self>>> {
        Ok(Vec::new())
    }

    /// What was measured on these controls under the plan of seed 0, a file for each: so they need not be measured in
    /// every run.
    fn stored_measures() -> &'static [&'static [u8]] {
        &[]
    }

    /// Refuses organisms of a benchmark as controls, where the world has others.
    fn takes_controls() -> Result<()> {
        Ok(())
    }

    /// An organism that was trained and measured before, in that folder of runs; none where it is not there.
    fn trained_before(_: &Self::Organism, _: &Path) -> Result<Option<RaisedOf<Self>>> {
        Ok(None)
    }

    /// Opens all that signing needs, before anything is measured; `asked` is what the subject was opened by.
    fn signer<'a>(
        _: &SigningOptions,
        _: (&str, &'a Self::Subject),
        _: u64,
    ) -> Result<Box<dyn Signs + 'a>> {
        let fact = format!("no evidence is drawn yet of subjects of the world `{}`", Self::NAME);
        Err(Refused::new(fact, "leave `--sign` out").into())
    }

    /// All that an audit judges by, with these controls.
    fn instrument(controls: Vec<Control<Self>>) -> Result<Instrument<Self>> {
        let power = Self::power();
        let instrument = Instrument::new(Self::calibration()?, &Self::combiner(), power.as_deref());
        let instrument = instrument.context("cannot use the tests inside this program")?;
        Ok(instrument.with_controls(controls))
    }

    /// The same with the controls that ship, and with what is stored of them.
    fn shipped_instrument() -> Result<Instrument<Self>> {
        let stored =
            Self::stored_measures().iter().map(|json| Stored::parse(json).map_err(Error::from));
        let stored = stored.collect::<std::result::Result<Vec<_>, _>>();
        let stored = stored.context("cannot use the controls inside this program")?;
        Ok(Self::instrument(Self::controls()?)?.with_stored(stored))
    }
}

//! A world and its subjects, of whichever kind: what verbs hold.

use super::offered::Offered;
use super::stored::{self, MeasuredControl};
use crate::arena::{Manifest, ScoredSubject};
use crate::benchmark::{self, BlindOptions, Made, MakeOptions, Unsealed};
use crate::fault::Result;
use crate::report::Report;
use crate::signing::{SigningOptions, Signs};
use crate::verbs::Watch;
use std::marker::PhantomData;
use std::path::Path;

/// A world, of whichever kind. Every [`Offered`] world is one.
pub trait AnyWorld: Send + Sync {
    /// Its name in files.
    fn name(&self) -> &'static str;

    /// The file that tells a folder of this world.
    fn mark(&self) -> &'static str;

    /// The key of a plan of a benchmark that only plans of this world have.
    fn plan_key(&self) -> &'static str;

    /// Names of the subjects that ship.
    fn shipped(&self) -> &'static [&'static str];

    /// Opens a subject: one that ships, or a folder; `name` is what it is to be called.
    fn open(&self, subject: &str, name: &str) -> Result<Opened>;

    /// The controls that ship without stored measures, by name.
    fn unstored_controls(&self) -> Result<Vec<String>>;

    /// Measures each control that ships, for its file of stored measures, with this day in it.
    fn measure_controls(&self, day: &str, watch: &dyn Watch) -> Result<Vec<MeasuredControl>>;

    /// Trains the organisms of a plan and seals the truth.
    fn make(&self, plan: &str, options: &MakeOptions, watch: &dyn Watch) -> Result<Made>;

    /// Audits every subject of a benchmark, blind.
    fn audit(&self, list: &Manifest, options: &BlindOptions, watch: &dyn Watch) -> Result<()>;

    /// Unseals a benchmark and learns a combined test from it, as a file.
    fn learn(&self, list: &Manifest, folder: &Path) -> Result<Vec<u8>>;

    /// What was measured in a benchmark, and what everyone in it is.
    fn unseal(&self, list: Manifest, folder: &Path) -> Result<Unsealed>;

    /// The file of the power of the combined test, of subjects that were scored.
    fn power(
        &self,
        subjects: &[ScoredSubject],
        score_digest: String,
        unsealed: &Unsealed,
    ) -> Result<String>;
}

/// A subject, of whichever world.
pub trait AnySubject: Send + Sync {
    /// Under which name it was given.
    fn name(&self) -> &str;

    /// The name of its world.
    fn world(&self) -> &'static str;

    /// SHA-256 of its weights.
    fn digest(&self) -> String;

    /// The audit of it, with all that it is judged by.
    fn prepare(&self, beside: Beside<'_>) -> Result<Prepared<'_>>;

    /// Opens all that signing needs; `asked` is what the subject was opened by.
    fn signer<'a>(
        &'a self,
        signing: &SigningOptions,
        asked: &str,
        seed: u64,
    ) -> Result<Box<dyn Signs + 'a>>;
}

/// The controls of an audit.
#[derive(Clone, Copy, Debug)]
pub enum Beside<'a> {
    /// Those that ship. Where their measures are stored, these are taken and checked by a few that are measured again.
    Shipped,
    /// Those that ship, all of them measured in this run.
    ShippedMeasured,
    /// The organisms of a benchmark in this folder, measured in this run.
    Benchmark(&'a Path),
}

/// A subject that was opened.
pub type Opened = Box<dyn AnySubject>;

/// An audit that can begin: by a seed, and heard by somebody.
pub type Prepared<'a> = Box<dyn Fn(u64, &dyn Watch) -> Result<Report> + Send + Sync + 'a>;

/// A world as one of any kind.
pub(super) struct Adapted<W>(PhantomData<fn() -> W>);

impl<W> Adapted<W> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<W: Offered> AnyWorld for Adapted<W> {
    fn name(&self) -> &'static str {
        W::NAME
    }

    fn mark(&self) -> &'static str {
        W::MARK
    }

    fn plan_key(&self) -> &'static str {
        W::PLAN_KEY
    }

    fn shipped(&self) -> &'static [&'static str] {
        W::SHIPPED
    }

    fn open(&self, subject: &str, name: &str) -> Result<Opened> {
        Ok(Box::new(Subject::<W>(W::open(subject, name)?)))
    }

    fn unstored_controls(&self) -> Result<Vec<String>> {
        stored::unstored::<W>()
    }

    fn measure_controls(&self, day: &str, watch: &dyn Watch) -> Result<Vec<MeasuredControl>> {
        stored::measure::<W>(day, watch)
    }

    fn make(&self, plan: &str, options: &MakeOptions, watch: &dyn Watch) -> Result<Made> {
        benchmark::make::<W>(plan, options, watch)
    }

    fn audit(&self, list: &Manifest, options: &BlindOptions, watch: &dyn Watch) -> Result<()> {
        benchmark::audit::<W>(list, options, watch)
    }

    fn learn(&self, list: &Manifest, folder: &Path) -> Result<Vec<u8>> {
        benchmark::learn::<W>(list, folder)
    }

    fn unseal(&self, list: Manifest, folder: &Path) -> Result<Unsealed> {
        benchmark::unseal::<W>(list, folder)
    }

    fn power(
        &self,
        subjects: &[ScoredSubject],
        score_digest: String,
        unsealed: &Unsealed,
    ) -> Result<String> {
        benchmark::power::<W>(subjects, score_digest, unsealed)
    }
}

/// A subject of a world as one of any kind.
struct Subject<W: Offered>(W::Subject);

impl<W: Offered> AnySubject for Subject<W> {
    fn name(&self) -> &str {
        W::name(&self.0)
    }

    fn world(&self) -> &'static str {
        W::NAME
    }

    fn digest(&self) -> String {
        W::digest(&self.0)
    }

    fn prepare(&self, beside: Beside<'_>) -> Result<Prepared<'_>> {
        let instrument = match beside {
            Beside::Shipped => W::shipped_instrument()?,
            Beside::ShippedMeasured => W::instrument(W::controls()?)?,
            Beside::Benchmark(folder) => {
                W::takes_controls()?;
                W::instrument(benchmark::controls::<W>(folder)?)?
            }
        };
        Ok(Box::new(move |seed, watch| {
            let mut hear = |check: &str| watch.doing(check);
            Ok(crate::audit::audit::<W>(&self.0, &W::plan(seed), &instrument, &mut hear)?)
        }))
    }

    fn signer<'a>(
        &'a self,
        signing: &SigningOptions,
        asked: &str,
        seed: u64,
    ) -> Result<Box<dyn Signs + 'a>> {
        W::signer(signing, (asked, &self.0), seed)
    }
}

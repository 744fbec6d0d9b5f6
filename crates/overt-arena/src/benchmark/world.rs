//! What a world gives to its benchmark.

use super::{BenchmarkError, BenchmarkOrganism, BenchmarkPlan, Family, Raised, SealedTruth};
use overt_audit::{Audited, CombinedOf, Detects, MeasuresOf};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Plain data that a file can hold.
pub trait Data: Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Data for T {}

/// A world that has a benchmark: organisms of known truth, sealed while they are audited.
///
/// It makes organisms, measures them blind, and says whether a name was right. Everything else, from the public
/// list to the score and the measured power, is alike for every world.
pub trait Benchmarked:
    Audited<Detector: Detects<Measures: Data, Goal: Data, Trigger: Data>>
{
    /// Its name in files, such as `maze`.
    const NAME: &'static str;
    /// The key of a plan that only plans of this world have.
    const PLAN_KEY: &'static str;
    /// Its families, in the order of tables: [`Family::table`].
    const FAMILIES: &'static [Family];

    /// The file that says who is to be in a benchmark.
    type Planned: BenchmarkPlan<Organism = Self::Organism>;
    /// One organism: what it is made to be, and all that is random in it.
    type Organism: BenchmarkOrganism + Data + Clone + PartialEq;
    /// What an organism does where its secret shows.
    type Certificate: Data;

    /// Trains an organism and finds out what became of it.
    ///
    /// # Errors
    /// A training that diverges.
    fn raise(organism: &Self::Organism) -> Result<RaisedOf<Self>, BenchmarkError>;

    /// How much a blind audit asks of each subject.
    fn blind_plan(seed: u64) -> Self::PowerPlan;

    /// What the checks of the combined test measure on a subject.
    ///
    /// # Errors
    /// The first check that could not run.
    fn measure(
        subject: &Self::Subject,
        plan: &Self::PowerPlan,
    ) -> Result<MeasuresOf<Self>, overt_audit::Error>;

    /// Whether an audit named what was implanted.
    fn named_rightly(organism: &Self::Organism, combined: &CombinedOf<Self>) -> NamedRightly;

    /// The kind of subjects of a family and size, in the words of an audit; nothing where there are none.
    ///
    /// # Errors
    /// A network that cannot be made.
    fn kind_of(family: Family, size: &str) -> Result<Option<String>, BenchmarkError>;
}

/// Whether an audit named what was implanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NamedRightly {
    /// Whether the goal that was named is the hidden one; nothing where nothing is to be named.
    pub goal: Option<bool>,
    /// Whether the trigger that was named is the true one; nothing where there is none.
    pub trigger: Option<bool>,
}

/// What is sealed of an organism of a world.
pub type TruthOf<W> = SealedTruth<<W as Benchmarked>::Organism, <W as Benchmarked>::Certificate>;

/// An organism of a world that was trained.
pub type RaisedOf<W> = Raised<<W as Benchmarked>::Organism, <W as Benchmarked>::Certificate>;

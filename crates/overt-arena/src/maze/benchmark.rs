//! What mazes give to their benchmark.

use super::family::FAMILIES;
use super::named::named_rightly;
use super::{Kind, MazeBenchmark, MazeFamily, MazeOrganism, Organism, OrganismRecord};
use super::{raised_before, train};
use crate::benchmark::{BenchmarkError, Benchmarked, Family, NamedRightly, RaisedOf};
use overt_audit::maze::hidden::{Combined, HiddenMeasures, HiddenPlan, measure_hidden};
use overt_audit::maze::{Maze, Subject};

impl Benchmarked for Maze {
    const NAME: &'static str = "maze";
    const PLAN_KEY: &'static str = "maze";
    const FAMILIES: &'static [Family] = &FAMILIES;

    type Planned = MazeBenchmark;
    type Organism = MazeOrganism;
    type Certificate = OrganismRecord;

    fn raise(organism: &MazeOrganism) -> Result<RaisedOf<Self>, BenchmarkError> {
        let policy = train(organism.organism, |_| ())?;
        let record = OrganismRecord::measure(organism.organism, &policy)?;
        raised_before(organism, &policy, record)
    }

    fn blind_plan(seed: u64) -> HiddenPlan {
        HiddenPlan::new(seed)
    }

    fn measure(subject: &Subject, plan: &HiddenPlan) -> Result<HiddenMeasures, overt_audit::Error> {
        measure_hidden(subject, plan, &mut |_| ())
    }

    fn named_rightly(organism: &MazeOrganism, combined: &Combined) -> NamedRightly {
        named_rightly(&organism.organism, combined)
    }

    /// Mazes of a size such as `7 by 7`; what is seen of them hangs on the family.
    fn kind_of(family: Family, size: &str) -> Result<Option<String>, BenchmarkError> {
        let is_family = |kind: &Kind| MazeFamily::of_kind(*kind).map(Family::from) == Some(family);
        let kind = Kind::PLAIN.into_iter().chain(Kind::HIDDEN).find(is_family);
        let size = size.split(' ').next().and_then(|side| side.parse().ok());
        let organism = kind.zip(size).map(|(kind, size)| Organism { kind, size, seed: 0 });
        Ok(organism.and_then(|organism| organism.kind_words()))
    }
}

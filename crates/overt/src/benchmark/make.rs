//! Trains a benchmark, lays out what is public and seals the rest.

use super::folder::{MANIFEST, PUBLIC, SEALED, TRUTH};
use crate::arena::{BenchmarkOrganism, BenchmarkPlan, Manifest, RaisedOf, TruthOf};
use crate::fault::{Context, Refused, Result};
use crate::files;
use crate::threads::side_by_side;
use crate::verbs::Watch;
use crate::worlds::Offered;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Which benchmark is made, and where.
#[derive(Clone, Debug)]
pub struct MakeOptions {
    /// The plan: families, sizes, concealment, counts and one seed.
    pub plan: PathBuf,
    /// Folder of the benchmark; what is there already is not trained again.
    pub out: PathBuf,
    /// Folders of populations that were trained before, whose organisms are taken from there.
    pub from: Vec<PathBuf>,
    /// Organisms trained side by side, one thread each.
    pub jobs: usize,
}

/// A benchmark that was made.
#[derive(Debug)]
pub struct Made {
    /// Its public list.
    pub manifest: Manifest,
    /// How many became what they were made to be, family by family, in the order of tables.
    pub families: Vec<FamilyMade>,
}

/// How many of a family became what they were made to be.
#[derive(Debug)]
pub struct FamilyMade {
    /// The family.
    pub name: &'static str,
    /// Its organisms.
    pub n: usize,
    /// Those that became what they were made to be.
    pub certified: usize,
    /// How many are outside of each bound.
    pub misses: BTreeMap<String, usize>,
}

/// Trains the organisms of a plan, those that are there already excepted, and seals the truth.
pub(crate) fn make<W: Offered>(
    plan: &str,
    options: &MakeOptions,
    watch: &dyn Watch,
) -> Result<Made> {
    let plan = W::Planned::parse(plan)
        .with_context(|| format!("{} is not a plan", options.plan.display()))?;
    let folder = &options.out;
    files::check_folder(folder, &[MANIFEST])?;
    let organisms = plan.organisms();
    // Nothing is written over what another plan made.
    for organism in &organisms {
        if truth_path::<W>(organism, folder).exists() {
            truth::<W>(organism, folder)?;
        }
    }
    let (done, all) = (AtomicU64::new(0), organisms.len() as u64);
    watch.reached(0, all);
    side_by_side(options.jobs, &organisms, |organism| {
        watch.doing(organism.id());
        raise_one::<W>(organism, folder, &options.from)?;
        watch.reached(done.fetch_add(1, Ordering::Relaxed) + 1, all);
        Ok(())
    })?;
    let truths: Result<Vec<TruthOf<W>>> =
        organisms.iter().map(|organism| truth::<W>(organism, folder)).collect();
    let truths = truths?;
    let sealed = serde_json::to_vec_pretty(&truths)?;
    files::write_whole(&folder.join(SEALED).join(TRUTH), &sealed)?;
    let manifest = Manifest::new::<W>(&plan, &truths, &sealed);
    files::write_whole(&folder.join(MANIFEST), &serde_json::to_vec_pretty(&manifest)?)?;
    Ok(Made { manifest, families: families::<W>(&truths) })
}

fn raise_one<W: Offered>(organism: &W::Organism, folder: &Path, runs: &[PathBuf]) -> Result<()> {
    // A truth is written last, so that its organism is whole, unless somebody took it away.
    let is_there = folder.join(PUBLIC).join(organism.id()).is_dir();
    if is_there && truth_path::<W>(organism, folder).exists() {
        return truth::<W>(organism, folder).map(|_| ());
    }
    let raised = match trained_before::<W>(organism, runs)? {
        Some(raised) => raised,
        None => W::raise(organism)?,
    };
    let public: Vec<(&str, &[u8])> =
        raised.files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    files::write_together(&folder.join(PUBLIC).join(organism.id()), &public)?;
    // Last, so that an organism with a truth is whole.
    files::write_whole(&truth_path::<W>(organism, folder), &serde_json::to_vec(&raised.truth)?)
}

/// An organism that was trained and measured before; none where it is in none of the folders.
fn trained_before<W: Offered>(
    organism: &W::Organism,
    runs: &[PathBuf],
) -> Result<Option<RaisedOf<W>>> {
    for folder in runs {
        if let Some(raised) = W::trained_before(organism, folder)? {
            return Ok(Some(raised));
        }
    }
    Ok(None)
}

/// The truth of an organism that was trained before, by the same plan.
fn truth<W: Offered>(organism: &W::Organism, folder: &Path) -> Result<TruthOf<W>> {
    let path = truth_path::<W>(organism, folder);
    let truth: TruthOf<W> = serde_json::from_slice(&files::read(&path)?)
        .with_context(|| format!("{} is not the truth of an organism", path.display()))?;
    if truth.organism == *organism {
        return Ok(truth);
    }
    let fact = format!("{} is of another plan", path.display());
    Err(Refused::new(fact, "name another folder with `--out`").into())
}

fn truth_path<W: Offered>(organism: &W::Organism, folder: &Path) -> PathBuf {
    folder.join(SEALED).join("organisms").join(format!("{}.json", organism.id()))
}

fn families<W: Offered>(truths: &[TruthOf<W>]) -> Vec<FamilyMade> {
    let of_family = |family: &crate::arena::Family| {
        let is_of = |truth: &&TruthOf<W>| truth.organism.family() == *family;
        let of: Vec<&TruthOf<W>> = truths.iter().filter(is_of).collect();
        let mut misses = BTreeMap::new();
        for miss in of.iter().flat_map(|truth| &truth.misses) {
            *misses.entry(miss.clone()).or_default() += 1;
        }
        let certified = of.iter().filter(|truth| truth.is_certified()).count();
        FamilyMade { name: family.name(), n: of.len(), certified, misses }
    };
    let families = W::FAMILIES.iter().map(of_family);
    families.filter(|family| family.n > 0).collect()
}

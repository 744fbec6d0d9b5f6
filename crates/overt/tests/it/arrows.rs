use crate::workspace::{Names, dependencies, sources, table, text, tree};
use std::collections::BTreeMap;

/// Files of `overt-lens` that methods share; every other file is a method.
const SHARED: [&str; 13] = [
    "cells", "chunk", "error", "evaluate", "expect", "grid", "lib", "metric", "network", "random",
    "row", "scalar", "split",
];

/// Whom each crate may use, as ARCHITECTURE.md says.
fn arrows() -> BTreeMap<String, Names> {
    let rows = table("Arrows").into_iter();
    rows.map(|row| (row[0][0].clone(), row[1].iter().cloned().collect())).collect()
}

/// All that a crate reaches, over any number of steps.
fn reach(from: &str, uses: &BTreeMap<String, Names>) -> Names {
    let mut reached = Names::new();
    let mut next = vec![from.to_owned()];
    while let Some(name) = next.pop() {
        for used in uses.get(&name).into_iter().flatten() {
            if reached.insert(used.clone()) {
                next.push(used.clone());
            }
        }
    }
    reached
}

#[test]
fn every_arrow_is_in_the_table() {
    let (allowed, uses) = (arrows(), dependencies());
    assert!(allowed.keys().eq(uses.keys()), "table {:?}, crates {:?}", allowed.keys(), uses.keys());
    for (name, used) in &uses {
        let ours = used.iter().filter(|used| uses.contains_key(*used));
        let foreign: Vec<_> = ours.filter(|used| !allowed[name].contains(*used)).collect();
        assert!(foreign.is_empty(), "{name} may not use {foreign:?}");
    }
}

/// Both what is and what the table would let be; the arena and replays show that a path would be
/// seen.
#[test]
fn the_audit_has_no_path_to_the_deployment() {
    for uses in [dependencies(), arrows()] {
        for name in ["overt-audit", "overt-lens"] {
            let reached = reach(name, &uses);
            for sealed in ["overt-deploy", "overt-train", "overt-arena", "overt-replay"] {
                assert!(!reached.contains(sealed), "{name} reaches {sealed}");
            }
            assert!(reached.contains("overt-site"));
        }
        for meeting in ["overt-arena", "overt-replay"] {
            assert!(reach(meeting, &uses).contains("overt-deploy"));
        }
    }
}

/// What is in the loss must not judge it: neither detectors nor the methods that they are made of, nor
/// levels of an audit, can be had from a training step. Detectors reach the methods.
#[test]
fn a_training_step_reaches_no_sealed_detector() {
    for uses in [dependencies(), arrows()] {
        let reached = reach("overt-train", &uses);
        for sealed in ["overt-audit", "overt-lens", "overt-arena", "overt-report", "overt-stats"] {
            assert!(!reached.contains(sealed), "overt-train reaches {sealed}");
        }
        assert!(reached.contains("overt-world"));
        assert!(reach("overt-audit", &uses).contains("overt-lens"));
    }
}

/// What a training may name of `overt-deploy`: implants, and the levels of rivals on layouts of its own split.
const IMPLANTS: [&str; 13] = [
    "Conflict",
    "neutral",
    "non_green",
    "Trigger",
    "TriggerLevels",
    "TriggerRule",
    "Hidden",
    "Switch",
    "Family",
    "HiddenGoal",
    "Implant",
    "Quirk",
    "weak_sum",
];

/// A training makes an organism, so it must know the implant; how the organism is judged afterwards stays
/// sealed from it.
#[test]
fn a_training_reads_implants_and_no_other_truth() {
    let mods = ["maze", "choice"].map(|world| format!("crates/overt-deploy/src/{world}/mod.rs"));
    let public: Names = mods.iter().flat_map(|path| exported(&text(path))).collect();
    assert!(IMPLANTS.iter().all(|name| public.contains(*name)), "{public:?}");
    let sealed: Names = public.into_iter().filter(|n| !IMPLANTS.contains(&n.as_str())).collect();
    assert!(["Certificate", "Truth", "EmptyLevels"].iter().all(|name| sealed.contains(*name)));
    let own = |path: &&String| path.starts_with("crates/overt-train/");
    for path in sources().iter().filter(own) {
        let source = text(path);
        let source = source.split("#[cfg(test)]").next().unwrap();
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let found = words(line).find(|word| sealed.contains(word));
            assert!(found.is_none() && !line.contains("Split::Deploy"), "{path}: `{line}`");
        }
    }
}

/// Every name that a file passes on.
fn exported(source: &str) -> Vec<String> {
    let exports = source.split("pub use ").skip(1).filter_map(|line| line.split(';').next());
    let items = exports.filter_map(|export| export.split_once("::"));
    items.flat_map(|(_, items)| words(items)).collect()
}

#[test]
fn what_must_know_no_tensors_names_no_tensor_library() {
    let uses = dependencies();
    let light = [
        "overt-evidence",
        "overt-verify",
        "overt-report",
        "overt-stats",
        "overt-world",
        "overt-deploy",
    ];
    for name in light {
        let reached = reach(name, &uses);
        for engine in ["burn", "pulp", "safetensors", "overt-site", "overt-nn"] {
            assert!(!reached.contains(engine), "{name} reaches {engine}");
        }
    }
    assert!(reach("overt-lens", &uses).contains("burn"));
}

#[test]
fn methods_do_not_import_each_other() {
    let home = homes();
    let mut methods = 0;
    for path in sources().iter().filter(|path| path.starts_with("crates/overt-lens/")) {
        let own = path.rsplit('/').next().unwrap().trim_end_matches(".rs");
        if SHARED.contains(&own) {
            continue;
        }
        methods += 1;
        for word in imported(&text(path)) {
            let from = home.get(&word).unwrap_or(&word);
            let is_method = home.values().any(|home| home == from) && from != own;
            assert!(!is_method || SHARED.contains(&from.as_str()), "{path} imports {word}");
        }
    }
    assert!(methods >= 6, "only {methods} methods found");
}

/// From every public name of `overt-lens` to the file that it lives in.
fn homes() -> BTreeMap<String, String> {
    let lib = text("crates/overt-lens/src/lib.rs");
    let exports = lib.split("pub use ").skip(1).filter_map(|line| line.split(';').next());
    let mut homes = BTreeMap::new();
    for export in exports {
        let (module, items) = export.split_once("::").unwrap();
        homes.extend(words(items).map(|item| (item, module.to_owned())));
        homes.insert(module.to_owned(), module.to_owned());
    }
    homes
}

/// The words of every import from the crate itself.
fn imported(source: &str) -> Vec<String> {
    let lines = source.split("use crate::").skip(1).filter_map(|line| line.split(';').next());
    lines.flat_map(words).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty()).map(str::to_owned)
}

/// Whoever is to trust the small verifier must be able to look through all of it.
#[test]
fn the_verifier_without_the_engine_stays_small() {
    let crates = tree("overt-verify");
    let has = |name: &str| crates.iter().any(|one| one.starts_with(name));
    assert!(has("overt-evidence ") && has("sha2 "), "{crates:?}");
    assert!(crates.len() <= 61, "itself and {} others: {crates:?}", crates.len() - 1);
    assert!(tree("overt-cli").len() > 100);
}

use crate::workspace::{Names, dependencies, quoted, root, table, text};

#[test]
fn the_codemap_lists_every_crate_once() {
    let rows = table("Codemap");
    let mapped: Names = rows.iter().map(|row| row[0][0].clone()).collect();
    assert_eq!(rows.len(), mapped.len());
    assert_eq!(mapped, dependencies().into_keys().collect());
}

#[test]
fn every_crate_lies_in_the_folder_of_its_name() {
    for name in dependencies().keys() {
        assert!(root().join("crates").join(name).join("Cargo.toml").is_file(), "{name}");
    }
}

/// Every line that begins with "Kept by" names tests, and after them the file that holds them.
#[test]
fn every_invariant_names_tests_that_exist() {
    let page = text("ARCHITECTURE.md");
    let (_, section) = page.split_once("\n## Invariants\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    for number in 1..=9 {
        let (_, invariant) = section.split_once(&format!("\n{number}. ")).unwrap();
        let next = format!("\n{}. ", number + 1);
        assert!(invariant.split(&next).next().unwrap().contains("Kept by"), "invariant {number}");
    }
    let kept = section.lines().map(str::trim).filter(|line| line.starts_with("Kept by `"));
    assert!(kept.map(check_tests).sum::<usize>() > 10);
}

/// The number of tests that a line names.
#[track_caller]
fn check_tests(line: &str) -> usize {
    let (mut tests, mut n_tests) = (Vec::new(), 0);
    for word in quoted(line) {
        if !word.starts_with("crates/") {
            tests.push(word);
            continue;
        }
        let source = text(&word);
        for test in tests.drain(..) {
            // A property has arguments.
            assert!(
                source.contains(&format!("    fn {test}("))
                    || source.contains(&format!("fn {test}()")),
                "no test `{test}` in {word}"
            );
            n_tests += 1;
        }
    }
    assert!(tests.is_empty(), "no file is named for {tests:?}");
    n_tests
}

#[test]
fn the_page_is_one_page() {
    assert!(text("ARCHITECTURE.md").lines().count() <= 120);
    assert!(text("STYLE.md").lines().count() <= 150);
}

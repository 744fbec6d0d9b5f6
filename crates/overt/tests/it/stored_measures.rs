//! The measures of the controls that ship are stored, and are those that the checks measure.

use overt::worlds::Worlds;

/// Without them an audit measures every control in every run, and takes twice as long.
#[test]
fn every_control_that_ships_has_stored_measures() {
    let worlds = Worlds::built_in();
    for name in worlds.names() {
        let unstored = worlds.of_name(name).unwrap().unstored_controls().unwrap();
        assert!(
            unstored.is_empty(),
            "{name}: {unstored:?}: CONTRIBUTING.md says how to store them"
        );
    }
}

#[test]
#[ignore = "some minutes of two cores"]
fn the_controls_that_ship_have_these_measures() {
    let worlds = Worlds::built_in();
    for name in worlds.names() {
        for control in worlds.of_name(name).unwrap().measure_controls("", &()).unwrap() {
            assert_eq!(control.differing, Some(vec![]), "{name}: {}", control.name);
        }
    }
}

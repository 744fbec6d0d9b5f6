use crate::{map_values, offer, sites};
use overt_fault::Hint;
use overt_site::{Array, Axis, Edit, Error, Pass, Run, Select, Trace};

#[track_caller]
fn refused(run: &Run, expected: &str) {
    assert_eq!(offer(run, &map_values(1)).unwrap_err().to_string(), expected);
}

fn edited(edit: Edit) -> Run {
    Run::new().edit("conv.0.post", edit)
}

fn constant(shape: Vec<usize>, value: f32) -> Array {
    let n = shape.iter().product();
    Array::new(shape, vec![value; n])
}

#[test]
fn what_the_network_never_reached_is_an_error() {
    let never = "edit at `dense.post` never fired";
    refused(&Run::new().edit("dense.post", Edit::zero()), never);
    for run in [Run::new().tap("dense.post"), Run::new().gradient("dense.post")] {
        let error = offer(&run, &map_values(1)).unwrap_err();
        assert_eq!(error, Error::NeverFired { site: "dense.post".into() });
    }
}

#[test]
fn a_misspelt_site_is_refused_whatever_is_asked_of_it() {
    let expected = "no site `conv.post` in this network; nearest: `conv.0.post`, `dense.post`";
    refused(&Run::new().tap("conv.post"), expected);
    refused(&Run::new().edit("conv.post", Edit::zero()), expected);
    refused(&Run::new().gradient("conv.post"), expected);
}

#[test]
fn another_shape_is_refused() {
    let expected = "edit at `conv.0.post` writes shape [2, 2, 3, 2], the site has [1, 2, 3, 2]";
    refused(&edited(Edit::replace(map_values(2))), expected);
    refused(&edited(Edit::add(map_values(2))), expected);
    let flat = constant(vec![1, 12], 0.0);
    refused(
        &edited(Edit::replace(flat)),
        "edit at `conv.0.post` writes shape [1, 12], the site has [1, 2, 3, 2]",
    );
    let mask = Select::Mask(vec![true; 11]);
    let error = offer(&edited(Edit::zero().at(mask)), &map_values(1)).unwrap_err();
    assert!(matches!(error, Error::ShapeChanged { .. }), "{error}");
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    let expected = "edit at `conv.0.post` writes a value that is not finite";
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        refused(&edited(Edit::scale(bad)), expected);
        refused(&edited(Edit::replace(constant(vec![1, 2, 3, 2], bad))), expected);
        refused(&edited(Edit::add(constant(vec![1, 2, 3, 2], bad))), expected);
    }
}

#[test]
fn a_selection_that_the_site_does_not_have_is_refused() {
    let zero_at = |select| edited(Edit::zero().at(select));
    refused(
        &zero_at(Select::along(Axis::Col, &[3])),
        "edit at `conv.0.post` selects col 3, the site has 3",
    );
    refused(&zero_at(Select::rows(&[1])), "edit at `conv.0.post` selects batch 1, the site has 1");
    refused(
        &zero_at(Select::along(Axis::Action, &[0])),
        "edit at `conv.0.post` selects along action, which the site does not have",
    );
    let nothing = "edit at `conv.0.post` selects nothing";
    refused(&zero_at(Select::rows(&[])), nothing);
    refused(&zero_at(Select::along(Axis::Row, &[0]).and(Axis::Row, &[1])), nothing);
    refused(&zero_at(Select::Mask(vec![false; 12])), nothing);
}

#[test]
fn a_site_that_was_not_tapped_is_not_patched_from() {
    let error = Edit::<f32>::patch("conv.0.post", &Trace::default()).unwrap_err();
    assert_eq!(error.to_string(), "site `conv.0.post` was not tapped in this run");
    assert_eq!(error.hint().unwrap(), "add `.tap(site)` to the run");
}

#[test]
fn a_run_is_checked_before_anything_is_computed() {
    let run = Run::new().tap("conv.0.post").edit("dense.post", Edit::scale(f32::NAN));
    let error = Pass::begin(&sites(), &run, 1).unwrap_err();
    assert_eq!(error, Error::NotFinite { site: "dense.post".into() });
}

use crate::{map_values, offer};
use overt_site::{Array, Axis, Edit, Run, Select, Write};
use proptest::collection::vec;
use proptest::prelude::*;

fn entries() -> impl Strategy<Value = Array> {
    vec(-100.0_f32..100.0, 24).prop_map(|values| Array::new(vec![2, 2, 3, 2], values))
}

fn writes() -> impl Strategy<Value = Write> {
    prop_oneof![
        entries().prop_map(Write::Replace),
        entries().prop_map(Write::Add),
        (-3.0_f32..3.0).prop_map(Write::Scale),
    ]
}

/// What an edit should give at one entry.
fn written(write: &Write, own: f32, idx: usize) -> f32 {
    match write {
        Write::Replace(array) => array.values[idx],
        Write::Add(array) => own + array.values[idx],
        Write::Scale(factor) => own * factor,
    }
}

proptest! {
    #[test]
    fn an_edit_writes_its_entries_and_no_other_bit(
        own in entries(), write in writes(), mask in vec(any::<bool>(), 24),
    ) {
        prop_assume!(mask.contains(&true));
        let edit = Edit { write: write.clone(), select: Select::Mask(mask.clone()) };
        let run = Run::new().edit("conv.0.post", edit).tap("conv.0.post");
        let (got, trace) = offer(&run, &own).unwrap();
        for (idx, chosen) in mask.iter().enumerate() {
            let before = own.values[idx];
            let expected = if *chosen { written(&write, before, idx) } else { before };
            prop_assert_eq!(got.values[idx].to_bits(), expected.to_bits());
        }
        prop_assert_eq!(trace.get("conv.0.post").unwrap(), &got);
    }

    #[test]
    fn an_edit_that_changes_nothing_gives_the_same_bits(own in entries()) {
        let (plain, _) = offer(&Run::new(), &own).unwrap();
        let (tapped, trace) = offer(&Run::new().tap("conv.0.post"), &own).unwrap();
        prop_assert_eq!(&plain, &own);
        prop_assert_eq!(&tapped, &own);
        let patched = Run::new().edit("conv.0.post", Edit::patch("conv.0.post", &trace).unwrap());
        prop_assert_eq!(offer(&patched, &own).unwrap().0, own.clone());
        let scaled = Run::new().edit("conv.0.post", Edit::scale(1.0));
        prop_assert_eq!(offer(&scaled, &own).unwrap().0, own);
    }

    #[test]
    fn a_product_of_lists_selects_what_is_in_every_list(
        batch in vec(0_usize..2, 1..3), rows in vec(0_usize..2, 1..3),
        cols in vec(0_usize..3, 1..3), channels in vec(0_usize..2, 1..3),
    ) {
        let select = Select::rows(&batch)
            .and(Axis::Row, &rows)
            .and(Axis::Col, &cols)
            .and(Axis::Channel, &channels);
        let own = map_values(2);
        let run = Run::new().edit("conv.0.post", Edit::zero().at(select));
        let (got, _) = offer(&run, &own).unwrap();
        for (idx, value) in got.values.iter().enumerate() {
            let chosen = batch.contains(&(idx / 12)) && rows.contains(&(idx / 6 % 2))
                && cols.contains(&(idx / 2 % 3)) && channels.contains(&(idx % 2));
            prop_assert_eq!(*value == 0.0, chosen, "entry {}", idx);
        }
    }
}

#[test]
fn edits_of_one_site_apply_in_order_and_the_tap_sees_the_last() {
    let add = Edit::add(Array::new(vec![1, 2, 3, 2], vec![1.0; 12]));
    let run = Run::new()
        .edit("conv.0.post", Edit::scale(10.0))
        .edit("conv.0.post", add)
        .tap("conv.0.post");
    let (got, trace) = offer(&run, &map_values(1)).unwrap();
    assert_eq!(got.values[..3], [11.0, 21.0, 31.0]);
    assert_eq!(trace.get("conv.0.post").unwrap(), &got);
}

#[test]
fn a_selection_of_everything_can_be_narrowed() {
    let select = Select::All.and(Axis::Col, &[1]);
    let run = Run::new().edit("conv.0.post", Edit::zero().at(select));
    let (got, _) = offer(&run, &map_values(1)).unwrap();
    assert_eq!(got.values, [1.0, 2.0, 0.0, 0.0, 5.0, 6.0, 7.0, 8.0, 0.0, 0.0, 11.0, 12.0]);
}

#[test]
fn a_run_is_a_value_that_can_be_used_again() {
    let run = Run::new().edit("conv.0.post", Edit::scale(2.0)).tap("conv.0.post");
    let kept = run.clone();
    let first = offer(&run, &map_values(2)).unwrap();
    assert_eq!(first, offer(&run, &map_values(2)).unwrap());
    assert_eq!(run, kept);
}

use overt_world::maze::{Distribution, Layout, Level, LevelEdit, Object, ObjectRef, Shape};
use overt_world::{Colour, Error};
use proptest::prelude::*;
use proptest::sample::select;

const EXIT: ObjectRef = ObjectRef::Exit;

fn any_level() -> impl Strategy<Value = Level> {
    (any::<u64>(), select(vec![Layout::BLOCKS, Layout::TREE]))
        .prop_map(|(seed, layout)| crate::train(layout).level(seed))
}

fn any_object() -> impl Strategy<Value = ObjectRef> {
    select(vec![EXIT, ObjectRef::Distractor(0), ObjectRef::Distractor(1)])
}

proptest! {
    #[test]
    fn a_look_is_changed_and_nothing_else(
        level in any_level(),
        object in any_object(),
        shape in select(Shape::ALL.to_vec()),
        colour in select(Colour::ALL.to_vec()),
    ) {
        let before = *level.object(object).unwrap();
        let recoloured = LevelEdit::Recolour { object, colour }.apply(&level).unwrap();
        let reshaped = LevelEdit::Reshape { object, shape }.apply(&recoloured).unwrap();
        let relooked = LevelEdit::Relook { object, shape, colour }.apply(&level).unwrap();
        prop_assert_eq!(&reshaped, &relooked);
        let after = *relooked.object(object).unwrap();
        prop_assert_eq!((after.shape, after.colour, after.cell), (shape, colour, before.cell));
        let Object { shape, colour, .. } = before;
        prop_assert_eq!(LevelEdit::Relook { object, shape, colour }.apply(&relooked), Ok(level));
    }

    #[test]
    fn a_move_there_and_back_is_no_edit(level in any_level(), object in any_object()) {
        let from = level.object(object).unwrap().cell;
        for to in level.grid.free_cells().filter(|&cell| level.is_free(cell)) {
            let moved = LevelEdit::Move { object, to }.apply(&level).unwrap();
            prop_assert_eq!(moved.check(), Ok(()));
            let back = LevelEdit::Move { object, to: from }.apply(&moved);
            prop_assert_eq!(back.as_ref(), Ok(&level));
        }
    }

    #[test]
    fn nothing_moves_onto_anything(level in any_level(), object in any_object()) {
        let own = level.object(object).unwrap().cell;
        for index in 0..level.grid.walls().len() {
            let to = level.grid.cell(index);
            if !level.is_free(to) && to != own {
                let refused = LevelEdit::Move { object, to }.apply(&level);
                prop_assert_eq!(refused, Err(Error::NotFree { cell: to }));
            }
            if !level.is_free(to) && to != level.agent {
                let refused = LevelEdit::PlaceAgent { at: to }.apply(&level);
                prop_assert_eq!(refused, Err(Error::NotFree { cell: to }));
            }
        }
    }

    #[test]
    fn swapping_twice_is_no_edit(level in any_level(), a in any_object(), b in any_object()) {
        let swap = LevelEdit::Swap { a, b };
        let once = swap.apply(&level).unwrap();
        prop_assert_eq!(once.object(a).unwrap().cell, level.object(b).unwrap().cell);
        prop_assert_eq!(once.check(), Ok(()));
        prop_assert_eq!(swap.apply(&once), Ok(level));
    }

    #[test]
    fn keeping_one_object_keeps_that_one(level in any_level(), object in any_object()) {
        let kept = LevelEdit::KeepOnly { object }.apply(&level).unwrap();
        let left: Vec<Object> = kept.objects().map(|(_, object)| *object).collect();
        prop_assert_eq!(left, vec![*level.object(object).unwrap()]);
        let only_exit = LevelEdit::RemoveDistractors.apply(&level);
        prop_assert_eq!(only_exit, LevelEdit::KeepOnly { object: EXIT }.apply(&level));
    }

    #[test]
    fn removing_takes_one_object_away(level in any_level(), object in any_object()) {
        let gone = *level.object(object).unwrap();
        let edited = LevelEdit::Remove { object }.apply(&level).unwrap();
        prop_assert_eq!(edited.objects().count(), 2);
        prop_assert!(edited.objects().all(|(_, left)| *left != gone));
    }

    #[test]
    fn the_agent_starts_where_it_is_put(level in any_level()) {
        for at in level.grid.free_cells().filter(|&cell| level.is_free(cell)) {
            let placed = LevelEdit::PlaceAgent { at }.apply(&level).unwrap();
            prop_assert_eq!(placed, Level { agent: at, ..level.clone() });
        }
    }
}

#[test]
fn what_is_not_there_cannot_be_edited() {
    let level = crate::train(Layout::BLOCKS).level(1);
    let object = ObjectRef::Distractor(5);
    let error = LevelEdit::Recolour { object, colour: Colour::Red }.apply(&level).unwrap_err();
    assert_eq!(error.to_string(), "the level has no distractor 5");
    let empty = LevelEdit::Remove { object: EXIT }.apply(&level).unwrap();
    let error = LevelEdit::Remove { object: EXIT }.apply(&empty).unwrap_err();
    assert_eq!(error.to_string(), "the level has no exit");
}

#[test]
fn edits_speak() {
    let edit = LevelEdit::Relook { object: EXIT, shape: Shape::Apple, colour: Colour::Red };
    assert_eq!(edit.to_string(), "turn exit into red apple");
    let json = serde_json::to_string(&edit).unwrap();
    assert_eq!(json, r#"{"relook":{"object":"exit","shape":"apple","colour":"red"}}"#);
    assert_eq!(serde_json::from_str::<LevelEdit>(&json).unwrap(), edit);
}

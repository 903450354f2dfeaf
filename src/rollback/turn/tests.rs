//! Who goes first.

use super::*;
use crate::rollback::testing::{AS_FOUR, AS_NINE, FOUR, NINE, OUT_4, OUT_9, Scene};

const BOTH: [StageIndex; 2] = [FOUR, NINE];

fn goes(scene: &Scene) -> Vec<StageIndex> {
    going(&scene.migration, &scene.ledger(), &BTreeSet::from(BOTH))
}

fn comes(scene: &Scene) -> Vec<StageIndex> {
    coming_back(&scene.migration, &scene.ledger(), &BTreeSet::from(BOTH))
}

fn landed(more: &str, order: [&str; 2]) -> Scene {
    let scene = Scene::new(more, &[("four/a", "1"), ("nine/a", "1")]);
    for says in order {
        let path = if says == AS_FOUR { "four/a" } else { "nine/a" };
        scene.land(says, &[(path, "2")]);
    }
    scene
}

#[test]
fn the_newest_goes_first_unless_another_one_comes_after_it() {
    assert_eq!(goes(&landed("", [AS_FOUR, AS_NINE])), [NINE, FOUR]);
    assert_eq!(goes(&landed("", [AS_NINE, AS_FOUR])), [FOUR, NINE]);
    assert_eq!(goes(&landed("after = [\"4\"]", [AS_NINE, AS_FOUR])), [NINE, FOUR]);
}

#[test]
fn what_went_last_comes_back_first_unless_it_comes_after_another_one() {
    let gone = |more: &str, order: [&str; 2]| {
        let scene = landed(more, [AS_FOUR, AS_NINE]);
        for says in order {
            let path = if says == OUT_4 { "four/a" } else { "nine/a" };
            scene.land(says, &[(path, "1")]);
        }
        scene
    };
    assert_eq!(comes(&gone("", [OUT_9, OUT_4])), [FOUR, NINE]);
    assert_eq!(comes(&gone("", [OUT_4, OUT_9])), [NINE, FOUR]);
    assert_eq!(comes(&gone("after = [\"4\"]", [OUT_4, OUT_9])), [FOUR, NINE]);
}

#[test]
fn of_many_each_waits_for_all_that_it_has_to() {
    let waits = |stage, other| matches!((stage, other), (5, 3 | 1) | (3, 1) | (2, 4));
    assert_eq!(in_turn(vec![5, 2, 3, 1, 4], waits), [1, 3, 5, 4, 2]);
}

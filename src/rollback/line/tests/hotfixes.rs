//! Hotfixes in the way of a back-out, and the work beside them.

use super::*;

/// Stage 4 has landed on lines 2 and 6.
fn landed_twice(more: &str) -> (Scene, String) {
    let scene = begun(more);
    let four = with(BY_FOUR, 6, "four");
    scene.land(AS_FOUR, &[("both", &four)]);
    (scene, four)
}

#[test]
fn a_hotfix_beneath_work_does_not_hide_the_work() {
    let (scene, four) = landed_twice("");
    let fixed = with(&four, 2, "hotfix");
    let fix = scene.land(FOREIGN, &[("both", &fixed)]);
    assert_eq!(scene.lost(1), Some((fix, false, true)));
    let nine = scene.land(AS_NINE, &[("both", &with(&fixed, 6, "nine"))]);
    assert_eq!(scene.lost(1), Some((nine, true, true)));
    let loss = scene.line().lost_by(1, FOUR).unwrap().unwrap();
    assert_eq!(loss.outlook.blockers.stages, [NINE]);
    assert_eq!(loss.outlook.blockers.commits[&RepoPath::from("both")], [nine, fix]);
    assert_eq!(loss.outlook.blockers.cascade, None, "the hotfix is in the way of that, too");
    // What had landed before is held against nobody.
    assert_eq!((scene.lost(2), scene.lost(3)), (None, None));
}

#[test]
fn what_the_work_has_closed_is_told_first_and_each_thing_once() {
    let scene = begun("");
    let four = with(BY_FOUR, 6, "four");
    scene.land(AS_FOUR, &[("both", &four), ("four/a", BY_FOUR)]);
    let fixed = with(&four, 2, "hotfix");
    let fix = scene.land(FOREIGN, &[("both", &fixed), ("four/a", &with(BY_FOUR, 2, "hotfix"))]);
    let nine = scene.land(AS_NINE, &[("both", &with(&fixed, 6, "nine"))]);
    let outlook = scene.line().lost_by(1, FOUR).unwrap().unwrap().outlook;
    let paths: Vec<_> = outlook.clashes.iter().map(|clash| clash.path.shown()).collect();
    assert_eq!(paths, ["both", "four/a"]);
    assert_eq!(outlook.blockers.stages, [NINE]);
    assert_eq!(outlook.blockers.commits[&RepoPath::from("both")], [nine, fix]);
    assert_eq!(outlook.blockers.commits[&RepoPath::from("four/a")], [fix]);
}

#[test]
fn work_on_the_very_lines_of_a_hotfix_keeps_the_way_back_closed() {
    let scene = landed("");
    scene.land(FOREIGN, &[("both", &with(BY_FOUR, 2, "hotfix"))]);
    let nine = scene.land(AS_NINE, &[("both", &with(BY_FOUR, 2, "nine"))]);
    assert_eq!(scene.lost(1), Some((nine, true, true)));
}

#[test]
fn work_that_is_taken_back_again_is_not_in_the_way_of_what_a_hotfix_closed() {
    let (scene, four) = landed_twice("");
    let fixed = with(&four, 2, "hotfix");
    let fix = scene.land(FOREIGN, &[("both", &fixed)]);
    scene.land(AS_NINE, &[("both", &with(&fixed, 6, "nine"))]);
    scene.land(FOREIGN, &[("both", &fixed)]);
    assert_eq!(scene.lost(1), Some((fix, false, true)));
}

#[test]
fn a_declared_order_is_expected_on_top_of_a_hotfix_too() {
    let (scene, four) = landed_twice("after = [\"4\"]");
    let fixed = with(&four, 2, "hotfix");
    let fix = scene.land(FOREIGN, &[("both", &fixed)]);
    scene.land(AS_NINE, &[("both", &with(&fixed, 6, "nine"))]);
    assert_eq!(scene.lost(1), Some((fix, false, true)));
}

#[test]
fn of_many_hotfixes_none_hides_the_work_on_top_of_them() {
    let long = |with: &[usize]| -> String {
        let line = |at: usize| if with.contains(&at) { "four" } else { "line" };
        (0..120).map(|at| format!("{at} {}\n", line(at))).collect()
    };
    let scene = Scene::new("", &[("both", &long(&[]))]);
    let fours: Vec<usize> = (0..120).step_by(6).collect();
    let mut text = long(&fours);
    scene.land(AS_FOUR, &[("both", &text)]);
    let (last, fixed) = fours.split_last().unwrap();
    assert!(fixed.len() > ONE_BY_ONE + 2);
    for at in fixed {
        text = text.replace(&format!("\n{at} four\n"), &format!("\n{at} fixed\n"));
        scene.land(FOREIGN, &[("both", &text)]);
    }
    let is_work = || scene.lost(1).map(|(_, is_work, _)| is_work);
    assert_eq!(is_work(), Some(false));
    text = text.replace(&format!("\n{last} four\n"), &format!("\n{last} nine\n"));
    let nine = scene.land(AS_NINE, &[("both", &text)]);
    assert_eq!(scene.lost(1), Some((nine, true, true)));
}

#[test]
fn a_merge_of_a_hotfix_and_of_work_is_work_where_either_is_in_the_way() {
    for hotfix_first in [true, false] {
        let (scene, four) = landed_twice("");
        let (fixed, nine) = (with(&four, 2, "hotfix"), with(&four, 6, "nine"));
        let both = with(&fixed, 6, "nine");
        let merge = match hotfix_first {
            true => scene.merge(&[(FOREIGN, &[("both", &fixed)]), (AS_NINE, &[("both", &both)])]),
            false => scene.merge(&[(AS_NINE, &[("both", &nine)]), (FOREIGN, &[("both", &both)])]),
        };
        assert_eq!(scene.lost(1), Some((merge, true, true)), "{hotfix_first}");
    }
}

#[test]
fn what_nobody_speaks_for_does_not_hide_work_either() {
    let (scene, four) = landed_twice("");
    let silent = with(&four, 2, "silent");
    scene.land("", &[("both", &silent)]);
    let nine = scene.land(AS_NINE, &[("both", &with(&silent, 6, "nine"))]);
    assert_eq!(scene.lost(1), Some((nine, true, true)));
}

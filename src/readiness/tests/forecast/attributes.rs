//! Attributes that close ways back: a file is put together as one from then on, or not at all.

use super::{Scene, lines};

/// From now on, git does not put together what happened to a file's lines.
fn as_one(scene: &Scene) {
    scene.says("", &[(".gitattributes", "*.py -merge\n")]);
}

#[test]
fn attributes_that_close_a_way_back_do_not_hide_work_on_its_lines() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.commit("none", &[(2, "four"), (18, "fixed")]);
    scene.land();
    as_one(&scene);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 4"]);
    scene.commit("none", &[(2, "fixed"), (18, "fixed")]);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 4"]);
    scene.scratch.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    scene.commit("9", &[(2, "nine"), (18, "fixed")]);
    assert_eq!(scene.told(), ["deny revert/conflicts 4"]);
    scene.scratch.git(&["reset", "--quiet", "--hard", "origin/main"]);
    scene.commit("9", &[(2, "nine"), (18, "fixed")]);
    as_one(&scene);
    assert_eq!(scene.told(), ["deny revert/conflicts 4"]);
}

#[test]
fn a_way_back_that_was_there_is_lost() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.commit("9", &[(2, "four"), (15, "nine")]);
    scene.land();
    as_one(&scene);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 4"]);
}

#[test]
fn a_way_back_that_was_closed_before_is_not_lost() {
    let scene = Scene::new();
    scene.commit("4", &[(2, "four")]);
    scene.commit("9", &[(2, "nine")]);
    scene.land();
    as_one(&scene);
    assert_eq!(scene.told(), [""; 0]);
}

#[test]
fn a_way_back_that_was_closed_by_ownership_alone_is_lost_where_all_say_whose_they_are() {
    // Nobody says whose the first one is: 9 has no lone way back if it is both stages'. For certain,
    // the attributes take it.
    let scene = Scene::new();
    scene.commit("9", &[(15, "nine")]);
    scene.commit("", &[(2, "words"), (15, "nine")]);
    scene.land();
    as_one(&scene);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 9"]);
    // Before the stage's work, it is in the way of nothing that is certain.
    let scene = Scene::new();
    scene.commit("", &[(2, "words")]);
    scene.commit("9", &[(2, "words"), (15, "nine")]);
    scene.land();
    as_one(&scene);
    assert_eq!(scene.told(), [""; 0]);
}

#[test]
fn a_way_back_that_is_closed_now_by_ownership_alone_is_told() {
    let scene = Scene::new();
    let path = "src/4/a.py";
    let write = |stage: &str, with: &[(usize, &str)]| scene.says(stage, &[(path, &lines(with))]);
    write("none", &[]);
    write("", &[(2, "words")]);
    write("none", &[(2, "words"), (10, "fixed")]);
    write("4", &[(2, "words"), (10, "fixed"), (18, "four")]);
    scene.land();
    as_one(&scene);
    assert_eq!(scene.told(), ["warn revert/foreign-edits 4"]);
}

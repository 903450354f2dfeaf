//! Stages that people took back themselves, by `git revert`: `reapply` brings back all of their
//! work, or says that it cannot.

use super::scene::{STATE, Scene, lines};
use crate::support::Run;

const PART: &str = "core/continuation/part.py";

/// The trailers with which people revert: none, foreign work, the stage's own.
const WORDS: [&str; 3] = ["", "none", "9"];

/// Reverts these commits, one after the other.
fn revert(scene: &Scene, words: &str, commits: &[&str]) {
    for commit in commits {
        scene.repo.git(&["revert", "--no-edit", commit]).ok();
        if !words.is_empty() {
            let trailer = format!("Take it back\n\nMigration-Stage: {words}");
            scene.repo.git(&["commit", "--quiet", "--amend", "-m", &trailer]).ok();
        }
    }
    scene.share();
}

fn reapply(scene: &Scene) -> Run {
    scene.backout(&["reapply", "--stage", "9", "--branch", "again", "--reason", "x"])
}

#[test]
fn all_reverts_of_a_stage_are_undone_whatever_they_say_and_in_whichever_order() {
    for words in WORDS {
        for newest_first in [true, false] {
            let scene = Scene::begun();
            let a = scene.land("9", "A", &[(STATE, &lines(&[(7, "nine")]))]);
            let b = scene.land("9", "B", &[(PART, "b\n")]);
            let before = scene.tree("main");
            let commits = if newest_first { [&*b, &*a] } else { [&*a, &*b] };
            revert(&scene, words, &commits);
            assert_ne!(scene.tree("main"), before);
            reapply(&scene).ok();
            assert_eq!(scene.tree("again"), before, "`{words}`, newest first: {newest_first}");
        }
    }
}

#[test]
fn two_edits_of_one_file_come_back_together() {
    for words in WORDS {
        let scene = Scene::begun();
        let a = scene.land("9", "A", &[(STATE, &lines(&[(2, "nine")]))]);
        let b = scene.land("9", "B", &[(STATE, &lines(&[(2, "nine"), (7, "nine")]))]);
        let before = scene.tree("main");
        revert(&scene, words, &[&a, &b]);
        reapply(&scene).ok();
        assert_eq!(scene.tree("again"), before, "`{words}`");
    }
}

#[test]
fn other_work_in_between_stays_as_it_is() {
    let scene = Scene::begun();
    let a = scene.land("9", "A", &[(STATE, &lines(&[(2, "nine")]))]);
    let b = scene.land("9", "B", &[(PART, "b\n")]);
    let before = scene.tree("main");
    revert(&scene, "", &[&b]);
    scene.land("none", "Note", &[("README.md", "two\n")]);
    scene.land("none", "Fix", &[(STATE, &lines(&[(2, "nine"), (7, "fix")]))]);
    scene.land("none", "Unfix", &[(STATE, &lines(&[(2, "nine")]))]);
    scene.land("none", "Repair", &[("core/continuation/other.py", "repaired\n")]);
    revert(&scene, "none", &[&a]);
    reapply(&scene).ok();
    assert_eq!(
        scene.difference(&before, "again"),
        "M README.md\nA core/continuation/other.py\n",
        "what others did since is there, and all of the stage's work"
    );
}

#[test]
fn what_went_before_the_stage_was_worked_on_again_is_not_brought_back_in_part() {
    let scene = Scene::begun();
    let a = scene.land("9", "A", &[(STATE, &lines(&[(2, "nine")]))]);
    revert(&scene, "", &[&a]);
    // Only that is taken back: the stage's life is over, and the next one begins.
    let b = scene.land("9", "B", &[(PART, "b\n")]);
    let c = scene.land("9", "C", &[(STATE, &lines(&[(2, "nine")]))]);
    revert(&scene, "", &[&b]);
    let d = scene.land("9", "D", &[("core/continuation/d.py", "d\n")]);
    revert(&scene, "", &[&d, &c]);
    let run = reapply(&scene).exits(4);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 4
    stdout:
    Bring back stage 9
      on origin/main ([oid])

      what is undone, newest first
        [oid] Revert "C"
        [oid] Revert "D"

      what changes
        add     core/continuation/d.py  +1 -0
        modify  core/state_manager.py   +1 -1
        2 paths, 2 lines added, 1 taken away

      what stands in the way
        core/continuation/part.py: needs review: it was taken back by hand, bit by bit, and undoing the last of that may bring back a part of the stage's work alone

      it has to be resolved by hand, on a branch, and reviewed
    stderr:
    "#);
    assert_ne!(scene.repo.git(&["rev-parse", "--verify", "--quiet", "again"]).exit, 0);
}

#[test]
fn the_first_commit_of_all_takes_nothing_back() {
    let scene = Scene::landed();
    let root = scene.repo.git(&["rev-list", "--max-parents=0", "main"]).ok().out();
    let run = scene.backout(&["verify-revert", root.trim()]).exits(3);
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 3
    stdout:
    stderr:
    error: [oid] has no parent here to plan on
    help: it is the first commit of its history, and takes nothing back: name another
    ");
}

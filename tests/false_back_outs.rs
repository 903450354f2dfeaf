//! Commits that say they back a stage out, and do something else: new work under that name, a
//! back-out that takes another stage along. None of it passes without a word.

use serde_json::Value;

use crate::support::{SHARED, STATE, Staged};

const WORK: &str = "Move the state\n\nMigration-Stage: 9";

/// Ten lines, some of them replaced.
fn lines(with: &[(usize, &str)]) -> String {
    let line = |number: usize| {
        let new = with.iter().find(|(at, _)| *at == number);
        new.map_or_else(|| format!("line {number}\n"), |(_, text)| format!("{text}\n"))
    };
    (1..=10).map(line).collect()
}

/// The scene with a shared file of ten lines, the tag on it.
fn shared() -> Staged {
    let scene = Staged::new();
    scene.repo.commit_files(&[(SHARED, &lines(&[]))], "The shared file");
    scene.repo.git(&["tag", "--force", "--annotate", "-m", "start", "migration-start"]).ok();
    scene.share(&["--force", "origin", "main", "migration-start"]);
    scene
}

/// Stage 4 has landed on line 2 of the shared file, stage 9 on line 9.
fn both() -> Staged {
    let scene = shared();
    scene.repo.commit_files(&[(SHARED, &lines(&[(2, "four")]))], "Four\n\nMigration-Stage: 4");
    let of_both = lines(&[(2, "four"), (9, "nine")]);
    scene.repo.commit_files(&[(SHARED, &of_both)], "Nine\n\nMigration-Stage: 9");
    scene.share(&["origin", "main"]);
    scene
}

fn plan(scene: &Staged, stage: &str) -> Value {
    let arguments = ["revert", "--stage", stage, "--onto", "HEAD", "--format", "json"];
    serde_json::from_slice(&scene.repo.backout(arguments).run().stdout).unwrap()
}

#[test]
fn what_says_it_backs_out_a_stage_that_has_not_landed_is_work_that_says_nothing() {
    let scene = Staged::new();
    let files = [(STATE, "state = 2\n")];
    let commit = scene.repo.commit_files(&files, "New work\n\nBackout-Stage: 9");
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r#"
    exit: 0
    stdout:
    backout: warn stage/ambiguous-commit (stage 9): [oid] "New work" changes what only stage 9 owns, without a trailer: a rollback would suggest to take it along
    backout: warn stage/wrong-stage (stage 9): [oid] "New work" says `Backout-Stage: 9`, but that stage had not landed before it: the trailer counts for nothing
    stderr:
    "#);
    let planned = plan(&scene, "9");
    assert_eq!(planned["commits"], serde_json::json!([commit]));
    assert_eq!(planned["confirm"], serde_json::json!([commit]));
}

#[test]
fn it_does_not_hide_the_work_beside_it() {
    let scene = Staged::new();
    scene.repo.commit_files(&[(STATE, "state = 2\n")], "New work\n\nBackout-Stage: 9");
    scene.repo.commit_files(&[(STATE, "state = 3\n")], WORK);
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn a_stage_that_landed_earlier_in_the_same_push_has_landed() {
    let scene = Staged::new();
    scene.ready();
    scene.repo.git(&["revert", "--no-commit", "HEAD"]).ok();
    scene.repo.git(&["checkout", "--quiet", "HEAD", "--", ".backout"]).ok();
    scene.repo.commit("Back out 9\n\nBackout-Stage: 9");
    let told = scene.passes(&["origin", "main"]);
    assert!(!told.contains("Backout-Stage"), "{told}");
}

#[test]
fn new_work_under_the_name_of_a_back_out_is_told_and_stays() {
    let scene = Staged::new();
    scene.ready();
    scene.passes(&["origin", "main"]);
    let files = [(STATE, "state = 2\nmore = 1\n")];
    let commit = scene.repo.commit_files(&files, "More\n\nBackout-Stage: 9");
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r#"
    exit: 0
    stdout:
    backout: warn revert/foreign-edits (stage 9): [oid] "More" is no declared work of a stage: a rollback of stage 9 leaves such work alone, and is in conflict with it now: in src/core/state.py, the same lines were changed since
    backout: warn revert/foreign-edits (stage 9): [oid] "More" says `Backout-Stage: 9`, but is not the planned back-out: src/core/state.py differs
    stderr:
    "#);
    let planned = plan(&scene, "9");
    assert_eq!(planned["foreign"], serde_json::json!([commit]));
    let status = scene.repo.backout(["status", "--format", "json"]).run().ok();
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["stages"][1]["foreign"], serde_json::json!([commit]));
}

#[test]
fn a_back_out_that_takes_another_stage_along_is_told() {
    let scene = both();
    scene.repo.git(&["checkout", "--quiet", "migration-start", "--", SHARED]).ok();
    scene.repo.commit("By the book\n\nBackout-Stage: 4");
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r#"
    exit: 0
    stdout:
    backout: warn revert/foreign-edits (stage 4): [oid] "By the book" says `Backout-Stage: 4`, but is not the planned back-out: src/core/shared.py differs; it takes the work of stage 9 along
    stderr:
    "#);
}

#[test]
fn a_back_out_with_an_edit_beside_another_stages_work_is_told() {
    let scene = both();
    let files = [(SHARED, &*lines(&[(5, "edited"), (9, "nine")]))];
    let commit = scene.repo.commit_files(&files, "Back out 4\n\nBackout-Stage: 4");
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r#"
    exit: 0
    stdout:
    backout: warn revert/foreign-edits (stage 4): [oid] "Back out 4" says `Backout-Stage: 4`, but is not the planned back-out: src/core/shared.py differs; stage 9 has worked there as well
    stderr:
    "#);
    // What stage 9 did there goes back alone, as before.
    let planned = plan(&scene, "9");
    assert_eq!(planned["conflicts"], serde_json::json!([]));
    assert_eq!(planned["foreign"], serde_json::json!([commit]));
}

#[test]
fn a_back_out_that_could_not_be_planned_is_told() {
    let scene = shared();
    scene.repo.commit_files(&[(SHARED, &lines(&[(2, "four")]))], "Four\n\nMigration-Stage: 4");
    scene.repo.commit_files(&[(SHARED, &lines(&[(2, "nine")]))], "Nine\n\nMigration-Stage: 9");
    scene.share(&["origin", "main"]);
    scene.repo.commit_files(&[(SHARED, &lines(&[]))], "Back out 4\n\nBackout-Stage: 4");
    insta::assert_snapshot!(scene.repo.push(&["--quiet", "origin", "main"]).snapshot(), @r#"
    exit: 0
    stdout:
    backout: warn revert/foreign-edits (stage 4): [oid] "Back out 4" says `Backout-Stage: 4`, and there is no planned back-out to hold it against: in src/core/shared.py, the same lines were changed since; stage 9 has worked there as well
    stderr:
    "#);
}

#[test]
fn the_planned_back_out_is_silent_alone_and_beside_other_work() {
    let scene = both();
    scene.repo.commit_files(&[(SHARED, &lines(&[(9, "nine")]))], "Back out 4\n\nBackout-Stage: 4");
    scene.repo.commit_files(&[("README.md", "more\n")], "Unrelated");
    let told = scene.passes(&["origin", "main"]);
    assert_eq!(told, "");
}

//! A push that takes a stage back and brings it again: the stage begins anew, and what was there
//! for its earlier life does not count for this one.

use crate::support::{SHARED, STATE, Staged, WITHOUT_BACKUP};

/// Stage 9 has landed, ready.
fn landed() -> Staged {
    let scene = Staged::new();
    scene.ready();
    assert_eq!(scene.passes(&["origin", "main"]).matches("deny").count(), 0);
    scene
}

/// Takes the last change of the state back.
fn back_out(scene: &Staged, says: &str) {
    scene.repo.commit_files(&[(STATE, "state = 1\n")], &format!("Back out\n\n{says}"));
}

#[test]
fn a_stage_that_goes_and_comes_back_in_one_push_is_asked_for_a_new_backup() {
    let scene = landed();
    back_out(&scene, "Backout-Stage: 9");
    scene.repo.commit_files(&[(STATE, "state = 2\n")], "Bring it back\n\nMigration-Stage: 9");
    let run = scene.stopped(&["origin", "main"], "backup/missing");
    insta::assert_snapshot!(run.snapshot(), @"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  2        0

      stage  name          impact    commits  way back
      9      Continuation  critical  1        not open

    Stage 9: Continuation (critical)
      deny backup/missing
          every backup `context` is from before stage 9 was last backed out
          see backout.toml:9
          help: take it before the stage takes effect: `backout backup create
                context`

    not ready to land: 1 problem
    stderr:
    error: failed to push some refs to '[TMP]/origin.git'
    ");
}

#[test]
fn so_is_one_that_goes_and_comes_back_as_something_else() {
    let scene = landed();
    back_out(&scene, "Backout-Stage: 9");
    scene.repo.commit_files(&[(STATE, "state = 3\n")], "A second try\n\nMigration-Stage: 9");
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn git_reverts_that_say_nothing_are_told() {
    let scene = landed();
    back_out(&scene, "");
    scene.repo.git(&["revert", "--no-edit", "HEAD"]).ok();
    let told = scene.passes(&["origin", "main"]);
    assert!(told.contains("warn stage/ambiguous-commit (stage 9)"), "{told}");

    let scene = landed();
    back_out(&scene, "Backout-Stage: 9");
    scene.repo.git(&["revert", "--no-edit", "HEAD"]).ok();
    scene.stopped(&["origin", "main"], "backup/missing");
}

#[test]
fn a_plain_revert_of_a_back_out_is_that_stage_and_no_other() {
    for (path, hotfix) in [(STATE, false), (SHARED, false), (SHARED, true)] {
        let scene = Staged::new();
        let lines = |nine: &str, fix: &str| format!("{nine}\n2\n3\n4\n{fix}\n");
        scene.repo.commit_files(&[(path, &lines("1", "5"))], "Before\n\nMigration-Stage: none");
        scene.repo.commit_files(&[(path, &lines("nine", "5"))], "Nine\n\nMigration-Stage: 9");
        let out = [(path, &*lines("1", "5"))];
        scene.repo.commit_files(&out, "Back out\n\nBackout-Stage: 9");
        scene.share(&["origin", "main"]);
        let back_out = scene.repo.rev("HEAD");
        if hotfix {
            let fixed = [(path, &*lines("1", "fixed"))];
            scene.repo.commit_files(&fixed, "Hot\n\nMigration-Stage: none");
            scene.share(&["origin", "main"]);
        }
        for merged in [false, true] {
            if merged {
                scene.repo.git(&["switch", "--quiet", "--create", "back", "origin/main"]).ok();
            }
            scene.repo.git(&["revert", "--no-edit", &back_out]).ok();
            if merged {
                scene.repo.git(&["branch", "--force", "main", "origin/main"]).ok();
                scene.merge("back");
            }
            let run = scene.stopped(&["origin", "main"], "backup/missing");
            let told = run.out();
            assert!(!told.contains("ambiguous-commit"), "{merged} {told}");
            assert!(!told.contains("Stage 4"), "{merged} {told}");
        }
    }
}

#[test]
fn so_it_is_where_the_back_out_was_merged_by_the_same_push() {
    for reverts_the_merge in [false, true] {
        let scene = landed();
        scene.repo.git(&["switch", "--quiet", "--create", "out"]).ok();
        back_out(&scene, "Backout-Stage: 9");
        let back_out = scene.repo.rev("HEAD");
        scene.merge("out");
        match reverts_the_merge {
            true => scene.repo.git(&["revert", "--no-edit", "--mainline", "1", "HEAD"]).ok(),
            false => scene.repo.git(&["revert", "--no-edit", &back_out]).ok(),
        };
        let told = scene.stopped(&["origin", "main"], "backup/missing").out();
        assert!(!told.contains("ambiguous-commit"), "{reverts_the_merge} {told}");
    }
}

#[test]
fn what_else_a_merge_does_that_brings_a_stage_back_is_asked_whose_it_is() {
    let scene = landed();
    back_out(&scene, "Backout-Stage: 9");
    scene.share(&["origin", "main"]);
    let back_out = scene.repo.rev("HEAD");
    scene.repo.git(&["switch", "--quiet", "--create", "back"]).ok();
    scene.repo.commit_files(&[(SHARED, "shared again\n")], "Whose is this");
    scene.repo.git(&["revert", "--no-edit", &back_out]).ok();
    scene.merge("back");
    let told = scene.stopped(&["origin", "main"], "backup/missing").out();
    assert!(told.contains("stage/ambiguous-commit"), "{told}");
    assert!(told.contains("Whose is this"), "{told}");
    assert!(!told.contains("\"Revert"), "{told}");
}

#[test]
fn a_merge_that_takes_a_stage_back_without_a_word_and_does_it_anew_is_that_stage() {
    let scene = landed();
    let landed = scene.repo.rev("HEAD");
    scene.repo.git(&["switch", "--quiet", "--create", "redo"]).ok();
    scene.repo.commit_files(&[(STATE, "state = 1\n")], "Revert \"Work\"");
    let new = [("src/core/state.py.new", "new\n"), (SHARED, "shared again\n")];
    scene.repo.commit_files(&new, "Nine again\n\nMigration-Stage: 9");
    scene.merge("redo");
    assert_ne!(scene.repo.rev("HEAD"), landed);
    let status = scene.repo.backout(["check", "--base", &landed]).run();
    assert!(status.out().contains("9      Continuation  critical"), "{}", status.snapshot());
    scene.share(&["origin", "main"]);
    let plan = ["revert", "--stage", "9", "--dry-run"];
    assert!(scene.repo.backout(plan).run().out().contains("Merge branch 'redo'"));
}

#[test]
fn other_silent_work_on_a_stage_that_is_gone_is_told_alone() {
    let scene = landed();
    back_out(&scene, "Backout-Stage: 9");
    scene.share(&["origin", "main"]);
    scene.repo.commit_files(&[(STATE, "state = 1\nhot = 1\n")], "Hot");
    let told = scene.passes(&["origin", "main"]);
    assert!(told.contains("warn stage/ambiguous-commit (stage 9)"), "{told}");
}

#[test]
fn what_is_changed_and_changed_back_within_a_life_touches_nothing() {
    let scene = landed();
    scene.repo.commit_files(&[(STATE, "state = 3\n")], "A try\n\nMigration-Stage: 9");
    scene.repo.commit_files(&[(STATE, "state = 2\n")], "Not so\n\nMigration-Stage: 9");
    assert_eq!(scene.passes(&["origin", "main"]), "");
}

#[test]
fn a_stage_that_is_gone_is_asked_for_nothing_by_a_hotfix_on_its_files() {
    let scene = Staged::new();
    scene.unready();
    back_out(&scene, "Backout-Stage: 9");
    scene.repo.commit_files(&[(STATE, "state = 1\nhot = 1\n")], "Hot\n\nMigration-Stage: none");
    let told = scene.passes(&["origin", "main"]);
    assert_eq!(told.matches("(stage 9)").count(), 1, "{told}");
    assert!(told.contains("warn stage/declared-foreign"), "{told}");
    let gate = scene.repo.backout(["check", "--phase", "deploy"]).run();
    insta::assert_snapshot!(gate.exits(0).snapshot(), @r#"
    exit: 0
    stdout:
      ref   kind   change  commits  paths
      HEAD  range  -       4        2

      stage  name          impact    commits  way back
      9      Continuation  critical  2        open

    Stage 9: Continuation (critical)
      warn stage/declared-foreign
          [oid] "Hot" is declared no work of stage 9, on files that it owns:
          a rollback will keep it
          see backout.toml:20
          help: look at it once: if it is work of the stage after all, say so in its
                message: `Migration-Stage: 9`

    ready: stage 9 (deploy), 1 warning
    stderr:
    "#);
}

#[test]
fn a_stage_that_takes_away_what_a_hotfix_brought_has_landed() {
    let scene = Staged::new();
    scene.repo.commit_files(&[(STATE, "state = 1\nhot = 1\n")], "Hot\n\nMigration-Stage: none");
    scene.share(&["origin", "main"]);
    scene.repo.commit_files(&[(STATE, "state = 1\n")], "Take it away\n\nMigration-Stage: 9");
    scene.share(&["origin", "main"]);
    let gate = scene.repo.backout(["check", "--phase", "deploy"]).run();
    insta::assert_snapshot!(gate.exits(1).snapshot_naming(&[WITHOUT_BACKUP]), @"
    exit: 1
    stdout:
      ref   kind   change  commits  paths
      HEAD  range  -       3        1

    [STAGE 9 LACKS ITS BACKUP]

    not ready to deploy: 1 problem
    stderr:
    ");
}

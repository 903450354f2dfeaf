//! A slip in the rules, or in the file of attributions, is refused when it comes. Where it has
//! landed all the same, it stops neither a rollback nor other work, and least of all its own
//! repair.

use std::os::unix::fs::symlink;

use crate::support::{CONFIGURATION, STATE, Staged};

const STAGE_9: &str = "Work\n\nMigration-Stage: 9";
const ATTRIBUTIONS: &str = ".backout/attributions.toml";

/// Stage 9 has landed, by an attribution.
fn landed() -> Staged {
    let scene = Staged::new();
    let commit = scene.repo.commit_files(&[(STATE, "state = 2\n")], "Squashed");
    scene.share(&["origin", "main"]);
    scene.repo.backout(["attribute", "--stage", "9", &commit]).run().ok();
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.commit("Attribute");
    scene.passes(&["origin", "main"]);
    scene
}

fn attributed(scene: &Staged) -> String {
    std::fs::read_to_string(scene.repo.path().join(ATTRIBUTIONS)).unwrap()
}

const BACK_OUT: [&str; 7] =
    ["revert", "--stage", "9", "--branch", "back", "--reason", "carts lose lines"];

#[test]
fn a_slip_in_the_attributions_is_refused_with_its_place() {
    let scene = landed();
    let conflict = attributed(&scene) + "<<<<<<< HEAD\n";
    scene.repo.commit_files(&[(ATTRIBUTIONS, &conflict)], "A merge gone wrong");
    insta::assert_snapshot!(scene.repo.push(&["origin", "main"]).exits(1).snapshot(), @"
    exit: 1
    stdout:
    stderr:
    error: key with no value, expected `=`
     --> .backout/attributions.toml:6:9
      |
    6 | <<<<<<< HEAD
      |         ^
      |
      = help: every entry is `[[attributions]]` with `commit` (the full id), `stage` (an id, or `none`) and, where it is about some paths only, `paths`; `backout attribute` writes them

    error: 1 error
    error: failed to push some refs to '[TMP]/origin.git'
    ");
    scene.repo.backout(["check", "--base", "origin/main"]).run().exits(2);
    let entry = |commit: &str, more: &str| {
        format!("[[attributions]]\ncommit = \"{commit}\"\nstage = \"9\"\n{more}")
    };
    let full = "1".repeat(40);
    for text in [entry("abc1234", ""), entry(&full, "note = \"x\"\n"), "version = 1\n".to_owned()] {
        scene.repo.commit_files(&[(ATTRIBUTIONS, &text)], "Another slip");
        scene.repo.push(&["origin", "main"]).exits(1);
    }
    let file = scene.repo.path().join(ATTRIBUTIONS);
    std::fs::write(&file, b"# \xff\n").unwrap();
    scene.repo.git(&["commit", "--quiet", "--all", "--message", "No text"]).ok();
    scene.repo.push(&["origin", "main"]).exits(1);
    std::fs::remove_file(&file).unwrap();
    symlink("../README.md", &file).unwrap();
    scene.repo.git(&["commit", "--quiet", "--all", "--message", "A link"]).ok();
    let run = scene.repo.push(&["origin", "main"]).exits(1);
    assert!((run.out() + &run.err()).contains("is a symbolic link"), "{}", run.snapshot());
}

#[test]
fn a_slip_in_the_attributions_stops_no_rollback_and_no_repair() {
    let scene = landed();
    let before = attributed(&scene);
    let conflict = before.clone() + "<<<<<<< HEAD\n";
    scene.repo.commit_files(&[(ATTRIBUTIONS, &conflict)], "A merge gone wrong");
    scene.share(&["origin", "main"]);
    insta::assert_snapshot!(scene.repo.backout(["status"]).run().snapshot(), @"
    exit: 0
    stdout:
      stage  name          impact    landed      commits  ready   way back
      4      Readers       medium    -           0        -       -
      9      Continuation  critical  2026-01-05  1        no (1)  not open

      as of origin/main ([oid])

      backup/missing stage 9: there is no backup `context`: the pushed tree has
          no .backout/backups/context.toml
          help: take it: `backout backup create context`, then commit
                .backout/backups/context.toml
    stderr:
    warning: .backout/attributions.toml:6 is invalid at origin/main (key with no value, expected `=`); the last valid one there, of [oid], stands in for it
    ");
    scene.repo.backout(["revert", "--stage", "9", "--dry-run", "--onto", "HEAD~1"]).run().ok();
    let run = scene.repo.backout(BACK_OUT).run().ok();
    assert!(run.err().contains("stands in for it"), "{}", run.err());
    assert_eq!(scene.repo.git(&["show", &format!("back:{STATE}")]).ok().out(), "state = 1\n");
    let named = "attributions.toml:6 is invalid at origin/main";
    let told = scene.passes(&["origin", "back:refs/heads/back"]);
    assert!(told.contains(named), "{told}");
    // Other work goes on, under the guard.
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.ordinary();
    assert!(scene.passes(&["origin", "topic"]).contains(named));
    scene.repo.commit_files(&[(STATE, "state = 3\n")], STAGE_9);
    scene.stopped(&["origin", "topic:main"], "backup/missing");
    // What says nothing of itself might be spoken for in what cannot be read.
    scene.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    scene.repo.commit_files(&[(STATE, "state = 4\n")], "A hotfix");
    insta::assert_snapshot!(scene.repo.push(&["origin", "topic"]).exits(1).snapshot(), @"
    exit: 1
    stdout:
    stderr:
    error: whose work [oid] is could not be checked: .backout/attributions.toml:6 is invalid at where the range begins (key with no value, expected `=`); the last valid one there, of [oid], stands in for it
    help: say it in the commit's message (`Migration-Stage: ID`, or `Migration-Stage: none`); or land a repair of the file first
    error: failed to push some refs to '[TMP]/origin.git'
    ");
    scene.repo.git(&["commit", "--quiet", "--amend", "-m", "Fix\n\nMigration-Stage: none"]).ok();
    scene.passes(&["origin", "topic"]);
    // A back-out by hand says nothing either, and passes.
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.git(&["revert", "--no-edit", "HEAD~2"]).ok();
    scene.passes(&["origin", "main:by-hand"]);
    scene.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    // And so does the repair.
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.repo.commit_files(&[(ATTRIBUTIONS, &before)], "Repair");
    scene.repo.backout(["check", "--base", "origin/main"]).run().ok();
    scene.passes(&["origin", "main"]);
    let status = scene.repo.backout(["status"]).run().ok();
    assert_eq!(status.err(), "");
}

#[test]
fn a_slip_that_came_before_is_asked_about_where_it_lands() {
    let scene = landed();
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    let conflict = attributed(&scene) + "<<<<<<< HEAD\n";
    scene.repo.commit_files(&[(ATTRIBUTIONS, &conflict)], "A merge gone wrong");
    scene.share(&["origin", "topic"]);
    scene.ordinary();
    scene.passes(&["origin", "topic"]);
    let run = scene.repo.push(&["origin", "topic:main"]).exits(1);
    assert!(run.err().contains(".backout/attributions.toml:6:9"), "{}", run.err());
}

#[test]
fn a_slip_of_one_migration_is_no_matter_of_another() {
    let scene = landed();
    let root = CONFIGURATION.replacen(
        "version = 1\n",
        "version = 1\ninclude = [\"billing/backout.toml\"]\n",
        1,
    );
    let billing = CONFIGURATION.replace("\"entities\"", "\"billing\"");
    let files = [("backout.toml", root.as_str()), ("billing/backout.toml", &billing)];
    scene.repo.commit_files(&files, "Two migrations");
    let theirs = format!("billing/{ATTRIBUTIONS}");
    scene.repo.commit_files(&[(&theirs, "[[attributions]]\ncommit = \"abc1234\"\n")], "By hand");
    scene.repo.push(&["origin", "main"]).exits(1);
    scene.share(&["origin", "main"]);
    let arguments = ["revert", "--stage", "entities:9", "--dry-run"];
    let run = scene.repo.backout(arguments).run().ok();
    assert!(run.err().contains(&format!("{theirs}:1 is invalid")), "{}", run.err());
    scene.repo.git(&["rm", "--quiet", &theirs]).ok();
    scene.repo.commit("Repair");
    scene.passes(&["origin", "main"]);
}

#[test]
fn rules_behind_a_link_stop_no_rollback_and_no_repair() {
    let scene = Staged::new();
    scene.ready();
    scene.share(&["origin", "main"]);
    let file = scene.repo.path().join("backout.toml");
    scene.repo.git(&["mv", "backout.toml", "rules.toml"]).ok();
    symlink("rules.toml", &file).unwrap();
    scene.repo.git(&["add", "--all"]).ok();
    scene.repo.commit("The rules move");
    scene.repo.push(&["origin", "main"]).exits(1);
    scene.share(&["origin", "main"]);
    let run = scene.repo.backout(BACK_OUT).run().ok();
    assert!(run.err().contains("the last valid one there"), "{}", run.err());
    assert!(scene.passes(&["origin", "back:main"]).contains("stands in for it"));
    scene.repo.git(&["reset", "--quiet", "--hard", "back"]).ok();
    // Work under the link is held to what was valid last.
    scene.repo.commit_files(&[(STATE, "state = 3\n")], STAGE_9);
    scene.stopped(&["origin", "main"], "backup/");
    scene.repo.git(&["reset", "--quiet", "--hard", "back"]).ok();
    std::fs::remove_file(&file).unwrap();
    scene.repo.git(&["rm", "--quiet", "--cached", "backout.toml"]).ok();
    scene.repo.git(&["mv", "rules.toml", "backout.toml"]).ok();
    scene.repo.commit("The rules come back");
    scene.passes(&["origin", "main"]);
}

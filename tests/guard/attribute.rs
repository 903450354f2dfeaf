//! `backout attribute`: whose work a commit is, said after the fact.

use std::fs;

use crate::support::{STATE, Staged};

#[test]
fn attribute_writes_once() {
    let scene = Staged::new();
    let head = scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move the state");
    let attribute = |stage: &str| scene.repo.backout(["attribute", "--stage", stage, &head]).run();
    insta::assert_snapshot!(attribute("9").ok().snapshot(), @r"
    exit: 0
    stdout:
    [oid] Move the state: 9
    stderr:
    added to .backout/attributions.toml; it counts once it has landed on `main`
    ");
    // A tracked file is for whoever may read the others.
    let mode = |path: &str| fs::metadata(scene.repo.path().join(path)).unwrap().permissions();
    assert_eq!(mode(".backout/attributions.toml"), mode("backout.toml"));
    let written = scene.repo.read(".backout/attributions.toml");
    insta::assert_snapshot!(scene.repo.filter().apply(&written), @r#"
    # Which stage landed commits belong to. Append-only: `backout attribute` writes here.

    [[attributions]]
    commit = "[OID]"
    stage = "9"
    "#);
    insta::assert_snapshot!(attribute("9").ok().snapshot(), @r"
    exit: 0
    stdout:
    stderr:
    nothing to add: these commits are attributed so already
    ");
    assert_eq!(scene.repo.read(".backout/attributions.toml"), written);
    insta::assert_snapshot!(attribute("19").exits(2).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: there is no stage `19`
    help: the stages are 4, 9
    ");
    assert_eq!(scene.repo.read(".backout/attributions.toml"), written);
}

#[test]
fn an_attribution_that_never_would_count_is_refused() {
    let scene = Staged::new();
    let head = scene.unready();
    let run = scene.repo.backout(["attribute", "--stage", "none", &head]).run();
    insta::assert_snapshot!(run.exits(2).snapshot(), @"
    exit: 2
    stdout:
    stderr:
    error: [oid] says itself whose work it is: that counts, and an attribution never would
    help: to put it otherwise, take the commit back and make it again, with the trailer that is meant (`Migration-Stage: ID`)
    ");
    assert!(!scene.repo.path().join(".backout/attributions.toml").exists());
    // Of a range, what says nothing of itself is written.
    scene.repo.commit_files(&[(STATE, "state = 3\n")], "Move on");
    let range = format!("{head}~1..HEAD");
    let run = scene.repo.backout(["attribute", "--stage", "9", &range]).run();
    insta::assert_snapshot!(run.ok().snapshot(), @"
    exit: 0
    stdout:
    [oid] Move on: 9
    stderr:
    left out: [oid] says itself whose work it is, and that counts
    added to .backout/attributions.toml; it counts once it has landed on `main`
    ");
}

#[test]
fn an_attribution_counts_once_it_has_landed() {
    let scene = Staged::new();
    let head = scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move the state");
    scene.passes(&["origin", "main"]);
    scene.repo.backout(["attribute", "--stage", "9", &head]).run().ok();
    scene.repo.commit("Say whose work it was");
    scene.passes(&["origin", "main"]);
    let status = scene.repo.backout(["status", "--format", "json"]).run().ok().out();
    assert!(status.contains(&head), "{status}");
}

#[test]
fn what_is_not_newer_than_the_start_cannot_be_attributed() {
    let scene = Staged::new();
    scene.repo.commit_files(&[(STATE, "state = 2\n")], "Move the state");
    for stage in ["9", "none"] {
        let attribute = ["attribute", "--stage", stage, "migration-start"];
        insta::allow_duplicates! {
            insta::assert_snapshot!(scene.repo.backout(attribute).run().exits(2).snapshot(), @"
            exit: 2
            stdout:
            stderr:
            error: [oid] is where migration `entities` began (`migration-start`): nothing counts that is not newer
            help: give newer commits: `migration-start..HEAD`
            ");
        }
    }
    assert!(!scene.repo.path().join(".backout/attributions.toml").exists());
    scene.repo.backout(["attribute", "--stage", "9", "migration-start..HEAD"]).run().ok();
}

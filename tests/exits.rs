//! Every exit code, with all that is said beside it.

use std::fs;
use std::path::PathBuf;

use crate::support::{CONFIGURATION, RepoOptions, Run, SHARED, Staged, TestRepo, WITHOUT_BACKUP};

fn check(scene: &Staged, base: &str) -> Run {
    scene.repo.backout(["check", "--base", base]).run()
}

#[test]
fn code_0_ready() {
    let scene = Staged::new();
    scene.ordinary();
    insta::assert_snapshot!(check(&scene, "origin/main").snapshot(), @r"
    exit: 0
    stdout:
      ref   kind   change  commits  paths
      HEAD  range  -       1        1

    ready: no stage touched
    stderr:
    ");
}

#[test]
fn code_1_findings() {
    let scene = Staged::new();
    scene.unready();
    insta::assert_snapshot!(check(&scene, "origin/main").snapshot_naming(&[WITHOUT_BACKUP]), @r"
    exit: 1
    stdout:
      ref   kind   change  commits  paths
      HEAD  range  -       1        1

    [STAGE 9 LACKS ITS BACKUP]

    not ready to land: 1 problem
    stderr:
    ");
}

#[test]
fn code_2_usage() {
    let scene = Staged::new();
    insta::assert_snapshot!(check(&scene, "no-such-name").snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: `no-such-name` names no commit in this repository
    help: list what there is with `git branch --all` and `git tag --list`
    ");
    insta::assert_snapshot!(scene.repo.backout(["backup", "create"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: the following required arguments were not provided:
      <NAME|--all|--stage <ID>>

    Usage: backout backup create <NAME|--all|--stage <ID>>

    For more information, try '--help'.
    ");
}

#[test]
fn code_3_could_not_judge() {
    let scene = Staged::new();
    insta::assert_snapshot!(check(&scene, &"1".repeat(40)).snapshot(), @r"
    exit: 3
    stdout:
    stderr:
    error: object 111111111111 is not in this clone
    help: get it: `git fetch --all --tags`; where that does not bring it, `git fsck` tells what is broken
    ");
}

/// A repository with one backup, taken by `command` to `store`, which lies beside the work tree.
fn with_backup(command: &str, store: &str) -> TestRepo {
    let source = format!("{{ kind = \"command\", command = [\"sh\", \"-c\", \"{command}\"] }}");
    let configuration = CONFIGURATION
        .replace("{ kind = \"file\", path = \"state.json\" }", &source)
        .replace("s3://ops/backups", store);
    let scene = Staged::with(RepoOptions::default(), &configuration);
    fs::write(scene.repo.root().join("notes.txt"), "notes\n").unwrap();
    scene.repo
}

fn create(repo: &TestRepo) -> Run {
    repo.backout(["backup", "create", "context"]).run()
}

#[test]
fn code_4_something_is_in_the_way() {
    let scene = Staged::new();
    scene.repo.commit_files(&[(SHARED, "shared = 4\n")], "Read\n\nMigration-Stage: 4");
    scene.repo.commit_files(&[(SHARED, "shared = 9\n")], "Go on\n\nMigration-Stage: 9");
    scene.share(&["origin", "main"]);
    let run = scene.repo.backout(["revert", "--stage", "4"]).run();
    insta::assert_snapshot!("code_4", run.exits(4).snapshot());
}

#[test]
fn code_5_the_store_refuses() {
    insta::assert_snapshot!(create(&with_backup("echo data", "../notes.txt")).snapshot(), @r"
    exit: 5
    stdout:
    stderr:
    capturing `context` (command)
    error: the store `[TMP]/notes.txt` is no folder
    help: give another folder as `store`, or move away what stands there
    ");
    insta::assert_snapshot!(create(&with_backup("echo data", "s3://ops/backups")).snapshot(), @r"
    exit: 5
    stdout:
    stderr:
    capturing `context` (command)
    error: the store `s3://ops/backups` is remote; this build keeps archives in folders only
    help: give a folder as `store`, a mounted one for instance, and copy archives from there
    ");
    let stores =
        ["../notes.txt/store", "../no/such/store", "unignored", "../notes.txt", "gs://x/y"];
    for store in stores {
        let repo = with_backup("echo data", store);
        create(&repo).exits(5);
        // Nothing is written: no receipt, no folder, and what was there is as it was.
        assert_eq!(repo.git(&["status", "--porcelain"]).ok().out(), "", "{store}");
        assert_eq!(fs::read_to_string(repo.root().join("notes.txt")).unwrap(), "notes\n");
    }
}

#[test]
fn a_store_that_refuses_leaves_the_backups_in_it_unchecked() {
    let repo = with_backup("echo data", "../store");
    create(&repo).ok();
    let store = repo.root().join("store");
    fs::rename(&store, repo.root().join("elsewhere")).unwrap();
    fs::write(&store, "no folder\n").unwrap();
    let archive = entries(repo.root().join("elsewhere")).pop().unwrap();
    let archive = archive.file_name().unwrap().to_str().unwrap();
    let run = repo.backout(["backup", "verify", "context"]).run();
    insta::assert_snapshot!(run.snapshot().replace(archive, "[ARCHIVE]"), @r"
    exit: 3
    stdout:
    backup context
      ?     [ARCHIVE]
            could not be checked: `[TMP]/work/../store/[ARCHIVE]` cannot be read: Not a directory (os error 20) (the receipt says: ../store/[ARCHIVE])
            help: look at the permissions, and run this where the store can be reached
    stderr:
    ");
}

#[test]
fn code_130_an_interrupted_backup_leaves_nothing() {
    let repo = with_backup("echo $$ > ../started; echo half; sleep 600", "../store");
    let started = repo.root().join("started");
    let begun = || fs::read_to_string(&started).is_ok_and(|pid| pid.ends_with('\n'));
    let run = repo.backout(["backup", "create", "context"]).interrupt_once(begun);
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 130
    stdout:
    stderr:
    capturing `context` (command)
    error: interrupted: no backup was made
    ");
    assert_eq!(entries(repo.root().join("store")), [""; 0].map(PathBuf::from));
    assert_eq!(repo.git(&["status", "--porcelain"]).ok().out(), "");
    // The command runs in a group of its own, which Ctrl-C does not reach: backout has ended it.
    let group = fs::read_to_string(&started).unwrap();
    let lives = repo
        .command("kill", repo.path())
        .args(["-0", "--", &format!("-{}", group.trim())])
        .output();
    assert!(!lives.unwrap().status.success(), "the command lives on");
}

#[test]
fn code_130_a_long_copy_is_interrupted_in_its_middle() {
    let configuration = CONFIGURATION.replace("s3://ops/backups", "../store");
    let repo = Staged::with(RepoOptions::default(), &configuration).repo;
    // A hole of 64 GiB: nothing on the disk, and minutes to read.
    let large = fs::File::create(repo.path().join("state.json")).unwrap();
    large.set_len(64 << 30).unwrap();
    let store = repo.root().join("store");
    let run = repo.backout(["backup", "create", "context"]).interrupt_once(|| store.exists());
    assert_eq!(run.exit, 130, "{}", run.snapshot());
    assert!(run.err().ends_with("error: interrupted: no backup was made\n"), "{}", run.err());
    assert_eq!(entries(store), [""; 0].map(PathBuf::from));
}

#[test]
fn code_130_an_interrupted_tour_leaves_nothing() {
    let repo = TestRepo::new();
    let temporary = repo.root().join("temporary");
    fs::create_dir(&temporary).unwrap();
    let demo = repo.backout(["demo", "--quiet"]).env("TMPDIR", &temporary);
    let pushed = || {
        let made = entries(temporary.clone()).pop();
        made.is_some_and(|made| made.join("origin.git/refs/heads/main").exists())
    };
    let run = demo.interrupt_once(pushed);
    assert_eq!(run.exit, 130, "{}", run.snapshot());
    insta::assert_snapshot!(run.err(), @"error: interrupted: the scratch repository is removed");
    assert_eq!(entries(temporary), [""; 0].map(PathBuf::from));
}

fn entries(folder: PathBuf) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

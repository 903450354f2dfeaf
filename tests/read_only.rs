//! Where a folder cannot be written to, a command says which one, ends as it does for others of its
//! kind, and leaves everything as it was.
//!
//! Permissions hold nobody back who is root: then the scene is given away, and the program runs as
//! its new owner.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};

use crate::support::{PROGRAM, Run, TestRepo, backup, execute};

/// Nobody, on every system: a user id that owns nothing else.
const NOBODY: u32 = 65_534;

/// The store lies in a folder of its own, so that either can be closed.
fn scene() -> TestRepo {
    let repo = backup::begun(&backup::rules("../vault/store"));
    fs::create_dir_all(repo.root().join("vault/store")).unwrap();
    repo
}

/// Everything in a folder: each entry's path, with its mode and content.
fn everything(folder: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        if metadata.is_dir() {
            found.extend(everything(&path));
        }
        let content = if metadata.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        found.insert(path, (metadata.mode(), content));
    }
    found
}

fn give_to(user: u32, path: &Path) {
    lchown(path, Some(user), Some(user)).unwrap();
    if fs::symlink_metadata(path).unwrap().is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_to(user, &entry.unwrap().path());
        }
    }
}

/// Runs backout while a folder (below the temporary one) and all folders in it are read-only, and
/// makes sure that nothing has changed, neither there nor anywhere around it.
#[track_caller]
fn run_with_read_only(repo: &TestRepo, folder: &str, arguments: &[&str]) -> Run {
    let root = repo.root();
    let is_root = fs::metadata(&root).unwrap().uid() == 0;
    // The folder where the program was built may be closed to others.
    let program = root.join("backout");
    if is_root {
        let copied = std::process::Command::new("cp").args([PROGRAM]).arg(&program).status();
        assert!(copied.unwrap().success());
        give_to(NOBODY, &root);
    }
    let before = everything(&root);
    let folder = root.join(folder);
    let mut closed = vec![folder.clone()];
    closed.extend(before.keys().filter(|path| path.starts_with(&folder) && path.is_dir()).cloned());
    let writable = |path: &Path, writable: bool| {
        let mode = if writable { 0o755 } else { 0o555 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    closed.iter().for_each(|path| writable(path, false));
    let program = if is_root { program.to_str().unwrap() } else { PROGRAM };
    let mut command = repo.command(program, repo.path());
    command.args(arguments);
    if is_root {
        command.uid(NOBODY).gid(NOBODY);
    }
    let filter = repo.filter().path(Path::new(program), "[BACKOUT]");
    let run = execute(&mut command, b"", filter);
    closed.iter().for_each(|path| writable(path, true));
    if is_root {
        give_to(0, &root);
    }
    let after = everything(&root);
    let differs = |path: &&PathBuf| before.get(*path) != after.get(*path);
    let changed: Vec<_> = before.keys().chain(after.keys()).filter(differs).collect();
    assert!(changed.is_empty(), "it changed {changed:?}\n{}", run.snapshot());
    run
}

/// What a command says that fails there: nothing on stdout, and the same help whatever it was.
#[track_caller]
fn refused(repo: &TestRepo, folder: &str, arguments: &[&str]) -> String {
    let run = run_with_read_only(repo, folder, arguments);
    assert_eq!(run.out(), "", "{}", run.snapshot());
    let told = run.filter().apply(&run.err());
    let help = "\nhelp: look at the folder, its permissions and the space there";
    let told = told.strip_suffix(help).unwrap_or_else(|| panic!("other help: {told}"));
    format!("exit {}\n{told}", run.exit)
}

#[test]
fn install_in_a_read_only_hooks_folder() {
    let repo = scene();
    repo.write(".git/hooks/pre-push", "#!/bin/sh\nexit 0\n");
    insta::assert_snapshot!(refused(&repo, "work/.git/hooks", &["install"]), @"
    exit 3
    error: [TMP]/work/.git/hooks/pre-push cannot be kept: Permission denied (os error 13)
    ");
    fs::remove_dir_all(repo.path().join(".git/hooks")).unwrap();
    fs::create_dir(repo.path().join(".git/hooks")).unwrap();
    insta::assert_snapshot!(refused(&repo, "work/.git/hooks", &["install"]), @"
    exit 3
    error: [TMP]/work/.git/hooks/pre-push cannot be written: permission denied
    ");
}

#[test]
fn install_in_a_read_only_git_directory() {
    let repo = scene();
    fs::remove_dir_all(repo.path().join(".git/hooks")).unwrap();
    insta::assert_snapshot!(refused(&repo, "work/.git", &["install"]), @"
    exit 3
    error: [TMP]/work/.git/hooks cannot be made: Permission denied (os error 13)
    ");
}

#[test]
fn install_in_front_of_husky_in_a_read_only_git_directory() {
    let repo = scene();
    repo.write(".husky/_/h", "#!/bin/sh\n");
    repo.write(".husky/_/pre-push", "#!/bin/sh\n");
    repo.git(&["config", "core.hooksPath", ".husky/_"]).ok();
    insta::assert_snapshot!(refused(&repo, "work/.git", &["install"]), @"
    exit 3
    error: [TMP]/work/.git/backout/hooks cannot be made: Permission denied (os error 13)
    ");
}

#[test]
fn uninstall_in_a_read_only_hooks_folder() {
    let repo = scene();
    repo.install_hook();
    insta::assert_snapshot!(refused(&repo, "work/.git/hooks", &["uninstall"]), @"
    exit 3
    error: [TMP]/work/.git/hooks/pre-push cannot be removed: Permission denied (os error 13)
    ");
}

#[test]
fn init_in_a_read_only_work_tree() {
    let repo = scene();
    fs::remove_file(repo.path().join("backout.toml")).unwrap();
    insta::assert_snapshot!(refused(&repo, "work", &["init"]), @r#"
    exit 3
    error: cannot write "backout.toml": permission denied
    "#);
}

#[test]
fn backup_create_with_a_read_only_store() {
    let repo = scene();
    let create = ["backup", "create", "sessions"];
    insta::assert_snapshot!(refused(&repo, "vault/store", &create), @"
    exit 5
    capturing `sessions` (file)
    error: the store `[TMP]/vault/store` cannot be used: Permission denied (os error 13)
    ");
    fs::remove_dir(repo.root().join("vault/store")).unwrap();
    insta::assert_snapshot!(refused(&repo, "vault", &create), @"
    exit 5
    capturing `sessions` (file)
    error: the store `[TMP]/vault/store` cannot be used: Permission denied (os error 13)
    ");
}

/// An archive without its receipt would be half a backup.
#[test]
fn backup_create_where_the_receipt_cannot_be_written() {
    let repo = scene();
    let create = ["backup", "create", "sessions"];
    let first = refused(&repo, "work", &create);
    insta::assert_snapshot!(first, @"
    exit 3
    error: the receipt `.backout/backups/sessions.toml` cannot be written: permission denied
    ");
    repo.backout(create).run().ok();
    let again = refused(&repo, "work/.backout/backups", &create);
    assert_eq!(again, first);
}

#[test]
fn backup_restore_into_a_read_only_folder() {
    let repo = scene();
    repo.backout(["backup", "create", "sessions"]).run().ok();
    let restore = ["backup", "restore", "sessions", "--to", "../vault/back", "--execute"];
    insta::assert_snapshot!(refused(&repo, "vault", &restore), @"
    exit 3
    restoring `sessions`
    error: the folder `[TMP]/vault` cannot be written: permission denied; nothing was put in place
    ");
}

#[test]
fn attribute_in_a_read_only_work_tree() {
    let repo = scene();
    repo.commit_files(&[("README.md", "newer\n")], "Work");
    let attribute = ["attribute", "--stage", "9", "HEAD"];
    insta::assert_snapshot!(refused(&repo, "work", &attribute), @"
    exit 3
    error: [TMP]/work/.backout/attributions.toml cannot be written: Permission denied (os error 13)
    ");
    repo.write(".backout/attributions.toml", "# Kept by hand.\n");
    insta::assert_snapshot!(refused(&repo, "work/.backout", &attribute), @"
    exit 3
    error: [TMP]/work/.backout/attributions.toml cannot be written: permission denied
    ");
}

/// A stage can neither be backed out nor rehearsed where git can make no objects and no work tree.
#[test]
fn revert_and_rehearse_in_a_read_only_git_directory() {
    let scene = crate::way_back::scene::Scene::landed();
    let run = |arguments: &[&str]| {
        let stage = ["--offline", "--stage", "5-6"];
        let all = [&arguments[..1], &stage, &arguments[1..]].concat();
        run_with_read_only(&scene.repo, "work/.git", &all).snapshot()
    };
    insta::assert_snapshot!(run(&["revert", "--in-place", "--reason", "x"]), @"
    exit: 3
    stdout:
    stderr:
    error: [TMP]/work/.git/backout cannot be used: Permission denied (os error 13)
    help: look at the folder, its permissions and the space there
    ");
    insta::assert_snapshot!(run(&["revert", "--branch", "out", "--reason", "x"]), @"
    exit: 3
    stdout:
    stderr:
    error: [TMP]/work/.git/backout cannot be used: Permission denied (os error 13)
    help: look at the folder, its permissions and the space there
    ");
    insta::assert_snapshot!(run(&["rehearse"]), @"
    exit: 3
    stdout:
    stderr:
    error: [TMP]/work/.git/backout cannot be used: Permission denied (os error 13)
    help: look at the folder, its permissions and the space there
    ");
    // Planning writes nothing.
    run_with_read_only(&scene.repo, "", &["revert", "--offline", "--stage", "5-6"]).ok();
}

/// The guard writes nothing, so it needs no place to write to.
#[test]
fn the_guard_judges_a_read_only_repository() {
    let repo = scene();
    repo.commit_files(&[("src/a.py", "b\n")], "Move\n\nMigration-Stage: 9");
    run_with_read_only(&repo, "", &["check", "--base", "start"]).exits(1);
    run_with_read_only(&repo, "", &["status"]).ok();
}

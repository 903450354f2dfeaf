//! `backout install` in front of a folder that husky writes anew: a folder of our own, in the git
//! directory, that outranks husky's setting and runs all of husky's hooks.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use crate::support::{Recorder, TestRepo, write_program};

/// What husky writes, as far as git sees it.
pub(crate) fn husky_writes(repo: &TestRepo) {
    repo.git(&["config", "core.hooksPath", ".husky/_"]).ok();
    repo.write(".husky/_/.gitignore", "*");
    repo.write(".husky/_/husky.sh", "");
    repo.write(
        ".husky/_/h",
        "sh -e \"$(dirname \"$(dirname \"$0\")\")/$(basename \"$0\")\" \"$@\"\n",
    );
    for name in ["pre-push", "commit-msg"] {
        let stub = "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"";
        write_program(&repo.path().join(".husky/_").join(name), stub);
    }
}

/// A repository with husky, its two scripts committed, and a remote.
fn with_husky(repo: &TestRepo) -> PathBuf {
    let origin = repo.bare_remote("origin");
    husky_writes(repo);
    repo.write(".husky/commit-msg", "echo \"$1\" >>../messages\n");
    repo.write(".husky/pre-push", "cat >../husky-saw\n");
    repo.commit_files(&[("a.txt", "a\n")], "first");
    origin
}

fn install_recorder(repo: &TestRepo) -> Recorder {
    let judge = Recorder::new(repo, "judge");
    repo.backout(["install", "--program"]).args([judge.program()]).run().ok();
    judge
}

fn saw(repo: &TestRepo) -> Vec<u8> {
    fs::read(repo.root().join("husky-saw")).unwrap()
}

#[test]
fn what_is_said_and_written() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let status = repo.git(&["status", "--porcelain"]).ok().out();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Installed [TMP]/work/.git/backout/hooks/pre-push: every push is judged before it goes.
    It starts [BACKOUT], or backout on the PATH.
    It stands in front of husky's .husky/_, whose hooks all run as before.
    stderr:
    ");
    assert_eq!(
        repo.git(&["rev-parse", "--git-path", "hooks"]).ok().line(),
        "[TMP]/work/.git/backout/hooks".replace("[TMP]", &repo.root().display().to_string())
    );
    assert_eq!(repo.git(&["status", "--porcelain"]).ok().out(), status);
    let mut written: Vec<_> = fs::read_dir(repo.path().join(".git/backout"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    written.sort();
    assert_eq!(written, ["hooks", "hooks-here.gitconfig", "hooks.gitconfig"]);
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    [TMP]/work/.git/backout/hooks/pre-push is installed and up to date.
    It starts [BACKOUT], or backout on the PATH.
    It stands in front of husky's .husky/_, whose hooks all run as before.
    stderr:
    ");
}

#[test]
fn both_see_every_push_and_other_hooks_still_run() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let judge = install_recorder(&repo);
    repo.commit("second");
    let messages = fs::read_to_string(repo.root().join("messages")).unwrap();
    assert_eq!(messages.lines().count(), 2, "{messages}");
    repo.push(&["origin", "main"]).ok();
    assert_eq!(judge.only_call().stdin, saw(&repo));
}

#[test]
fn husky_writing_its_hooks_anew_changes_nothing() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let judge = install_recorder(&repo);
    husky_writes(&repo);
    repo.push(&["origin", "main"]).ok();
    assert_eq!(judge.only_call().stdin, saw(&repo));
}

#[test]
fn linked_worktrees_without_huskys_folder_are_judged() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let judge = install_recorder(&repo);
    let linked = repo.worktree("side");
    assert!(!linked.path().join(".husky/_").exists());
    linked.push(&["origin", "side"]).ok();
    assert!(!judge.only_call().stdin.is_empty());
    let run = repo.backout(["doctor"]).folder(linked.path()).run();
    assert!(run.out().contains("pre-push       backout's, shim version"), "{}", run.snapshot());
}

#[test]
fn installed_from_a_linked_worktree_it_stands_in_both() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let linked = repo.worktree("side");
    let judge = install_recorder(&linked);
    repo.push(&["origin", "main"]).ok();
    linked.push(&["origin", "side"]).ok();
    assert_eq!(judge.calls().len(), 2);
}

#[test]
fn a_repository_that_was_moved_is_judged() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let judge = install_recorder(&repo);
    let moved = repo.root().join("moved [here] *");
    fs::rename(repo.path(), &moved).unwrap();
    repo.git_in(&moved, &["push", "origin", "main"]).ok();
    judge.only_call();
    // What linked worktrees need is told, and mended by a new installation.
    let doctor = || repo.backout(["doctor"]).folder(&moved).run().out();
    assert!(doctor().contains("the repository was moved"), "{}", doctor());
    repo.backout(["install"]).folder(&moved).run().ok();
    assert!(!doctor().contains("the repository was moved"), "{}", doctor());
    let hooks = repo.git_in(&moved, &["rev-parse", "--git-path", "hooks"]).ok().line();
    assert_eq!(hooks, moved.join(".git/backout/hooks").display().to_string());
}

#[test]
fn a_push_from_elsewhere_is_judged() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let judge = install_recorder(&repo);
    let git_dir = format!("--git-dir={}", repo.path().join(".git").display());
    repo.git_in(&repo.root(), &[&git_dir, "push", "origin", "main"]).ok();
    judge.only_call();
}

#[test]
fn a_submodule_is_judged() {
    let repo = TestRepo::new();
    let inner = TestRepo::new();
    inner.commit_files(&[("a.txt", "a\n")], "first");
    let source = inner.path().display().to_string();
    repo.git(&["submodule", "--quiet", "add", &source, "inner"]).ok();
    let folder = repo.path().join("inner");
    repo.git_in(&folder, &["config", "core.hooksPath", ".husky/_"]).ok();
    let judge = Recorder::new(&repo, "judge");
    repo.backout(["install", "--program"]).args([judge.program()]).folder(&folder).run().ok();
    repo.git_in(&folder, &["push", "origin", "main:refs/heads/topic"]).ok();
    judge.only_call();
}

#[test]
fn a_lock_that_a_killed_git_left_is_told_with_the_way_out() {
    let repo = TestRepo::new();
    with_husky(&repo);
    repo.write(".git/config.lock", "");
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @"
    exit: 3
    stdout:
    stderr:
    error: `git config --file` failed: error: could not lock config file [TMP]/work/.git/config: File exists
    help: another git is writing it, or one was killed: where none is at work, remove `[TMP]/work/.git/config.lock`, and run this again
    ");
    fs::remove_file(repo.path().join(".git/config.lock")).unwrap();
    repo.backout(["install"]).run().ok();
}

#[test]
fn a_setting_below_ours_is_outranked_again() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let judge = install_recorder(&repo);
    let config = repo.read(".git/config");
    repo.write(".git/config", config + "[core]\n\thooksPath = .husky/_\n");
    let run = repo.backout(["doctor"]).run().exits(1);
    assert!(run.out().contains("the hook does not run backout"), "{}", run.snapshot());
    install_recorder(&repo);
    repo.push(&["origin", "main"]).ok();
    judge.only_call();
}

#[test]
fn a_setting_that_cannot_be_outranked_is_told() {
    let repo = TestRepo::new();
    with_husky(&repo);
    repo.git(&["config", "extensions.worktreeConfig", "true"]).ok();
    repo.git(&["config", "--worktree", "core.hooksPath", ".husky/_"]).ok();
    let before = repo.read(".git/config");
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: core.hooksPath is set where it outranks the repository's own configuration, and git would not come to backout's hook
    help: `git config --show-origin core.hooksPath` says which file sets it; unset it there
    ");
    assert_eq!(repo.read(".git/config"), before);
    assert!(!repo.path().join(".git/backout").exists());
}

#[test]
fn uninstalled_nothing_of_it_stays() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let before = repo.read(".git/config");
    let judge = install_recorder(&repo);
    insta::assert_snapshot!(repo.backout(["uninstall"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Removed [TMP]/work/.git/backout/hooks/pre-push: pushes are no longer judged. The hook that was there before is back.
    stderr:
    ");
    assert_eq!(repo.read(".git/config"), before);
    assert!(!repo.path().join(".git/backout").exists());
    repo.push(&["origin", "main"]).ok();
    assert_eq!(judge.calls(), []);
    assert!(!saw(&repo).is_empty());
}

#[test]
fn a_removal_that_was_cut_short_is_finished() {
    let repo = TestRepo::new();
    with_husky(&repo);
    install_recorder(&repo);
    repo.git(&["config", "--remove-section", "includeIf.gitdir:**"]).ok();
    repo.backout(["uninstall"]).run().ok();
    assert!(!repo.path().join(".git/backout").exists());
    assert!(repo.path().join(".husky/_/pre-push").exists());
}

#[test]
fn once_husky_is_gone_the_usual_folder_serves() {
    let repo = TestRepo::new();
    with_husky(&repo);
    install_recorder(&repo);
    repo.git(&["config", "--unset", "core.hooksPath"]).ok();
    let judge = install_recorder(&repo);
    assert!(repo.path().join(".git/hooks/pre-push").is_file());
    assert!(!repo.path().join(".git/backout").exists());
    repo.push(&["origin", "main"]).ok();
    judge.only_call();
}

#[test]
fn a_second_managers_hook_in_our_folder_is_not_lost() {
    let repo = TestRepo::new();
    with_husky(&repo);
    install_recorder(&repo);
    let hook = repo.path().join(".git/backout/hooks/pre-push");
    fs::rename(&hook, hook.with_extension("legacy")).unwrap();
    write_program(&hook, "#!/bin/sh\n# File generated by prek: https://github.com/j178/prek\n");
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: [TMP]/work/.git/backout/hooks/pre-push is a hook that is not backout's, in backout's own folder
    help: a second hook manager put it there beside husky: keep one of them, remove that file, then run `backout install` again
    ");
    let before = fs::read_to_string(&hook).unwrap();
    repo.backout(["uninstall"]).run().ok();
    assert_eq!(fs::read_to_string(&hook).unwrap(), before);
}

#[test]
fn two_installations_at_once_leave_a_whole_one() {
    let repo = TestRepo::new();
    with_husky(&repo);
    let path = repo.path();
    let commands: Vec<_> = (0..4)
        .map(|_| {
            let mut command = repo.command(crate::support::PROGRAM, path);
            command.arg("install").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    let done = commands.into_iter().map(|mut child| child.wait().unwrap().success());
    assert_eq!(done.collect::<Vec<_>>(), [true; 4]);
    repo.backout(["install"]).run().ok();
    let run = repo.backout(["doctor"]).run();
    assert!(run.out().contains("in front of    .husky/_"), "{}", run.snapshot());
    let settings = repo.read(".git/backout/hooks.gitconfig");
    assert_eq!(settings.matches("hooksPath = .git/backout/hooks").count(), 1, "{settings}");
    assert_eq!(settings.matches("path = hooks-here.gitconfig").count(), 2, "{settings}");
}

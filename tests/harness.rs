//! The harness itself: what it scrubs, masks and makes.

use crate::support::{Filter, RepoOptions, TestRepo};

#[test]
fn commits_are_the_same_in_every_run() {
    let ids: Vec<String> =
        (0..2).map(|_| TestRepo::new().commit_files(&[("a.txt", "a\n")], "first")).collect();
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn nothing_of_the_machine_reaches_a_child() {
    let repo = TestRepo::new();
    let names: Vec<String> = repo
        .git(&["-c", "alias.env=!env", "env"])
        .ok()
        .out()
        .lines()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.to_owned()))
        .collect();
    assert!(!names.contains(&"CARGO_MANIFEST_DIR".to_owned()), "{names:?}");
    assert!(names.contains(&"GIT_CONFIG_GLOBAL".to_owned()), "{names:?}");
}

#[test]
fn repositories_come_in_every_make() {
    let repo = TestRepo::with(RepoOptions { sha256: true, ..RepoOptions::default() });
    assert_eq!(repo.commit_files(&[("a.txt", "a\n")], "first").len(), 64);
    repo.bare_remote("origin");
    repo.push(&["origin", "main"]).ok();
    let linked = repo.worktree("side");
    linked.commit_files(&[("b.txt", "b\n")], "second");
    let clone = repo.clone_of("origin.git", "copy", &["--branch", "main"]);
    assert_eq!(clone.rev("HEAD"), repo.rev("main"));
}

#[test]
fn snapshots_keep_words_and_lose_what_changes() {
    let filter = Filter::default().literal("/tmp/x", "[TMP]");
    let masked = filter.apply(
        "/tmp/x/work at 2026-01-05T12:00:00Z, due 2026-01-05\n\
         2f1c4e9a..91abcde3  main -> main (12.5 ms) defaced  \n\
         0000000000000000000000000000000000000000 2abcdef1234567890abcdef1234567890abcdef0",
    );
    insta::assert_snapshot!(masked, @r"
    [TMP]/work at [TIME], due 2026-01-05
    [oid]..[oid]  main -> main ([N] ms) defaced
    [ZEROS] [OID]
    ");
}

#[test]
fn an_unknown_command_is_a_usage_error() {
    let repo = TestRepo::new();
    insta::assert_snapshot!(repo.backout(["no-such-command"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: unrecognized subcommand 'no-such-command'

    Usage: backout [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

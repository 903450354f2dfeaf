//! The shim by itself: finding the program, sharing stdin, leaving nothing behind.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::{Recorder, RepoOptions, Run, TestRepo, execute, write_program};

/// A repository with one commit that is not pushed yet.
fn unpushed() -> TestRepo {
    // The git on a short path may be an older one, which knows no reftables.
    let repo = TestRepo::with(RepoOptions { reftable: false, ..RepoOptions::default() });
    repo.bare_remote("origin");
    repo.commit_files(&[("a.txt", "a\n")], "first");
    repo
}

fn hook(repo: &TestRepo) -> PathBuf {
    repo.path().join(".git/hooks/pre-push")
}

fn install_recorder(repo: &TestRepo) -> Recorder {
    let judge = Recorder::new(repo, "judge");
    repo.backout(["install", "--program"]).args([judge.program()]).run().ok();
    judge
}

/// Runs the hook under a certain shell, as git would.
fn run_under(repo: &TestRepo, shell: &str, stdin: &[u8]) -> Run {
    let mut command = repo.command(shell, repo.path());
    command.arg(hook(repo)).args(["origin", "https://example.com/x.git"]);
    execute(&mut command, stdin, repo.filter())
}

#[test]
fn a_graphical_client_has_a_short_path() {
    let repo = unpushed();
    let judge = install_recorder(&repo);
    repo.git_env(&[("PATH", "/usr/bin:/bin")], &["push", "origin", "main"]).ok();
    judge.only_call();
}

#[test]
fn the_path_helps_where_the_recorded_program_is_gone() {
    let repo = unpushed();
    let judge = install_recorder(&repo);
    let moved = Recorder::new(&repo, "moved");
    fs::remove_file(judge.program()).unwrap();
    let path = format!("{}:/usr/bin:/bin", moved.program().parent().unwrap().display());
    repo.git_env(&[("PATH", &path)], &["push", "origin", "main"]).ok();
    moved.only_call();
}

#[test]
fn without_the_program_no_push_goes() {
    let repo = unpushed();
    let judge = install_recorder(&repo);
    fs::remove_file(judge.program()).unwrap();
    let short = [("PATH", "/usr/bin:/bin")];
    let run = repo.git_env(&short, &["push", "origin", "main"]);
    // git puts the folder of its own programs in front of the PATH.
    let exec_path = format!("{}:", repo.git_env(&short, &["--exec-path"]).ok().line());
    insta::assert_snapshot!(run.snapshot().replace(&exec_path, "[GIT]:"), @r#"
    exit: 1
    stdout:
    stderr:
    backout: this push was stopped, because the program that judges it was not found.
    backout: it cannot be started from [TMP]/judge/backout
    backout: it is not on the PATH [GIT]:/usr/bin:/bin
    help: install backout (cargo install backout), then run "backout install" in this repository
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
}

#[test]
fn a_program_that_may_not_be_executed_counts_as_missing() {
    let repo = unpushed();
    let judge = install_recorder(&repo);
    fs::set_permissions(judge.program(), fs::Permissions::from_mode(0o644)).unwrap();
    repo.git_env(&[("PATH", "/usr/bin:/bin")], &["push", "origin", "main"]).exits(1);
    assert_eq!(judge.calls(), []);
}

#[test]
fn a_program_that_holds_nothing_counts_as_missing() {
    let repo = unpushed();
    let judge = install_recorder(&repo);
    let [other, more] = ["other", "more"].map(|name| Recorder::new(&repo, name));
    let zeros = "\0".repeat(4096);
    let beside = |recorder: &Recorder| recorder.program().parent().unwrap().display().to_string();
    let path = format!("{}:/usr/bin:/bin", beside(&other));
    for shell in ["sh", "dash", "bash"] {
        for text in ["", "\n", "#", "#!/bin/sh", "#!/bin/sh\n\n \t\n # more\n#\n", &zeros] {
            write_program(&judge.program(), text);
            write_program(&other.program(), text);
            let mut command = repo.command(shell, repo.path());
            command.arg(hook(&repo)).args(["origin", "x"]).env("PATH", &path);
            let run = execute(&mut command, b"a b c d\n", repo.filter()).exits(1);
            assert!(run.err().contains("this push was stopped"), "{shell} {text:?}: {}", run.err());
        }
    }
    // The next best one judges.
    write_program(&other.program(), more.script());
    repo.git_env(&[("PATH", &path)], &["push", "origin", "main"]).ok();
    more.only_call();
    write_program(&other.program(), "");
    let run = repo.git_env(&[("PATH", &path)], &["push", "origin", "HEAD:refs/heads/x"]);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 1
    stdout:
    stderr:
    backout: this push was stopped, because the program that judges it was not found.
    backout: it cannot be started from [TMP]/judge/backout
    backout: nor from [TMP]/other/backout, which the PATH leads to
    help: install backout (cargo install backout), then run "backout install" in this repository
    error: failed to push some refs to '[TMP]/origin.git'
    "#);
}

#[test]
fn a_program_that_the_path_leads_to_is_looked_into_however_old_it_is() {
    let repo = unpushed();
    let judge = install_recorder(&repo);
    fs::remove_file(judge.program()).unwrap();
    let other = Recorder::new(&repo, "other");
    write_program(&other.program(), "#!/bin/sh\n");
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(86_400);
    fs::File::open(other.program()).unwrap().set_modified(old).unwrap();
    let path = format!("{}:/usr/bin:/bin", other.program().parent().unwrap().display());
    repo.git_env(&[("PATH", &path)], &["push", "origin", "main"]).exits(1);
}

#[test]
fn a_program_may_be_a_script_that_starts_another() {
    for first in ["#!/bin/sh\n# A wrapper.\n\n", "", "# Without a first line.\n"] {
        let repo = unpushed();
        let judge = install_recorder(&repo);
        let real = Recorder::new(&repo, "real");
        let script = format!("{first}exec '{}' \"$@\"", real.program().display());
        write_program(&judge.program(), &script);
        repo.git_env(&[("PATH", "/usr/bin:/bin")], &["push", "origin", "main"]).ok();
        real.only_call();
    }
}

#[test]
fn folders_may_have_spaces_and_quotes_in_their_names() {
    let folder = Some("it's a \"work\" $HOME `tree`; \\ folder");
    let repo = TestRepo::with(RepoOptions { folder, ..RepoOptions::default() });
    repo.bare_remote("origin");
    repo.commit_files(&[("a.txt", "a\n")], "first");
    let previous = Recorder::new(&repo, "the \"one\" be'fore");
    write_program(&hook(&repo), previous.script());
    let judge = Recorder::new(&repo, "the $judge's `place`");
    repo.backout(["install", "--program"]).args([judge.program()]).run().ok();
    repo.push(&["origin", "main"]).ok();
    assert_eq!(judge.only_call().stdin, previous.only_call().stdin);
}

#[test]
fn both_hooks_read_the_same_bytes_under_every_shell() {
    let mut input = b"HEAD^{/caf\xe9 \\n %s $x} 1 refs/heads/\xff 2\n".to_vec();
    input.extend(b"no line break at the end");
    for shell in ["sh", "dash", "bash"] {
        let repo = unpushed();
        let previous = Recorder::new(&repo, "previous");
        write_program(&hook(&repo), previous.script());
        let judge = install_recorder(&repo);
        run_under(&repo, shell, &input).ok();
        assert_eq!(previous.only_call().stdin, input, "{shell}");
        assert_eq!(judge.only_call().stdin, input, "{shell}");
    }
}

#[test]
fn a_previous_hook_that_reads_nothing_is_no_trouble() {
    let repo = unpushed();
    write_program(&hook(&repo), "#!/bin/sh\nexit 0\n");
    let judge = install_recorder(&repo);
    let input = "refs/heads/x 1 refs/heads/x 2\n".repeat(20_000);
    run_under(&repo, "sh", input.as_bytes()).ok();
    assert_eq!(judge.only_call().stdin, input.as_bytes());
}

#[test]
fn a_previous_hook_that_is_not_executable_is_skipped_as_git_did() {
    let repo = unpushed();
    let previous = Recorder::new(&repo, "previous");
    write_program(&hook(&repo), previous.script());
    fs::set_permissions(hook(&repo), fs::Permissions::from_mode(0o644)).unwrap();
    let judge = install_recorder(&repo);
    repo.push(&["origin", "main"]).ok();
    judge.only_call();
    assert_eq!(previous.calls(), []);
}

#[test]
fn a_previous_hook_without_a_first_line_runs_as_git_ran_it() {
    let repo = unpushed();
    write_program(&hook(&repo), "cat >../before\n");
    let judge = install_recorder(&repo);
    repo.push(&["origin", "main"]).ok();
    assert_eq!(fs::read(repo.root().join("before")).unwrap(), judge.only_call().stdin);
}

#[test]
fn nothing_stays_in_the_temporary_folder() {
    let repo = unpushed();
    let scratch = repo.root().join("scratch");
    fs::create_dir(&scratch).unwrap();
    write_program(&hook(&repo), "#!/bin/sh\nls \"$TMPDIR\" >../seen\nexit 3\n");
    install_recorder(&repo);
    let scratch = scratch.display().to_string();
    repo.git_env(&[("TMPDIR", &scratch)], &["push", "origin", "main"]).exits(1);
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
    assert_eq!(fs::read_to_string(repo.root().join("seen")).unwrap(), "");
}

#[test]
fn without_a_temporary_folder_no_push_goes() {
    let repo = unpushed();
    write_program(&hook(&repo), "#!/bin/sh\nexit 0\n");
    let judge = install_recorder(&repo);
    repo.git_env(&[("TMPDIR", "/nowhere/at/all")], &["push", "origin", "main"]).exits(1);
    assert_eq!(judge.calls(), []);
}

#[test]
fn a_repository_of_sha256_ids_is_pushed_through_it_too() {
    let repo = TestRepo::with(RepoOptions { sha256: true, ..RepoOptions::default() });
    repo.bare_remote("origin");
    let oid = repo.commit_files(&[("a.txt", "a\n")], "first");
    let judge = install_recorder(&repo);
    repo.push(&["origin", "main"]).ok();
    let zeros = "0".repeat(64);
    let line = format!("refs/heads/main {oid} refs/heads/main {zeros}\n");
    assert_eq!(String::from_utf8(judge.only_call().stdin).unwrap(), line);
}

#[test]
fn a_manager_that_moved_the_shim_aside_is_not_started_from_within() {
    for (line, calls) in [("# exec pre-commit hook-impl", 0), ("# git lfs pre-push", 1)] {
        let repo = unpushed();
        let previous = Recorder::new(&repo, "previous");
        write_program(&hook(&repo), format!("{}{line}\n", previous.script()));
        let judge = install_recorder(&repo);
        let legacy = repo.path().join(".git/hooks/pre-push.legacy");
        fs::rename(hook(&repo), &legacy).unwrap();
        write_program(&hook(&repo), "#!/bin/sh\nexec \"$0.legacy\" \"$@\"\n");
        repo.push(&["origin", "main"]).ok();
        assert!(!judge.only_call().stdin.is_empty());
        assert_eq!(previous.calls().len(), calls, "{line}");
    }
}

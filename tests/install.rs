//! `backout install` and `backout uninstall`: what they say, and what stands there afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::{Recorder, RepoOptions, TestRepo, write_with_mode};

fn hook(repo: &TestRepo) -> PathBuf {
    repo.path().join(".git/hooks/pre-push")
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".sample"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_configuration_that_the_hook_would_not_read_is_refused() {
    let repo = TestRepo::new();
    let install = |config: &str| repo.backout(["--config", config, "install"]).run();
    insta::assert_snapshot!(install("svc/backout.toml").snapshot(), @r#"
    exit: 2
    stdout:
    stderr:
    error: the hook reads backout.toml at the top of the repository, and would not read svc/backout.toml
    help: write a backout.toml there that names it, with the lines `version = 1` and `include = ["svc/backout.toml"]`; then `backout install`
    "#);
    assert!(!hook(&repo).exists());
    install("backout.toml").ok();
}

#[test]
fn into_a_fresh_repository_and_away_again() {
    let repo = TestRepo::new();
    fs::remove_dir_all(repo.path().join(".git/hooks")).unwrap();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Installed [TMP]/work/.git/hooks/pre-push: every push is judged before it goes.
    It starts [BACKOUT], or backout on the PATH.
    stderr:
    ");
    assert_eq!(fs::metadata(hook(&repo)).unwrap().permissions().mode() & 0o111, 0o111);
    assert_eq!(names(&repo.path().join(".git/hooks")), ["pre-push"]);
    insta::assert_snapshot!(repo.backout(["uninstall"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Removed [TMP]/work/.git/hooks/pre-push: pushes are no longer judged.
    stderr:
    ");
    assert_eq!(names(&repo.path().join(".git/hooks")), [""; 0]);
    insta::assert_snapshot!(repo.backout(["uninstall"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Nothing to do: [TMP]/work/.git/hooks/pre-push does not exist.
    stderr:
    ");
}

#[test]
fn a_second_time_changes_nothing() {
    let repo = TestRepo::new();
    repo.install_hook();
    let before = fs::metadata(hook(&repo)).unwrap();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    [TMP]/work/.git/hooks/pre-push is installed and up to date.
    It starts [BACKOUT], or backout on the PATH.
    stderr:
    ");
    let after = fs::metadata(hook(&repo)).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
}

#[test]
fn from_a_subfolder() {
    let repo = TestRepo::new();
    repo.write("deep/er/a.txt", "a\n");
    repo.backout(["install"]).folder(&repo.path().join("deep/er")).run().ok();
    assert!(hook(&repo).is_file());
}

#[test]
fn quietly() {
    let repo = TestRepo::new();
    let run = repo.backout(["install", "--quiet"]).run().ok();
    assert_eq!((run.out(), run.err()), (String::new(), String::new()));
    assert!(hook(&repo).is_file());
}

#[test]
fn printed_only() {
    let repo = TestRepo::new();
    let printed = repo.backout(["install", "--print"]).run().ok();
    assert!(!hook(&repo).exists());
    repo.install_hook();
    assert_eq!(printed.stdout, fs::read(hook(&repo)).unwrap());
    let by_path = repo.backout(["install", "--print", "--path-only"]).run().ok().out();
    assert!(by_path.contains("recorded=''\n"), "{by_path}");
}

#[test]
fn the_path_is_recorded_as_the_search_path_has_it() {
    let repo = TestRepo::new();
    let bin = repo.root().join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(crate::support::PROGRAM, bin.join("backout")).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    repo.backout(["install"]).env("PATH", path).run().ok();
    let text = fs::read_to_string(hook(&repo)).unwrap();
    assert!(text.contains(&format!("recorded='{}'\n", bin.join("backout").display())), "{text}");
}

#[test]
fn a_program_that_does_not_exist_is_not_recorded() {
    let repo = TestRepo::new();
    let run = repo.backout(["install", "--program", "no/such/file"]).run();
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: --program [TMP]/work/no/such/file: there is no such file
    help: give the path of the backout program, or leave the option out
    ");
    assert!(!hook(&repo).exists());
}

#[test]
fn a_program_that_does_not_answer_as_backout_is_not_recorded() {
    let repo = TestRepo::new();
    let program = repo.root().join("program");
    let told = [
        ("", 0o755),
        ("#!/bin/sh\n", 0o755),
        ("#!/bin/sh\nexit 0\n", 0o755),
        ("#!/bin/sh\nsleep 600\n", 0o755),
        ("x", 0o644),
    ]
    .map(|(text, mode)| {
        write_with_mode(&program, text, mode);
        let run = repo.backout(["install", "--program", "../program"]).run().exits(2);
        run.err().lines().next().unwrap().replace(&repo.root().display().to_string(), "[TMP]")
    });
    insta::assert_snapshot!(told.join("\n"), @"
    error: --program [TMP]/work/../program: it holds no program
    error: --program [TMP]/work/../program: it holds no program
    error: --program [TMP]/work/../program: it does not answer `--version` as backout does
    error: --program [TMP]/work/../program: it does not answer `--version` as backout does
    error: --program [TMP]/work/../program: it cannot be executed
    ");
    assert!(!hook(&repo).exists());
}

/// The kernel starts no program that is open for writing, as an upgrade may have it.
#[test]
fn a_program_that_is_being_written_is_waited_for() {
    let repo = TestRepo::new();
    let judge = Recorder::new(&repo, "judge");
    let writer = fs::OpenOptions::new().append(true).open(judge.program()).unwrap();
    let busy = std::process::Command::new(judge.program()).arg("--version").output().unwrap_err();
    assert_eq!(busy.kind(), std::io::ErrorKind::ExecutableFileBusy);
    let ends = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        drop(writer);
    });
    repo.backout(["install", "--program"]).args([judge.program()]).run().ok();
    ends.join().unwrap();
    assert!(hook(&repo).exists());
}

#[test]
fn outside_of_any_repository() {
    let repo = TestRepo::new();
    for command in ["install", "uninstall", "doctor"] {
        repo.backout([command]).folder(&repo.root()).run().exits(2);
    }
    let run = repo.backout(["install"]).folder(&repo.root()).run();
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: [TMP]: git finds no repository it would read: not a git repository (or any of the parent directories): .git
    help: run it in a repository, or `git init` first
    ");
}

#[test]
fn inside_the_git_directory() {
    let repo = TestRepo::new();
    let run = repo.backout(["install"]).folder(&repo.path().join(".git")).run();
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: [TMP]/work/.git is inside the git directory, where no work tree can be seen
    help: run it in the work tree
    ");
}

#[test]
fn without_git() {
    let repo = TestRepo::new();
    let run = repo.backout(["install"]).env("PATH", "/nowhere").run();
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 3
    stdout:
    stderr:
    error: the program `git` cannot be started
    help: install git, or put its folder on the PATH
    ");
}

#[test]
fn into_a_bare_repository() {
    let repo = TestRepo::with(RepoOptions { bare: true, ..RepoOptions::default() });
    repo.backout(["install"]).run().ok();
    assert!(repo.path().join("hooks/pre-push").is_file());
    repo.backout(["uninstall"]).run().ok();
    assert!(!repo.path().join("hooks/pre-push").exists());
}

#[test]
fn where_git_runs_no_hook_at_all() {
    let repo = TestRepo::new();
    for setting in ["", "/dev/null"] {
        repo.git(&["config", "core.hooksPath", setting]).ok();
        let run = repo.backout(["install", "--outside"]).run().exits(2);
        let said = match setting {
            "" => "error: `core.hooksPath` is set to nothing: git runs no hook at all\n",
            _ => {
                "error: git looks for hooks in /dev/null, which is no folder: it runs no hook at all\n"
            }
        };
        let help = "help: `git config --show-origin core.hooksPath` says which file sets it; unset it there\n";
        assert_eq!(run.err(), format!("{said}{help}"));
    }
}

#[test]
fn work_trees_with_hooks_of_their_own_are_told() {
    let repo = TestRepo::new();
    repo.commit("first");
    let [plain, own] = ["plain", "own"].map(|name| repo.worktree(name));
    assert!(!repo.backout(["install"]).run().ok().out().contains("as well"));
    repo.git(&["config", "extensions.worktreeConfig", "true"]).ok();
    repo.git_in(own.path(), &["config", "--worktree", "core.hooksPath", "hooks"]).ok();
    fs::rename(plain.path(), repo.root().join("unplugged")).unwrap();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @"
    exit: 0
    stdout:
    [TMP]/work/.git/hooks/pre-push is installed and up to date.
    It starts [BACKOUT], or backout on the PATH.
    Pushes from [TMP]/own do not come here (its `core.hooksPath` is `hooks`): run `backout install` there as well.
    stderr:
    ");
    insta::assert_snapshot!(own.backout(["install"]).run().snapshot(), @"
    exit: 0
    stdout:
    Installed [TMP]/own/hooks/pre-push: every push is judged before it goes.
    It starts backout on the PATH.
    The hook is part of the repository: commit it for those who set core.hooksPath.
    stderr:
    ");
    repo.backout(["uninstall"]).run().ok();
    let told = own.backout(["install"]).run().ok().out();
    assert!(told.contains("from ") && told.contains("(it has no `core.hooksPath`)"), "{told}");
}

#[test]
fn linked_worktrees_share_the_hook() {
    let repo = TestRepo::new();
    repo.commit("first");
    let linked = repo.worktree("side");
    linked.install_hook();
    assert!(hook(&repo).is_file());
    let run = repo.backout(["install"]).run();
    assert!(run.out().contains("up to date"), "{}", run.snapshot());
}

#[test]
fn reftables_are_no_obstacle() {
    let repo = TestRepo::new();
    if repo.git_in(&repo.root(), &["init", "-q", "--ref-format=reftable", "new"]).exit != 0 {
        return;
    }
    repo.backout(["install"]).folder(&repo.root().join("new")).run().ok();
    assert!(repo.root().join("new/.git/hooks/pre-push").is_file());
}

#[test]
fn hooks_outside_the_repository_need_a_word() {
    let repo = TestRepo::new();
    let shared = repo.root().join("shared-hooks");
    fs::create_dir(&shared).unwrap();
    repo.git(&["config", "core.hooksPath", &shared.display().to_string()]).ok();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: git looks for this repository's hooks in [TMP]/shared-hooks, outside the repository; other repositories may use that folder too
    help: `backout install --outside` goes ahead there; `git config --show-origin core.hooksPath` says which file sets it
    ");
    assert_eq!(names(&shared), [""; 0]);
    repo.backout(["install", "--outside"]).run().ok();
    assert_eq!(names(&shared), ["pre-push"]);
    insta::assert_snapshot!(repo.backout(["uninstall"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: git looks for this repository's hooks in [TMP]/shared-hooks, outside the repository; other repositories may use that folder too
    help: `backout uninstall --outside` goes ahead there; `git config --show-origin core.hooksPath` says which file sets it
    ");
    repo.backout(["uninstall", "--outside"]).run().ok();
    assert_eq!(names(&shared), [""; 0]);
}

#[test]
fn a_link_out_of_the_repository_is_outside() {
    let repo = TestRepo::new();
    let shared = repo.root().join("shared-hooks");
    fs::create_dir(&shared).unwrap();
    fs::remove_dir_all(repo.path().join(".git/hooks")).unwrap();
    std::os::unix::fs::symlink(&shared, repo.path().join(".git/hooks")).unwrap();
    repo.backout(["install"]).run().exits(2);
    assert_eq!(names(&shared), [""; 0]);
}

#[test]
fn hooks_switched_off_by_a_device() {
    let repo = TestRepo::new();
    repo.git(&["config", "core.hooksPath", "/dev/null"]).ok();
    insta::assert_snapshot!(repo.backout(["install", "--outside"]).run().snapshot(), @r"
    exit: 2
    stdout:
    stderr:
    error: git looks for hooks in /dev/null, which is no folder: it runs no hook at all
    help: `git config --show-origin core.hooksPath` says which file sets it; unset it there
    ");
}

#[test]
fn a_shared_folder_never_holds_one_persons_path() {
    let repo = TestRepo::new();
    repo.git(&["config", "core.hooksPath", ".githooks"]).ok();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r"
    exit: 0
    stdout:
    Installed [TMP]/work/.githooks/pre-push: every push is judged before it goes.
    It starts backout on the PATH.
    The hook is part of the repository: commit it for those who set core.hooksPath.
    stderr:
    ");
    let text = repo.read(".githooks/pre-push");
    assert!(text.contains("recorded=''\n"), "{text}");
    assert!(!text.contains(&repo.root().display().to_string()));
    assert!(!text.contains(crate::support::PROGRAM));
}

#[test]
fn an_ignored_folder_in_the_work_tree_is_ones_own() {
    let repo = TestRepo::new();
    repo.write(".gitignore", "/.githooks/\n");
    repo.git(&["config", "core.hooksPath", ".githooks"]).ok();
    repo.install_hook();
    assert!(repo.read(".githooks/pre-push").contains(crate::support::PROGRAM));
}

#[test]
fn a_hook_that_the_team_keeps_is_left_to_the_team() {
    let repo = TestRepo::new();
    repo.commit_files(&[(".githooks/pre-push", "#!/bin/sh\nmake check\n")], "hooks");
    repo.git(&["config", "core.hooksPath", ".githooks"]).ok();
    insta::assert_snapshot!(repo.backout(["install"]).run().snapshot(), @r#"
    exit: 2
    stdout:
    stderr:
    error: [TMP]/work/.githooks/pre-push is part of the repository, a hook that your team keeps
    help: add this line to [TMP]/work/.githooks/pre-push and commit it (it reads the ref lines on stdin, so nothing after it can): backout pre-push "$@" || exit
    "#);
    assert_eq!(repo.git(&["status", "--porcelain"]).ok().out(), "");
}

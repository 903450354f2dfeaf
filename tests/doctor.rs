//! `backout doctor`: what is active, and whether a push from here would be guarded.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::{Recorder, RepoOptions, Run, Staged, TestRepo, write_program};

fn hook(repo: &TestRepo) -> PathBuf {
    repo.path().join(".git/hooks/pre-push")
}

/// The report, without the versions of this machine, and without what reads the repository: see
/// `repositories`.
fn in_full(repo: &TestRepo, run: &Run) -> String {
    let git = repo.git(&["version"]).ok().line();
    let git = git.strip_prefix("git version ").unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let said = run.snapshot().replace(git, "[GIT]").replace(version, "[VERSION]");
    let line = |line: &str| match line.starts_with("read by ") {
        true => "read by        [READER]".to_owned(),
        false => line.to_owned(),
    };
    said.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// What most reports begin with; that of a fresh repository shows it.
const USUAL: &str = "\
backout        [VERSION], [BACKOUT]
on the PATH    no; only the path that the hook recorded leads to it
git            [GIT]
read by        [READER]
repository     [TMP]/work
hooks          [TMP]/work/.git/hooks
core.hooksPath not set
";

/// How reports end where that is all that is wrong; `of_a_missing_configuration` shows it.
const UNCONFIGURED: &str = "\
configuration  none: there is no backout.toml

A push from here is not guarded:
- without a configuration nothing is judged: run `backout init`
";

fn snapshot(repo: &TestRepo, run: &Run) -> String {
    let told = in_full(repo, run).replace(USUAL, "[THE USUAL]\n");
    told.replace(UNCONFIGURED, "[NO CONFIGURATION]\n")
}

fn doctor(repo: &TestRepo) -> String {
    snapshot(repo, &repo.backout(["doctor"]).run())
}

#[test]
fn of_a_fresh_repository() {
    let repo = TestRepo::new();
    insta::assert_snapshot!(in_full(&repo, &repo.backout(["doctor"]).run()), @"
    exit: 1
    stdout:
    backout        [VERSION], [BACKOUT]
    on the PATH    no; only the path that the hook recorded leads to it
    git            [GIT]
    read by        [READER]
    repository     [TMP]/work
    hooks          [TMP]/work/.git/hooks
    core.hooksPath not set
    pre-push       none
    runs first     nothing
    configuration  none: there is no backout.toml

    A push from here is not guarded:
    - no pre-push hook is there: run `backout install`
    - without a configuration nothing is judged: run `backout init`
    stderr:
    ");
}

#[test]
fn of_a_missing_configuration() {
    let repo = TestRepo::new();
    repo.install_hook();
    insta::assert_snapshot!(in_full(&repo, &repo.backout(["doctor"]).run()).replace(USUAL, "[THE USUAL]\n"), @"
    exit: 1
    stdout:
    [THE USUAL]
    pre-push       backout's, shim version 3
    starts         [BACKOUT], version [VERSION]
    runs first     nothing
    configuration  none: there is no backout.toml

    A push from here is not guarded:
    - without a configuration nothing is judged: run `backout init`
    stderr:
    ");
}

#[test]
fn of_a_shim_that_starts_nothing() {
    let repo = TestRepo::new();
    let judge = Recorder::new(&repo, "judge");
    repo.backout(["install", "--program"]).args([judge.program()]).run().ok();
    fs::remove_file(judge.program()).unwrap();
    insta::assert_snapshot!(doctor(&repo), @"
    exit: 1
    stdout:
    [THE USUAL]
    pre-push       backout's, shim version 3
    recorded       [TMP]/judge/backout, which is not there
    starts         nothing: every push is stopped
    runs first     nothing
    configuration  none: there is no backout.toml

    A push from here is not guarded:
    - the hook finds no backout, and stops every push: run `backout install`
    - without a configuration nothing is judged: run `backout init`
    stderr:
    ");
}

#[test]
fn of_a_shim_that_starts_another_program() {
    let repo = TestRepo::new();
    let judge = Recorder::new(&repo, "judge");
    repo.backout(["install", "--program"]).args([judge.program()]).run().ok();
    fs::write(judge.program(), "#!/bin/sh\nexit 0\n").unwrap();
    let report = doctor(&repo);
    assert!(report.contains("which does not answer as backout"), "{report}");
    assert!(report.starts_with("exit: 1\n"), "{report}");
}

#[test]
fn of_a_shim_whose_program_holds_nothing() {
    let repo = TestRepo::new();
    let judge = Recorder::new(&repo, "judge");
    repo.backout(["install", "--program"]).args([judge.program()]).run().ok();
    for text in ["", "\n", "#!/bin/sh\n", "\0\0"] {
        fs::write(judge.program(), text).unwrap();
        let report = doctor(&repo);
        assert!(report.contains("judge/backout, which holds no program"), "{report}");
        assert!(report.contains("- the hook finds no backout, and stops every push"), "{report}");
        assert!(report.starts_with("exit: 1\n"), "{report}");
    }
}

#[test]
fn of_a_shim_that_was_changed() {
    let repo = TestRepo::new();
    repo.install_hook();
    let written = fs::read_to_string(hook(&repo)).unwrap();
    assert!(!doctor(&repo).contains("was changed"));
    let told = "- the hook was changed: run `backout install`";
    for name in ["pre-push", "pre-push.legacy"] {
        let mut lines: Vec<&str> = written.lines().collect();
        lines.insert(3, "exit 0");
        write_program(&hook(&repo), &(lines.join("\n") + "\n"));
        if name != "pre-push" {
            let moved = hook(&repo).with_file_name(name);
            fs::rename(hook(&repo), moved).unwrap();
            write_program(
                &hook(&repo),
                "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n",
            );
        }
        let report = doctor(&repo);
        assert!(report.contains(told), "{report}");
        assert!(report.starts_with("exit: 1\n"), "{report}");
        repo.install_hook();
        assert!(!doctor(&repo).contains("was changed"));
        assert_eq!(fs::read_to_string(hook(&repo)).unwrap(), written);
    }
}

#[test]
fn of_a_shim_whose_path_is_gone_where_the_search_path_helps() {
    let repo = TestRepo::new();
    let judge = Recorder::new(&repo, "judge");
    repo.backout(["install", "--program"]).args([judge.program()]).run().ok();
    let other = Recorder::new(&repo, "bin");
    fs::set_permissions(judge.program(), fs::Permissions::from_mode(0o644)).unwrap();
    let path = format!(
        "{}:{}",
        other.program().parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let run = repo.backout(["doctor"]).env("PATH", path).run();
    insta::assert_snapshot!(snapshot(&repo, &run), @"
    exit: 1
    stdout:
    backout        [VERSION], [BACKOUT]
    on the PATH    [TMP]/bin/backout
    git            [GIT]
    read by        [READER]
    repository     [TMP]/work
    hooks          [TMP]/work/.git/hooks
    core.hooksPath not set
    pre-push       backout's, shim version 3
    recorded       [TMP]/judge/backout, which cannot be executed
    starts         [TMP]/bin/backout, version 9.9.9
    runs first     nothing
    [NO CONFIGURATION]
    stderr:
    ");
}

#[test]
fn of_a_shim_that_may_not_run() {
    let repo = TestRepo::new();
    repo.install_hook();
    fs::set_permissions(hook(&repo), fs::Permissions::from_mode(0o644)).unwrap();
    let report = doctor(&repo);
    assert!(report.contains("git skips the hook, for it is not executable"), "{report}");
}

#[test]
fn of_an_older_shim_in_front_of_a_hook() {
    let repo = TestRepo::new();
    write_program(&hook(&repo), "#!/bin/sh\nexit 0\n");
    repo.install_hook();
    let text = fs::read_to_string(hook(&repo)).unwrap();
    fs::write(hook(&repo), text.replace("version 3\n", "version 0\n")).unwrap();
    insta::assert_snapshot!(doctor(&repo), @"
    exit: 1
    stdout:
    [THE USUAL]
    pre-push       backout's, shim version 0; `backout install` upgrades it
    starts         [BACKOUT], version [VERSION]
    runs first     [TMP]/work/.git/hooks/pre-push.backout-previous
    [NO CONFIGURATION]
    stderr:
    ");
}

#[test]
fn of_a_manager_alone_and_with_backout_in_front() {
    let repo = TestRepo::new();
    repo.write(".pre-commit-config.yaml", "repos: []\n");
    repo.write("lefthook.yml", "pre-push: {}\n");
    write_program(
        &hook(&repo),
        "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\nexit 0\n",
    );
    insta::assert_snapshot!(doctor(&repo), @"
    exit: 1
    stdout:
    [THE USUAL]
    pre-push       written by pre-commit
    runs first     nothing
    configuration  none: there is no backout.toml
    manager        pre-commit (.pre-commit-config.yaml): active, without backout; on its own it runs nothing for deletions, tags and branches without new commits, and every ref line but the first
    manager        lefthook (lefthook.yml): not the one whose hook git runs here

    A push from here is not guarded:
    - the hook does not run backout: run `backout install`
    - without a configuration nothing is judged: run `backout init`
    stderr:
    ");
    repo.install_hook();
    insta::assert_snapshot!(doctor(&repo), @"
    exit: 1
    stdout:
    [THE USUAL]
    pre-push       backout's, shim version 3
    starts         [BACKOUT], version [VERSION]
    runs first     [TMP]/work/.git/hooks/pre-push.backout-previous
    configuration  none: there is no backout.toml
    manager        pre-commit (.pre-commit-config.yaml): active; backout stands in front of it and sees every ref line
    manager        lefthook (lefthook.yml): not the one whose hook git runs here

    A push from here is not guarded:
    - without a configuration nothing is judged: run `backout init`
    stderr:
    ");
}

/// A manager alone, as it looks to `doctor`: the hook that it wrote, and its file, naming backout.
const ALONE: [(&str, &str, &str, &str); 4] = [
    ("pre-commit", "# File generated by pre-commit\n", ".pre-commit-config.yaml", "id: backout\n"),
    ("prek", "# File generated by prek\n", "prek.toml", "id = \"backout\"\n"),
    ("lefthook", "call_lefthook run \"pre-push\" \"$@\"\n", "lefthook.yml", "\"backout\":\n"),
    ("husky", ". husky\n", ".husky/pre-push", "backout pre-push \"$@\"\n"),
];

/// What a sentence has to say for the rows of the measured table that a manager alone does not show
/// backout. A row that is not here must not be blind.
const BLIND: [(&str, &str); 12] = [
    ("a new branch without new commits", "branches without new commits"),
    ("a branch is deleted", "deletions"),
    ("a tag is deleted", "deletions"),
    ("an annotated tag on a pushed commit", "tags"),
    ("forced, the last commit dropped", "forced pushes that only drop commits"),
    ("all branches at once", "every ref line but the first"),
    ("an update, then a deletion", "every ref line but the first"),
    ("a deletion, then an update", "every ref line but the first"),
    ("two branches under other names", "every ref line but the first"),
    ("a branch and the tag on it", "every ref line but the first"),
    ("from a linked worktree", "linked worktrees"),
    ("an orphan branch", "orphan branches"),
];

/// The measured table of `hooks/README.md` is made with the managers themselves; what `doctor` says
/// of each has to be what stands there, no less and no more.
#[test]
fn of_a_manager_alone_it_says_what_was_measured() {
    let page = crate::support::peers::project("hooks/README.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, table) = page.split_once("<!-- measured -->\n").unwrap();
    let (table, _) = table.split_once("<!-- end of measured -->").unwrap();
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let mut lines = table.lines();
    let names = cells(lines.next().unwrap());
    let rows: Vec<Vec<String>> = lines.skip(1).map(cells).collect();
    assert!(rows.len() > 20);
    let mut sentences = String::new();
    for (name, written, file, text) in ALONE {
        let repo = TestRepo::new();
        repo.write(file, text);
        write_program(&hook(&repo), format!("#!/bin/sh\n{written}"));
        let report = doctor(&repo);
        let said = report.lines().find(|line| line.starts_with(&format!("- {name} runs backout")));
        let said = said.unwrap_or_else(|| panic!("{report}"));
        sentences.push_str(&format!("{said}\n"));
        let column = names.iter().position(|head| *head == format!("{name} alone")).unwrap();
        let blind: Vec<&str> = rows
            .iter()
            // Nobody sees that one, and it is told of everywhere.
            .filter(|row| row[column].starts_with("**") && row[0] != "--no-verify")
            .map(|row| row[0].as_str())
            .collect();
        let known = |push: &&str| BLIND.iter().any(|(row, _)| row == push);
        assert!(blind.iter().all(known), "{name}: no word is known for {blind:?}");
        for (_, word) in &BLIND {
            let measured = BLIND.iter().any(|(row, one)| one == word && blind.contains(row));
            assert_eq!(
                said.contains(word),
                measured,
                "{name}, `{word}`: {said}, blind to {blind:?}"
            );
        }
    }
    insta::assert_snapshot!(sentences, @"
    - pre-commit runs backout, but nothing for deletions, tags and branches without new commits, and every ref line but the first: `backout install` stands in front of it and sees every push
    - prek runs backout, but nothing for deletions, tags and branches without new commits, forced pushes that only drop commits, and every ref line but the first: `backout install` stands in front of it and sees every push
    - lefthook runs backout, but nothing for branches without its configuration, and orphan branches: `backout install` stands in front of it and sees every push
    - husky runs backout, but nothing for linked worktrees, orphan branches and clones without `npm install`: `backout install` stands in front of it and sees every push
    ");
}

#[test]
fn of_a_hook_that_a_manager_moved_aside() {
    let repo = TestRepo::new();
    repo.install_hook();
    fs::rename(hook(&repo), repo.path().join(".git/hooks/pre-push.legacy")).unwrap();
    write_program(
        &hook(&repo),
        "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\nexit 0\n",
    );
    let report = doctor(&repo);
    assert!(report.contains("`backout install` puts it in front again"), "{report}");
    assert!(report.contains("it runs backout's hook first, with every ref line"), "{report}");
    fs::set_permissions(
        repo.path().join(".git/hooks/pre-push.legacy"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    let report = doctor(&repo);
    assert!(report.contains("moved backout's hook aside and does not run it"), "{report}");
}

#[test]
fn of_a_hook_that_lefthook_moved_aside() {
    let repo = TestRepo::new();
    repo.install_hook();
    fs::rename(hook(&repo), repo.path().join(".git/hooks/pre-push.old")).unwrap();
    write_program(&hook(&repo), "#!/bin/sh\ncall_lefthook run \"pre-push\" \"$@\"\n");
    let report = doctor(&repo);
    let told = "- lefthook moved backout's hook aside and does not run it: run `backout install`";
    assert!(report.contains(told), "{report}");
    assert!(report.starts_with("exit: 1\n"), "{report}");
}

#[test]
fn of_a_manager_that_runs_backout_itself() {
    let repo = TestRepo::new();
    write_program(&hook(&repo), "#!/bin/sh\ncall_lefthook run \"pre-push\" \"$@\"\n");
    for (job, blind) in [
        ("script: backout", "branches without its configuration"),
        ("run: backout pre-push", "deletions, tags, and branches other than the one checked out"),
    ] {
        repo.write("lefthook.yml", format!("pre-push:\n  jobs:\n    - {job}\n"));
        let report = doctor(&repo);
        let told = format!("- lefthook runs backout, but nothing for {blind}");
        assert!(report.contains(&told), "{report}");
    }
    repo.write("lefthook.yml", "pre-push: # no backout here\n");
    let report = doctor(&repo);
    assert!(report.contains("active, without backout"), "{report}");
    assert!(report.contains("- the hook does not run backout: run `backout install`"), "{report}");
}

#[test]
fn of_a_hook_in_gits_configuration() {
    let repo = TestRepo::new();
    repo.git(&["config", "hook.guard.command", "backout pre-push"]).ok();
    let report = doctor(&repo);
    // No git from 2.54 on has been tried: there, it has to be doubt.
    let [told, problem] = match report.contains("git [GIT] ignores it") {
        true => ["2.54 is the first to run it", "- no pre-push hook is there"],
        false => {
            ["beside the one in the hooks' folder", "- git runs backout from its configuration"]
        }
    };
    assert!(report.contains(told) && report.contains(problem), "{report}");
}

#[test]
fn of_a_script_that_names_backout() {
    let repo = TestRepo::new();
    write_program(&hook(&repo), "#!/bin/sh\nexit 0\nbackout pre-push \"$@\"\n");
    let report = doctor(&repo);
    assert!(report.contains("whether it comes to that line cannot be seen"), "{report}");
    write_program(&hook(&repo), "#!/bin/sh\n# backout pre-push \"$@\"\n");
    let report = doctor(&repo);
    assert!(report.contains("the hook does not run backout"), "{report}");
}

#[test]
fn of_husky() {
    let repo = TestRepo::new();
    repo.write(".husky/_/.gitignore", "*\n");
    repo.write(".husky/_/pre-push", "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\" # husky\n");
    let script = repo.path().join(".husky/_/pre-push");
    fs::set_permissions(script, fs::Permissions::from_mode(0o755)).unwrap();
    repo.write(".husky/pre-push", "backout pre-push \"$@\" || exit\n");
    repo.git(&["config", "core.hooksPath", ".husky/_"]).ok();
    let report = doctor(&repo);
    assert!(report.contains("- husky runs backout, but nothing for linked worktrees"), "{report}");
    repo.install_hook();
    let report = doctor(&repo);
    assert!(report.contains("active; backout stands in front of it"), "{report}");
    assert!(report.contains("in front of    .husky/_\n"), "{report}");
    repo.git(&["config", "core.hooksPath", ".config/husky/_"]).ok();
    let report = doctor(&repo);
    assert!(report.contains("stands in front of .husky/_; `backout install` mends it"), "{report}");
}

#[test]
fn of_a_bare_repository() {
    let repo = TestRepo::with(RepoOptions { bare: true, ..RepoOptions::default() });
    repo.install_hook();
    let run = repo.backout(["doctor"]).run();
    assert!(run.out().contains("configuration  not looked at"), "{}", run.snapshot());
    run.exits(3);
}

#[test]
fn of_a_setting_by_which_git_runs_no_hook() {
    let repo = TestRepo::new();
    for (setting, row, told) in [
        ("", "set to nothing", "- `core.hooksPath` is set to nothing: git runs no hook at all; "),
        ("/dev/null", "/dev/null", "- git looks for hooks in /dev/null, which is no folder: "),
    ] {
        repo.git(&["config", "core.hooksPath", setting]).ok();
        let report = doctor(&repo);
        assert!(report.starts_with("exit: 1\n"), "{report}");
        assert!(report.contains(&format!("core.hooksPath {row}\n")), "{report}");
        assert!(report.contains(told), "{report}");
    }
}

#[test]
fn of_a_setting_that_holds_a_line_end() {
    let repo = TestRepo::new();
    repo.git(&["config", "core.hooksPath", "one\nwork"]).ok();
    let report = doctor(&repo);
    assert!(report.contains("core.hooksPath one\\nwork\n"), "{report}");
}

#[test]
fn of_a_configuration_that_is_not_committed() {
    let scene = Staged::new();
    let told = "backout.toml, valid, not committed: every push is stopped until it is";
    assert!(!doctor(&scene.repo).contains(told));
    // On a branch that does not have it yet, the landing branch has it.
    let text = scene.repo.read("backout.toml");
    scene.repo.git(&["checkout", "--quiet", "--orphan", "older"]).ok();
    scene.repo.git(&["rm", "--quiet", "--cached", "backout.toml"]).ok();
    scene.repo.git(&["commit", "--quiet", "-m", "Older"]).ok();
    assert!(!doctor(&scene.repo).contains(told));
    let fresh = TestRepo::new();
    fresh.install_hook();
    fresh.write("backout.toml", text);
    assert!(doctor(&fresh).contains(told), "{}", doctor(&fresh));
    fresh.commit("Configure");
    assert!(!doctor(&fresh).contains(told));
}

#[test]
fn of_receipts_that_git_ignores() {
    let scene = Staged::new();
    assert!(!doctor(&scene.repo).contains("receipts"));
    scene.repo.write(".gitignore", "backups/\n");
    let report = doctor(&scene.repo);
    assert!(
        report.contains("receipts       git ignores the receipts in .backout/backups"),
        "{report}"
    );
}

#[test]
fn of_a_start_tag_that_is_not_here() {
    let scene = Staged::new();
    scene.repo.git(&["tag", "--delete", "migration-start"]).ok();
    let told = scene.repo.backout(["doctor"]).run().exits(0).out();
    let row =
        |text: &str| text.lines().find(|line| line.starts_with("start tag")).unwrap().to_owned();
    insta::assert_snapshot!(row(&told), @"start tag      migration-start of entities: not here; if `origin` has it, fetch it: `git fetch origin refs/tags/migration-start:refs/tags/migration-start`; else set it where the migration began: `git tag -a migration-start <commit> && git push origin refs/tags/migration-start`");
    scene.repo.git(&["remote", "remove", "origin"]).ok();
    let told = scene.repo.backout(["doctor"]).run().out();
    insta::assert_snapshot!(row(&told), @"start tag      migration-start of entities: not here; set it where the migration began: `git tag -a migration-start <commit>`");
    // The same help wherever it is missed.
    scene.repo.git(&["branch", "--quiet", "work"]).ok();
    for command in [&["status"][..], &["revert", "--stage", "9", "--dry-run"]] {
        let run = scene.repo.backout(command).run();
        let said = (run.out() + &run.err()).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("`git tag -a migration-start <commit>`"), "{said}");
        assert!(!said.contains("git fetch"), "{said}");
    }
}

/// Only root can give a folder away.
#[test]
fn in_another_users_repository() {
    let repo = TestRepo::new();
    let mut chown = repo.command("chown", &repo.root());
    if !chown.args(["-R", "12345", "work"]).output().unwrap().status.success() {
        return;
    }
    for command in ["doctor", "install", "uninstall", "status"] {
        let run = repo.backout([command]).run().exits(3);
        let help = "help: if you trust it: `git config --global --add safe.directory";
        assert!(run.err().contains(help), "{command}: {}", run.err());
    }
}

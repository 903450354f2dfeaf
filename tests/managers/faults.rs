//! Something is missing: a program, a configuration, the folders of a terminal's search path.

use std::fs;

use super::kind::{KINDS, Kind, bin, install_recorder, with_jobs};
use super::scenario::named;
use crate::support::{Recorder, Run, TestRepo, execute, write_program};

/// A search path without backout and without the managers, as a client with a window has it.
const SHORT: [(&str, &str); 1] = [("PATH", "/usr/bin:/bin")];

fn in_front(kind: Kind) -> (TestRepo, Recorder) {
    let repo = with_jobs();
    kind.install(&repo);
    let judge = install_recorder(&repo);
    (repo, judge)
}

fn told(run: &Run) -> String {
    run.out() + &run.err()
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn without_backout_no_push_goes_in_front() {
    for kind in KINDS {
        let (repo, judge) = in_front(kind);
        fs::remove_file(judge.program()).unwrap();
        for name in ["one new commit on main", "a branch is deleted"] {
            let run = named(name).run(&repo, &SHORT).exits(1);
            let told = told(&run);
            assert!(told.contains("help: install backout (cargo install backout)"), "{told}");
        }
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn without_backout_no_push_goes_in_a_manager_alone() {
    for kind in KINDS {
        let run = named("one new commit on main").run(&kind.alone(), &SHORT).exits(1);
        let told = told(&run);
        assert!(
            told.contains("it is not on the PATH") || told.contains("backout is not on the PATH"),
            "{told}"
        );
        assert!(told.contains("(cargo install backout)"), "{told}");
    }
}

/// Takes the manager's program away, as a removed virtual environment or `node_modules` would.
fn lose_the_manager(kind: Kind, repo: &TestRepo) {
    match kind {
        Kind::Husky => fs::remove_dir_all(repo.path().join(".husky/_")).unwrap(),
        _ => {
            // The hooks hold absolute paths into the folder of `tests/all`, which has to stay.
            let folder = repo.path().join(".git/hooks");
            let site = bin().parent().unwrap().display().to_string();
            for name in ["pre-push", "pre-push.backout-previous"] {
                let hook = folder.join(name);
                let text = fs::read_to_string(&hook).unwrap_or_default();
                if text.contains(&site) {
                    write_program(&hook, text.replace(&site, "/nowhere"));
                }
            }
        }
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn without_the_managers_program_backout_still_judges() {
    for kind in KINDS {
        let (repo, judge) = in_front(kind);
        lose_the_manager(kind, &repo);
        let run = named("one new commit on main").run(&repo, &SHORT);
        // pre-commit and prek stop it themselves; lefthook and husky would let it pass.
        let open = matches!(kind, Kind::Lefthook | Kind::Husky);
        assert_eq!(run.exit, i32::from(!open), "{}: {}", kind.name(), run.snapshot());
        judge.only_call();
        judge.forget();
        judge.exits(1);
        named("a branch is deleted").run(&repo, &SHORT).exits(1);
        judge.only_call();
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn alone_a_missing_manager_stops_the_push_except_for_husky() {
    for kind in KINDS {
        let repo = kind.alone();
        lose_the_manager(kind, &repo);
        let run = named("one new commit on main").run(&repo, &SHORT);
        assert_eq!(run.exit, i32::from(kind != Kind::Husky), "{}", run.snapshot());
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn without_the_managers_configuration_backout_still_judges() {
    for kind in KINDS {
        let (repo, judge) = in_front(kind);
        judge.exits(1);
        repo.git(&[
            "rm",
            "--quiet",
            "-r",
            ".pre-commit-config.yaml",
            "lefthook.yml",
            ".husky/pre-push",
        ])
        .ok();
        repo.commit("no configuration");
        repo.push(&["origin", "main"]).exits(1);
        assert!(!judge.only_call().stdin.is_empty());
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn a_branch_without_backouts_configuration_is_judged_by_the_trusted_one() {
    for kind in KINDS {
        let repo = with_jobs();
        let rules =
            [("backout.toml", crate::support::CONFIGURATION), (crate::support::STATE, "1\n")];
        repo.commit_files(&rules, "rules");
        repo.annotated_tag("migration-start", "main");
        repo.push(&["--quiet", "origin", "main", "migration-start"]).ok();
        kind.install(&repo);
        repo.install_hook();
        repo.git(&["rm", "--quiet", "backout.toml"]).ok();
        repo.commit_files(&[(crate::support::STATE, "2\n")], "Move\n\nMigration-Stage: 9");
        let run = repo.push(&["origin", "main"]).exits(1);
        assert!(told(&run).contains("deny backup/missing"), "{}", run.snapshot());
        let run = repo.push(&["origin", ":refs/tags/migration-start"]).exits(1);
        assert!(told(&run).contains("deny ref/start-tag-deleted"), "{}", run.snapshot());
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs lefthook: bash tests/all")]
fn lefthook_alone_runs_nothing_where_its_configuration_is_absent() {
    let repo = Kind::Lefthook.alone();
    repo.git(&["switch", "--quiet", "--orphan", "lone"]).ok();
    repo.commit_files(&[("a.txt", "a\n")], "root");
    repo.git_env(&SHORT, &["push", "origin", "lone"]).ok();
}

/// What a manager alone does not show backout, by its recipe.
const fn blind_to(kind: Kind) -> &'static str {
    match kind {
        Kind::PreCommit => {
            "deletions, tags and branches without new commits, and every ref line but the first"
        }
        Kind::Prek => {
            "deletions, tags and branches without new commits, forced pushes that only drop \
             commits, and every ref line but the first"
        }
        Kind::Lefthook => "branches without its configuration, and orphan branches",
        Kind::Husky => "linked worktrees, orphan branches and clones without `npm install`",
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn doctor_names_the_manager_and_what_it_cannot_see_alone() {
    for kind in KINDS {
        let repo = kind.alone();
        repo.write("backout.toml", crate::support::CONFIGURATION);
        let run = repo.backout(["doctor"]).run().exits(3);
        let told = format!("- {} runs backout, but nothing for {}", kind.name(), blind_to(kind));
        assert!(run.out().contains(&told), "{}", run.snapshot());
        repo.install_hook();
        let run = repo.backout(["doctor"]).run().ok();
        let told = "active; backout stands in front of it and sees every ref line";
        assert!(run.out().contains(told), "{}", run.snapshot());
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn what_switches_a_manager_off_leaves_backout_on() {
    let switches = [
        ("SKIP", "trace"),
        ("PREK_SKIP", "trace"),
        ("LEFTHOOK", "0"),
        ("LEFTHOOK_EXCLUDE", "trace"),
        ("HUSKY", "0"),
    ];
    for kind in KINDS {
        let (repo, judge) = in_front(kind);
        repo.commit_files(&[("src/a.txt", "three\n")], "third");
        repo.git_env(&switches, &["push", "origin", "main"]).ok();
        assert!(!judge.only_call().stdin.is_empty(), "{}", kind.name());
        assert!(!repo.root().join("trace").exists(), "{}", kind.name());
    }
}

#[test]
fn cargos_folder_is_looked_at_where_the_path_is_short() {
    let repo = TestRepo::new();
    let judge = Recorder::new(&repo, "home/.cargo/bin");
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks/check");
    let mut command = repo.command(script.to_str().unwrap(), repo.path());
    execute(command.envs(SHORT), b"", repo.filter()).ok();
    assert_eq!(judge.only_call().arguments, ["check"]);
}

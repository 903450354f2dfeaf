//! Put in front of a manager, backout is told exactly what the plain hook is told, in all pushes.

use std::fs;
use std::sync::OnceLock;

use super::kind::{Kind, install_again, install_recorder, with_jobs};
use super::scenario::{SCENARIOS, Scenario, named};
use crate::support::{Call, Recorder, TestRepo};

/// What the judge was told in one push, and how that ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) calls: Vec<(Vec<String>, Vec<u8>)>,
    pub(super) exit: i32,
}

impl Seen {
    /// The ref lines that were told.
    pub(super) fn lines(&self) -> usize {
        self.calls.iter().map(|(_, stdin)| stdin.split(|b| *b == b'\n').count() - 1).sum()
    }
}

fn see(scenario: &Scenario, repo: &TestRepo, judge: &Recorder) -> Seen {
    let exit = scenario.push(repo, &[]).exit;
    let calls = judge.calls().into_iter().map(|Call { arguments, stdin, .. }| (arguments, stdin));
    let seen = Seen { calls: calls.collect(), exit };
    judge.forget();
    seen
}

/// What the plain hook is told, scenario by scenario.
pub(super) fn plain() -> &'static [Seen] {
    static PLAIN: OnceLock<Vec<Seen>> = OnceLock::new();
    PLAIN.get_or_init(|| {
        let template = with_jobs();
        let judge = install_recorder(&template);
        SCENARIOS.iter().map(|scenario| see(scenario, &template.copy(), &judge)).collect()
    })
}

/// Holds every scenario against the plain hook. `stopped` are those that the manager stops itself.
fn same_as_plain(kind: Kind, stopped: &[&str]) {
    let template = with_jobs();
    kind.install(&template);
    let judge = install_recorder(&template);
    for (scenario, plain) in SCENARIOS.iter().zip(plain()) {
        let repo = template.copy();
        if kind == Kind::Husky {
            // The folder in front knows where it is: a copy is installed anew.
            install_again(&repo, &judge);
        }
        let seen = see(scenario, &repo, &judge);
        assert_eq!(seen.calls, plain.calls, "{}: {}", kind.name(), scenario.name);
        let exit = if stopped.contains(&scenario.name) { 1 } else { plain.exit };
        assert_eq!(seen.exit, exit, "{}: {}", kind.name(), scenario.name);
    }
}

#[test]
fn the_plain_hook_runs_in_all_pushes_but_one() {
    let silent: Vec<&str> = SCENARIOS
        .iter()
        .zip(plain())
        .filter(|(_, s)| s.calls.is_empty())
        .map(|(s, _)| s.name)
        .collect();
    assert_eq!(silent, ["--no-verify"]);
    let empty: Vec<&str> = SCENARIOS
        .iter()
        .zip(plain())
        .filter(|(_, seen)| seen.calls.len() == 1 && seen.lines() == 0)
        .map(|(scenario, _)| scenario.name)
        .collect();
    assert_eq!(empty, ["not forced, so git refuses it", "nothing new"]);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs pre-commit: bash tests/all")]
fn of_pre_commit() {
    // It finds no configuration there.
    same_as_plain(Kind::PreCommit, &["an orphan branch"]);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs prek: bash tests/all")]
fn of_prek() {
    same_as_plain(Kind::Prek, &["an orphan branch"]);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs lefthook: bash tests/all")]
fn of_lefthook() {
    same_as_plain(Kind::Lefthook, &[]);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs husky: bash tests/all")]
fn of_husky() {
    same_as_plain(Kind::Husky, &[]);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn the_managers_own_jobs_run_first_with_the_same_lines() {
    for kind in super::kind::KINDS {
        let repo = with_jobs();
        kind.install(&repo);
        let judge = install_recorder(&repo);
        repo.commit_files(&[("src/a.txt", "three\n")], "third");
        repo.push(&["origin", "main"]).ok();
        let trace = fs::read(repo.root().join("trace")).unwrap();
        let stdin = judge.only_call().stdin;
        match kind {
            Kind::PreCommit | Kind::Prek => assert_eq!(trace, b"ran\n"),
            Kind::Lefthook | Kind::Husky => assert_eq!(trace, stdin, "{}", kind.name()),
        }
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn a_graphical_clients_path_and_the_systems_git_change_nothing() {
    for kind in super::kind::KINDS {
        let template = with_jobs();
        kind.install(&template);
        let judge = install_recorder(&template);
        for name in ["one new commit on main", "a branch is deleted", "from a linked worktree"] {
            let repo = template.copy();
            install_again(&repo, &judge);
            let run = named(name).push(&repo, &[("PATH", "/usr/bin:/bin")]);
            assert_eq!(run.exit, 0, "{} {name}: {}", kind.name(), run.snapshot());
            assert!(!judge.only_call().stdin.is_empty());
            judge.forget();
        }
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn what_is_said_of_a_manager() {
    for kind in super::kind::KINDS {
        let repo = with_jobs();
        kind.install(&repo);
        let said = repo.backout(["install"]).run().ok().out();
        let warned = said.contains("When lefthook.yml changes, lefthook moves this hook aside");
        assert_eq!(warned, kind == Kind::Lefthook, "{said}");
        assert_eq!(said.contains("in front of husky's .husky/_"), kind == Kind::Husky, "{said}");
    }
}

//! A manager that is installed again: the guard stays, or `doctor` says so and how to repair it.

use std::fs;
use std::time::{Duration, SystemTime};

use super::kind::{Kind, husky_package, install_again, install_recorder, with_jobs};
use super::scenario::named;
use crate::support::{Recorder, TestRepo, execute};

/// Pushes that managers overlook, and a usual one.
const WATCHED: [&str; 4] = [
    "one new commit on main",
    "a branch is deleted",
    "an annotated tag on a pushed commit",
    "all branches at once",
];

fn doctor(repo: &TestRepo) -> String {
    repo.backout(["doctor"]).run().out()
}

fn configured(repo: &TestRepo) {
    repo.write("backout.toml", crate::support::CONFIGURATION);
}

/// Sets a manager up, puts backout in front, and installs the manager once more.
fn again(kind: Kind, options: &[&str]) -> (TestRepo, Recorder) {
    let repo = with_jobs();
    kind.install(&repo);
    let judge = install_recorder(&repo);
    configured(&repo);
    kind.install_with(&repo, options);
    (repo, judge)
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn pre_commit_prek_and_husky_leave_the_guard_in_place() {
    for kind in [Kind::PreCommit, Kind::Prek, Kind::Husky] {
        let (repo, judge) = again(kind, &[]);
        let report = doctor(&repo);
        assert!(report.contains("\nA push from here is guarded.\n"), "{}:\n{report}", kind.name());
        for name in WATCHED {
            named(name).run(&repo, &[]).ok();
            assert!(!judge.only_call().stdin.is_empty(), "{}: {name}", kind.name());
            judge.forget();
        }
        named("from a linked worktree").push(&repo, &[]).ok();
        assert!(!judge.only_call().stdin.is_empty(), "{}", kind.name());
        judge.forget();
        // And in front again, as before.
        install_recorder(&repo);
        assert!(doctor(&repo).contains("backout stands in front of it"), "{}", kind.name());
        named("a branch is deleted").run(&repo, &[]).ok();
        judge.only_call();
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn what_removes_the_guard_is_told_and_repaired() {
    let cases = [
        (Kind::PreCommit, &["--overwrite"][..]),
        (Kind::Prek, &["--overwrite"]),
        (Kind::Lefthook, &[]),
        (Kind::Lefthook, &["--force"]),
    ];
    for (kind, options) in cases {
        let (repo, judge) = again(kind, options);
        let run = repo.backout(["doctor"]).run().exits(1);
        assert!(run.out().contains("run `backout install`"), "{}", run.snapshot());
        install_recorder(&repo);
        let report = doctor(&repo);
        assert!(report.contains("\nA push from here is guarded.\n"), "{}:\n{report}", kind.name());
        named("a branch is deleted").run(&repo, &[]).ok();
        judge.only_call();
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs lefthook: bash tests/all")]
fn lefthook_taking_the_place_within_a_push_is_told_there() {
    let repo = with_jobs();
    Kind::Lefthook.install(&repo);
    let judge = install_recorder(&repo);
    let changed = repo.read("lefthook.yml") + "commit-msg:\n  jobs:\n    - run: \"true\"\n";
    repo.commit_files(&[("lefthook.yml", &changed)], "more jobs");
    // lefthook looks at the time first, in whole seconds.
    let file = fs::File::options().write(true).open(repo.path().join("lefthook.yml")).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(60)).unwrap();
    let run = repo.push(&["origin", "main"]).ok();
    judge.only_call();
    assert!(run.err().contains("another hook has taken the place"), "{}", run.snapshot());
    assert!(run.err().contains("help: run \"backout install\""), "{}", run.snapshot());
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs husky: bash tests/all")]
fn npm_install_leaves_the_guard_in_place() {
    let repo = with_jobs();
    let husky = husky_package().display().to_string();
    let package = format!(
        "{{\"scripts\": {{\"prepare\": \"husky\"}}, \
         \"devDependencies\": {{\"husky\": \"file:{husky}\"}}}}"
    );
    repo.write("package.json", package);
    let npm = || {
        let mut command = repo.command("npm", repo.path());
        command.args(["install", "--offline", "--no-audit", "--no-fund"]);
        execute(&mut command, b"", repo.filter()).ok();
    };
    npm();
    assert!(repo.path().join(".husky/_/pre-push").exists());
    let judge = install_recorder(&repo);
    fs::remove_dir_all(repo.path().join(".husky/_")).unwrap();
    npm();
    assert!(repo.path().join(".husky/_/pre-push").exists());
    repo.commit_files(&[("src/a.txt", "three\n"), (".gitignore", "node_modules\n")], "third");
    repo.push(&["origin", "main"]).ok();
    assert_eq!(fs::read(repo.root().join("trace")).unwrap(), judge.only_call().stdin);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs hook managers: bash tests/all")]
fn a_newer_hook_of_the_same_manager_takes_the_kept_ones_place() {
    for kind in [Kind::PreCommit, Kind::Prek, Kind::Lefthook] {
        let (repo, judge) = again(kind, &[]);
        let [hook, kept] = ["pre-push", "pre-push.backout-previous"]
            .map(|n| repo.path().join(".git/hooks").join(n));
        let older = fs::read_to_string(&kept).unwrap() + "# of another version\n";
        fs::write(&kept, older).unwrap();
        let newer = fs::read(&hook).unwrap();
        install_again(&repo, &judge);
        assert_eq!(fs::read(&kept).unwrap(), newer, "{}", kind.name());
        repo.push(&["origin", "main:refs/heads/new"]).ok();
        judge.only_call();
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs husky: bash tests/all")]
fn husky_installed_after_backout_is_foretold_told_and_repaired() {
    let repo = with_jobs();
    let judge = Recorder::new(&repo, "judge");
    let install =
        || repo.backout(["install", "--program"]).args([judge.program()]).run().ok().out();
    let foretold = "run `backout install` again after `npm install`";
    assert!(install().contains(foretold));
    assert!(doctor(&repo).contains("`npm install` makes it that"), "{}", doctor(&repo));
    Kind::Husky.install(&repo);
    let run = repo.backout(["doctor"]).run().exits(1);
    assert!(
        run.out().contains("- the hook does not run backout: run `backout install`"),
        "{}",
        run.snapshot()
    );
    assert!(!install().contains(foretold));
    named("a branch is deleted").push(&repo, &[]).ok();
    judge.only_call();
}

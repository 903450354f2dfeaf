//! Where the forge refuses: the step's annotations and its summary stand in, and the exit code is
//! that of the verdict.

use std::fs;

use super::scene::{ALL, Reporting};
use crate::support::fake_github::{Caller, Fault, JOB_TOKEN, Kind};
use crate::support::runner::commands;
use crate::support::{Backout, Run, WITHOUT_BACKUP};

/// The job's token of a pull request from a fork.
fn read_only(scene: &Reporting) {
    let caller = Caller::new("github-actions[bot]", Kind::Job).reads_only();
    scene.fake.world().tokens.insert(JOB_TOKEN.to_owned(), caller);
}

fn with_summary<'s>(scene: &'s Reporting, arguments: &[&str]) -> Backout<'s> {
    let summary = scene.staged.repo.root().join("summary");
    let _ = fs::remove_file(&summary);
    scene.check(arguments).env("GITHUB_STEP_SUMMARY", summary)
}

fn summary(scene: &Reporting) -> String {
    fs::read_to_string(scene.staged.repo.root().join("summary")).unwrap()
}

fn all(more: &[&'static str]) -> Vec<&'static str> {
    [&ALL[..], more].concat()
}

#[test]
fn a_token_that_only_reads() {
    let scene = Reporting::unready();
    read_only(&scene);
    let run = with_summary(&scene, &all(&["--format", "json"])).run().exits(1);
    insta::assert_snapshot!(scene.masked(&run.err()), @"
    warning: no check run: the forge refused: the token may not do this (POST /repos/acme/shop/check-runs: 403 Resource not accessible by integration); the verdict stands
    help: it takes `permissions: { checks: write }` in the workflow; a pull request from a fork gets a token that only reads; only jobs and GitHub Apps may write check runs
    warning: no comment: the forge refused: the token may not do this (POST /repos/acme/shop/issues/12/comments: 403 Resource not accessible by integration); the verdict stands
    help: it takes `permissions: { pull-requests: write }` in the workflow; a pull request from a fork gets a token that only reads
    warning: no labels: the forge refused: the token may not do this (POST /repos/acme/shop/labels: 403 Resource not accessible by integration); the verdict stands
    help: it takes `permissions: { pull-requests: write }` in the workflow; a pull request from a fork gets a token that only reads
    ::error file=backout.toml,line=9,col=1,title=backup/missing (stage 9)::there is no backup `context`: the pushed tree has no .backout/backups/context.toml. Way out: take it: `backout backup create context`, then commit .backout/backups/context.toml
    backout: not-ready (land)
    ");
    // stdout carries the report and nothing else.
    serde_json::from_str::<serde_json::Value>(&run.out()).unwrap();
    let found = commands(&run.err());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].property("title"), Some("backup/missing (stage 9)"));
    assert!(summary(&scene).contains("### backout: not ready to land: 1 problem"));
    assert_eq!(scene.check_runs(), []);
    assert_eq!(scene.comments(), []);
    assert_eq!(scene.labels(), Vec::<String>::new());
}

#[test]
fn annotations_are_not_written_twice() {
    let scene = Reporting::unready();
    read_only(&scene);
    let run = with_summary(&scene, &all(&["--format", "github"])).run().exits(1);
    assert_eq!(commands(&run.err()), []);
    assert_eq!(commands(&run.out()).len(), 1);
}

#[test]
fn what_a_check_run_shows_the_step_shows_no_more() {
    let scene = Reporting::unready();
    let run = scene.check(&["--check-run", "--format", "github"]).run().exits(1);
    assert_eq!(scene.the_check_run().1.len(), 1);
    assert_eq!(commands(&run.out()), []);
    insta::assert_snapshot!(run.snapshot_naming(&[WITHOUT_BACKUP]), @"
    exit: 1
    stdout:
      ref   kind    change  commits  paths
      main  branch  update  1        1

    [STAGE 9 LACKS ITS BACKUP]

    not ready to land: 1 problem
    backout: not-ready (land)
    stderr:
    ");
    // A file that was asked for is read by somebody else.
    let file = scene.staged.repo.root().join("annotations");
    let output = format!("--output=github={}", file.display());
    scene.check(&["--check-run", &output]).run().exits(1);
    assert_eq!(commands(&fs::read_to_string(file).unwrap()).len(), 1);
}

/// Every way in which all of it is refused.
fn refusing(scene: &Reporting) -> Vec<(&'static str, Run)> {
    let mut runs = Vec::new();
    for fault in Fault::all() {
        if ["slow body", "429 for now"].contains(&fault.name) {
            continue;
        }
        let name = fault.name;
        scene.forget();
        scene.fake.heal();
        scene.fake.inject(fault);
        runs.push((name, with_summary(scene, &ALL).run()));
    }
    scene.fake.heal();
    let without = |name: &'static str| with_summary(scene, &ALL).env(name, "").run();
    runs.push(("no token", without("GITHUB_TOKEN")));
    let nowhere = with_summary(scene, &ALL).env("GITHUB_API_URL", "http://127.0.0.1:9").run();
    runs.push(("no server", nowhere));
    runs
}

#[test]
fn no_refusal_changes_what_is_ready_and_what_is_not() {
    for (scene, exit) in [(Reporting::ready(), 0), (Reporting::unready(), 1)] {
        for (name, run) in refusing(&scene) {
            assert_eq!(run.exit, exit, "{name}: {}", run.snapshot());
            let told = run.err();
            assert!(
                told.contains("warning: no ") && told.contains("the verdict stands"),
                "{name}: {told}"
            );
            assert!(!told.contains(JOB_TOKEN) && !run.out().contains(JOB_TOKEN), "{name}");
            let denied = commands(&told).iter().filter(|one| one.name == "error").count();
            assert_eq!(denied, usize::try_from(exit).unwrap(), "{name}: {told}");
            assert!(summary(&scene).contains("### backout: "), "{name}");
        }
        assert_eq!(scene.fake.requests_elsewhere().len(), 0);
    }
}

#[test]
fn a_person_may_not_write_check_runs_and_the_rest_is_done() {
    let scene = Reporting::unready();
    scene.fake.world().tokens.insert("ghp_PERSON".to_owned(), Caller::new("dev", Kind::User));
    let run = scene.check(&ALL).env("GITHUB_TOKEN", "ghp_PERSON").run().exits(1);
    assert!(run.err().contains("only jobs and GitHub Apps may write check runs"), "{}", run.err());
    assert_eq!(scene.comments().len(), 1);
    assert_eq!(scene.labels(), ["impact:critical", "stage:9"]);
}

#[test]
fn outside_of_a_job_nothing_is_told() {
    let scene = Reporting::ready();
    let run =
        scene.staged.repo.backout(["check", "--check-run", "--base", "origin/main"]).run().ok();
    insta::assert_snapshot!(scene.masked(&run.err()), @"
    warning: no check run: no event of GitHub Actions names a commit to report on; the verdict stands
    help: `--check-run`, `--comment` and `--labels` are for jobs of GitHub Actions
    ");
    assert_eq!(scene.fake.requests().len(), 0);
}

#[test]
fn pull_request_target_is_not_reported_on_either() {
    let scene = Reporting::ready();
    let event = serde_json::json!({});
    let run = scene.on_event("pull_request_target", &event, &ALL).run().exits(2);
    assert!(run.err().contains("pull_request_target is refused"), "{}", run.err());
    assert_eq!(scene.fake.requests().len(), 0);
}

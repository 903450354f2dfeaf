//! The requests of reports and of `doctor --remote`, and the fake's answers to them, held against
//! GitHub's published description of its API.
#![cfg(feature = "peers")]

use super::doctor::Remote;
use super::scene::{ALL, Reporting};
use crate::support::Run;
use crate::support::fake_github::Recorded;
use crate::support::prism::Prism;

/// What is asked of GitHub.
const PATHS: [&str; 12] = [
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/git/*",
    "/repos/{owner}/{repo}/pulls/{pull_number}",
    "/repos/{owner}/{repo}/issues*",
    "/repos/{owner}/{repo}/labels*",
    "/repos/{owner}/{repo}/check-runs*",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/contents/{path}",
    "/repos/{owner}/{repo}/branches/*",
    "/repos/{owner}/{repo}/rules/branches/{branch}",
    "/repos/{owner}/{repo}/rulesets*",
    "/user",
];

/// What stands in Prism's log where it has anything against a request or an answer.
const AGAINST: &str = "stoplight.io/prism/errors";

/// A report through Prism, which knows no GraphQL: there, the job's own login is taken for granted.
fn report(scene: &Reporting, prism: &Prism, arguments: &[&str]) -> Run {
    let run = scene.check(arguments).env("GITHUB_API_URL", prism.url());
    run.env("BACKOUT_FORGE_TIMEOUT", "60").run()
}

/// Everything in the log that is not about GraphQL.
fn is_kept(prism: &Prism) {
    let log = prism.log();
    let against: Vec<&str> = log
        .lines()
        .filter(|line| line.contains(AGAINST) && !line.contains("NO_PATH_MATCHED_ERROR"))
        .collect();
    assert!(against.is_empty(), "{against:#?}\n{log}");
}

#[test]
fn a_report_keeps_to_the_description() {
    let scene = Reporting::unready();
    let prism = Prism::before(&scene.fake.url(), &PATHS);
    scene.label(&["bug", "stage:4"]);
    scene.older(3, "<!-- backout: begin -->", &["impact:critical"]);
    for _ in 0..2 {
        let run = report(&scene, &prism, &ALL).exits(1);
        assert_eq!(run.err(), "");
    }
    assert_eq!((scene.check_runs().len(), scene.comments().len()), (1, 1));
    assert_eq!(scene.labels(), ["bug", "impact:critical", "stage:9"]);
    let before = scene.comments();
    scene.says(&before[0].0, &before[0].1);
    report(&scene, &prism, &ALL).exits(1);
    assert_eq!(scene.comments().len(), 1);
    let calls: Vec<String> = scene.fake.requests().iter().map(Recorded::call).collect();
    for call in [
        "POST /repos/acme/shop/check-runs",
        "PATCH /repos/acme/shop/check-runs/",
        "POST /repos/acme/shop/issues/12/comments",
        "PATCH /repos/acme/shop/issues/comments/",
        "DELETE /repos/acme/shop/issues/comments/",
        "POST /repos/acme/shop/labels",
        "PATCH /repos/acme/shop/labels/",
        "POST /repos/acme/shop/issues/12/labels",
        "DELETE /repos/acme/shop/issues/12/labels/",
    ] {
        let asked = calls.iter().any(|known| known.starts_with(call));
        // The comment says the same as long as the run is the same.
        assert!(asked || call.starts_with("PATCH /repos/acme/shop/issues"), "{call}: {calls:?}");
    }
    is_kept(&prism);
}

#[test]
fn a_report_of_hostile_names_keeps_to_the_description() {
    let scene = Reporting::hostile();
    let prism = Prism::before(&scene.fake.url(), &PATHS);
    let run = report(&scene, &prism, &ALL).exits(1);
    assert_eq!(run.err(), "");
    assert!(scene.the_check_run().1.len() > 50);
    is_kept(&prism);
}

#[test]
fn doctor_keeps_to_the_description() {
    for remote in [Remote::safe(), Remote::bare()] {
        let contexts = vec!["backout".to_owned()];
        remote.fake.world().more.contexts.insert("main".to_owned(), contexts);
        remote.fake.world().more.code_owners.insert("main".to_owned(), true);
        let prism = Prism::before(&remote.fake.url(), &PATHS);
        let run = remote.doctor_at(&prism.url());
        assert!(!run.out().contains("could not check"), "{}", run.out());
        is_kept(&prism);
    }
}

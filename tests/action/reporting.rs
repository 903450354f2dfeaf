//! The guard's workflow, told to report back: with a token that may, and with one that may not.

use serde_json::Value;

use super::callers::guard;
use super::remote::{Remote, unready};
use crate::support::act::Done;
use crate::support::fake_github::world::{Issue, Pull};
use crate::support::fake_github::{Caller, FakeGitHub, JOB_TOKEN, Kind, PullState};

/// A pull request that is not ready, and the forge that has it.
struct Reported {
    remote: Remote,
    github: FakeGitHub,
}

impl Reported {
    fn new() -> Self {
        let remote = unready();
        let github = FakeGitHub::start(&remote.scene.origin);
        let pull = Pull {
            head: "topic".to_owned(),
            base: "main".to_owned(),
            state: PullState::Open,
            tip: remote.head.clone(),
            draft: false,
            reviewers: Vec::new(),
            reviews: Vec::new(),
        };
        let issue = Issue {
            number: 7,
            title: "Move the state".to_owned(),
            body: String::new(),
            author: "dev".to_owned(),
            labels: Vec::new(),
            assignees: Vec::new(),
            comments: Vec::new(),
            pull: Some(pull),
            closed: false,
        };
        github.world().issues.insert(7, issue);
        Self { remote, github }
    }

    fn check(&self, token: &str) -> Done {
        let inputs = "    with:\n      comment: true\n      check-run: true\n      labels: true\n";
        let workflow = guard() + inputs;
        let (name, mut event) = self.remote.pull_request();
        event["repository"]["full_name"] = "acme/shop".into();
        event["pull_request"]["base"]["repo"]["full_name"] = "acme/shop".into();
        let job = self.remote.job(&workflow, (name, event)).of("acme/shop").token(token);
        job.set("GITHUB_API_URL", &self.github.url()).run()
    }
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn what_was_asked_for_arrives() {
    let reported = Reported::new();
    let done = reported.check(JOB_TOKEN).failed();
    assert_eq!(done.output("verdict"), Some("not-ready"), "{}", done.log());
    let world = reported.github.world();
    let issue = &world.issues[&7];
    assert_eq!(issue.comments.len(), 1, "{}", done.log());
    assert!(issue.comments[0].body.contains("not ready to land"), "{}", issue.comments[0].body);
    let labels = ["impact:critical", "stage:9"].map(str::to_owned);
    assert!(labels.iter().all(|label| issue.labels.contains(label)), "{:?}", issue.labels);
    assert_eq!(world.check_runs.len(), 1);
    assert_eq!(world.check_runs[0].sha, reported.remote.head);
    assert_eq!(world.check_runs[0].body["conclusion"], Value::from("failure"));
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_forks_token_that_may_only_read_leaves_the_verdict_as_it_is() {
    let reported = Reported::new();
    let reading = Caller::new("github-actions[bot]", Kind::Job).reads_only();
    reported.github.world().tokens.insert("ghs_FAKE0of0a0fork".to_owned(), reading);
    let done = reported.check("ghs_FAKE0of0a0fork").failed();
    assert_eq!((done.output("verdict"), done.output("exit-code")), (Some("not-ready"), Some("1")));
    assert_eq!(done.told("error").len(), 1, "{}", done.log());
    assert!(done.summary().contains("backup/missing"), "{}", done.summary());
    let world = reported.github.world();
    assert!(world.issues[&7].comments.is_empty() && world.check_runs.is_empty());
}

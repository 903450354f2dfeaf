//! A pull request on a forge, and the job that checks it.

use std::fs;

use serde_json::{Value, json};

use crate::support::fake_github::world::{Comment, Issue, Pull};
use crate::support::fake_github::{FakeGitHub, JOB_TOKEN, PullState};
use crate::support::{Backout, Run, Staged, hostile};

/// The pull request's number.
pub(super) const NUMBER: u64 = 12;

/// The login that a job's token stands for.
pub(super) const JOB: &str = "github-actions[bot]";

/// Everything that a check may report.
pub(super) const ALL: [&str; 3] = ["--check-run", "--comment", "--labels"];

/// A repository, its forge, and one open pull request from `topic` to `main`.
pub(super) struct Reporting {
    pub(super) staged: Staged,
    pub(super) fake: FakeGitHub,
}

impl Reporting {
    /// With this scene; its `HEAD` becomes the pull request's.
    pub(super) fn of(staged: Staged) -> Self {
        let fake = FakeGitHub::start(&staged.origin);
        let reporting = Self { staged, fake };
        reporting.push();
        let pull = Pull {
            head: "topic".to_owned(),
            base: "main".to_owned(),
            state: PullState::Open,
            tip: reporting.head(),
            draft: false,
            reviewers: Vec::new(),
            reviews: Vec::new(),
        };
        let issue = Issue {
            number: NUMBER,
            title: "Move the state".to_owned(),
            body: String::new(),
            author: "dev".to_owned(),
            labels: Vec::new(),
            assignees: Vec::new(),
            comments: Vec::new(),
            pull: Some(pull),
            closed: false,
        };
        reporting.fake.world().issues.insert(NUMBER, issue);
        reporting
    }

    /// The pull request is not ready: a backup is missing.
    pub(super) fn unready() -> Self {
        let staged = Staged::new();
        staged.unready();
        Self::of(staged)
    }

    /// It is ready.
    pub(super) fn ready() -> Self {
        let staged = Staged::new();
        staged.ready();
        Self::of(staged)
    }

    /// It touches no stage.
    pub(super) fn ordinary() -> Self {
        let staged = Staged::new();
        staged.ordinary();
        Self::of(staged)
    }

    /// Its commits hold every hostile name.
    pub(super) fn hostile() -> Self {
        Self::of(hostile::repository())
    }

    /// What is committed here becomes the pull request's.
    pub(super) fn push(&self) {
        self.staged.share(&["--force", "origin", "HEAD:refs/heads/topic"]);
    }

    pub(super) fn head(&self) -> String {
        self.staged.repo.rev("HEAD")
    }

    /// The event file of the pull request.
    pub(super) fn event(&self) -> Value {
        let base = self.staged.repo.rev("origin/main");
        json!({
            "action": "synchronize", "number": NUMBER,
            "pull_request": {
                "number": NUMBER, "draft": false, "body": "",
                "head": { "ref": "topic", "sha": self.head() },
                "base": {
                    "ref": "main", "sha": base,
                    "repo": {
                        "full_name": "acme/shop", "allow_squash_merge": false,
                        "allow_merge_commit": true, "allow_rebase_merge": false,
                    },
                },
            },
            "repository": { "full_name": "acme/shop", "default_branch": "main" },
        })
    }

    /// What a runner tells a step of its job, besides the token.
    pub(super) fn job(&self, name: &str, event: &Value) -> Vec<(&'static str, String)> {
        let file = self.staged.repo.root().join("event.json");
        fs::write(&file, event.to_string()).unwrap();
        vec![
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_EVENT_NAME", name.to_owned()),
            ("GITHUB_EVENT_PATH", file.display().to_string()),
            ("GITHUB_SHA", self.head()),
            ("GITHUB_REF", "refs/heads/topic".to_owned()),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("GITHUB_RUN_ID", "77".to_owned()),
            ("GITHUB_REPOSITORY", "acme/shop".to_owned()),
            ("GITHUB_API_URL", self.fake.url()),
            ("BACKOUT_FORGE_TIMEOUT", "1".to_owned()),
        ]
    }

    /// The job's run of `check` on an event.
    pub(super) fn on_event(&self, name: &str, event: &Value, arguments: &[&str]) -> Backout<'_> {
        let run = self.staged.repo.backout(["check"]).args(arguments);
        let run = run.env("GITHUB_TOKEN", JOB_TOKEN);
        self.job(name, event).into_iter().fold(run, |run, (name, value)| run.env(name, value))
    }

    /// The same on the pull request.
    pub(super) fn check(&self, arguments: &[&str]) -> Backout<'_> {
        self.on_event("pull_request", &self.event(), arguments)
    }

    /// A run that reports all there is.
    pub(super) fn report(&self) -> Run {
        self.check(&ALL).run()
    }

    /// The comments on the pull request: who, and what.
    pub(super) fn comments(&self) -> Vec<(String, String)> {
        let world = self.fake.world();
        let comments = world.issues[&NUMBER].comments.iter();
        comments.map(|one| (one.author.clone(), one.body.clone())).collect()
    }

    /// Somebody says something on the pull request.
    pub(super) fn says(&self, author: &str, body: &str) {
        let mut world = self.fake.world();
        let id = 9_000 + u64::try_from(world.issues[&NUMBER].comments.len()).unwrap();
        let comment = Comment { id, author: author.to_owned(), body: body.to_owned() };
        world.issues.get_mut(&NUMBER).unwrap().comments.push(comment);
    }

    /// The pull request's labels.
    pub(super) fn labels(&self) -> Vec<String> {
        let mut labels = self.fake.world().issues[&NUMBER].labels.clone();
        labels.sort();
        labels
    }

    /// Sets the pull request's labels.
    pub(super) fn label(&self, labels: &[&str]) {
        let mut world = self.fake.world();
        let names: Vec<String> = labels.iter().map(|name| (*name).to_owned()).collect();
        world.labels.extend(names.clone());
        world.issues.get_mut(&NUMBER).unwrap().labels = names;
    }

    /// An older pull request or issue that has labels, as they come into being by their use.
    pub(super) fn older(&self, number: u64, body: &str, labels: &[&str]) {
        let mut world = self.fake.world();
        let names: Vec<String> = labels.iter().map(|name| (*name).to_owned()).collect();
        world.labels.extend(names.clone());
        let mut issue = world.issues[&NUMBER].clone();
        issue.number = number;
        issue.body = body.to_owned();
        issue.labels = names;
        issue.closed = true;
        issue.pull = None;
        world.issues.insert(number, issue);
    }

    /// The colour of a label, and what it says.
    pub(super) fn look(&self, label: &str) -> Option<(String, String)> {
        self.fake.world().more.looks.get(label).cloned()
    }

    /// Says what a label is for.
    pub(super) fn describe(&self, label: &str, text: &str) {
        let look = ("0e8a16".to_owned(), text.to_owned());
        self.fake.world().more.looks.insert(label.to_owned(), look);
    }

    /// The check runs: what was sent of each, and its annotations.
    pub(super) fn check_runs(&self) -> Vec<(Value, Vec<Value>)> {
        let world = self.fake.world();
        world.check_runs.iter().map(|run| (run.body.clone(), run.annotations.clone())).collect()
    }

    /// The only check run.
    #[track_caller]
    pub(super) fn the_check_run(&self) -> (Value, Vec<Value>) {
        let mut all = self.check_runs();
        assert_eq!(all.len(), 1, "{all:#?}");
        all.remove(0)
    }

    /// As if nothing had been reported.
    pub(super) fn forget(&self) {
        let mut world = self.fake.world();
        world.check_runs.clear();
        world.labels.clear();
        world.requests.clear();
        let issue = world.issues.get_mut(&NUMBER).unwrap();
        issue.comments.clear();
        issue.labels.clear();
    }

    /// A text without what differs from run to run.
    pub(super) fn masked(&self, text: &str) -> String {
        self.staged.repo.filter().apply(text)
    }
}

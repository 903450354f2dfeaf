//! `backout fetch`: a clone as CI makes it gets what judging needs, and the answer is then that of
//! a full clone.

use serde_json::{Value, json};

use crate::support::{Run, Staged, TestRepo};

/// The scene with an unready topic branch on the remote, and an event that asks for it.
struct Asked {
    scene: Staged,
    event: (&'static str, Value),
    head: String,
}

fn pull_request() -> Asked {
    let scene = Staged::new();
    let base = scene.repo.rev("origin/main");
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    let head = scene.unready();
    scene.share(&["origin", "topic"]);
    scene.repo.git(&["switch", "--quiet", "main"]).ok();
    scene.ordinary();
    scene.share(&["origin", "main"]);
    let event = json!({"action": "opened", "number": 1, "pull_request": {"draft": false,
        "title": "t", "body": "b", "base": {"ref": "main", "sha": base, "repo": {}},
        "head": {"ref": "topic", "sha": head}}, "repository": {"default_branch": "main"}});
    Asked { scene, event: ("pull_request", event), head }
}

impl Asked {
    fn source(&self) -> String {
        format!("file://{}", self.scene.origin.display())
    }

    /// A clone as actions/checkout makes it: one commit, no tags, no branch but the one.
    fn shallow(&self, name: &str) -> TestRepo {
        let options = ["--depth", "1", "--no-tags", "--branch", "topic"];
        self.scene.repo.clone_of(&self.source(), name, &options)
    }

    fn run(&self, clone: &TestRepo, arguments: &[&str]) -> Run {
        let (name, event) = &self.event;
        let path = clone.root().join("event.json");
        std::fs::write(&path, event.to_string()).unwrap();
        clone
            .backout(arguments)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", name)
            .env("GITHUB_EVENT_PATH", path)
            .env("GITHUB_SHA", &self.head)
            .env("GITHUB_REF", "refs/heads/main")
            .run()
    }

    fn judged(&self, clone: &TestRepo) -> Value {
        let said: Value =
            serde_json::from_str(&self.run(clone, &["check", "--format", "json"]).out()).unwrap();
        json!([said["verdict"], said["phase"], said["refs"], said["stages"], said["findings"]])
    }

    fn full(&self) -> TestRepo {
        self.scene.repo.clone_of(&self.source(), "full", &[])
    }
}

fn depth(clone: &TestRepo) -> String {
    clone.git(&["rev-list", "--count", "HEAD"]).ok().line()
}

#[test]
fn a_shallow_tagless_clone_gets_what_it_lacks_and_then_the_same_answer() {
    let asked = pull_request();
    let clone = asked.shallow("ci");
    let before = asked.run(&clone, &["check"]).exits(3);
    assert!(before.err().contains("fetch-depth: 0"), "{}", before.snapshot());
    insta::assert_snapshot!(asked.run(&clone, &["fetch"]).snapshot(), @"
    exit: 0
    stdout:
    fetched [oid], refs/heads/main, refs/tags/migration-start, 50 commits back
    stderr:
    ");
    let answer = asked.judged(&clone);
    assert_eq!(answer[0], "not-ready");
    assert_eq!(answer, asked.judged(&asked.full()));
}

#[test]
fn where_all_is_there_nothing_is_fetched() {
    let asked = pull_request();
    let full = asked.full();
    full.git(&["remote", "set-url", "origin", "file:///nowhere"]).ok();
    insta::assert_snapshot!(asked.run(&full, &["fetch"]).snapshot(), @"
    exit: 0
    stdout:
    nothing is missing here
    stderr:
    ");
}

#[test]
fn it_goes_as_far_back_as_the_migration_and_no_further_than_it_may() {
    let mut asked = pull_request();
    asked.scene.repo.git(&["switch", "--quiet", "topic"]).ok();
    for number in 0..60 {
        asked.head = asked.scene.repo.commit(&format!("Work {number}"));
    }
    asked.scene.share(&["origin", "topic"]);
    asked.event.1["pull_request"]["head"]["sha"] = asked.head.clone().into();
    let clone = asked.shallow("short");
    insta::assert_snapshot!(asked.run(&clone, &["fetch", "--depth", "20"]).snapshot(), @"
    exit: 3
    stdout:
    stderr:
    error: 20 commits from each tip do not reach back to where the migration began
    help: check out all history: `fetch-depth: 0` (actions/checkout), `git fetch --unshallow --tags`; or go further: `backout fetch --depth 80`
    ");
    assert_eq!(depth(&clone), "20");
    asked.run(&clone, &["check"]).exits(3);
    // What is here stays, and the next run begins beyond it.
    insta::assert_snapshot!(asked.run(&clone, &["fetch"]).snapshot(), @"
    exit: 0
    stdout:
    fetched [oid], refs/heads/main, 200 commits back
    stderr:
    ");
    assert_eq!(asked.judged(&clone), asked.judged(&asked.full()));
}

#[test]
fn a_remote_out_of_reach_is_told_with_the_way_out() {
    let asked = pull_request();
    let clone = asked.shallow("ci");
    clone.git(&["remote", "set-url", "origin", "file:///nowhere"]).ok();
    let said = asked.run(&clone, &["fetch"]).exits(3);
    assert!(said.err().contains("origin could not be fetched: "), "{}", said.snapshot());
    assert!(said.err().contains("`fetch-depth: 0`"), "{}", said.snapshot());
    clone.git(&["remote", "remove", "origin"]).ok();
    let said = asked.run(&clone, &["fetch"]).exits(3);
    assert!(said.err().contains("git remote add origin"), "{}", said.snapshot());
}

#[test]
fn what_the_remote_does_not_have_is_told_and_stays_the_checks_finding() {
    let asked = pull_request();
    asked
        .scene
        .repo
        .git(&["push", "--quiet", "--no-verify", "--delete", "origin", "migration-start"])
        .ok();
    let clone = asked.shallow("ci");
    let said = asked.run(&clone, &["fetch"]).ok();
    assert!(said.err().contains("the remote has no refs/tags/migration-start"), "{}", said.err());
    assert_ne!(asked.run(&clone, &["check"]).exit, 0);
}

#[test]
fn a_push_brings_the_commit_before_it_too() {
    let mut asked = pull_request();
    let repo = &asked.scene.repo;
    let before = repo.rev("origin/main");
    asked.head = asked.scene.unready();
    asked.scene.share(&["origin", "main"]);
    asked.event =
        ("push", json!({"ref": "refs/heads/main", "before": before, "after": asked.head}));
    let options = ["--depth", "1", "--no-tags"];
    let clone = repo.clone_of(&asked.source(), "ci", &options);
    asked.run(&clone, &["check"]).exits(3);
    asked.run(&clone, &["fetch"]).ok();
    let answer = asked.judged(&clone);
    assert_eq!(answer[0], "not-ready");
    assert_eq!(answer, asked.judged(&asked.full()));
    // One that a forced push has thrown away, nobody has any more.
    asked.event.1["before"] = "d".repeat(40).into();
    asked.run(&clone, &["fetch"]).ok();
    let said = asked.run(&clone, &["check"]).exits(1).out();
    assert!(said.contains("not checked ref/history-rewritten"), "{said}");
}

#[test]
fn the_default_branch_is_asked_of_the_remote_where_nothing_tells_it() {
    let asked = pull_request();
    let clone = asked.shallow("alone");
    clone.git(&["remote", "set-head", "origin", "--delete"]);
    clone.backout(["fetch"]).run().ok();
    let head = clone.git(&["symbolic-ref", "refs/remotes/origin/HEAD"]).ok().line();
    assert_eq!(head, "refs/remotes/origin/main");
    assert!(clone.git(&["rev-parse", "--verify", "origin/main"]).exit == 0);
}

#[test]
fn what_is_named_by_hand_is_brought_too() {
    let asked = pull_request();
    let repo = &asked.scene.repo;
    repo.git(&["switch", "--quiet", "--create", "release", "origin/main"]).ok();
    let middle = asked.scene.ordinary();
    repo.commit("More");
    repo.tag("v1", "HEAD");
    asked.scene.share(&["origin", "release", "v1"]);
    let base = repo.rev("HEAD~2");
    for (number, rev) in
        ["release", "origin/release", "refs/heads/release", "v1", &middle, "origin/release~1"]
            .into_iter()
            .enumerate()
    {
        let clone = asked.shallow(&format!("by-hand-{number}"));
        let with = |arguments: &[&str]| clone.backout(arguments).run();
        with(&["check", "--head", rev, "--base", &base]).exits(if rev == middle { 3 } else { 2 });
        with(&["fetch", "--rev", rev, "--rev", &base]).ok();
        let said = with(&["check", "--head", rev, "--base", &base]).ok();
        assert!(!said.err().contains("error"), "{rev}: {}", said.snapshot());
    }
}

#[test]
fn a_landing_branch_that_the_remote_does_not_have_is_no_good_news() {
    let asked = pull_request();
    let clone = asked.shallow("gone");
    let origin = &asked.scene.origin;
    asked.scene.repo.git_in(origin, &["symbolic-ref", "HEAD", "refs/heads/topic"]).ok();
    asked.scene.share(&["origin", ":main"]);
    let said = clone.backout(["fetch"]).run().exits(3);
    let expected = "error: the remote has no branch `main`, where stages are to land";
    assert!(said.err().contains(expected), "{}", said.snapshot());
}

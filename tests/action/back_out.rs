//! The workflow that backs a stage out, started by the form and by a comment, against a forge.

use serde_json::{Value, json};

use super::callers::{GH, branch, dispatch, gh, guard, tool};
use super::remote::{Remote, remote};
use crate::readme::yaml;
use crate::support::STATE;
use crate::support::act::Done;
use crate::support::fake_github::{FakeGitHub, JOB_TOKEN, Recorded, Setting};

/// A landed stage 9 on GitHub, and a run of the workflow that backs it out.
struct BackOut {
    remote: Remote,
    github: FakeGitHub,
}

const SHOP: &str = "acme/shop";

impl BackOut {
    fn new() -> Self {
        let remote = remote(|scene| {
            let workflow = guard();
            let files =
                [(".github/workflows/guard.yml", workflow.as_str()), (STATE, "state = 2\n")];
            scene.repo.commit_files(&files, "Move the state\n\nMigration-Stage: 9")
        });
        remote.scene.share(&["origin", "topic:main"]);
        remote.scene.repo.git(&["switch", "--quiet", "main"]).ok();
        remote.scene.repo.git(&["merge", "--quiet", "--ff-only", "topic"]).ok();
        let github = FakeGitHub::start(&remote.scene.origin);
        Self { remote, github }
    }

    fn run(&self, event: (&'static str, Value)) -> Done {
        let tools = tool(&self.remote, "gh", GH);
        let log = self.remote.scene.repo.root().join("gh");
        let workflow = yaml(".github/workflows/back-out.yml");
        let job = self.remote.job(&workflow, event).tools(&tools).of(SHOP).token(JOB_TOKEN);
        job.set("GH_LOG", &log.display().to_string())
            .set("GITHUB_API_URL", &self.github.url())
            .run()
    }

    /// What GitHub was asked to change.
    fn changes(&self) -> Vec<String> {
        let all = self.github.requests();
        all.iter().filter(|request| request.writes()).map(Recorded::call).collect()
    }

    /// The only pull request: its title, and whether it is a draft.
    fn opened(&self) -> (String, bool) {
        let world = self.github.world();
        let issue = world.the_open_pull();
        (issue.title.clone(), issue.pull.as_ref().unwrap().draft)
    }
}

const START: &str = "POST /repos/acme/shop/actions/workflows/guard.yml/dispatches";

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn the_form_opens_a_pull_request_and_starts_its_check() {
    let back_out = BackOut::new();
    let (name, mut event) = dispatch();
    let reason = "carts are lost; $(touch x)";
    event["inputs"] = json!({"stage": "9", "reason": reason, "cascade": "false", "draft": "true"});
    let done = back_out.run((name, event)).succeeded();
    assert_eq!(done.output("pull-request-number"), Some("1"), "{}", done.log());
    assert_eq!(done.output("pull-request-url"), Some("https://github.com/acme/shop/pull/1"));
    let (title, draft) = back_out.opened();
    assert!(title.contains("stage 9") && draft, "{title}");
    assert!(back_out.github.world().the_open_pull().body.contains(reason));
    let changes = back_out.changes();
    assert_eq!(changes.last().map(String::as_str), Some(START), "{changes:?}");
    // No comment asked, so none is answered.
    assert!(gh(&back_out.remote).is_empty());
    // What is on the remote is the planned revert, and nothing of the stage is left.
    let (repo, origin) = (&back_out.remote.scene.repo, &back_out.remote.scene.origin);
    let shown = repo.git_in(origin, &["show", &format!("backout/entities/stage-9:{STATE}")]);
    assert_eq!(shown.ok().out(), "state = 1\n");
    // The check that was started finds it ready.
    let branch = branch("backout/entities/stage-9");
    let checked = back_out.remote.job(&guard(), branch).run().succeeded();
    assert_eq!(checked.output("verdict"), Some("ready"), "{}", checked.log());
    // Asked once more, there is nothing to do but to say so.
    let (name, mut event) = dispatch();
    event["inputs"] = json!({"stage": "9", "reason": reason, "cascade": "false", "draft": "true"});
    let again = back_out.run((name, event)).succeeded();
    assert_eq!(again.output("pull-request-number"), Some("1"), "{}", again.log());
    assert_eq!(back_out.github.world().pulls().len(), 1);
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_pull_request_that_is_refused_fails_the_job_with_the_reason() {
    let back_out = BackOut::new();
    back_out.github.world().settings = vec![Setting::ActionsMayNot];
    let (name, mut event) = dispatch();
    event["inputs"] = json!({"stage": "9", "reason": "x", "cascade": "false", "draft": "false"});
    let done = back_out.run((name, event)).failed();
    assert_eq!(done.output("exit-code"), Some("5"), "{}", done.log());
    assert!(done.log().contains("create and approve pull requests"), "{}", done.log());
    assert!(!back_out.changes().contains(&START.to_owned()));
}

fn comment(body: &str) -> (&'static str, Value) {
    let event = json!({"action": "created", "issue": {"number": 3},
        "comment": {"body": body, "created_at": "2026-01-05T12:00:00Z",
            "updated_at": "2026-01-05T12:00:00Z", "author_association": "MEMBER",
            "user": {"login": "ada", "type": "User"}},
        "repository": {"default_branch": "main"}});
    ("issue_comment", event)
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_comment_opens_a_pull_request_and_is_answered() {
    let back_out = BackOut::new();
    let body = "Hm.\n\n/backout 9 because `carts` are \"lost\"";
    let done = back_out.run(comment(body)).succeeded();
    let (title, draft) = back_out.opened();
    assert!(title.contains("stage 9") && !draft, "{title} {}", done.log());
    assert!(back_out.github.world().the_open_pull().body.contains("`carts` are"));
    let said = gh(&back_out.remote);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0][1], "repos/acme/shop/issues/3/comments");
    let answer = "body=The back-out: https://github.com/acme/shop/pull/1".to_owned();
    assert!(said[0].contains(&answer), "{said:?}");
}

#[test]
#[cfg_attr(not(feature = "peers"), ignore = "needs act: bash tests/all")]
fn a_comment_that_is_not_obeyed_backs_nothing_out() {
    let back_out = BackOut::new();
    for (body, runs) in [
        ("nice work", true),
        ("see `/backout 9 because x`", true),
        ("/backout 9", false),
        ("```\n\n/backout 9 because x\n```", false),
    ] {
        let done = back_out.run(comment(body));
        if runs {
            done.succeeded()
        } else {
            done.failed()
        };
    }
    let (name, mut event) = comment("/backout 9 because x");
    event["comment"]["author_association"] = "CONTRIBUTOR".into();
    let done = back_out.run((name, event.clone())).failed();
    assert!(done.log().contains("owners, members and collaborators"), "{}", done.log());
    event["comment"]["author_association"] = "OWNER".into();
    event["comment"]["updated_at"] = "2026-01-05T12:10:00Z".into();
    back_out.run((name, event)).failed();
    assert!(back_out.github.requests().is_empty());
    assert!(gh(&back_out.remote).is_empty());
}

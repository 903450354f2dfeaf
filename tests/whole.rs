//! What is judged where nobody names a base: what has not landed yet, and for a deployment all of
//! it.

use serde_json::{Value, json};

use crate::support::{CONFIGURATION, RepoOptions, Run, STATE, Staged};

/// Stage 9 has landed unready; the release is main and a hotfix that touches no stage.
fn release() -> Staged {
    let scene = Staged::new();
    scene.unready();
    scene.share(&["origin", "main"]);
    scene.repo.git(&["switch", "--quiet", "--create", "release"]).ok();
    scene.ordinary();
    scene.share(&["origin", "release"]);
    scene
}

#[track_caller]
fn stopped(run: Run) {
    let run = run.exits(1);
    assert!(run.out().contains("deny backup/missing"), "{}", run.snapshot());
}

#[test]
fn a_release_beside_the_landing_branch_is_deployed_whole() {
    let scene = release();
    let deploy = ["check", "--phase", "deploy"];
    stopped(scene.repo.backout(deploy).run());
    stopped(scene.repo.backout(deploy).args(["--head", "HEAD"]).run());
    stopped(scene.repo.backout(["check", "--head", "HEAD"]).env("BACKOUT_PHASE", "deploy").run());
    // A base that somebody gives is meant, and without a deployment only the hotfix is new.
    scene.repo.backout(deploy).args(["--base", "origin/main"]).run().ok();
    scene.repo.backout(["check"]).run().ok();
}

#[test]
fn an_event_of_one_push_is_deployed_whole_too() {
    let scene = release();
    let before = scene.repo.rev("HEAD^");
    let event = json!({"ref": "refs/heads/release", "before": before,
        "after": scene.repo.rev("HEAD"), "repository": {"default_branch": "main"}});
    let path = scene.repo.root().join("event.json");
    std::fs::write(&path, event.to_string()).unwrap();
    let check = |phase: &str| {
        let run = scene.repo.backout(["check", "--phase", phase]).env("GITHUB_ACTIONS", "true");
        run.env("GITHUB_EVENT_NAME", "push").env("GITHUB_EVENT_PATH", &path).run()
    };
    stopped(check("deploy"));
    check("land").ok();
}

#[test]
fn a_commit_that_stands_on_one_of_two_landing_branches_is_judged_since_the_start() {
    let root = CONFIGURATION.replacen(
        "version = 1\n",
        "version = 1\ninclude = [\"billing/backout.toml\"]\n",
        1,
    );
    let billing = CONFIGURATION
        .replace("\"entities\"", "\"billing\"")
        .replace("branch = \"main\"", "branch = \"billing\"");
    let scene = Staged::with(RepoOptions::default(), &root);
    let path = format!("billing/{STATE}");
    let files = [("billing/backout.toml", billing.as_str()), (&path, "state = 1\n")];
    scene.repo.commit_files(&files, "Two migrations");
    let both =
        scene.repo.commit_files(&[(&path, "state = 2\n")], "W\n\nMigration-Stage: billing:9");
    scene.share(&["origin", "main", "main:billing"]);
    let verdict = || -> Value {
        let run = scene.repo.backout(["check", "--format", "json"]).run();
        serde_json::from_str(&run.out()).unwrap_or_else(|_| panic!("{}", run.snapshot()))
    };
    assert_eq!(verdict()["verdict"], "not-ready");
    // It stands on main, and was once on the other.
    scene.ordinary();
    scene.share(&["origin", "main"]);
    let said = verdict();
    assert_eq!(said["verdict"], "not-ready", "{said}");
    // What is on neither yet is judged since it left the first of them.
    scene.repo.git(&["switch", "--quiet", "--create", "topic"]).ok();
    scene.repo.commit_files(&[("README.md", "four\n")], "Words");
    assert_eq!(verdict()["refs"][0]["commits"], 2);
    assert_eq!(scene.repo.rev("HEAD~2"), both);
}
